"""The graph as it was: what held at another time, and what had been told by then.

Two times of a fact. It *held* from when until when its words say; where they do not say until when,
until it was retired. It was *known* from the update on that told it. One question may ask for both:
what was thought in May of where somebody lived in March.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from langchain_kgt.graphs.base import SHARED, TripleStore
from langchain_kgt.graphs.in_memory import InMemoryTripleStore
from langchain_kgt.graphs.standing import replay
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.reading.edtf import written
from langchain_kgt.triples import StoredTriple


@contextmanager
def earlier(
    graph: TripleStore,
    user_id: str,
    *,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Iterator[TripleStore]:
    """One user's graph as it was, to read from; the shared one below it is as it is."""
    journal = graph.journal(user_id)
    if known_at is not None:
        journal = [update for update in journal if update.time <= known_at]
    facts = list(replay(journal).facts.values())
    if as_of is not None:
        facts = held(facts, as_of)
    with _Over(graph) as view:
        view.rewrite(user_id, erase=frozenset(), journal=(), facts=facts)
        yield view


def held(facts: Sequence[StoredTriple], instant: datetime) -> list[StoredTriple]:
    """All facts, those that held at an instant as holding, in the time zone of who asks.

    The others are put as mistaken, so that they are shown to no question, and hide what the shared
    graph says. Of most facts nobody says since when. Where only one can hold, the first to end did.
    """
    at = instant.replace(tzinfo=None)
    lexicon = Lexicon.shipped()
    ends = {fact: end for fact in facts if (end := _end(fact, at, lexicon)) is not None}
    places = {fact: _place(fact, lexicon) for fact in ends}
    first: dict[tuple[str, str], datetime] = {}
    for fact, end in ends.items():
        if place := places[fact]:
            # A start that is known needs no such guess.
            end = at if fact.triple.valid_from else end
            first[place] = min(end, first.get(place, end))

    def stands(fact: StoredTriple) -> bool:
        if fact not in ends:
            return False
        place = places[fact]
        return not place or bool(fact.triple.valid_from) or ends[fact] == first[place]

    return [
        replace(fact, triple=replace(
            fact.triple, status="holds" if stands(fact) else "mistaken"
        ))
        for fact in facts
    ]


def _place(fact: StoredTriple, lexicon: Lexicon) -> tuple[str, str] | None:
    """What no two facts can have at once; none where they can."""
    triple, relation = fact.triple, lexicon.present(fact.triple.relation)
    if not lexicon.single_valued(relation, subject=triple.subject):
        return None
    return triple.key[0], relation


def _end(fact: StoredTriple, at: datetime, lexicon: Lexicon) -> datetime | None:
    """Until when a fact held that held at a time; none if it did not."""
    triple = fact.triple
    if triple.status not in ("holds", "ended"):
        return None
    start, last = written(triple.valid_from), written(triple.valid_until)
    if triple.valid_from and triple.valid_from == triple.valid_until:
        return datetime.max  # what happens at one time is known before and after
    if start is not None and at < start.start:
        return None
    if last is not None:
        end = last.end
    elif triple.status == "ended":
        end = (fact.retired or fact.time).replace(tzinfo=None)
    else:
        told = fact.time.replace(tzinfo=None)
        # "Worked as" says that it was over when it was told; and later on that it was so.
        end = told if lexicon.is_past(triple.relation) and at < told else datetime.max
    return end if at < end else None


class _Over(InMemoryTripleStore):
    """One user's facts over the shared graph of another store."""

    def __init__(self, below: TripleStore) -> None:
        super().__init__()
        self._below = below

    @property
    def has_shared(self) -> bool:
        return self._below.has_shared

    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        if user_id == SHARED:
            return self._below.subjects(user_id, keys)
        return super().subjects(user_id, keys)

    def _triples(
        self,
        user_id: str,
        subject_key: str | None,
        relation_key: str | None,
        question_key: str | None,
        newest: int | None,
        every: bool,
    ) -> list[StoredTriple]:
        asked = (user_id, subject_key, relation_key, question_key, newest, every)
        return self._below._triples(*asked) if user_id == SHARED else super()._triples(*asked)

    def _relations(self, user_id: str, subject_key: str | None) -> dict[str, str]:
        if user_id == SHARED:
            return self._below._relations(user_id, subject_key)
        return super()._relations(user_id, subject_key)
