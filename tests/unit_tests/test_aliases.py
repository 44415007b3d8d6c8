"""One entity under several names: kin, told names, the user; in both stores."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_kgt import InMemoryTripleStore, KGTConfig, KGTMemory, Triple, TripleStore
from langchain_kgt.models.base import LogProbability, Prompt
from langchain_kgt.reading.base import Turn
from langchain_kgt.recalling.likelihood import NEUTRAL
from langchain_kgt.recalling.names import user_in_prompts
from langchain_kgt.recalling.subjects import link
from langchain_kgt.tools import memory_tools
from langchain_kgt.triples import StoredTriple
from langchain_kgt.tuning.antecedents import resolve
from tests.conftest import shown
from tests.stub_models import Stub

NO_MODEL = Stub()


@pytest.fixture
def memory(graph: TripleStore) -> KGTMemory:
    """Telling, linking, undoing and forgetting ask no model."""
    return KGTMemory(model=NO_MODEL, graph=graph)


@pytest.mark.parametrize(
    ("told", "query"),
    [
        ("my mother", "Where does my mum live?"), ("my mom", "Where does our mother live?"),
        ("my dad", "Where does my Father live?"), ("our grandma", "Where does my granny live?"),
    ],
)
def test_kin_is_one_whatever_it_is_called(memory: KGTMemory, told: str, query: str) -> None:
    memory.tell(told, "lives in", "Leeds", user_id="ann")
    assert link(query, "ann", memory.graph) == [told]
    for whose in ("your", "her", "Tom's", "a", "every"):
        assert link(re.sub(r"\b(my|our)\b", whose, query), "ann", memory.graph) == []


@pytest.mark.parametrize(
    "query", ["Where does Mum live?", "mam's address?", "Ask Granny.", "Mom's"]
)
def test_kin_is_called_by_a_name_without_my(memory: KGTMemory, query: str) -> None:
    memory.tell("my mother", "lives in", "Leeds", user_id="ann")
    memory.tell("my grandmother", "lives in", "Hull", user_id="ann")
    assert link(query, "ann", memory.graph) == [
        "my grandmother" if "Granny" in query else "my mother"
    ]


@pytest.mark.parametrize(
    "query", ["What does a mother earn?", "What is a mum?", "MUM and PA", "nan"]
)
def test_a_common_word_is_nobodys_kin(memory: KGTMemory, query: str) -> None:
    memory.tell("my mother", "lives in", "Leeds", user_id="ann")
    assert link(query, "ann", memory.graph) == []


def test_what_is_told_of_mum_replaces_what_was_told_of_mother(memory: KGTMemory) -> None:
    memory.tell("my mother", "lives in", "Leeds", user_id="ann")
    memory.tell("my mum", "lives in", "York", user_id="ann")
    assert shown(memory) == ["(my mother, lives in, York)"]
    assert len(memory.history(user_id="ann", subject="my mom")) == 2
    assert len(memory.forget("mum", user_id="ann")) == 2


def told(memory: KGTMemory, *facts: tuple[str, str, str], user: str = "ann") -> None:
    for fact in facts:
        memory.tell(*fact, user_id=user)


def objects(memory: KGTMemory, subject: str, relation: str, user: str = "ann") -> list[str]:
    """What `facts` has of a subject by one relation."""
    found = memory.facts(user_id=user, subject=subject)
    return [s.triple.object for s in found if s.triple.relation == relation]


SISTER = ("my sister", "is named", "Margarethe")
DOG = ("user", "has a dog named", "Rex")
ONE_ENTITY = [
    # How it is named, and two of its names.
    (SISTER, "my sister", "Margarethe"),
    (("my sister", "is called", "Margarethe"), "Margarethe", "my sister"),
    (("my sister", "has the nickname", "Gretl"), "my sis", "Gretl"),
    (("my dog", "is named", "Rex"), "our dog", "Rex"),
    (("my dog", "is named", "Rex"), "dog", "Rex"),
    (("my mum", "is named", "Eva"), "my mother", "Eva"),
    (DOG, "my dog", "Rex"),
    (DOG, "Rex", "the dog"),
    (("my sister", "has a dog called", "Rex"), "my sister's dog", "Rex"),
    (("my daughter", "is named", "Mia"), "my daughter Mia", "my daughter"),
    (("my daughter", "is named", "Mia"), "our daughter Mia", "Mia"),
    (("my mum", "is named", "Eva"), "my mother Eva", "my mom"),
    (("Anna Holm", "has the nickname", "Annie"), "Anna Holm", "Annie"),
    (("user", "is named", "Priya"), "Priya", "I"),
    (("I", "am called", "Priya"), "me", "Priya"),
]


@pytest.mark.parametrize(("naming", "one", "other"), ONE_ENTITY)
@pytest.mark.parametrize("named", ["first", "between", "last"])
def test_names_of_one_entity(
    memory: KGTMemory, naming: tuple[str, str, str], one: str, other: str, named: str
) -> None:
    facts = [(one, "likes", "tea"), (other, "likes", "figs")]
    facts.insert(["first", "between", "last"].index(named), naming)
    told(memory, *facts)
    for name in (one, other):
        assert objects(memory, name, "likes") == ["tea", "figs"]
        assert len(memory.history(user_id="ann", subject=name)) >= 2
    # A new value replaces the old one, under whatever name.
    told(memory, (one, "lives in", "Oslo"), (other, "lives in", "Rome"))
    assert objects(memory, one, "lives in") == ["Rome"]
    assert memory.tell(one, "lives in", "Rome", user_id="ann").added == ()
    # Nobody else's are touched.
    memory.tell(other, "likes", "chess", user_id="bob")
    assert objects(memory, one, "likes", user="bob") == ["chess"] * (one == "I" or other == "chess")


@pytest.mark.parametrize(("naming", "one", "other"), ONE_ENTITY)
def test_what_is_undone_names_nobody(
    memory: KGTMemory, naming: tuple[str, str, str], one: str, other: str
) -> None:
    told(memory, (one, "likes", "tea"), (other, "likes", "figs"))
    before = {name: objects(memory, name, "likes") for name in (one, other)}
    update = memory.tell(*naming, user_id="ann")
    assert memory.facts(user_id="ann")[-1].triple in (*update.added, *update.confirmed)
    undone = memory.undo(update.id, user_id="ann")
    assert {name: objects(memory, name, "likes") for name in (one, other)} == before
    memory.undo(undone.id, user_id="ann")
    assert objects(memory, one, "likes") == ["tea", "figs"]


@pytest.mark.parametrize(("naming", "one", "other"), ONE_ENTITY)
def test_what_is_forgotten_is_forgotten_under_every_name(
    memory: KGTMemory, naming: tuple[str, str, str], one: str, other: str
) -> None:
    told(memory, naming, (one, "likes", "tea"), (other, "likes", "figs"), ("Bo", "owns", other))
    memory.forget(other, user_id="ann")
    assert shown(memory) == []
    assert not any(u.triples for u in memory.history(user_id="ann"))


APART = [
    # Two dogs, so that "my dog" is none of them.
    ([DOG, ("user", "has a dog named", "Luna")], ["my dog", "Rex", "Luna"]),
    ([DOG, ("my dog", "is named", "Luna")], ["my dog", "Rex"]),
    # Two of one name.
    ([("my sister", "is named", "Anna"), ("my boss", "is named", "Anna")],
     ["my sister", "my boss", "Anna"]),
    ([("user", "is named", "Anna"), ("my boss", "is named", "Anna")], ["I", "my boss", "Anna"]),
    # One of several.
    ([("my dogs", "are named", "Rex and Luna")], ["my dogs", "Rex", "Luna", "my dog"]),
    ([("user", "has two dogs named", "Rex and Luna")], ["my dogs", "Rex", "Luna"]),
    ([("my dogs", "are named", "Rex, Luna"), ("my cat", "is named", "Rex")],
     ["my dogs", "Rex", "my cat"]),
    # A name that is a word for another thing.
    ([("my dog", "is named", "Baby"), ("my baby", "is named", "Tom")], ["my dog", "Tom"]),
    ([("my dog", "is named", "Baby")], ["Baby", "my baby"]),
    ([("my cat", "is called", "Me")], ["my cat", "I"]),
    # No names, and none any more.
    ([("my dog", "is not named", "Rex")], ["my dog", "Rex"]),
    ([("my dog", "was called", "Rex")], ["my dog", "Rex"]),
    ([("my dog", "is named after", "Rex")], ["my dog", "Rex"]),
    ([("my dog", "is named", "Rex"), ("my dog", "is named", "Luna")], ["my dog", "Rex"]),
    ([], ["my sister's dog", "my dog", "Rex", "Anna", "Anna Holm", "I"]),
]


@pytest.mark.parametrize(("facts", "names"), APART)
def test_names_that_may_be_of_others_stay_apart(
    memory: KGTMemory, facts: list[tuple[str, str, str]], names: list[str]
) -> None:
    told(memory, *facts)
    for name in names:
        memory.tell(name, "lives in", f"the house of {name}", user_id="ann")
    for name in names:
        assert objects(memory, name, "lives in") == [f"the house of {name}"]


def test_a_name_is_of_one_entity_if_all_who_have_it_are_one(memory: KGTMemory) -> None:
    told(
        memory, ("Margarethe", "has the nickname", "Gretl"),
        ("my sister", "has a nickname", "Gretl"), ("my sister", "is named", "Margarethe"),
        ("Gretl", "likes", "tea"),
    )
    for name in ("my sister", "Margarethe", "Gretl"):
        assert objects(memory, name, "likes") == ["tea"]


def test_what_is_told_stays_under_the_name_it_was_told_with(memory: KGTMemory) -> None:
    told(memory, ("my dog", "is named", "Rex"), ("Rex", "eats", "meat"), ("Priya", "likes", "tea"))
    told(memory, ("user", "is named", "Priya"), ("Priya", "likes", "figs"))
    assert shown(memory) == [
        "(my dog, is named, Rex)", "(Rex, eats, meat)", "(Priya, likes, tea)",
        "(user, is named, Priya)", "(user, likes, figs)",
    ]


@pytest.mark.parametrize(
    ("facts", "query", "found"),
    [
        ([SISTER], "What is Margarethe allergic to?", ["Margarethe"]),
        ([SISTER], "What is margarethe allergic to?", ["Margarethe"]),
        ([SISTER], "Is my sister called Margarethe?", ["my sister"]),
        ([SISTER], "Is Margarethe my sister?", ["Margarethe"]),
        ([SISTER], "Is Margarethe Weber here?", []),
        ([DOG], "What does my dog eat?", ["my dog"]),
        ([DOG], "Who is Rex?", ["Rex"]),
        ([DOG], "What does your dog eat?", []),
        ([("my dogs", "are named", "Rex and Luna")], "Who is Rex?", ["Rex"]),
        ([("user", "is named", "Priya")], "Where does Priya live?", ["user"]),
        ([("user", "is named", "Priya")], "Does Priya know where I live?", ["user"]),
        ([("user", "is named", "Priya"), SISTER], "Does Priya know Margarethe?",
         ["user", "Margarethe"]),
        ([("my film", "is called", "It")], "Is it raining?", []),
        ([("my brother", "is named", "Will")], "When will it rain?", []),
        ([("my brother", "is named", "Will")], "Where does Will live?", ["Will"]),
    ],
)
def test_a_name_that_was_told_links(
    memory: KGTMemory, facts: list[tuple[str, str, str]], query: str, found: list[str]
) -> None:
    told(memory, *facts)
    assert link(query, "ann", memory.graph) == found
    assert link(query, "bob", memory.graph) == []


@pytest.mark.parametrize(
    ("facts", "query", "recalled"),
    [
        ([SISTER, ("my sister", "is allergic to", "nuts")], "What is Margarethe allergic to?",
         "(my sister, is allergic to, nuts)"),
        ([SISTER, ("Margarethe", "is allergic to", "nuts")], "What is my sister allergic to?",
         "(Margarethe, is allergic to, nuts)"),
        ([("my dogs", "are named", "Rex and Luna"), ("Rex", "eats", "meat")], "Who is Rex?",
         "(my dogs, are named, Rex and Luna)"),
        ([DOG], "Who is Rex?", "(user, has a dog named, Rex)"),
        ([DOG, ("user", "has a dog named", "Luna")], "Who is Luna?",
         "(user, has a dog named, Luna)"),
        ([("my sister", "is named", "Anna"), ("my boss", "is named", "Anna")], "Who is Anna?",
         "(my boss, is named, Anna)"),
        ([("user", "is named", "Priya"), ("Priya", "likes", "tea")], "What does Priya like?",
         "(user, likes, tea)"),
        ([("user", "likes", "tea"), ("user", "is named", "Priya")], "What does Priya like?",
         "(user, likes, tea)"),
    ],
)
def test_a_fact_is_recalled_under_every_name(
    memory: KGTMemory, facts: list[tuple[str, str, str]], query: str, recalled: str
) -> None:
    told(memory, *facts)
    found = memory.recall(query, user_id="ann", limit=5)
    assert recalled in [str(r.triple) for r in found]
    assert len({r.triple for r in found}) == len(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Ask Anna where she lives", ["Anna"]),
        ("I moved. Ask Anna where", ["user", "Anna"]),
        ("After Anna moved, where was it?", ["Anna"]),
        ("Remind Anna that I'm tall", ["Anna", "user"]),
        ("Is Anna 30?", ["Anna"]),
        ("Isn't Anna 30 years old?", ["Anna"]),
        ("WHERE DOES ANNA LIVE?", ["Anna"]),
        ("IS ANNA 30?", ["Anna"]),
        ("WHERE DOES ANNA HOLM LIVE?", ["Anna Holm"]),
        ("where does anna live?", ["Anna"]),
        ("Am I tall?", ["user"]),
        ("AM I TALL?", ["user"]),
        ("Ask Anna Holm where Anna lives", ["Anna Holm", "Anna"]),
        ("Professor Anna Holm lives in", ["Anna Holm"]),
        ("Did Dr. Anna Holm call?", ["Anna Holm"]),
        ("Is Tom's Anna Holm here?", ["Anna Holm"]),
        ("Castles in Aragon Anna Holm lives in", ["Anna Holm"]),
        # Parts of longer names.
        ("Mary Anna Holm lives in", []),
        ("Where does Mary Anna Holm live?", []),
        ("Say No Anna", []),
        ("Anna 3000 is made by", []),
        ("Is Anna 3000 good?", []),
        ("Who makes Anna 3000?", []),
        ("Where does Ask Anna play?", []),
        ("Watch Anna Karenina", []),
    ],
)
def test_a_name_links_wherever_it_stands(memory: KGTMemory, query: str, found: list[str]) -> None:
    told(
        memory, ("Anna", "lives in", "Oslo"), ("Anna Holm", "lives in", "Rome"),
        ("user", "is", "tall"),
    )
    assert link(query, "ann", memory.graph) == found


@pytest.mark.parametrize(
    ("facts", "query", "explained"),
    [
        ([SISTER, ("my sister", "lives in", "Porto")], "Where does Margarethe live?", [SISTER]),
        ([SISTER, ("my sister", "lives in", "Porto")], "Where does my sister live?", []),
        ([("Rex", "eats", "meat"), DOG], "What does my dog eat?", [DOG]),
        ([("Rex", "eats", "meat"), DOG], "What does Rex eat?", []),
        ([("user", "lives in", "Porto"), ("user", "is named", "Priya")], "Does Priya live there?",
         [("user", "is named", "Priya")]),
        ([("user", "lives in", "Porto"), ("user", "is named", "Priya")], "Do I live there?", []),
    ],
)
def test_what_is_recalled_says_who_has_the_name(
    memory: KGTMemory,
    facts: list[tuple[str, str, str]],
    query: str,
    explained: list[tuple[str, str, str]],
) -> None:
    told(memory, *facts)
    # One fact at most, and what explains it.
    settings = KGTConfig(wanted=-math.inf, limit=1)
    asked = KGTMemory(model=ByRelation("liv", "eat"), graph=memory.graph, settings=settings)
    recalled = [r.triple for r in asked.recall(query, user_id="ann")]
    assert recalled[1:] == [Triple(*fact) for fact in explained]
    assert recalled[0].relation in ("lives in", "eats")
    assert len(asked.recall(query, user_id="ann", limit=1)) == 1


class ByRelation(Stub):
    """Finds what has one of these words in it likelier, after all but a request for nothing."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        return [
            tuple(
                LogProbability(0.0 if any(w in text for w in self.words) else -90.0, 1)
                for text in prompt.continuations
            ) if NEUTRAL not in prompt.context
            else tuple(LogProbability(-9.0, 1) for _ in prompt.continuations)
            for prompt in prompts
        ]


