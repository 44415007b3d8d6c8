"""What was told is found, in whatever words it is asked for; on the real model."""

from __future__ import annotations

import pytest

from langchain_kgt import InMemoryTripleStore, KGTMemory
from langchain_kgt.models.huggingface import HuggingFaceModel
from tests.conftest import counted_tokens
from tests.stub_models import english

Facts = tuple[tuple[str, str, str], ...]
SISTER: Facts = (
    ("my sister", "is named", "Margarethe"), ("my sister", "is allergic to", "nuts"),
    ("my sister", "plays", "the cello"),
)
MIA: Facts = (
    ("my daughter", "is named", "Mia"), ("my daughter Mia", "is allergic to", "hazelnuts"),
)
LIFE: Facts = (
    ("user", "lives in", "Porto"), ("user", "works as", "a nurse"),
    ("user", "is allergic to", "shellfish"), ("my car", "is", "a red Fiat"),
    ("user", "goes running on", "Tuesdays"), ("my brother", "lives in", "Leeds"),
    ("my dogs", "are named", "Rex and Luna"),
)


def told(smollm: HuggingFaceModel, facts: Facts) -> KGTMemory:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore(), reader=english())
    for fact in facts:
        memory.tell(*fact, user_id="ann")
    return memory


def objects(memory: KGTMemory, query: str) -> list[str]:
    return [r.triple.object for r in memory.recall(query, user_id="ann")]


@pytest.fixture(scope="module")
def life(smollm: HuggingFaceModel) -> KGTMemory:
    return told(smollm, LIFE)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Where do I live?", "Porto"), ("which town is my home in", "Porto"),
        ("What do I do for a living?", "a nurse"), ("What's my job?", "a nurse"),
        ("What can't I eat?", "shellfish"),
        ("Suggest a seafood dish that I can eat.", "shellfish"),
        ("What colour is my car?", "a red Fiat"),
        ("When do I go running?", "Tuesdays"),
        ("Who is Rex?", "Rex and Luna"),
        ("Where does my brother live?", "Leeds"),
    ],
)
def test_a_person_finds_what_they_told(life: KGTMemory, query: str, found: str) -> None:
    assert found in objects(life, query)


@pytest.mark.parametrize(
    "query",
    ["Who painted The Night Watch?", "What's 17 percent of 640?", "Give me a poem about frogs."],
)
def test_what_wants_nothing_of_theirs_gets_nothing(life: KGTMemory, query: str) -> None:
    config = {"configurable": {"user_id": "ann"}}
    assert life.invoke(query, config) == {"question": query, "facts": ""}


@pytest.mark.parametrize(
    ("facts", "query", "found"),
    [
        (SISTER, "What is Margarethe allergic to?", "nuts"),
        ((("my mother", "lives in", "Leeds"),), "Where does my mum live?", "Leeds"),
        (MIA, "What is my daughter allergic to?", "hazelnuts"),
        (MIA, "What is Mia allergic to?", "hazelnuts"),
    ],
)
def test_whoever_has_several_names_is_found_by_each(
    smollm: HuggingFaceModel, facts: Facts, query: str, found: str
) -> None:
    assert found in objects(told(smollm, facts), query)


def test_the_user_is_known_by_name(smollm: HuggingFaceModel) -> None:
    memory = told(smollm, LIFE)
    memory.correct("What is my name?", "Nadia", user_id="ann")
    assert objects(memory, "What is my name?") == ["Nadia"]
    for query in ("Who am I?", "What am I called?"):
        assert "Nadia" in objects(memory, query)


def test_who_asks_what_is_known_gets_it_the_newest_first(life: KGTMemory) -> None:
    assert objects(life, "What do you know about me?") == [
        "Tuesdays", "shellfish", "a nurse", "Porto",
    ]


def test_a_list_is_given_whole(smollm: HuggingFaceModel) -> None:
    names = ["Ada", "Ben", "Cleo", "Dan", "Eve"]
    children = tuple(("my sister", "has a child named", name) for name in names)
    memory = told(smollm, (*children, ("my sister", "lives in", "Graz")))
    for query in (
        "Who are my sister's children?", "What are my sister's children called?",
        "How many children does my sister have?",
    ):
        assert {*names} == {*objects(memory, query)}
    assert objects(memory, "How many brothers does my sister have?") == []


def test_a_corrected_question_is_answered_by_its_own_fact_without_a_model(
    smollm: HuggingFaceModel,
) -> None:
    model = HuggingFaceModel(smollm.model, smollm.tokenizer)
    memory = KGTMemory(model=model, graph=InMemoryTripleStore(), reader=english())
    for fact in LIFE:
        memory.tell(*fact, user_id="ann")
    memory.correct("Where shall we eat tonight?", "at the Golden Fig", user_id="ann")
    with counted_tokens(model) as passes:
        assert objects(memory, "where shall we eat tonight") == ["the Golden Fig"]
    assert sum(passes) == 0


def test_nobody_finds_what_another_user_told(life: KGTMemory) -> None:
    assert life.recall("Where do I live?", user_id="bea") == []
