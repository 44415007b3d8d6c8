"""How a fact stands at an instant: what was to end before has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.standing import holds, is_over
from langchain_kgt.keys import normalize
from langchain_kgt.recalling.aliases import Aliases
from langchain_kgt.recalling.names import every_triple_of
from langchain_kgt.recalling.neighbourhood import MAX_FACTS, Neighbourhood
from langchain_kgt.triples import StoredTriple


def as_of(fact: StoredTriple, now: datetime) -> StoredTriple:
    """A fact as it stands at an instant, told in the time zone of who asks.

    What holds from one time until another has ended after it. What happens at one time stays so.
    """
    if not is_over(fact.triple, now):
        return fact
    return replace(fact, triple=replace(fact.triple, status="ended"))


def at(
    now: datetime,
    near: Neighbourhood,
    subject: str,
    user_id: str,
    *,
    graph: TripleStore,
    also: Aliases,
    past: Callable[[], bool] | None = None,
) -> Neighbourhood:
    """What is known of a subject as it stands at an instant.

    Where the question asks for what was, what has ended takes the place of what holds of the same
    relation. That is asked first: a parse takes less time than reading what has ended.
    """
    facts = [as_of(stored, now) for stored in near.triples]
    holding = [stored for stored in facts if holds(stored)]
    if past is not None and past():
        every = every_triple_of(subject, user_id, graph, newest=MAX_FACTS, also=also)
        over = [stored for stored in facts if not holds(stored)]
        over += [stored for stored in every if stored.status == "ended"]
        if over:
            relations = {normalize(stored.triple.relation) for stored in over}
            holding = [s for s in holding if normalize(s.triple.relation) not in relations]
            return Neighbourhood((*over, *holding), {}, whole=near.whole)
    if len(holding) == len(near.triples):
        return near
    return Neighbourhood(tuple(holding), near.measured, whole=near.whole)
