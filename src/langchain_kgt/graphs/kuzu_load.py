"""Millions of triples into the shared graph, by COPY."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import timezone
from itertools import islice
from pathlib import Path

from langchain_kgt.graphs.kuzu_engine import Engine, head_id
from langchain_kgt.triples import Triple, now

_CHUNK = 100_000


class Loader:
    """Loads one source in chunks, each one transaction; the chunks that are there are passed over.

    Args:
        engine: the open database, whose lock the caller holds.
        user: the id of the shared graph's user.
        id_of: the id of an entity, of user and key.
        source: kept as the origin of every triple.
    """

    def __init__(
        self, engine: Engine, user: str, id_of: Callable[[str, str], str], source: str
    ) -> None:
        self.engine, self.user, self.id_of, self.source = engine, user, id_of, source
        self.time = now().astimezone(timezone.utc).replace(tzinfo=None).isoformat(sep=" ")

    def load(self, triples: Iterable[Triple]) -> int:
        run = self.engine.run
        # A negative count of updates is what tells the shared graph's user from all others.
        run("MERGE (u:User {id: $user}) ON CREATE SET u.updates = -1", user=self.user)
        self.engine.has_shared = True
        [[done]] = run(
            "MATCH (:Entity)-[f:Fact]->(:Entity) WHERE f.update_id = $source RETURN max(f.seq)",
            source=self.source,
        )
        known = {
            _short(id_)
            for (id_,) in run(
                "MATCH (:User {id: $user})-[:Owns]->(e:Entity) RETURN e.id", user=self.user
            )
        }
        heads = {_short(id_) for (id_,) in run("MATCH (h:Head) RETURN h.id")} if known else set()
        added = 0
        for number, chunk in enumerate(_chunks(triples), start=1):
            if number > (done or 0):
                self._copy(number, chunk, known, heads)
                added += len(chunk)
        return added

    def _copy(
        self, number: int, chunk: list[Triple], known: set[int], heads: set[int]
    ) -> None:
        entities, firsts, facts = [], [], []
        for nth, triple in enumerate(chunk):
            subject, relation, object_ = triple.key
            s, o = self.id_of("", subject), self.id_of("", object_)
            for id_ in (s, o):
                if _short(id_) not in known:
                    known.add(_short(id_))
                    entities.append(id_)
            head = head_id(self.user, subject, self.engine.salt)
            if _short(head) not in heads:
                heads.add(_short(head))
                firsts.append(head)
            facts.append(
                (s, o, relation, triple.subject, triple.relation, triple.object, "true",
                 self.source, self.time, number, nth, "")
            )
        with tempfile.TemporaryDirectory() as folder:
            self.engine.run("BEGIN TRANSACTION")
            try:
                for table, rows in (
                    ("Entity", [(id_,) for id_ in entities]),
                    ("Owns", [(self.user, id_) for id_ in entities]),
                    ("Head", [(id_,) for id_ in firsts]),
                    ("Fact", facts),
                ):
                    if rows:
                        self._copy_table(Path(folder) / f"{table}.csv", table, rows)
                self.engine.run("COMMIT")
            except BaseException:
                self.engine.run("ROLLBACK")
                raise

    def _copy_table(self, path: Path, table: str, rows: Iterable[Iterable[object]]) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
        self.engine.run(f"COPY {table} FROM '{path}' (header=false, escape='\"', parallel=false)")


def _short(id_: str) -> int:
    """64 bits of an id: a set of millions of them fits into memory."""
    return int(id_[:16], 16)


def _chunks(triples: Iterable[Triple]) -> Iterator[list[Triple]]:
    iterator = iter(triples)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
