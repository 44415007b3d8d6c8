"""One name under any determiner, in what is written and in what is found; in both stores."""

from __future__ import annotations

import pytest

from langchain_kgt import (
    GraphUpdate,
    InvalidInputError,
    KGTConfig,
    KGTMemory,
    NotFoundError,
    TripleStore,
)
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.recalling.names import bare
from langchain_kgt.recalling.neighbourhood import around
from langchain_kgt.recalling.subjects import link
from langchain_kgt.recalling.templates import DEFAULT
from langchain_kgt.triples import Triple, now
from langchain_kgt.tuning.telling import tell
from langchain_kgt.undoing import undo
from tests.conftest import shown
from tests.stub_models import Stub

NO_MODEL = Stub()


@pytest.fixture
def memory(graph: TripleStore) -> KGTMemory:
    """Telling, linking, undoing and forgetting ask no model."""
    return KGTMemory(model=NO_MODEL, graph=graph)


@pytest.mark.parametrize(
    "name",
    ["my dog", "My dog", "the dog", "the dog of mine", "MY  DOG", "our dog", "my dog.", " my dog "],
)
def test_one_thing_has_one_bare_name(name: str) -> None:
    assert bare(name) == "dog"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("my dog", "my dogs"), ("my sister", "my sister's dog"), ("Sydney", "HMAS Sydney"),
        ("The", "A"), ("A+", "my +"), ("A*", "*"), ("C", "C++"), ("my राम", "my रोम"),
    ],
)
def test_two_things_have_two(one: str, other: str) -> None:
    assert bare(one) != bare(other)


@pytest.mark.parametrize(
    "name", ["My Dog", "the dog", "our dog", "a dog", "dog", "the dog of mine"]
)
def test_what_is_told_under_another_determiner_is_told_of_the_one_that_is_known(
    memory: KGTMemory, name: str
) -> None:
    memory.tell("my dog", "eats", "meat", user_id="ann")
    update = memory.tell(name, "is named", "Rex", user_id="ann")
    assert bare(update.added[0].subject) == "dog"
    assert len(memory.facts(user_id="ann", subject="my dog")) == 2
    assert len(memory.facts(user_id="ann", subject=name)) == 2
    assert len(memory.history(user_id="ann", subject=name)) == 2
    assert memory.graph.subjects("ann", ["my dog", "the dog", "dog"]) == {"my dog": "my dog"}


def test_a_friend_of_mine_is_my_friend(memory: KGTMemory) -> None:
    memory.tell("a friend of mine", "lives in", "Rome", user_id="ann")
    memory.tell("my friend", "lives in", "Oslo", user_id="ann")
    assert shown(memory) == ["(a friend of mine, lives in, Oslo)"]
    assert link("Where does my friend live?", "ann", memory.graph) == ["a friend of mine"]


def test_a_value_is_the_same_with_an_article(memory: KGTMemory) -> None:
    memory.tell("my keys", "are in", "kitchen", user_id="ann")
    again = memory.tell("my keys", "are in", "the kitchen", user_id="ann")
    assert (again.added, again.retired) == ((), ())
    assert shown(memory) == ["(my keys, are in, kitchen)"]


def test_several_values_differ_in_more_than_an_article(memory: KGTMemory) -> None:
    for band in ("The Who", "Who", "Queen"):
        memory.tell("Ann", "listens to", band, user_id="ann")
    settings = KGTConfig()
    again = Triple("Ann", "listens to", "The Queen")
    update = tell(again, "ann", graph=memory.graph, settings=settings)
    assert update.added == ()


@pytest.mark.parametrize(
    ("first", "second"), [("the best colour", "best colour"), ("best colour", "the best colour")]
)
def test_a_relation_is_the_same_with_an_article(
    memory: KGTMemory, first: str, second: str
) -> None:
    assert Lexicon.shipped().same(first, second)
    memory.tell("Ann", first, "red", user_id="ann")
    memory.tell("Ann", second, "blue", user_id="ann")
    assert [s.triple.object for s in memory.facts(user_id="ann")] == ["blue"]


def test_undoing_under_another_determiner_restores(memory: KGTMemory) -> None:
    memory.tell("my dog", "lives in", "Rome", user_id="ann")
    memory.tell("the dog", "lives in", "Oslo", user_id="ann")
    last = memory.tell("our dog", "lives in", "Lima", user_id="ann")
    memory.undo(last.id, user_id="ann")
    assert shown(memory) == ["(my dog, lives in, Oslo)"]


def test_an_undo_is_refused_where_another_determiner_has_a_newer_value(memory: KGTMemory) -> None:
    told = memory.tell("my dog", "lives in", "Rome", user_id="ann")
    undone = memory.undo(told.id, user_id="ann")
    # Nothing is known of the dog now: it is written as it is told.
    memory.tell("the dog", "lives in", "Oslo", user_id="ann")
    with pytest.raises(InvalidInputError, match="Oslo"):
        undo(undone.id, "ann", graph=memory.graph, settings=memory.settings)


