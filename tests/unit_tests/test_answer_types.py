"""What kind of answer a question calls for, and which facts look like one."""

from __future__ import annotations

import pytest

from langchain_kgt import StoredTriple, Triple
from langchain_kgt.recalling.answer_types import could_answer
from langchain_kgt.triples import now


def fact(value: str, question: str = "") -> StoredTriple:
    return StoredTriple(Triple("my car", "has", value), "u1", now(), question)


@pytest.mark.parametrize(
    ("query", "fitting", "other"),
    [
        ("How old is my car?", ["12", "twelve years", "Two winters"], ["Rome", "the attic"]),
        ("How old is my aunt's car?", ["eighty", "nineteen"], ["red"]),
        ("When does my car club meet?", ["at eight"], ["in Rome"]),
        ("How many doors does my car have?", ["five", "No doors", "a pair"], ["Honda"]),
        ("What did my car cost?", ["$200", "nothing", "a lot"], ["Honda"]),
        ("When did I last wash my car?", ["Tuesday", "in June", "2024", "last week"], ["Honda"]),
        ("So, since when is it mine?", ["Christmas", "1999"], ["Anna"]),
        ("In which year was my car made?", ["1999"], ["Honda", "a garage"]),
        ("What is the phone number of my garage?", ["+43 1 58"], ["Vienna"]),
        ("Why is my car red?", ["Anna likes it so"], ["Honda", "the attic"]),
    ],
)
def test_the_words_of_a_question_call_for_a_kind(
    query: str, fitting: list[str], other: list[str]
) -> None:
    assert [value for value in fitting if not could_answer(query, fact(value))] == []
    assert [value for value in other if could_answer(query, fact(value))] == []


@pytest.mark.parametrize(
    "query",
    [
        "Who made my car?", "Which car is it?", "Wie alt ist mein Auto?", "",
        "Tell me when it rains", "How is my car?", "Somewhen my car", "My car was bought in",
    ],
)
def test_any_other_question_calls_for_anything(query: str) -> None:
    assert could_answer(query, fact("Honda"))


def test_what_answered_a_question_of_the_kind_is_an_answer_in_whatever_words() -> None:
    sugar = fact("a spoonful", "How much sugar does Ann take?")
    assert could_answer("How much sugar goes into Ann's tea?", sugar)
    assert not could_answer("When does Ann drink tea?", sugar)