@pytest.mark.parametrize("naming", [SISTER, ("user", "is named", "Margarethe")])
def test_a_correction_is_of_whoever_has_the_name(
    memory: KGTMemory, naming: tuple[str, str, str]
) -> None:
    told(memory, naming, (naming[0], "lives in", "Porto"))
    update = memory.correct(
        "Where does Margarethe live?", "Lisbon", relation="lives in", user_id="ann"
    )
    subject = "user" if naming[0] == "user" else "Margarethe"
    assert update.added == (Triple(subject, "lives in", "Lisbon"),)
    assert [str(t) for t in update.retired] == [f"({naming[0]}, lives in, Porto)"]
    # And one that a question in the first person or of a thing gives.
    asked = "Where do I live?" if naming[0] == "user" else "Where does my sister live?"
    memory.correct(asked, "Faro", relation="lives in", user_id="ann")
    assert objects(memory, "Margarethe", "lives in") == ["Faro"]


def test_the_user_is_scored_by_the_name_that_was_told(memory: KGTMemory) -> None:
    told(memory, ("Anna", "lives in", "Oslo"))
    assert user_in_prompts("ann", memory.graph) == "Maria"
    told(memory, ("user", "is named", "Priya"), ("user", "has the nickname", "Pri"))
    assert user_in_prompts("ann", memory.graph) == "Priya"
    assert user_in_prompts("bob", memory.graph) == "Anna"
    told(memory, ("user", "is named", "Maya"))
    assert user_in_prompts("ann", memory.graph) == "Maya"
    # Another of that name makes it uncertain.
    told(memory, ("my boss", "is named", "Maya"))
    assert user_in_prompts("ann", memory.graph) != "Maya"


