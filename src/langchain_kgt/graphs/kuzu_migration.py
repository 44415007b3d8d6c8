"""Databases of older versions: every fact and record is written anew, under today's keys."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timezone
from itertools import islice
from typing import Any, TypeVar

from langchain_kgt.graphs.kuzu_database import Database, Run, log_of, shadow_of
from langchain_kgt.graphs.kuzu_load import Loader, Owned, Placed
from langchain_kgt.graphs.kuzu_rows import Rows, create_tables, hashed
from langchain_kgt.graphs.standing import SHARED, holds, question_key
from langchain_kgt.triples import (
    GraphUpdate,
    Source,
    Speaker,
    StoredTriple,
    Triple,
    TripleKey,
)

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
    kept: dict[TripleKey, Placed] = {}
    for row in facts:
        fact, seq, nth = _fact(row, "user")
        key = fact.triple.key
        if holds(fact) or key not in kept or not holds(kept[key][0]):
            kept[key] = fact, numbers.get(seq, last), nth
    for some in _chunks(enumerate(updates, start=number + 1)):
        def record(run: Run, some: list[tuple[int, GraphUpdate]] = some) -> None:
            for n, update in some:
                Rows(run, salt, update.user_id).record(update, n)

        new.put(record)
    for few in _chunks(kept.values()):
        def put(run: Run, few: list[Placed] = few) -> None:
            rows = Rows(run, salt, updates[0].user_id)
            for fact, seq, nth in few:
                rows.put(fact, seq, nth)

        new.put(put)
    return last


def _shared(old: Database, shared: str) -> Iterator[Owned]:
    facts = old.stream(
        f"MATCH (:User {{id: '{shared}'}})-[:Owns]->(:Entity)-[f:Fact]->(:Entity) {_FACTS}"
    )
    for row in facts:
        yield SHARED, _fact(row, "import")


def _fact(row: list[Any], said_by: Speaker) -> Placed:
    subject, relation, object_, live, update_id, time, seq, nth, query = row
    time, query = time.replace(tzinfo=timezone.utc), query or ""
    triple = Triple(subject, relation, object_, status="holds" if live else "mistaken")
    keys = (question_key(query),) if query else ()
    source = Source(said_by, "", "", time)
    return StoredTriple(triple, update_id, time, query, (source,), keys), seq, nth


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _ROWS_OF_A_TRANSACTION)):
        yield chunk
