"""How a fact stands at an instant: what was to end before has."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from langchain_kgt.graphs.standing import is_over
from langchain_kgt.triples import StoredTriple


def as_of(fact: StoredTriple, now: datetime) -> StoredTriple:
    """A fact as it stands at an instant, told in the time zone of who asks.

    What holds from one time until another has ended after it. What happens at one time stays so.
    """
    if not is_over(fact.triple, now):
        return fact
    return replace(fact, triple=replace(fact.triple, status="ended"))
