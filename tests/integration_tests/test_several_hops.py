"""Questions whose answer lies several facts away, on the real model."""

from __future__ import annotations

import pytest

from langchain_kgt import KGTMemory, KGTRetriever
from langchain_kgt.recalling import templates

MAYOR = "Who is the mayor of the city where my sister lives?"


@pytest.fixture
def told(memory: KGTMemory) -> KGTMemory:
    for subject, relation, object_ in (
        ("my sister", "lives in", "Graz"),
        ("my sister", "is named", "Anna"),
        ("Graz", "has the mayor", "Elke Kahr"),
        ("Graz", "lies on the river", "Mur"),
        ("Elke Kahr", "was born in", "Vienna"),
    ):
        memory.tell(subject, relation, object_, user_id="ann")
    return memory


def first(memory: KGTMemory, query: str) -> str:
    return memory.recall(query, user_id="ann")[0].triple.object


def test_a_question_over_several_facts_is_answered_by_the_last(told: KGTMemory) -> None:
    best = told.recall(MAYOR, user_id="ann")[0]
    assert best.triple.object == "Elke Kahr"
    assert [t.object for t in best.path] == ["Graz"]
    assert first(told, "On which river lies the city where my sister lives?") == "Mur"
    prompt = templates.reasoning(MAYOR, [best.shown])
    assert "Elke Kahr" in told.model.generate([prompt], max_new_tokens=12)[0]


def test_a_question_for_the_first_fact_stays_there(told: KGTMemory) -> None:
    for query, answer in (
        ("Where does my sister live?", "Graz"),
        ("In which city does my sister live?", "Graz"),
        ("What is the name of my sister?", "Anna"),
        ("Who is the mayor of Graz?", "Elke Kahr"),
    ):
        assert first(told, query) == answer


def test_a_correction_in_the_middle_leads_elsewhere(told: KGTMemory) -> None:
    told.tell("Linz", "has the mayor", "Dietmar Prammer", user_id="ann")
    told.correct("Where does my sister live?", "Linz", user_id="ann")
    assert first(told, "Where does my sister live?") == "Linz"
    assert first(told, MAYOR) == "Dietmar Prammer"


def test_a_corrected_question_over_several_facts_stays_corrected(told: KGTMemory) -> None:
    told.correct(MAYOR, "Judith Schwentner", user_id="ann")
    assert first(told, MAYOR) == "Judith Schwentner"


def test_the_retriever_gives_as_many_facts_as_asked_for(told: KGTMemory) -> None:
    found = KGTRetriever(memory=told, user_id="ann", limit=3).invoke(MAYOR)
    assert [document.metadata["object"] for document in found] == ["Elke Kahr", "Graz", "Anna"]
    assert found[0].page_content == f"Question: {MAYOR} Answer: Elke Kahr"
    assert found[1].page_content == "my sister lives in Graz"
