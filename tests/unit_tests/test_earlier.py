"""What held at another time, and what had been told by then."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from langchain_kgt import InvalidInputError, Triple, TripleStore
from langchain_kgt.recalling.earlier import earlier
from tests.stub_models import reading_memory


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("time", "homes"),
    [
        ("2015-06-01", ["Porto"]),  # until 2019, and nobody said since when
        ("2018-12-31", ["Porto"]),
        ("2021-06-01", ["Ghent"]),
        ("2024-06-01", ["Lisbon"]),
        ("2030-01-01", ["Lisbon"]),
    ],
)
def test_what_held_at_a_time(graph: TripleStore, time: str, homes: list[str]) -> None:
    memory = reading_memory(graph)
    memory.tell("user", "lives in", "Porto", user_id="ann")
    memory.retire(user_id="ann", subject="user", relation="lives in", object="Porto", when="2018")
    memory.tell("user", "lives in", "Ghent", user_id="ann", now=at("2020-01-05"))
    memory.retire(
        user_id="ann", subject="user", relation="lives in", object="Ghent", now=at("2023-03-01")
    )
    memory.tell("user", "lives in", "Lisbon", user_id="ann", now=at("2023-03-01"))
    for question in ("Where do I live?", "Where did I live?"):
        found = memory.recall(question, user_id="ann", limit=9, as_of=at(time))
        assert [pair.triple.object for pair in found] == homes, question


def test_what_was_told_as_over_held_before_it_was_told_and_was_so_later(
    graph: TripleStore,
) -> None:
    memory = reading_memory(graph)
    memory.tell("user", "worked as", "a nurse", user_id="ann", now=at("2020-01-01"))
    memory.tell("user", "works as", "a pilot", user_id="ann", now=at("2021-01-01"))
    memory.tell("user", "wrote", "a novel", user_id="ann", now=at("2020-01-01"))
    for time, known in (
        ("2019-01-01", {"a nurse", "a novel"}), ("2022-01-01", {"a nurse", "a pilot", "a novel"}),
    ):
        found = memory.recall("What about me?", user_id="ann", limit=9, as_of=at(time))
        assert {pair.triple.object for pair in found} == known


def test_what_nobody_dated_held_then_as_now(graph: TripleStore) -> None:
    memory = reading_memory(graph)
    for fact in (("user", "was born in", "Leeds"), ("user", "has a dog named", "Rex")):
        memory.tell(*fact, user_id="ann")
    memory.retire(
        user_id="ann", subject="user", relation="has a dog named", object="Rex", when="2020"
    )
    memory.tell("user", "has a dog named", "Fido", user_id="ann")
    found = memory.recall("What about me?", user_id="ann", limit=9, as_of=at("2019-01-01"))
    # Two dogs may have been at once.
    assert {pair.triple.object for pair in found} == {"Leeds", "Rex", "Fido"}


@pytest.mark.parametrize(
    ("time", "homes"), [("2012-01-01", ["Lisbon"]), ("2008-01-01", ["Porto"])]
)
def test_a_start_that_is_known_needs_no_guess(
    graph: TripleStore, time: str, homes: list[str]
) -> None:
    memory = reading_memory(graph)
    memory.tell("user", "lives in", "Porto", user_id="ann")
    memory.retire(user_id="ann", subject="user", relation="lives in", object="Porto", when="2019")
    memory.tell("user", "lives in", "Lisbon", user_id="ann", valid_from="2010")
    found = memory.recall("Where do I live?", user_id="ann", limit=9, as_of=at(time))
    assert [pair.triple.object for pair in found] == homes


def test_events_and_origins_are_so_at_any_time(graph: TripleStore) -> None:
    memory = reading_memory(graph)
    memory.tell("user", "was born in", "Leeds", user_id="ann", now=at("2020-01-01"))
    memory.tell(
        "user", "sees the dentist on", "the 3rd of May", user_id="ann", now=at("2020-01-01"),
        valid_from="2021-05-03", valid_until="2021-05-03",
    )
    for time in ("2010-01-01", "2030-01-01"):
        found = memory.recall("What about me?", user_id="ann", limit=9, as_of=at(time))
        assert {pair.triple.object for pair in found} == {"Leeds", "the 3rd of May"}


def test_what_was_mistaken_held_at_no_time(graph: TripleStore) -> None:
    memory = reading_memory(graph)
    memory.tell("user", "lives in", "Porto", user_id="ann", now=at("2020-01-01"))
    memory.retire(
        user_id="ann", subject="user", relation="lives in", object="Porto", mistaken=True,
        now=at("2022-01-01"),
    )
    assert not memory.recall("Where do I live?", user_id="ann", limit=9, as_of=at("2021-01-01"))
    known = memory.recall("Where do I live?", user_id="ann", limit=9, known_at=at("2021-01-01"))
    assert [pair.triple.object for pair in known] == ["Porto"]


def test_what_had_been_told_by_then(graph: TripleStore) -> None:
    memory = reading_memory(graph)
    memory.tell("user", "lives in", "Porto", user_id="ann", now=at("2020-01-01"))
    moved = memory.correct("Where do I live?", "Lisbon", user_id="ann", now=at("2021-01-01"))
    undone = memory.undo(moved.id, user_id="ann")

    def known(time: datetime) -> list[str]:
        found = memory.recall("Where do I live?", user_id="ann", limit=9, known_at=time)
        return [pair.triple.object for pair in found]

    assert known(at("2019-01-01")) == []
    assert known(at("2020-06-01")) == ["Porto"]
    assert known(at("2021-06-01")) == ["Lisbon"]
    assert known(undone.time) == ["Porto"]
    explained = memory.explain("Where do I live?", user_id="ann", known_at=at("2021-06-01"))
    assert [pair.triple.object for pair in explained.given] == ["Lisbon"]


def test_what_everybody_knows_is_as_it_is(graph: TripleStore) -> None:
    graph.load([Triple("Rex", "is a", "dog"), Triple("Rex", "is a", "king")], source="test")
    memory = reading_memory(graph)
    memory.tell("user", "likes", "Rex", user_id="ann", now=at("2020-01-01"))
    memory.retire(
        user_id="ann", subject="Rex", relation="is a", object="king", mistaken=True,
        now=at("2021-01-01"),
    )
    for options in ({"as_of": at("2022-01-01")}, {"known_at": at("2022-01-01")}):
        found = memory.recall("What is Rex?", user_id="ann", limit=9, **options)
        assert [pair.triple.object for pair in found if pair.triple.subject == "Rex"] == ["dog"]
    with earlier(graph, "ann", as_of=at("2022-01-01")) as view:
        assert view.relations("ann", "rex") == ["is a"]
        assert view.relations("ann") == ["likes", "is a"]
    before = memory.recall("What is Rex?", user_id="ann", limit=9, known_at=at("2020-06-01"))
    assert {p.triple.object for p in before if p.triple.subject == "Rex"} == {"dog", "king"}


def test_asking_of_another_time_writes_nothing(graph: TripleStore) -> None:
    memory = reading_memory(graph)
    memory.tell("user", "lives in", "Porto", user_id="ann")
    before = memory.export(user_id="ann")
    memory.recall("Where do I live?", user_id="ann", as_of=at("2010-01-01"))
    memory.recall("Where do I live?", user_id="bob", known_at=at("2010-01-01"))
    assert memory.export(user_id="ann") == before
    assert memory.facts(user_id="bob") == []


@pytest.mark.parametrize("name", ["as_of", "known_at"])
def test_a_time_without_its_zone_is_refused(graph: TripleStore, name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} is .*time zone"):
        reading_memory(graph).recall(
            "Where do I live?", user_id="ann", **{name: datetime(2020, 1, 1)}
        )
