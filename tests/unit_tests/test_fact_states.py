"""What a fact says besides its three parts: how it stands, since when, and who said so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import pytest

from langchain_kgt import (
    InvalidInputError,
    KGTMemory,
    NotFoundError,
    Triple,
)
from langchain_kgt.graphs.base import TripleStore
from tests.stub_models import reading_memory

NOON = datetime(2026, 11, 27, 12, tzinfo=timezone(timedelta(hours=2)))
HOME = "Where does my sister live?"


@pytest.fixture
def memory(graph: TripleStore) -> Iterator[KGTMemory]:
    with reading_memory(graph) as memory:
        yield memory


def printed(memory: KGTMemory, *, every: bool = True) -> list[str]:
    return [str(fact) for fact in memory.facts(user_id="ann", every=every)]


def recalled(memory: KGTMemory, question: str) -> list[str]:
    found = memory.recall(question, user_id="ann", limit=9, now=NOON)
    return [r.triple.object for r in found]


def test_what_is_over_and_what_never_was_are_two_things(memory: KGTMemory) -> None:
    for place in ("Oslo", "Riga"):
        memory.tell("my sister", "has visited", place, user_id="ann")
    memory.tell("my sister", "lives in", "Oslo", user_id="ann")
    ended = memory.retire(
        user_id="ann", subject="My sister", relation="is living in", when=date(2026, 3, 14)
    )
    mistaken = memory.retire(
        user_id="ann", subject="my sister", object="riga", mistaken=True, now=NOON
    )
    assert printed(memory) == [
        "my sister has visited Oslo", "my sister has visited Riga [mistaken]",
        "my sister lives in Oslo [ended, until 2026-03-14]",
    ]
    assert printed(memory, every=False) == ["my sister has visited Oslo"]
    [riga] = (f for f in memory.facts(user_id="ann", every=True) if f.status == "mistaken")
    assert (riga.retired, riga.retired_by) == (NOON, mistaken.id)
    for update in (ended, mistaken):
        memory.undo(update.id, user_id="ann")
    assert len(printed(memory, every=False)) == 3
    assert all(
        fact.retired is None and not fact.retired_by
        for fact in memory.facts(user_id="ann", every=True)
    )


def test_what_has_ended_can_turn_out_never_to_have_been(memory: KGTMemory) -> None:
    memory.tell("I", "live in", "Oslo", user_id="ann")
    memory.retire(user_id="ann", subject="I")
    with pytest.raises(NotFoundError):
        memory.retire(user_id="ann", subject="I")
    memory.retire(user_id="ann", subject="I", mistaken=True)
    assert printed(memory) == ["the user lives in Oslo [mistaken]"]


def test_a_name_mistyped_is_told_what_it_could_mean(memory: KGTMemory) -> None:
    memory.tell("Margarethe", "lives in", "Oslo", user_id="ann")
    for call in (
        lambda: memory.retire(user_id="ann", subject="Margrethe"),
        lambda: memory.forget("Margrethe", user_id="ann"),
    ):
        with pytest.raises(NotFoundError, match="'Margarethe'"):
            call()
    with pytest.raises(NotFoundError) as nobody:
        memory.retire(user_id="bob", subject="Margrethe")
    assert "Margarethe" not in str(nobody.value)


@pytest.mark.parametrize(
    "when", ["last spring", "2026-13", "2026-02-30", "", 2026, "2026-25", "12026"]
)
def test_a_time_that_is_none_is_refused(memory: KGTMemory, when: object) -> None:
    memory.tell("I", "live in", "Oslo", user_id="ann")
    with pytest.raises(InvalidInputError, match="2026-03"):
        memory.retire(user_id="ann", subject="I", when=when)  # type: ignore[arg-type]
    assert printed(memory) == ["the user lives in Oslo"]


@pytest.mark.parametrize(
    "when", ["2019", "2026-03", "2026-21", "2026-W10", "2026-03-14", "2026-03-14T15:00", "2012~"]
)
def test_a_time_stays_as_exact_as_it_was_told(memory: KGTMemory, when: str) -> None:
    memory.tell("I", "live in", "Oslo", user_id="ann", valid_from=when)
    [home] = memory.facts(user_id="ann")
    assert (home.valid_from, home.valid_until) == (when, "")


def test_the_present_needs_a_time_zone(memory: KGTMemory) -> None:
    naive = datetime(2026, 11, 27)
    for call in (
        lambda: memory.tell("I", "live in", "Oslo", user_id="ann", now=naive),
        lambda: memory.correct(HOME, "Oslo", user_id="ann", now=naive),
        lambda: memory.recall(HOME, user_id="ann", now=naive),
        lambda: memory.retire(user_id="ann", subject="I", now=naive),
    ):
        with pytest.raises(InvalidInputError, match="time zone"):
            call()
    assert printed(memory) == []


def test_a_newer_value_ends_the_older_when_it_begins(memory: KGTMemory) -> None:
    memory.tell("my sister", "lives in", "Oslo", user_id="ann", valid_from="2019")
    memory.tell("my sister", "was born in", "Lima", user_id="ann")
    memory.tell("my sister", "lives in", "Ghent", user_id="ann", valid_from="2026-21")
    memory.tell("my sister", "was born in", "Quito", user_id="ann")
    assert printed(memory) == [
        "my sister lives in Oslo [ended, since 2019, until 2026-21]",
        "my sister was born in Lima [mistaken]",
        "my sister lives in Ghent [since 2026-21]",
        "my sister was born in Quito",
    ]


def test_what_was_to_end_has_ended_then(memory: KGTMemory) -> None:
    memory.tell("I", "live in", "Oslo", user_id="ann", valid_from="2019", valid_until="2026-10")
    memory.tell("I", "work at", "the mill", user_id="ann", valid_until="2099")
    memory.tell("my test", "is on", "Monday", user_id="ann", valid_from="2020", valid_until="2020")
    assert [f.status for f in memory.facts(user_id="ann", every=True)] == ["ended", *["holds"] * 2]
    assert len(memory.facts(user_id="ann")) == 2
    # All that is the user's is as likely.
    assert recalled(memory, "Where do I live?") == ["the mill", "Monday"]
    before = datetime(2026, 10, 31, 23, tzinfo=timezone.utc)
    early = memory.recall("Where do I live?", user_id="ann", limit=9, now=before)
    assert {r.triple.object for r in early} == {"Oslo", "the mill", "Monday"}


def test_a_question_about_the_past_is_answered_by_what_has_ended(memory: KGTMemory) -> None:
    memory.tell("my sister", "lives in", "Oslo", user_id="ann")
    memory.tell("my sister", "lives in", "Ghent", user_id="ann")
    memory.tell("my sister", "lives in", "Rome", user_id="ann")
    memory.retire(user_id="ann", subject="my sister", object="Ghent", mistaken=True)
    assert recalled(memory, HOME) == ["Rome"]
    assert recalled(memory, "Where did my sister live?") == ["Oslo"]
    # Of another language it is not known what it asks for.
    assert recalled(memory, "Wo wohnte meine Schwester frueher einmal?") == ["Rome"]


def test_what_the_words_say_of_time_is_kept_with_them(memory: KGTMemory) -> None:
    memory.tell("my sister", "lives in", "Oslo", user_id="ann")
    memory.correct(HOME, "She moved to Ghent last spring.", user_id="ann", now=NOON)
    oslo, ghent = memory.facts(user_id="ann", every=True)
    assert (oslo.status, oslo.valid_until) == ("ended", "2026-21")
    assert (ghent.valid_from, ghent.triple.when) == ("2026-21", "last spring")
    assert ghent.time == NOON


def test_all_who_said_it_and_all_that_was_asked_stay_with_a_fact(memory: KGTMemory) -> None:
    memory.correct(HOME, "Oslo", user_id="ann", now=NOON, message_id="m1")
    second = memory.correct(
        "In which city does my sister live?", "She lives in Oslo", user_id="ann", said_by="import"
    )
    [fact] = memory.facts(user_id="ann")
    assert [(s.said_by, s.text, s.message_id) for s in fact.sources] == [
        ("user", "Oslo", "m1"), ("import", "She lives in Oslo", ""),
    ]
    assert fact.sources[0].time == NOON
    assert str(fact.sources[0]) == "user, 2026-11-27: Oslo"
    assert fact.question_keys == (
        "where does my sister live", "in which city does my sister live",
    )
    memory.correct("WHERE DOES MY SISTER LIVE", "Ghent", user_id="ann")
    assert printed(memory, every=False) == ["my sister lives in Ghent"]
    memory.undo(memory.history(user_id="ann")[-1].id, user_id="ann")
    memory.undo(second.id, user_id="ann")
    [fact] = memory.facts(user_id="ann")
    assert (len(fact.sources), fact.question_keys) == (1, ("where does my sister live",))


def test_what_is_forgotten_is_in_no_source_of_what_stays(memory: KGTMemory) -> None:
    memory.correct(HOME, "Oslo", user_id="ann")
    memory.correct(HOME, "Not Oslo but Ghent", user_id="ann")
    memory.forget("my sister", "lives in", "Oslo", user_id="ann")
    [fact] = memory.facts(user_id="ann", every=True)
    assert fact.triple == Triple("my sister", "lives in", "Ghent")
    assert [s.text for s in fact.sources] == [""]
    assert fact.query == HOME
    memory.forget("my sister", user_id="ann")
    assert "sister" not in str(memory.export(user_id="ann"))


def test_what_the_assistant_supposes_ends_nothing_that_was_stated(memory: KGTMemory) -> None:
    memory.tell("I", "live in", "Oslo", user_id="ann")
    update = memory.tell("I", "live in", "Rome", user_id="ann", said_by="assistant")
    assert printed(memory) == ["the user lives in Oslo", "the user lives in Rome [proposed]"]
    assert "only proposed" in update.reasons[0]
    assert recalled(memory, "Where do I live?") == ["Oslo"]
    memory.tell("I", "live in", "Rome", user_id="ann")
    assert printed(memory) == ["the user lives in Oslo [ended]", "the user lives in Rome"]
    with pytest.raises(InvalidInputError, match="tell it"):
        memory.correct("Where do I live?", "Bonn", user_id="ann", said_by="assistant")
    # One supposition may follow another.
    memory.tell("I", "work at", "the mill", user_id="ann", said_by="assistant")
    memory.tell("I", "work at", "the dock", user_id="ann", said_by="assistant")
    assert printed(memory, every=False)[1:] == ["the user works at the dock"]
    with pytest.raises(InvalidInputError, match="assistant"):
        memory.tell("I", "work at", "sea", user_id="ann", said_by="nobody")  # type: ignore[arg-type]


def test_what_is_exported_says_all_of_a_fact(memory: KGTMemory) -> None:
    memory.tell("I", "live in", "Oslo", user_id="ann", valid_from="2019", now=NOON)
    memory.retire(user_id="ann", subject="I", when="2026", now=NOON)
    [fact] = memory.export(user_id="ann")["facts"]
    assert fact["status"] == "ended"
    assert (fact["valid_from"], fact["valid_until"]) == ("2019", "2026")
    assert datetime.fromisoformat(fact["retired"]) == NOON
    assert fact["sources"][0]["said_by"] == "user"