def test_what_is_forgotten_is_forgotten_under_any_determiner(memory: KGTMemory) -> None:
    memory.tell("my dog", "eats", "meat", user_id="ann")
    memory.tell("Ann", "owns", "the dog", user_id="ann")
    assert len(memory.forget(user_id="ann", subject="Our dog")) == 2
    assert shown(memory) == []


def test_one_value_is_forgotten_with_its_article_or_without(memory: KGTMemory) -> None:
    memory.tell("my keys", "are in", "the kitchen", user_id="ann")
    erased = memory.forget("the keys", "are in", "kitchen", user_id="ann")
    assert erased == [Triple("my keys", "are in", "the kitchen")]


def test_a_user_hides_what_the_background_says_without_a_determiner(memory: KGTMemory) -> None:
    memory.graph.load([Triple("dog", "lives in", "a kennel")], source="words")
    update = memory.tell("my dog", "lives in", "a house", user_id="ann")
    assert [str(t) for t in update.retired] == ["(dog, lives in, a kennel)"]
    assert [s.triple.object for s in memory.facts(user_id="ann", subject="my dog")] == ["a house"]
    assert [s.triple.object for s in memory.facts(user_id="bob", subject="my dog")] == ["a kennel"]


def test_facts_under_several_determiners_are_all_found(graph: TripleStore) -> None:
    """As a database of an older version has them."""
    added = (Triple("my dog", "eats", "meat"), Triple("The dog", "is named", "Rex"))
    graph.apply(GraphUpdate(id="1", user_id="ann", kind="tell", time=now(), added=added))
    near = around("q?", "ann", "our dog", graph=graph, model=NO_MODEL, prompts=DEFAULT)
    assert {s.triple for s in near.triples} == set(added)


@pytest.mark.parametrize(
    ("told", "query"),
    [
        ("the Beatles", "Beatles members"), ("my neighbour Tom", "Where does neighbour Tom live?"),
        ("the dog of mine", "What does my dog eat?"), ("dog", "What does my dog eat?"),
        ("Beatles", "Who are the Beatles?"), (".NET", "Is .NET free?"), ("A*", "Is A* optimal?"),
        ("C♯", "Is C♯ hard?"), ("Rh-", "Is Rh- rare?"), ("👩\u200d💻", "Who is 👩\u200d💻?"),
    ],
)
def test_a_query_finds_a_name(memory: KGTMemory, told: str, query: str) -> None:
    memory.tell(told, "is", "x", user_id="ann")
    assert link(query, "ann", memory.graph) == [told]


@pytest.mark.parametrize(
    ("told", "query"),
    [
        ("मेरी बहन", "मेरी बहन का नाम क्या है?"), ("โมนา ใจดี", "โมนา ใจดี อยู่ที่ไหน"),
        ("என் அம்மா", "என் அம்மா எங்கே?"), ("أُخْتِي", "أين أُخْتِي الآن؟"),
        ("東京", "東京はどこですか？"),
    ],
)
def test_a_name_in_any_script_is_found_whole(memory: KGTMemory, told: str, query: str) -> None:
    memory.tell(told, "is", "x", user_id="ann")
    assert link(query, "ann", memory.graph) == [told]


@pytest.mark.parametrize(
    ("told", "query"), [("मोना", "मीना कहाँ है?"), ("กิน", "กัน อยู่ที่ไหน"), ("C", "Is C♯ hard?")]
)
def test_a_name_with_other_marks_is_another(memory: KGTMemory, told: str, query: str) -> None:
    memory.tell(told, "is", "x", user_id="ann")
    assert link(query, "ann", memory.graph) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("राम", "रोम"), ("กิน", "กัน"), ("மீனா", "மானா"), ("كَتَبَ", "كُتِبَ"), ("Rh+", "Rh"),
     ("C♯", "C♭"), ("≠ 5", "= 5"), ("👍", "👎"), ("ann.lee@x.com", "ann-lee@x.com")],
)
def test_two_values_are_two_facts(memory: KGTMemory, first: str, second: str) -> None:
    memory.tell("मेरी बहन", "का नाम है", first, user_id="ann")
    update = memory.tell("मेरी बहन", "का नाम है", second, user_id="ann")
    assert [t.object for t in update.added] == [second]
    assert [s.triple.object for s in memory.facts(user_id="ann")] == [first, second]


def test_forgetting_one_name_leaves_its_neighbour(memory: KGTMemory) -> None:
    memory.tell("मोना", "lives in", "Rome", user_id="ann")
    memory.tell("मीना", "lives in", "Oslo", user_id="ann")
    assert len(memory.forget(user_id="ann", subject="मोना")) == 1
    assert shown(memory) == ["(मीना, lives in, Oslo)"]
    with pytest.raises(NotFoundError):
        memory.forget(user_id="ann", subject="मोना")