@pytest.mark.parametrize(
    ("text", "by_user", "meant"),
    [
        ("Your dog is ill.", False, "What does my dog eat?"),
        ("Your dog is ill.", True, "What does she eat?"),
        ("My dog is ill.", False, "What does she eat?"),
        ("Rex met you.", False, "What does Rex eat?"),
        ("I love Rex.", True, "What does Rex eat?"),
    ],
)
def test_you_is_the_user_where_the_assistant_speaks(
    memory: KGTMemory, text: str, by_user: bool, meant: str
) -> None:
    told(memory, ("my dog", "is named", "Rex"), ("user", "lives in", "Porto"))
    said = [Turn(text, by_user)]
    assert resolve("What does she eat?", said, "ann", memory.graph) == meant


def test_a_chain_is_told_that_the_assistant_means_the_user(memory: KGTMemory) -> None:
    told(memory, ("my sister", "lives in", "Porto"))
    asked = KGTMemory(
        model=ByRelation("liv"), graph=memory.graph, settings=KGTConfig(wanted=-math.inf)
    )
    messages = [
        HumanMessage("Hello"), AIMessage("How is your sister?"), HumanMessage("Where is she?")
    ]
    output = asked.invoke({"messages": messages}, {"configurable": {"user_id": "ann"}})
    assert output["facts"] == "- my sister lives in Porto"


