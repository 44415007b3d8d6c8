"""What was learned can be taken back, and what was said can be forgotten."""

from __future__ import annotations

import math

import pytest

from langchain_kgt import (
    InMemoryTripleStore,
    InvalidInputError,
    KGTConfig,
    KGTMemory,
    NotFoundError,
    Triple,
)
from langchain_kgt.models.huggingface import HuggingFaceModel
from tests.conftest import shown


def test_history_tells_and_undo_restores(memory: KGTMemory) -> None:
    memory.tell("Ann", "lives in", "Lima", user_id="ann")
    second = memory.tell("Ann", "lives in", "Rome", user_id="ann")
    undo = memory.undo(second.id, user_id="ann")
    assert shown(memory) == ["(Ann, lives in, Lima)"]
    assert [t.object for t in undo.added] == ["Lima"]
    redo = memory.undo(undo.id, user_id="ann")
    assert shown(memory) == ["(Ann, lives in, Rome)"]
    assert [u.id for u in memory.history(user_id="ann", subject="ann")][-1] == redo.id
    with pytest.raises(InvalidInputError, match="already"):
        memory.undo(undo.id, user_id="ann")
    with pytest.raises(NotFoundError, match="history"):
        memory.undo(second.id, user_id="bob")


def test_undoing_in_the_middle_brings_no_stale_fact_back(memory: KGTMemory) -> None:
    memory.tell("Ann", "lives in", "Lima", user_id="ann")
    rome = memory.tell("Ann", "lives in", "Rome", user_id="ann")
    oslo = memory.tell("Ann", "lives in", "Oslo", user_id="ann")
    memory.undo(rome.id, user_id="ann")
    assert shown(memory) == ["(Ann, lives in, Oslo)"]
    memory.undo(oslo.id, user_id="ann")
    assert shown(memory) == ["(Ann, lives in, Lima)"]


def test_undoing_the_first_of_two_corrections_to_one_answer_brings_no_old_value_back(
    smollm: HuggingFaceModel,
) -> None:
    # So strict that what was said to one question is learned anew for another.
    settings = KGTConfig(wanted=math.inf)
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore(), settings=settings)
    memory.tell("my aunt", "lives in", "Oslo", user_id="ann")
    first, again = (
        memory.correct(query, "Rome", user_id="ann", subject="my aunt")
        for query in ("Where does my aunt live?", "In which city is my aunt at home?")
    )
    assert [t.object for t in first.retired] == ["Oslo"]
    assert [t.object for t in again.added] == ["Rome"]
    memory.undo(first.id, user_id="ann")
    assert [stored.triple.object for stored in memory.facts(user_id="ann")] == ["Rome"]


def test_taking_an_undo_back_puts_no_old_value_beside_a_newer_one(memory: KGTMemory) -> None:
    memory.tell("Ann", "lives in", "Lima", user_id="ann")
    rome = memory.tell("Ann", "lives in", "Rome", user_id="ann")
    undone = memory.undo(rome.id, user_id="ann")
    oslo = memory.tell("Ann", "resides in", "Oslo", user_id="ann")
    with pytest.raises(InvalidInputError, match="Oslo"):
        memory.undo(undone.id, user_id="ann")
    assert shown(memory) == ["(Ann, resides in, Oslo)"]
    memory.undo(oslo.id, user_id="ann")
    memory.undo(undone.id, user_id="ann")
    assert shown(memory) == ["(Ann, lives in, Rome)"]


def test_taking_an_undo_back_puts_no_second_answer_beside_the_one_to_the_same_question(
    memory: KGTMemory,
) -> None:
    question = "What does my dog eat?"
    meat = memory.correct(question, "meat", user_id="ann", subject="my dog", relation="eats")
    undone = memory.undo(meat.id, user_id="ann")
    memory.correct(question, "carrots", user_id="ann", subject="my dog", relation="eats")
    with pytest.raises(InvalidInputError, match="carrots"):
        memory.undo(undone.id, user_id="ann")
    assert shown(memory) == ["(my dog, eats, carrots)"]


def test_forgetting_leaves_no_trace(memory: KGTMemory) -> None:
    memory.correct(
        "What does my dog like to eat?", "secret carrots", user_id="ann",
        subject="my dog", relation="eats",
    )
    memory.tell("Ann", "owns", "my dog", user_id="ann")
    memory.tell("Ann", "lives in", "Lima", user_id="ann")
    memory.tell("my dog", "eats", "meat", user_id="bob")
    assert len(memory.forget(user_id="ann", subject="my dog")) == 2
    assert shown(memory) == ["(Ann, lives in, Lima)"]
    left = str(memory.export(user_id="ann"))
    assert "carrots" not in left
    assert "dog" not in left
    assert shown(memory, "bob") == ["(my dog, eats, meat)"]
    with pytest.raises(NotFoundError, match="facts"):
        memory.forget(user_id="ann", subject="my dog")
    assert len(memory.forget_user("ann")) == 1
    assert memory.export(user_id="ann") == {"user_id": "ann", "facts": [], "history": []}
    memory.tell("my dog", "eats", "rice", user_id="ann")
    assert shown(memory) == ["(my dog, eats, rice)"]


def test_what_is_forgotten_stands_in_no_question_of_another_fact(memory: KGTMemory) -> None:
    memory.tell("Ann", "lives in", "Oslo", user_id="ann")
    memory.correct(
        "Does Ann still live in Oslo?", "Rome", user_id="ann", subject="Ann", relation="lives in"
    )
    memory.correct(
        "Who did Ann leave Bob for?", "Eva", user_id="ann", subject="Ann", relation="loves"
    )
    assert len(memory.forget(user_id="ann", subject="Ann", relation="lives in", object="Oslo")) == 1
    assert len(memory.forget(user_id="ann", subject="Bob")) == 0
    assert shown(memory) == ["(Ann, lives in, Rome)", "(Ann, loves, Eva)"]
    left = str(memory.export(user_id="ann"))
    assert "Oslo" not in left
    assert "Bob" not in left


def test_one_fact_can_be_forgotten(memory: KGTMemory) -> None:
    memory.tell("Ann", "speaks", "Greek", user_id="ann")
    memory.tell("Ann", "speaks", "Polish", user_id="ann")
    assert len(memory.forget(user_id="ann", subject="ann", relation="speaks", object="greek")) == 1
    assert shown(memory) == ["(Ann, speaks, Polish)"]


def test_a_subject_that_happens_to_be_none_erases_nobody(memory: KGTMemory) -> None:
    memory.tell("Ann", "speaks", "Greek", user_id="ann")
    with pytest.raises(InvalidInputError, match="forget_user"):
        memory.forget(None, user_id="ann")  # type: ignore[arg-type]
    assert shown(memory) == ["(Ann, speaks, Greek)"]
    assert memory.forget_user("ann") == [Triple("Ann", "speaks", "Greek")]
    assert (shown(memory), memory.history(user_id="ann")) == ([], [])


def test_a_relation_is_forgotten_in_whatever_words_it_was_told(memory: KGTMemory) -> None:
    memory.tell("Ann", "lives in", "Oslo", user_id="ann")
    memory.tell("Ann", "resides in", "Rome", user_id="ann")
    memory.tell("Ann", "was born in", "Lima", user_id="ann")
    assert shown(memory) == ["(Ann, resides in, Rome)", "(Ann, was born in, Lima)"]
    assert len(memory.forget(user_id="ann", subject="Ann", relation="lives in")) == 2
    assert shown(memory) == ["(Ann, was born in, Lima)"]
    assert "Rome" not in str(memory.export(user_id="ann"))
