"""Databases of older versions: every fact and record is written anew, under today's keys."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from langchain_kgt.graphs.base import SHARED, TripleKey
from langchain_kgt.graphs.kuzu_database import Database, Run, log_of, shadow_of
from langchain_kgt.graphs.kuzu_load import Loader, Owned
from langchain_kgt.graphs.kuzu_rows import Origin, Rows, create_tables, hashed
from langchain_kgt.triples import GraphUpdate, Triple

T = TypeVar("T")
_ROWS_OF_A_TRANSACTION = 200
_FACTS = (
    "WHERE f.subject <> '' "
    "RETURN f.subject, f.relation, f.object, f.live, f.update_id, f.time, f.seq, f.nth, f.query"
)


def rebuilt(old: Database, salt: bytes, buffer_pool_size: int) -> str:
    """Write what a database of version 1 or 2 holds into a new file, whose path is returned.

    The old file stays as it is: stopped at any instant, this can be done again.
    """
    path = f"{old.path}.new"
    for left in (path, log_of(path), shadow_of(path)):
        with suppress(FileNotFoundError):
            os.unlink(left)
    new = Database(path, buffer_pool_size)
    new.put(lambda run: create_tables(run, salt.hex()))
    shared = hashed(salt, SHARED)
    number = 0
    for (user,) in old.run("MATCH (u:User) RETURN u.id"):
        if user != shared:
            number = _user(old, new, user, salt, number)
    loader = Loader(new.run, new.put, salt, buffer_pool_size)
    loader.copy(_shared(old, shared))
    new.close()
    return path


def _user(old: Database, new: Database, user: str, salt: bytes, number: int) -> int:
    """Bring one user over, whose updates are counted on from a number; returns the last one."""
    records = old.run(
        "MATCH (:User {id: $user})-[:Did]->(up:Update) WHERE up.record <> '' "
        "RETURN up.record, up.seq ORDER BY up.seq",
        user=user,
    )
    if not records:
        return number  # erased
    updates = [GraphUpdate.from_json(json.loads(record)) for record, _ in records]
    last = number + len(updates)
    numbers = {seq: n for n, (_, seq) in enumerate(records, start=number + 1)}
    facts = old.run(
        f"MATCH (:User {{id: $user}})-[:Owns]->(:Entity)-[f:Fact]->(:Entity) {_FACTS} "
        "ORDER BY f.seq, f.nth",
        user=user,
    )
    # What two keys of old had is now one fact: a live one, else the latest.
    kept: dict[TripleKey, tuple[Triple, Origin, bool]] = {}
    for fact in facts:
        triple, origin, live = _fact(fact)
        origin = replace(origin, seq=numbers.get(origin.seq, last))
        if live or not kept.get(triple.key, (None, None, False))[2]:
            kept[triple.key] = (triple, origin, live)
    for some in _chunks(enumerate(updates, start=number + 1)):
        def record(run: Run, some: list[tuple[int, GraphUpdate]] = some) -> None:
            for n, update in some:
                Rows(run, salt, update.user_id).record(update, n)

        new.put(record)
    for few in _chunks(kept.values()):
        def put(run: Run, few: list[tuple[Triple, Origin, bool]] = few) -> None:
            rows = Rows(run, salt, updates[0].user_id)
            for triple, origin, live in few:
                rows.put(triple, origin, live=live, hides=not live)

        new.put(put)
    return last


def _shared(old: Database, shared: str) -> Iterator[Owned]:
    facts = old.stream(
        f"MATCH (:User {{id: '{shared}'}})-[:Owns]->(:Entity)-[f:Fact]->(:Entity) {_FACTS}"
    )
    for fact in facts:
        triple, origin, _ = _fact(fact)
        yield SHARED, triple, origin


def _fact(row: list[Any]) -> tuple[Triple, Origin, bool]:
    subject, relation, object_, live, update_id, time, seq, nth, query = row
    origin = Origin(update_id, time, query or "", seq, nth)
    return Triple(subject, relation, object_), origin, live


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _ROWS_OF_A_TRANSACTION)):
        yield chunk
