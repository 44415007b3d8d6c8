"""Which of a user's subjects a query mentions: no model, no part of another name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from langchain_kgt import GraphUpdate, InMemoryTripleStore, StoredTriple, Triple
from langchain_kgt.models.base import LogProbability, Prompt
from langchain_kgt.reading.base import Question
from langchain_kgt.recalling import relations
from langchain_kgt.recalling.subjects import find, link, names_before, spans
from langchain_kgt.triples import now
from langchain_kgt.tuning import answers
from tests.stub_models import Stub


@pytest.fixture
def known() -> InMemoryTripleStore:
    graph = InMemoryTripleStore()
    names = [
        "my dog", "my neighbour Tom", "Dodge", "Sydney", "BBC One", "the Beatles", "Microland",
        "The Football Association", "Anna Holm", "Sell Out!", "C++", "東京", "my sister's dog",
        "🐕",
    ]
    graph.apply(
        GraphUpdate(
            id="1", user_id="ann", kind="tell", time=now(),
            added=tuple(Triple(name, "is", "x") for name in names),
        )
    )
    return graph


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("What does my dog eat?", ["my dog"]),
        ("What does My Dog eat?", ["my dog"]),
        ("What does the dog of mine eat?", ["my dog"]),
        ("Should our dog see a vet", ["my dog"]),
        ("What does a dog eat?", []),
        ("What do dogs eat?", []),
        ("What does your dog eat?", []),
        ("What does his dog eat?", []),
        ("What does my sister's dog eat?", ["my sister's dog"]),
        ("What does my old dog eat?", []),
        ("Where does my neighbour Tom live?", ["my neighbour Tom"]),
        ("Does my neighbour Tom like my dog?", ["my neighbour Tom", "my dog"]),
        ("Where does Tom live?", ["my neighbour Tom"]),
        ("Does my dog like Tom?", ["my dog", "my neighbour Tom"]),
        ("Where does Tom Baker live?", []),
        ("Where does Thomas live?", []),
        ("Does a tom cat live here?", []),
        ("Dodge was founded by", ["Dodge"]),
        ("Dodge Charger is a product of", []),
        ("Dodge 3700 is a product of", []),
        ("HMAS Sydney, named for", []),
        ("Sydney-Phillip, which is called after", []),
        ("Is Sydney large?", ["Sydney"]),
        ("Some other text. BBC One is owned by", ["BBC One"]),
        ("He met Chris. BBC One is owned by", ["BBC One"]),
        ("What's Sydney's size?", ["Sydney"]),
        ("Isn't Sydney large?", ["Sydney"]),
        ("Can’t Sydney grow?", ["Sydney"]),
        ("Hello Sydney", ["Sydney"]),
        ("Tom's Sydney is large", ["my neighbour Tom"]),
        ("Say No Sydney", []),
        ("Dr. Dodge was founded by", []),
        ("J. Dodge was founded by", []),
        ("bbc one, from", ["BBC One"]),
        ("Dr. Anna Holm lives in", ["Anna Holm"]),
        ("Where is South Anna Holm?", []),
        ("Others moved to the U.S. Anna Holm lives in", ["Anna Holm"]),
        ("Anna Holm Street is in", []),
        ("Is The Football Association old?", ["The Football Association"]),
        ("The Israel Football Association is old", []),
        ("Who are the Beatles?", ["the Beatles"]),
        ("Beatles members", ["the Beatles"]),
        ("Microland's headquarters are in", ["Microland"]),
        ("When was Sell Out! released?", ["Sell Out!"]),
        ("Is C++ fast?", ["C++"]),
        ("東京はどこですか？", ["東京"]),
        ("Why 🐕 here?", ["🐕"]),
        ("", []),
    ],
)
def test_a_query_mentions(known: InMemoryTripleStore, query: str, found: list[str]) -> None:
    assert link(query, "ann", known) == found
    assert link(query, "bob", known) == []


def test_background_knowledge_is_linked_where_no_own_name_is_meant(
    known: InMemoryTripleStore
) -> None:
    known.load([Triple("dog", "can", "bark")], source="words")
    assert link("What can a dog do?", "ann", known) == ["dog"]
    assert link("What can my dog do?", "ann", known) == ["my dog"]


def test_a_question_word_is_no_name_before_a_pronoun() -> None:
    assert not names_before("Tell me what she likes", 13)


def test_new_subjects_are_whole_names() -> None:
    assert spans("What does my neighbour Tom work as?")[0] == "my neighbour Tom"
    assert "Tom" not in spans("What does my neighbour Tom work as?")
    assert "Sydney" not in spans("HMAS Sydney, named for")
    assert "Bailey Peninsula (Antarctica)" in spans("Bailey Peninsula (Antarctica) belongs to")
    assert spans("fish and chips, from")  # nothing is capitalised: everything is offered
    assert spans("???") == []


@pytest.mark.parametrize(
    ("text", "valid"),
    [("is a product of", True), ("", False), ("<sep>", False), ("who? me", False),
     ("a b c d e f g h i", False)],
)
def test_relations_are_a_few_words(text: str, valid: bool) -> None:
    assert relations.is_relation(text) is valid


@pytest.mark.parametrize(
    ("reply", "answer"),
    [("vegetables", "vegetables"), ("No, vegetables!", "vegetables"),
     ("Actually: old cheese", "old cheese"), ("  Rome. ", "Rome"), ("No", "No"),
     ("No sugar", "No sugar"), ("No one", "No one"), ("No-one", "No-one"), ("No. 5", "No. 5"),
     ("Well done", "Well done"), ("Wrong Turn", "Wrong Turn"), ("No - Rome", "Rome"),
     ("No. Rome", "Rome"), ("well, no, Rome", "Rome"), ("nope Rome", "Rome"), ("It’s Eva", "Eva"),
     ("no it's Eva", "Eva"), (".5 kg", ".5 kg"), ("No, .5 kg", ".5 kg"), ("2.5, not 3.5 kg", "2.5"),
     ("No, it's at 8:30, not 8:15", "at 8:30"), ("$4.50, not $4.20", "$4.50"),
     ("Eva, not Dr. Max", "Eva"), ("Not St. Paul, but Rome", "but Rome"), ("18 °C!", "18 °C")],
)
def test_short_replies_need_no_model(reply: str, answer: str) -> None:
    assert answers.find("q?", reply, model=None) == answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("What is the name of my dog's vet?", "my dog's vet"),
        ("Where is my dog's vet?", "my dog's vet"),
        ("What is my dog's vet called?", "my dog's vet"),
        ("How old is my dog’s vet?", "my dog’s vet"),
        ("What is my dog's vet's name?", "my dog's vet"),
        ("What is my dog's name?", "my dog"),
        ("Who is my dog's favourite neighbour?", "my dog"),
        ("My dog's favourite food is", "my dog"),
        ("Where does my dog live?", "my dog"),
        ("Where is Microland's founder?", "Microland's founder"),
        ("Who was Microland's founder?", "Microland"),
    ],
)
def test_a_correction_is_about_what_is_owned(
    known: InMemoryTripleStore, query: str, subject: str
) -> None:
    assert find(Question(query), "ann", known, model=None) == subject  # type: ignore[arg-type]


def test_a_part_of_a_name_that_is_mentioned_is_not_mentioned_itself() -> None:
    graph = InMemoryTripleStore()
    names = ("fish and chips", "fish", "chips")
    graph.apply(
        GraphUpdate(
            id="1", user_id="ann", kind="tell", time=now(),
            added=tuple(Triple(name, "is", "x") for name in names),
        )
    )
    assert link("Who sells fish and chips here?", "ann", graph) == ["fish and chips"]
    assert link("Are fish here? And chips?", "ann", graph) == ["fish", "chips"]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ((), ["my neighbour Tom"]),
        (("my brother Tom",), []),  # which of them?
        (("Tom",), ["Tom"]), (("Tom", "my brother Tom"), ["Tom"]),
        (("my brother Tom Baker", "our old cat Mia"), ["my neighbour Tom"]),
    ],
)
def test_a_name_behind_what_somebody_is_names_them_if_nobody_else_has_it(
    known: InMemoryTripleStore, more: tuple[str, ...], found: list[str]
) -> None:
    known.apply(
        GraphUpdate(
            id="2", user_id="ann", kind="tell", time=now(),
            added=tuple(Triple(name, "is", "y") for name in more),
        )
    )
    assert link("Where does Tom live?", "ann", known) == found
    assert link("Where does Tom live?", "bob", known) == []


def test_the_facts_are_read_for_it_only_where_no_name_is_known(
    known: InMemoryTripleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    triples = InMemoryTripleStore.triples

    def counted(self: InMemoryTripleStore, *args: Any, **kwargs: Any) -> list[StoredTriple]:
        if "newest" in kwargs:
            read.append(kwargs["newest"])
        return triples(self, *args, **kwargs)

    monkeypatch.setattr(InMemoryTripleStore, "triples", counted)
    for query in ("Where is Sydney?", "Where does my dog live?", "What is Rome? And who?"):
        link(query, "ann", known)
        assert len(read) == (1 if "Rome" in query else 0)


class Taking(Stub):
    """Takes one name, and no other, for what a query is about."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        return [
            tuple(LogProbability(0.0 if text.strip() == self.name else -9.0, 1)
                  for text in prompt.continuations)
            for prompt in prompts
        ]


@pytest.mark.parametrize(
    ("query", "subjects", "found"),
    [
        # The parse tells where common nouns end, but not where a foreign name begins.
        ("What is the price of the car?", ("the car",), "the car"),
        ("The language of La dama boba is", ("The language",), "La dama boba"),
        # Nor does a name end in "and".
        ("fish and chips, from", ("fish and",), "fish and chips"),
        # What is known by a common noun is not what somebody by name speaks.
        ("Louis Bonaparte spoke the language", ("Louis Bonaparte",), "Louis Bonaparte"),
        ("Who speaks the language?", ("the language",), "the language"),
        ("Does Anna know my dog?", ("Anna",), "my dog"),
        ("What am I reading?", ("I",), "user"),
    ],
)
def test_what_is_corrected_is_what_the_parse_and_the_model_take_together(
    query: str, subjects: tuple[str, ...], found: str
) -> None:
    graph = InMemoryTripleStore()
    graph.apply(
        GraphUpdate(
            id="1", user_id="ann", kind="tell", time=now(),
            added=(Triple("The language", "is", "x"), Triple("my dog", "is", "y")),
        )
    )
    assert find(Question(query, subjects), "ann", graph, Taking(found)) == found
