"""Every graph store keeps the invariants of `TripleStore`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_kgt import GraphUpdate, NotFoundError, StoreError, Triple, TripleStore
from langchain_kgt.graphs.base import SHARED
from langchain_kgt.triples import UpdateKind

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
MEAT = Triple("my dog", "eats", "meat")
CARROTS = Triple("my dog", "eats", "carrots")
LIMA = Triple("Ann", "lives in", "Lima")


def update(
    number: int,
    *,
    user: str = "ann",
    added: tuple[Triple, ...] = (),
    retired: tuple[Triple, ...] = (),
    kind: UpdateKind = "correct",
    query: str = "",
) -> GraphUpdate:
    return GraphUpdate(
        id=f"u{number}", user_id=user, kind=kind, time=START + timedelta(seconds=number),
        added=added, retired=retired, query=query,
    )


def shown(graph: TripleStore, user: str = "ann", subject: str | None = None) -> list[str]:
    return [str(stored.triple) for stored in graph.triples(user, subject)]


def test_what_is_added_is_found_by_its_key(graph: TripleStore) -> None:
    graph.apply(update(1, added=(MEAT, LIMA), query="What does my dog eat?"))
    assert shown(graph, subject="my dog") == ["(my dog, eats, meat)"]
    assert shown(graph) == ["(my dog, eats, meat)", "(Ann, lives in, Lima)"]
    known = graph.subjects("ann", ["my dog", "cat", "ann", "meat"])
    assert known == {"my dog": "my dog", "ann": "Ann"}
    [stored] = graph.triples("ann", "my dog")
    assert (stored.update_id, stored.query) == ("u1", "What does my dog eat?")
    assert stored.time == START + timedelta(seconds=1)


def test_a_retired_triple_is_not_found_and_stays_in_the_journal(graph: TripleStore) -> None:
    graph.apply(update(1, added=(MEAT,)))
    graph.apply(update(2, added=(CARROTS,), retired=(MEAT,)))
    assert shown(graph) == ["(my dog, eats, carrots)"]
    assert [str(u) for u in graph.journal("ann")] == [
        "+ (my dog, eats, meat)", "- (my dog, eats, meat)  + (my dog, eats, carrots)",
    ]
    graph.apply(update(3, retired=(CARROTS,)))
    assert graph.subjects("ann", ["my dog"]) == {}


def test_a_triple_is_stored_once_in_its_first_spelling(graph: TripleStore) -> None:
    graph.apply(update(1, added=(MEAT,)))
    graph.apply(update(2, added=(Triple("My dog", "Eats", "MEAT"),)))
    assert shown(graph) == ["(my dog, eats, meat)"]
    graph.apply(update(3, retired=(Triple("my DOG", "eats", "Meat"),)))
    assert shown(graph) == []
    graph.apply(update(4, added=(Triple("MY DOG", "eats", "meat"),)))
    assert shown(graph) == ["(my dog, eats, meat)"]


@pytest.mark.parametrize("other", ["bob", "ANN", "an", "ann ", "ann@example.com", "🐕", "' OR 1=1"])
def test_users_are_separate(graph: TripleStore, other: str) -> None:
    graph.apply(update(1, added=(MEAT,)))
    graph.apply(update(2, user=other, added=(CARROTS,)))
    assert shown(graph) == ["(my dog, eats, meat)"]
    assert shown(graph, other) == ["(my dog, eats, carrots)"]
    assert [u.id for u in graph.journal(other)] == ["u2"]
    graph.apply(update(3, user=other, retired=(MEAT,)))
    assert shown(graph) == ["(my dog, eats, meat)"]
    graph.erase_user(other)
    assert shown(graph, other) == []
    assert graph.journal(other) == []
    assert shown(graph) == ["(my dog, eats, meat)"]


def test_the_journal_comes_back_as_it_was_written(graph: TripleStore) -> None:
    written = [update(n, added=(Triple("s", "r", f"o{n} 'é\"🐕\\"),)) for n in range(12)]
    for one in written:
        graph.apply(one)
    assert graph.journal("ann") == written
    assert graph.find_update("ann", "u7") == written[7]
    with pytest.raises(NotFoundError, match="history"):
        graph.find_update("bob", "u7")


def test_rewriting_leaves_no_trace(graph: TripleStore) -> None:
    graph.apply(update(1, added=(MEAT, LIMA), query="secret question"))
    graph.apply(update(2, added=(CARROTS,), retired=(MEAT,)))
    doomed = frozenset({MEAT.key})
    graph.rewrite("ann", erase=doomed, journal=[u.without(doomed) for u in graph.journal("ann")])
    assert shown(graph) == ["(Ann, lives in, Lima)", "(my dog, eats, carrots)"]
    assert "meat" not in str([u.to_json() for u in graph.journal("ann")])
    graph.apply(update(3, added=(Triple("Lima", "is", "wet"),)))
    graph.rewrite("ann", erase=frozenset({LIMA.key}), journal=[])
    assert graph.subjects("ann", ["lima", "ann"]) == {"lima": "Lima"}


def test_relations_are_listed_once(graph: TripleStore) -> None:
    graph.apply(update(1, added=(MEAT, CARROTS, LIMA, Triple("my cat", "Eats", "fish"))))
    assert graph.relations("ann") == ["eats", "lives in"]
    graph.apply(update(2, added=(Triple("Ann", "was in", "Oslo"),), retired=(LIMA,)))
    assert graph.relations("ann") == ["eats", "lives in", "was in"]
    graph.rewrite("ann", erase=frozenset({LIMA.key}), journal=[])
    assert graph.relations("ann") == ["eats", "was in"]
    assert graph.relations("bob") == []
    graph.erase_user("ann")
    assert graph.relations("ann") == []


def test_one_subject_can_be_narrowed(graph: TripleStore) -> None:
    graph.apply(update(1, added=(MEAT, LIMA), query="What does my dog eat?"))
    graph.apply(update(2, added=(CARROTS, Triple("my dog", "is named", "Luna"))))
    graph.apply(update(3, added=(Triple("my dog", "Eats", "rice"),), retired=(MEAT,)))

    def objects(**only: Any) -> list[str]:
        return [stored.triple.object for stored in graph.triples("ann", "my dog", **only)]

    assert objects() == ["carrots", "Luna", "rice"]
    assert objects(relation_key="eats") == ["carrots", "rice"]
    assert objects(newest=1) == ["rice"]
    assert objects(newest=2) == ["Luna", "rice"]
    assert objects(relation_key="eats", newest=1) == ["rice"]
    assert objects(question_key="what does my dog eat") == []
    asked = graph.triples("ann", "ann", question_key="what does my dog eat")
    assert [stored.triple for stored in asked] == [LIMA]
    assert graph.relations("ann", "my dog") == ["eats", "is named"]
    assert graph.relations("bob", "my dog") == graph.triples("bob", "my dog", newest=3) == []


TAIL, BARKS = Triple("my dog", "has", "a tail"), Triple("my dog", "can", "bark")


def test_users_see_the_shared_graph_and_hide_what_they_contradict(graph: TripleStore) -> None:
    assert not graph.has_shared
    graph.apply(update(1, added=(MEAT,)))
    assert graph.load([TAIL, BARKS, TAIL], source="facts")
    assert graph.has_shared
    assert shown(graph, subject="my dog") == [str(TAIL), str(BARKS), str(MEAT)]
    assert [s.update_id for s in graph.triples("bob", "my dog")] == ["facts", "facts"]
    assert graph.relations("ann", "my dog") == ["has", "can", "eats"]
    assert graph.triples("ann", "my dog", newest=2)[-1].triple == MEAT
    assert [s.triple for s in graph.triples("ann", "my dog", relation_key="can")] == [BARKS]

    graph.apply(update(2, retired=(BARKS,)))
    assert shown(graph, subject="my dog") == ["(my dog, has, a tail)", str(MEAT)]
    assert shown(graph, "bob", "my dog") == ["(my dog, has, a tail)", "(my dog, can, bark)"]
    graph.apply(update(3, added=(BARKS,)))
    assert len(shown(graph, subject="my dog")) == 3
    # The user's own graph is their own: what is shared is neither listed nor counted as theirs.
    assert shown(graph) == [str(MEAT), str(BARKS)]
    assert graph.subjects("bob", ["my dog"]) == {}
    assert graph.subjects(SHARED, ["my dog", "tail"]) == {"my dog": "my dog"}

    graph.apply(update(4, retired=(BARKS, TAIL)))
    graph.rewrite("ann", erase=frozenset({BARKS.key}), journal=[])
    assert shown(graph, subject="my dog") == ["(my dog, can, bark)", str(MEAT)]
    graph.erase_user("ann")
    assert shown(graph, subject="my dog") == ["(my dog, has, a tail)", "(my dog, can, bark)"]


def test_a_closed_graph_says_so(graph: TripleStore) -> None:
    graph.close()
    graph.close()
    with pytest.raises(StoreError, match="open a new one"):
        graph.triples("ann")


names = st.sampled_from(["a", "b", "my dog", "Ünï", "x y"])
triples = st.builds(Triple, names, st.sampled_from(["r", "eats"]), names)
changes = st.lists(
    st.tuples(st.sampled_from(["ann", "bob"]), st.lists(triples, max_size=3),
              st.lists(triples, max_size=2)),
    max_size=8,
)


@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=changes)
def test_any_sequence_of_updates_gives_the_set_it_describes(
    graph: TripleStore, changes: list[tuple[str, list[Triple], list[Triple]]]
) -> None:
    for user in ("ann", "bob"):
        graph.erase_user(user)
    live: dict[str, set[tuple[str, str, str]]] = {"ann": set(), "bob": set()}
    for number, (user, added, retired) in enumerate(changes):
        graph.apply(update(number, user=user, added=tuple(added), retired=tuple(retired)))
        live[user] = (live[user] - {t.key for t in retired}) | {t.key for t in added}
    for user, expected in live.items():
        assert {stored.triple.key for stored in graph.triples(user)} == expected
        assert len(graph.triples(user)) == len(expected)