def test_tools_take_every_name(memory: KGTMemory) -> None:
    tools = {tool.name: tool for tool in memory_tools(memory, user_id="ann")}
    recall, remember, forget = (
        tools[name] for name in ("recall_facts", "remember_fact", "forget_fact")
    )
    remember.invoke({"subject": "I", "relation": "am called", "object": "Priya"})
    remember.invoke({"subject": "Priya", "relation": "likes", "object": "tea"})
    assert shown(memory) == ["(user, is called, Priya)", "(user, likes, tea)"]
    assert forget.invoke({"subject": "Priya"}) == "2 facts forgotten."
    assert recall.invoke({"question": "What does Priya like?"}) == "Nothing is known about that."


def test_a_lookup_reads_the_facts_that_name_and_no_others() -> None:
    asked: list[tuple[str | None, str | None]] = []

    class Watched(InMemoryTripleStore):
        def triples(
            self, user_id: str, subject_key: str | None = None, **narrowed: Any
        ) -> list[StoredTriple]:
            asked.append((subject_key, narrowed.get("relation_key")))
            return super().triples(user_id, subject_key, **narrowed)

    memory = KGTMemory(model=NO_MODEL, graph=Watched())
    told(memory, ("my sister", "lives in", "Porto"), ("my dog", "eats", "meat"))
    asked.clear()
    assert link("Where does my sister live?", "ann", memory.graph) == ["my sister"]
    assert asked == []
    told(memory, SISTER)
    asked.clear()
    assert link("Where does Margarethe live?", "ann", memory.graph) == ["Margarethe"]
    assert asked == [(None, "is named")]


def test_one_fact_is_forgotten_under_another_name(memory: KGTMemory) -> None:
    told(memory, SISTER, ("my sister", "likes", "tea"), ("Margarethe", "owns", "a boat"))
    erased = memory.forget("Margarethe", "likes", user_id="ann")
    erased += memory.forget("my sis", "owns", user_id="ann")
    assert [t.object for t in erased] == ["tea", "a boat"]
    memory.note("Is my sister well?", user_id="ann")
    memory.forget("Margarethe", user_id="ann")
    assert [u.query for u in memory.history(user_id="ann")] == [""] * 4


def test_what_explains_is_within_the_limit(memory: KGTMemory) -> None:
    told(memory, ("user", "has a dog named", "Rex"))
    told(memory, *(("my dog", f"eats {when}", "figs") for when in ("at noon", "up", "quickly")))
    settings = KGTConfig(wanted=-math.inf, limit=2)
    asked = KGTMemory(model=ByRelation("eat"), graph=memory.graph, settings=settings)
    relations = [r.triple.relation for r in asked.recall("What does Rex eat?", user_id="ann")]
    assert relations == ["eats quickly", "has a dog named"]
