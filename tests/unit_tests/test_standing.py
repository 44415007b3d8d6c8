"""How the facts of a user stand after what is told, corrected, retired, undone and forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path

import pytest

from langchain_kgt import (
    GraphUpdate,
    InvalidInputError,
    KGTMemory,
    KuzuTripleStore,
    NotFoundError,
    StoredTriple,
    Triple,
)
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.in_memory import InMemoryTripleStore
from langchain_kgt.triples import Speaker, Status
from tests.stub_models import reading_memory

NOON = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
# In Auckland it is a day later.
NIGHT = datetime(2026, 11, 28, 1, tzinfo=timezone(timedelta(hours=13)))
HOME = "Where does my sister live?"
BARKS, TAIL = Triple("dog", "can", "bark"), Triple("dog", "has", "a tail")
ANIMAL = Triple("dog", "is", "an animal")


@pytest.fixture
def memory(graph: TripleStore) -> Iterator[KGTMemory]:
    with reading_memory(graph) as memory:
        yield memory


def printed(memory: KGTMemory) -> list[str]:
    return [str(fact) for fact in memory.facts(user_id="ann", every=True)]


def lives(
    memory: KGTMemory, place: str, *, since: str = "", until: str = "",
    said_by: Speaker = "user",
) -> GraphUpdate:
    return memory.tell(
        "my sister", "lives in", place, user_id="ann", valid_from=since or None,
        valid_until=until or None, now=NOON, said_by=said_by,
    )


def correct(memory: KGTMemory, answer: str, question: str = HOME) -> GraphUpdate:
    return memory.correct(question, answer, user_id="ann", now=NOON)


# Facts by their times: (place, since, until), and what stands after all of them are told.
@pytest.mark.parametrize(
    ("told", "stands"),
    [
        # What is over already and is said to be so, is so anew; more of its past is of the past.
        ([("Oslo", "2015", "2020"), ("Oslo", "", "")], ["Oslo"]),
        ([("Oslo", "2015", "2020"), ("Oslo", "2026", "")], ["Oslo [since 2026]"]),
        ([("Oslo", "2015", "2020"), ("Oslo", "", "2021")],
         ["Oslo [ended, since 2015, until 2021]"]),
        # Of what is so, one can tell more.
        ([("Oslo", "2015", ""), ("Oslo", "", "")], ["Oslo [since 2015]"]),
        ([("Oslo", "2015", ""), ("Oslo", "2016", "")], ["Oslo [since 2016]"]),
        ([("Oslo", "2015", "2090"), ("Oslo", "", "")], ["Oslo [since 2015, until 2090]"]),
        ([("Oslo", "2015", "2090"), ("Oslo", "", "2091")], ["Oslo [since 2015, until 2091]"]),
        ([("Oslo", "", ""), ("Oslo", "2015", "2020")], ["Oslo [ended, since 2015, until 2020]"]),
        # What was over has its own end, and is in nothing's way.
        ([("Oslo", "", "2020"), ("Rome", "2026", "")],
         ["Oslo [ended, until 2020]", "Rome [since 2026]"]),
        ([("Rome", "2026", ""), ("Oslo", "", "2020")],
         ["Rome [since 2026]", "Oslo [ended, until 2020]"]),
        ([("Oslo", "", "2090"), ("Rome", "2026", "")],
         ["Oslo [ended, until 2026]", "Rome [since 2026]"]),
        ([("Oslo", "2015", "2090"), ("Rome", "", "")],
         ["Oslo [ended, since 2015, until 2090]", "Rome"]),
        # As long as the calendar.
        ([("Oslo", "", "9999")], ["Oslo [until 9999]"]),
        ([("Oslo", "", "9999-12-31")], ["Oslo [until 9999-12-31]"]),
        ([("Oslo", "", "9999-24")], ["Oslo [until 9999-24]"]),
        ([("Oslo", "", "9999-W52")], ["Oslo [until 9999-W52]"]),
        ([("Oslo", "", "9999-12-31T23:59")], ["Oslo [until 9999-12-31T23:59]"]),
    ],
)
def test_what_is_told_with_times(
    memory: KGTMemory, told: list[tuple[str, str, str]], stands: list[str]
) -> None:
    for place, since, until in told:
        lives(memory, place, since=since, until=until)
    assert printed(memory) == [f"my sister lives in {one}" for one in stands]


def test_an_answer_leaves_what_was_over_as_it_was(memory: KGTMemory) -> None:
    lives(memory, "Oslo", until="2020")
    correct(memory, "Rome")
    assert printed(memory) == [
        "my sister lives in Oslo [ended, until 2020]", "my sister lives in Rome",
    ]
    memory.correct(HOME, "Oslo", user_id="ann", subject="my sister", relation="lives in", now=NOON)
    assert printed(memory) == ["my sister lives in Rome [mistaken]", "my sister lives in Oslo"]


@pytest.mark.parametrize("answer", [None, "Wrong."])
def test_what_never_was_has_not_ended_by_now(memory: KGTMemory, answer: str | None) -> None:
    lives(memory, "Oslo", until="2020-05" if answer is None else "")
    if answer is None:
        memory.retire(user_id="ann", subject="my sister", mistaken=True, now=NOON)
        assert printed(memory) == ["my sister lives in Oslo [mistaken, until 2020-05]"]
    else:
        correct(memory, answer)
        memory.retire(user_id="ann", subject="my sister", mistaken=True, when="2020", now=NOON)
        assert printed(memory) == ["my sister lives in Oslo [mistaken, until 2020]"]


def test_what_ended_and_is_told_again_begins_anew(memory: KGTMemory) -> None:
    lives(memory, "Oslo", since="2015")
    memory.retire(user_id="ann", subject="my sister", when=date(2020, 5, 1), now=NOON)
    again = lives(memory, "Oslo")
    [fact] = memory.facts(user_id="ann")
    assert str(fact) == "my sister lives in Oslo"
    assert (fact.update_id, fact.retired, fact.retired_by) == (again.id, None, "")
    assert len(fact.sources) == 2
    memory.undo(again.id, user_id="ann")
    assert printed(memory) == ["my sister lives in Oslo [ended, since 2015, until 2020-05-01]"]


@pytest.mark.parametrize("mistaken", [True, False])
def test_what_somebody_took_out_is_brought_back_by_nothing_that_is_supposed(
    memory: KGTMemory, mistaken: bool
) -> None:
    lives(memory, "Oslo", since="2015")
    memory.retire(user_id="ann", subject="my sister", mistaken=mistaken, now=NOON)
    before = printed(memory)
    supposed = lives(memory, "Oslo", said_by="assistant")
    assert "taken out" in supposed.reasons[0]
    assert printed(memory) == before
    # One supposition may follow another, and the first one again.
    for place in ("the mill", "the dock", "the mill"):
        memory.tell("I", "work at", place, user_id="ann", said_by="assistant")
    assert [f.triple.object for f in memory.facts(user_id="ann")] == ["the mill"]


def test_no_undo_puts_an_old_value_beside_a_newer_one(memory: KGTMemory) -> None:
    lives(memory, "Oslo")
    over = memory.retire(user_id="ann", subject="my sister", now=NOON)
    rome = lives(memory, "Rome")
    with pytest.raises(InvalidInputError, match="Rome"):
        memory.undo(over.id, user_id="ann")
    memory.undo(rome.id, user_id="ann")
    memory.undo(over.id, user_id="ann")
    assert printed(memory) == ["my sister lives in Oslo"]


def test_what_stood_beside_a_fact_is_no_newer_value(memory: KGTMemory) -> None:
    correct(memory, "nuts, shrimps and milk", "What am I allergic to?")
    over = memory.retire(user_id="ann", subject="I", object="nuts", now=NOON)
    memory.undo(over.id, user_id="ann")
    assert len(memory.facts(user_id="ann")) == 3


def test_an_undo_of_an_undo_takes_out_again(memory: KGTMemory) -> None:
    lives(memory, "Oslo", since="2019")
    update = memory.retire(user_id="ann", subject="my sister", when="2026", now=NOON)
    for stands in (
        "my sister lives in Oslo [since 2019]",
        "my sister lives in Oslo [ended, since 2019, until 2026]",
    ) * 2:
        update = memory.undo(update.id, user_id="ann")
        assert printed(memory) == [stands]


@pytest.mark.parametrize("relation", ["lives in", "live in", "is living in", "Resides in"])
def test_a_relation_is_taken_out_in_other_words(memory: KGTMemory, relation: str) -> None:
    memory.tell("I", "live in", "Oslo", user_id="ann")
    memory.tell("I", "work in", "Oslo", user_id="ann")
    memory.retire(user_id="ann", subject="me", relation=relation)
    assert printed(memory) == ["the user lives in Oslo [ended]", "the user works in Oslo"]


def test_what_the_background_knows_is_taken_out_for_one_user(memory: KGTMemory) -> None:
    memory.graph.load([BARKS, TAIL, ANIMAL], source="facts")

    def shown(user_id: str = "ann") -> list[str]:
        return [str(fact) for fact in memory.facts(user_id=user_id, subject="dog")]

    every = ["dog can bark", "dog has a tail", "dog is an animal"]
    over = memory.retire(user_id="ann", subject="dog", now=NOON)
    assert printed(memory) == [f"{fact} [ended]" for fact in every]
    assert (shown(), shown("bob")) == ([], every)
    undone = memory.undo(over.id, user_id="ann")
    assert (printed(memory), shown()) == ([], every)
    memory.undo(undone.id, user_id="ann")
    assert printed(memory) == [f"{fact} [ended]" for fact in every]
    [source] = memory.facts(user_id="ann", every=True)[0].sources
    assert (source.said_by, source.time) == ("user", NOON)
    memory.tell("dog", "has", "a tail", user_id="ann", now=NOON)
    assert shown() == ["dog has a tail"]


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_three_said_is_undone_in_any_order(order: tuple[int, ...], answered: bool) -> None:
    memory, updates = reading_memory(InMemoryTripleStore()), []
    for number in range(3):
        said = {"now": NOON + timedelta(days=number), "message_id": f"m{number}"}
        updates.append(
            memory.correct(
                f"{HOME} {number}", "Oslo", user_id="ann", subject="my sister",
                relation="lives in", **said,  # type: ignore[arg-type]
            ) if answered
            else memory.tell("my sister", "lives in", "Oslo", user_id="ann", **said)  # type: ignore[arg-type]
        )
    left = [0, 1, 2]
    for undone in order:
        memory.undo(updates[undone].id, user_id="ann")
        left.remove(undone)
        facts = memory.facts(user_id="ann", every=True)
        assert [s.message_id for f in facts for s in f.sources] == [f"m{n}" for n in left]
        assert len(facts) == bool(left)
        for fact in facts:
            # An answer to another question is learned anew; told again, a fact is as old as it was.
            told = left[-1] if answered else left[0]
            assert (fact.update_id, fact.time) == (updates[told].id, NOON + timedelta(days=told))
            assert len(fact.question_keys) == len(left) * answered


def all_of_a_fact(memory: KGTMemory) -> list[StoredTriple]:
    """Everything that a fact may say, of several kinds of facts."""
    lives(memory, "Oslo", since="2015", until="2090")
    correct(memory, "She moved to Ghent last spring.")
    correct(memory, "Ghent", "In which city does my sister live?")
    correct(memory, "Wrong.")
    memory.tell(
        "I", "like", "tea", user_id="ann", now=NIGHT, said_by="tool", message_id="m1"
    )
    memory.retire(user_id="ann", subject="I", object="tea", when="2026", mistaken=True, now=NIGHT)
    memory.tell("I", "live in", "Bonn", user_id="ann", now=NOON)
    memory.tell("I", "live in", "Riga", user_id="ann", now=NOON, said_by="assistant")
    correct(memory, "I bought it yesterday", "When did I buy my suitcase?")
    return memory.facts(user_id="ann", every=True)


def of(facts: list[StoredTriple], memory: KGTMemory) -> list[object]:
    """Facts as JSON, with the numbers of their updates."""
    ids = {u.id: f"update {n}" for n, u in enumerate(memory.history(user_id="ann"))}
    return [
        fact.to_json() | {
            "update_id": ids[fact.update_id], "retired_by": ids.get(fact.retired_by, ""),
        }
        for fact in facts
    ]


def test_stores_agree_and_what_is_closed_comes_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "memory.kuzu"
    with reading_memory(InMemoryTripleStore()) as reference:
        expected = of(all_of_a_fact(reference), reference)
    with reading_memory(KuzuTripleStore(path)) as memory:
        assert of(all_of_a_fact(memory), memory) == expected
        kept = memory.export(user_id="ann")
    with reading_memory(KuzuTripleStore(path)) as memory:
        assert memory.export(user_id="ann") == kept


def test_the_same_instant_is_the_same_time_wherever_it_is_told(memory: KGTMemory) -> None:
    assert NIGHT == NOON
    memory.tell("I", "like", "tea", user_id="ann", now=NIGHT)
    memory.retire(user_id="ann", subject="I", now=NIGHT)
    [fact] = memory.facts(user_id="ann", every=True)
    assert fact.retired is not None
    assert str(fact.sources[0]) == "user, 2026-11-27"
    for time in (fact.time, fact.retired, fact.sources[0].time):
        assert time.isoformat() == NOON.isoformat()


def test_what_is_over_is_so_by_the_calendar_of_who_asks(memory: KGTMemory) -> None:
    lives(memory, "Oslo", until="2026-11-27")

    def recalled(now: datetime) -> list[str]:
        return [r.triple.object for r in memory.recall(HOME, user_id="ann", limit=1, now=now)]

    assert recalled(NOON) == ["Oslo"]
    assert recalled(NIGHT) == []
    assert recalled(datetime(2026, 11, 28, tzinfo=timezone.utc)) == []


def test_a_subject_that_has_ended_is_forgotten(memory: KGTMemory) -> None:
    lives(memory, "Oslo")
    memory.retire(user_id="ann", subject="my sister", when="2026")
    memory.tell("I", "live in", "Bonn", user_id="ann")
    assert memory.forget("my sister", user_id="ann") == [Triple("my sister", "lives in", "Oslo")]
    assert printed(memory) == ["the user lives in Bonn"]
    left = str(memory.export(user_id="ann"))
    assert "sister" not in left
    assert "Oslo" not in left


def test_an_answer_after_a_fact_was_taken_out_brings_it_back(memory: KGTMemory) -> None:
    lives(memory, "Oslo")
    memory.retire(user_id="ann", subject="my sister", mistaken=True, now=NOON)
    update = correct(memory, "She lives in Oslo")
    assert [t.object for t in update.added] == ["Oslo"]
    [fact] = memory.facts(user_id="ann")
    assert (len(fact.sources), fact.query, fact.retired) == (2, HOME, None)


# What stores and the arithmetic behind them keep, of updates as they are written.

OSLO = Triple("my sister", "lives in", "Oslo")
FIRST, SECOND = "Where does she live?", "In which city?"


def said(
    number: int,
    *,
    added: tuple[Triple, ...] = (),
    retired: tuple[Triple, ...] = (),
    confirmed: tuple[Triple, ...] = (),
    query: str = "",
) -> GraphUpdate:
    return GraphUpdate(
        id=f"u{number}", user_id="ann", kind="tell", time=NOON + timedelta(minutes=number),
        added=added, retired=retired, confirmed=confirmed, query=query,
    )


# How one fact is said, and of when: (how, from, until, when); and how it stands after it.
@pytest.mark.parametrize(
    ("steps", "stands"),
    [
        ([("added", "2019", "2090", "x"), ("confirmed", "", "", "")], ("2019", "2090", "x")),
        ([("added", "2019", "2090", "x"), ("added", "", "", "")], ("2019", "2090", "x")),
        ([("added", "2019", "2090", "x"), ("confirmed", "2018", "2091", "y")],
         ("2018", "2091", "y")),
        ([("added", "2019", "2090", "x"), ("retired", "", "", "")], ("2019", "2090", "x")),
        ([("added", "2019", "2090", "x"), ("retired", "", "2026", "y")], ("2019", "2026", "x; y")),
        ([("added", "2019", "", "x"), ("retired", "", "2026", "x")], ("2019", "2026", "x")),
        ([("added", "", "", ""), ("retired", "", "2026", "y")], ("", "2026", "y")),
        ([("added", "2019", "2026", "x"), ("retired", "", "", ""), ("added", "", "", "")],
         ("", "", "")),
        ([("added", "2019", "2026", "x"), ("retired", "", "", ""), ("added", "2020", "", "y")],
         ("2020", "", "y")),
    ],
)
def test_when_a_fact_is_so_is_all_that_was_said_of_it(
    memory: KGTMemory, steps: list[tuple[str, str, str, str]], stands: tuple[str, str, str]
) -> None:
    for number, (how, since, until, when) in enumerate(steps):
        fact = Triple(
            "my sister", "lives in", "Oslo", valid_from=since, valid_until=until, when=when,
            status="ended" if how == "retired" else "holds",
        )
        memory.graph.apply(said(number, **{how: (fact,)}))  # type: ignore[arg-type]
    [kept] = memory.facts(user_id="ann", every=True)
    assert (kept.valid_from, kept.valid_until, kept.triple.when) == stands


# How one fact is said, to which question; and which update, question and keys it has after it.
@pytest.mark.parametrize(
    ("steps", "update", "query", "keys"),
    [
        ([("added", "")], 0, "", 0),
        ([("added", FIRST), ("confirmed", SECOND)], 0, FIRST, 2),
        ([("added", FIRST), ("confirmed", FIRST.upper())], 0, FIRST, 1),
        ([("added", ""), ("confirmed", SECOND)], 0, SECOND, 1),
        ([("added", FIRST), ("added", SECOND)], 1, SECOND, 2),
        ([("added", FIRST), ("added", "")], 1, FIRST, 1),
        ([("added", FIRST), ("retired", ""), ("confirmed", SECOND)], 2, SECOND, 2),
        ([("added", FIRST), ("retired", SECOND)], 0, FIRST, 1),
    ],
)
def test_which_question_a_fact_answers(
    memory: KGTMemory, steps: list[tuple[str, str]], update: int, query: str, keys: int
) -> None:
    for number, (how, asked) in enumerate(steps):
        memory.graph.apply(said(number, query=asked, **{how: (OSLO,)}))  # type: ignore[arg-type]
    [fact] = memory.facts(user_id="ann", every=True)
    assert (fact.update_id, fact.query, len(fact.question_keys)) == (f"u{update}", query, keys)
    assert fact.time == NOON + timedelta(minutes=update)
    assert len(fact.sources) == sum(how != "retired" for how, _ in steps)


# Updates by what they add and retire, which of them are undone, in order, and what holds then.
@pytest.mark.parametrize(
    ("updates", "undone", "live"),
    [
        (["a", "b-a", "c-b"], [1], "c"),
        (["a", "b-a", "c-b"], [1, 2], "a"),
        (["a", "b-a", "c-b", "d-c"], [1, 2], "d"),
        (["a", "b-a", "c-b", "d-c"], [2, 1], "d"),
        (["a", "b-a", "a-b"], [1], "a"),
        (["a", "b-a", "b"], [1], "b"),
        # It held before: what another update does to it is no business of the rest.
        (["b", "a", "b-a", "-b"], [2], "a"),
        # It was out: what takes its place takes that of what it had retired.
        (["b", "-b", "a", "b-a", "c-b"], [3], "c"),
        (["a", "e", "b-a", "b-e", "c-b"], [2, 3], "c"),
        (["a", "e", "b-a", "b-e", "c-b"], [3, 2, 4], "ae"),
        # Said and retired at once, it is so.
        (["a", "b-b", "c-b"], [1], "ac"),
    ],
)
def test_what_is_undone_falls_to_what_came_after(
    memory: KGTMemory, updates: list[str], undone: list[int], live: str
) -> None:
    for number, letters in enumerate(updates):
        added, _, retired = letters.partition("-")
        new, old = (
            tuple(Triple("Tom", "knows", name) for name in names) for names in (added, retired)
        )
        memory.graph.apply(said(number, added=new, retired=old))
    for number in undone:
        memory.undo(f"u{number}", user_id="ann")
    assert "".join(sorted(f.triple.object for f in memory.facts(user_id="ann"))) == live
    left = {f"u{n}" for n in range(len(updates))} - {f"u{n}" for n in undone}
    for fact in memory.facts(user_id="ann", every=True):
        assert fact.update_id in left
        assert fact.retired_by in {"", *left}


def test_an_undo_takes_its_words_with_it_however_often_it_is_taken_back(
    memory: KGTMemory
) -> None:
    lives(memory, "Oslo")
    update = lives(memory, "Oslo")
    for sources in (1, 2, 1, 2):
        update = memory.undo(update.id, user_id="ann")
        [fact] = memory.facts(user_id="ann")
        assert len(fact.sources) == sources


def test_what_one_update_tells_keeps_its_order(memory: KGTMemory) -> None:
    graph = memory.graph
    told = [
        Triple("dog", "eats", "meat"), Triple("cat", "Eats", "fish"), Triple("dog", "likes", "me"),
        Triple("dog", "eats", "rice"),
    ]
    graph.apply(said(1, added=tuple(told[::-1])))
    assert [s.triple for s in graph.triples("ann")] == told[::-1]
    graph.apply(said(2, added=(Triple("DOG", "likes", "you"),)))
    assert graph.relations("ann", "dog") == ["eats", "likes"]
    assert graph.relations("ann", "cat") == ["Eats"]
    graph.apply(said(3, retired=tuple(told[2:])))
    assert graph.relations("ann", "dog") == ["eats", "likes"]
    graph.apply(said(4, retired=tuple(told)))
    assert graph.relations("ann", "dog") == ["likes"]
    # What was told last comes last, also if it was told before.
    graph.apply(said(5, added=(told[0],)))
    assert graph.subjects("ann", ["dog", "cat"]) == {"dog": "DOG"}
    assert [s.triple.object for s in graph.triples("ann", "dog")] == ["you", "meat"]


def test_a_question_is_not_the_end_of_another_one(memory: KGTMemory) -> None:
    graph, key = memory.graph, OSLO.key[0]
    graph.apply(said(1, added=(OSLO,), query=FIRST))
    graph.apply(said(2, confirmed=(OSLO,), query=SECOND))
    for asked, found in {
        "where does she live": 1, "in which city": 1, "live": 0, "where does": 0, "city": 0,
        "in which": 0, "where does she live in which city": 0,
    }.items():
        assert len(graph.triples("ann", key, question_key=asked)) == found


def test_only_what_was_retired_hides_what_the_background_knows(memory: KGTMemory) -> None:
    graph = memory.graph
    graph.load([BARKS, TAIL], source="facts")
    assert graph.load([BARKS], source="others") == 0
    assert {s.update_id for s in graph.triples("bob", "dog")} == {"facts"}
    proposed = Triple(*BARKS.key, status="proposed")
    graph.apply(said(1, added=(proposed, Triple("dog", "eats", "meat"))))
    assert [s.triple for s in graph.triples("ann", "dog")][:2] == [BARKS, TAIL]
    assert len(graph.triples("ann", "dog", newest=2)) == 2


def test_a_store_refuses_what_it_cannot_keep(memory: KGTMemory) -> None:
    with pytest.raises(InvalidInputError, match="NUL"):
        memory.graph.apply(said(1, added=(Triple("a\0", "is", "b"),)))
    assert memory.history(user_id="ann") == []


@pytest.mark.parametrize("mistaken", [True, False])
@pytest.mark.parametrize("status", ["mistaken", "doubtful", "proposed", "ended"])
def test_what_does_not_hold_can_only_turn_out_never_to_have_been(
    memory: KGTMemory, status: Status, mistaken: bool
) -> None:
    fact = Triple("my sister", "lives in", "Oslo", status=status)
    how = "added" if status == "proposed" else "retired"
    memory.graph.apply(said(1, **{how: (fact,)}))  # type: ignore[arg-type]
    if mistaken and status != "mistaken":
        update = memory.retire(user_id="ann", subject="my sister", mistaken=True)
        assert update.reasons == (f"{OSLO} retired: it was never so",)
        assert printed(memory) == ["my sister lives in Oslo [mistaken]"]
    else:
        with pytest.raises(NotFoundError, match="'my sister'"):
            memory.retire(user_id="ann", subject="my sistre", mistaken=mistaken)
        with pytest.raises(NotFoundError):
            memory.retire(user_id="ann", subject="my sister", mistaken=mistaken)
        assert printed(memory) == [f"my sister lives in Oslo [{status}]"]


def test_an_undo_says_how_what_it_changes_stands(memory: KGTMemory) -> None:
    lives(memory, "Oslo", since="2019")
    over = memory.retire(user_id="ann", subject="my sister", when="2026", now=NOON)
    assert over.reasons == (f"{OSLO} retired: it is over",)
    back = memory.undo(over.id, user_id="ann")
    assert [(t.status, t.valid_from, t.valid_until) for t in back.added] == [("holds", "2019", "")]
    again = memory.undo(back.id, user_id="ann")
    assert [(t.status, t.valid_until) for t in again.retired] == [("ended", "2026")]
    assert (again.added, again.unsaid) == ((), ())


def test_an_undo_adds_only_what_shows_again(memory: KGTMemory) -> None:
    memory.graph.load([BARKS, TAIL], source="facts")
    # What ended and nobody knew; what the background knew; what was told over that.
    memory.graph.apply(said(1, retired=(OSLO,)))
    memory.graph.apply(said(2, retired=(BARKS,)))
    memory.graph.apply(said(3, added=(TAIL,)))
    for number, (fact, added, retired) in enumerate(
        [(OSLO, (), ()), (BARKS, (BARKS,), ()), (TAIL, (), (TAIL,))], start=1
    ):
        undone = memory.undo(f"u{number}", user_id="ann")
        assert (undone.added, undone.retired, undone.unsaid) == (added, retired, (fact,))
        again = memory.undo(undone.id, user_id="ann")
        assert again.unsaid == ()
    assert printed(memory)[1:] == ["dog can bark [mistaken]", "dog has a tail"]
    with pytest.raises(InvalidInputError, match="changed nothing"):
        memory.undo(memory.note("How?", user_id="ann").id, user_id="ann")
