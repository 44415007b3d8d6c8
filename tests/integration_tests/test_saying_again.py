"""What is said twice, hidden of the background, and undone: the graph is as its journal tells."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_kgt import (
    InMemoryTripleStore,
    InvalidInputError,
    KGTConfig,
    KGTMemory,
    Triple,
    TripleStore,
)
from langchain_kgt.graphs.base import SHARED, replay
from langchain_kgt.triples import GraphUpdate, now
from langchain_kgt.tuning.telling import tell
from langchain_kgt.undoing import undo

CONFIG = KGTConfig()
BARKS = Triple("dog", "can", "bark")
TAIL = Triple("dog", "has", "a tail")


def told(graph: TripleStore, triple: Triple) -> GraphUpdate:
    update = tell(triple, "ann", graph=graph, settings=CONFIG)
    graph.apply(update)
    return update


def undone(graph: TripleStore, update: GraphUpdate) -> GraphUpdate:
    taken_back = undo(update.id, "ann", graph=graph, settings=CONFIG)
    graph.apply(taken_back)
    return taken_back


def shown(graph: TripleStore, user: str = "ann", subject: str | None = None) -> list[str]:
    return [str(stored.triple) for stored in graph.triples(user, subject)]


def test_what_is_told_again_outlives_the_undo_of_the_first(graph: TripleStore) -> None:
    lives = Triple("my sister", "lives in", "Oslo")
    first, second = told(graph, lives), told(graph, lives)
    assert str(second) == "nothing changed"
    assert str(undone(graph, first)) == f"nothing changed  undoes {first.id}"
    assert shown(graph) == [str(lives)]
    undone(graph, second)
    assert shown(graph) == []


def test_a_correction_that_is_known_outlives_the_undo_of_the_first(smollm: object) -> None:
    graph = InMemoryTripleStore()
    memory = KGTMemory(model=smollm, graph=graph)  # type: ignore[arg-type]
    question = "Where does my sister live?"
    first = memory.correct(question, "Oslo", user_id="ann")
    again = memory.correct(question, "Oslo", user_id="ann")
    assert again.added == ()
    memory.undo(first.id, user_id="ann")
    assert [r.triple.object for r in memory.recall(question, user_id="ann")] == ["Oslo"]


def test_what_is_forgotten_is_no_longer_confirmed_either(graph: TripleStore) -> None:
    lives = Triple("my sister", "lives in", "Oslo")
    told(graph, lives)
    told(graph, lives)
    memory = KGTMemory.model_construct(graph=graph)
    memory.forget(user_id="ann", subject="my sister")
    assert "Oslo" not in str([update.to_json() for update in graph.journal("ann")])


def test_a_hidden_shared_fact_comes_back_as_shared(graph: TripleStore) -> None:
    graph.load([BARKS, TAIL], source="facts")
    hide = GraphUpdate(id="hide", user_id="ann", kind="correct", time=now(), retired=(BARKS,))
    graph.apply(hide)
    assert shown(graph, "ann", "dog") == [str(TAIL)]
    back = undone(graph, hide)
    assert str(back) == f"+ {BARKS}  undoes hide"
    assert shown(graph, "ann", "dog") == [str(BARKS), str(TAIL)]
    assert shown(graph) == []
    again = undone(graph, back)
    assert str(again) == f"- {BARKS}  undoes {back.id}"
    assert shown(graph, "ann", "dog") == [str(TAIL)]


def test_undoing_what_was_told_over_a_shared_fact_leaves_the_shared_one(graph: TripleStore) -> None:
    graph.load([BARKS], source="facts")
    own = told(graph, BARKS)
    assert shown(graph) == [str(BARKS)]
    undone(graph, own)
    assert shown(graph) == []
    assert shown(graph, "ann", "dog") == [str(BARKS)]


names = st.sampled_from(["dog", "cat"])
triples = st.builds(Triple, names, st.sampled_from(["lives in", "likes"]), names)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), triples),
        st.tuples(st.just("hide"), triples),
        st.tuples(st.just("undo"), st.integers(0, 20)),
    ),
    max_size=12,
)


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_after_any_steps_the_graph_is_as_its_journal_tells(
    graph: TripleStore, steps: list[tuple[str, object]]
) -> None:
    known = [Triple(s, r, o) for s in ("dog", "cat") for r in ("likes",) for o in ("dog", "cat")]
    if not graph.has_shared:
        graph.load(known, source="facts")
    shared = {stored.triple.key for stored in graph.triples(SHARED)}
    graph.erase_user("ann")
    for kind, what in steps:
        journal = graph.journal("ann")
        if isinstance(what, Triple):
            if kind == "tell":
                told(graph, what)
            else:
                graph.apply(GraphUpdate(
                    id=f"h{len(journal)}", user_id="ann", kind="correct", time=now(),
                    retired=(what,),
                ))
        elif journal:
            assert isinstance(what, int)
            try:
                undone(graph, journal[what % len(journal)])
            except InvalidInputError:
                continue
        expected = replay(graph.journal("ann"))
        every = graph.triples("ann", every=True)
        assert {s.triple.key: s.to_json() for s in every} == {
            key: fact.to_json() for key, fact in expected.facts.items()
        }
        assert {s.triple.key for s in graph.triples("ann")} == expected.live
        numbers = [update.id for update in graph.journal("ann")]
        told_in = [numbers.index(stored.update_id) for stored in every]
        assert told_in == sorted(told_in)
        for subject in ("dog", "cat"):
            of_subject = {s.triple.key for s in graph.triples("ann", subject)}
            visible = expected.live | (shared - expected.hidden)
            assert of_subject == {key for key in visible if key[0] == subject}


@pytest.mark.parametrize("field", ["confirmed", "unsaid"])
def test_records_from_before_these_fields_are_read(field: str) -> None:
    update = GraphUpdate(id="u", user_id="ann", kind="tell", time=now(), added=(BARKS,))
    record = update.to_json()
    del record[field]
    assert GraphUpdate.from_json(record) == update
