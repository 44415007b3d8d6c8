"""Which facts a new one says again, and which cannot stay beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.reading.base import Assertion
from langchain_kgt.recalling.names import bare, relations_of, triples_of
from langchain_kgt.triples import StoredTriple, Triple


def lexicon_of(settings: KGTConfig) -> Lexicon:
    """The shipped lexicon, with what an app has added to it."""
    return _extended(json.dumps(settings.lexicon))


@lru_cache(maxsize=16)
def _extended(more: str) -> Lexicon:
    added = json.loads(more)
    return Lexicon.shipped().extended(added) if added else Lexicon.shipped()


def concerned(
    relations: Iterable[str],
    keys: tuple[str, ...],
    user_id: str,
    graph: TripleStore,
    lexicon: Lexicon,
) -> list[StoredTriple]:
    """The live facts of a subject that a new one of some relations may say again or replace."""
    new = tuple(relations)
    return [
        stored
        for old in relations_of(keys, user_id, graph)
        if any(lexicon.concerns(relation, old) for relation in new)
        for stored in triples_of(keys, user_id, graph, relation_key=normalize(old))
    ]


def same_fact(one: Triple, other: Triple, lexicon: Lexicon) -> bool:
    """Whether two facts of one subject say the same, in whatever words."""
    return bare(one.object) == bare(other.object) and lexicon.same(one.relation, other.relation)


def over(old: Triple, until: str, lexicon: Lexicon) -> Triple:
    """A fact that something newer takes the place of: it has ended, if such a thing can."""
    if lexicon.timeless(old.relation):
        return replace(old, status="mistaken")
    return replace(old, status="ended", valid_until=until)


def with_times(fact: Triple, told: Triple | Assertion) -> Triple:
    """A fact with the times that were told of it."""
    return replace(
        fact, valid_from=told.valid_from, valid_until=told.valid_until, when=told.when
    )


def is_statement(stored: StoredTriple) -> bool:
    """Whether somebody said a fact; else the assistant supposed it."""
    return any(source.said_by != "assistant" for source in stored.sources)
