"""A question that no fact answers gets none, and one that a fact answers gets it in other words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from langchain_kgt import InMemoryTripleStore, KGTConfig, KGTMemory
from langchain_kgt.models.base import Prompt
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.recalling import asking
from tests.conftest import information

ANSWERED = {
    "What does my dog eat?": ("carrots", ["What is my dog fed?", "Which food does my dog get?"]),
    "What is the name of my cat?": ("Luna", ["How is my cat called?", "What did I name my cat?"]),
    "Where does my sister live?": ("Porto", ["In which city is my sister at home?"]),
}
UNANSWERED = [
    "When does my cat see the vet?", "Why is my sister angry?", "How old is my dog?",
]


@pytest.fixture(scope="module")
def told(smollm: HuggingFaceModel) -> KGTMemory:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
    for question, (answer, _) in ANSWERED.items():
        memory.correct(question, answer, user_id="ann")
    memory.tell("my aunt", "plays", "the harp", user_id="ann")
    return memory


def test_what_a_fact_answers_brings_it_up(told: KGTMemory) -> None:
    for question, (answer, others) in ANSWERED.items():
        for query in (question, *others):
            found = [r.triple.object for r in told.recall(query, user_id="ann")]
            assert found[:1] == [answer], query
    assert told.recall("Which instrument does my aunt play?", user_id="ann")


@pytest.mark.parametrize("remark", ["My dog looks sad.", "Is it late? I forgot."])
def test_a_remark_is_not_what_is_asked(told: KGTMemory, remark: str) -> None:
    found = told.recall(f"Which food does my dog get? {remark}", user_id="ann")
    assert [r.triple.object for r in found] == ["carrots"]


@pytest.mark.parametrize("query", [*UNANSWERED, "How old is my aunt?"])
def test_what_no_fact_answers_brings_up_none(told: KGTMemory, query: str) -> None:
    assert told.recall(query, user_id="ann") == []
    config = {"configurable": {"user_id": "ann"}}
    assert told.invoke(query, config) == {"question": query, "facts": ""}
    # Who asks for so many facts gets the nearest, and so does who sets no threshold.
    assert len(told.recall(query, user_id="ann", limit=1)) == 1
    careless = KGTMemory(
        model=told.model, graph=told.graph, settings=KGTConfig(wanted=-math.inf)
    )
    assert careless.recall(query, user_id="ann")


def test_what_is_known_is_said_to_a_query_for_which_it_was_not_found(
    smollm: HuggingFaceModel,
) -> None:
    # So strict that only what was said to the very query is given.
    settings = KGTConfig(wanted=math.inf)
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore(), settings=settings)
    query = "Which instrument does my aunt play?"
    memory.tell("my aunt", "plays", "the harp", user_id="ann")
    assert memory.recall(query, user_id="ann") == []
    update = memory.correct(query, "the harp", user_id="ann")
    assert [t.object for t in update.added] == ["the harp"]
    assert [r.triple.object for r in memory.recall(query, user_id="ann")] == ["the harp"]
    assert memory.correct(query, "the harp", user_id="ann").added == ()


def test_a_name_alone_asks_for_what_there_is(told: KGTMemory) -> None:
    assert [r.triple.object for r in told.recall("My dog", user_id="ann")] == ["carrots"]


@pytest.mark.parametrize(
    "query",
    ["Tell me about my dog.", "Who is my dog?", "What do you know about my dog?", "My dog?"],
)
def test_who_asks_in_general_gets_what_there_is(smollm: HuggingFaceModel, query: str) -> None:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
    for relation, value in (("is named", "Luna"), ("eats", "carrots"), ("sleeps in", "a basket")):
        memory.tell("my dog", relation, value, user_id="ann")
    memory.tell("my cat", "is named", "Tom", user_id="ann")
    found = {r.triple.object for r in memory.recall(query, user_id="ann")}
    assert found == {"Luna", "carrots", "a basket"}


def test_how_far_a_query_asks_is_the_sum_that_the_page_says(told: KGTMemory) -> None:
    query, [stored] = "Is my sister's home in Porto? In which city?", told.facts(
        user_id="ann", subject="my sister"
    )
    nats = information(query, stored, told.model)
    triple = stored.triple

    def log_p(context: str, *continuations: str) -> list[float]:
        [row] = told.model.log_probabilities([Prompt(context, continuations)])
        return [score.value for score in row]

    need, relation = "To answer it, I need to know: my sister", f" {triple.relation}"
    [r], [r0] = log_p(f"Question: {query}\n{need}", relation), log_p(need, relation)
    [o] = log_p(f"Question: {query}\nAnswer:", " Porto")
    [o0] = log_p("Question: Tell me about my sister.\nAnswer:", " Porto")
    meanings = [
        log_p(f"Question: {q}\nThis question means in one word:", *asking._MEANINGS)
        for q in (query, stored.query)
    ]
    expected = r - r0 + o - o0 + 20 * np.corrcoef(*meanings)[0, 1]
    assert nats == pytest.approx(expected, abs=1e-3)


def test_what_stands_before_the_sentence_with_the_subject_does_not_count(told: KGTMemory) -> None:
    [stored] = told.facts(user_id="ann", subject="my cat")
    plain, after = (
        information(query, stored, told.model)
        for query in (
            "What is the name of my cat?",
            "References\n\nIt rained. Rivers rose. What is the name of my cat?",
        )
    )
    assert plain == pytest.approx(after, abs=1e-3)
