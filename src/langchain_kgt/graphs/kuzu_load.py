"""Millions of triples at once, by COPY."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import timezone
from itertools import islice
from pathlib import Path

from langchain_kgt.graphs.base import SHARED
from langchain_kgt.graphs.kuzu_engine import Engine, derived_id, head_of
from langchain_kgt.triples import Triple, now

# What COPY needs of the buffer pool. The larger a chunk, the better: each one rewrites the parts of
# the tables that it touches, which are nearly all of them.
_BUFFER_BYTES_A_TRIPLE = 2048
# In the order in which they refer to each other.
_TABLES = ("User", "Entity", "Owns", "Head", "Relation", "Uses", "Fact")


class Loader:
    """Loads one source in chunks, each one transaction; what is there already is passed over.

    Args:
        engine: the open database, whose lock the caller holds.
        id_of: the id of a user, or of an entity of theirs.
        source: kept as the origin of every triple.
    """

    def __init__(
        self, engine: Engine, id_of: Callable[[str, str | None], str], source: str
    ) -> None:
        self.engine, self.id_of, self.source = engine, id_of, source
        self.time = now().astimezone(timezone.utc).replace(tzinfo=None).isoformat(sep=" ")
        # What is there already, by 64 bits of its id: millions of them fit into memory.
        self.known: set[int] = set()
        self.longest: dict[str, int] = {}

    def load(self, owned: Iterable[tuple[str, Triple]]) -> int:
        """Add triples with the user ids of their owners, who have none yet or are `SHARED`."""
        run, shared = self.engine.run, self.id_of(SHARED, None)
        [[done]] = run(
            "MATCH (:Entity)-[f:Fact]->(:Entity) WHERE f.update_id = $source RETURN max(f.seq)",
            source=self.source,
        )
        entities = run("MATCH (:User {id: $user})-[:Owns]->(e:Entity) RETURN e.id", user=shared)
        self.known = {_short(id_) for (id_,) in [(shared,), *entities]}
        if entities:
            self.known |= {_short(id_) for (id_,) in run("MATCH (r:Relation) RETURN r.id")}
            for head, words in run("MATCH (h:Head) RETURN h.id, h.longest"):
                self.longest[head] = words
            self.known |= set(map(_short, self.longest))
        iterator = iter(owned)
        passed = sum(1 for _ in islice(iterator, done or 0))
        chunk, end = self.engine.buffer_pool_size // _BUFFER_BYTES_A_TRIPLE, passed
        while read := self._copy(end + chunk, islice(iterator, chunk)):
            end += read
        return end - passed

    def _copy(self, end: int, chunk: Iterable[tuple[str, Triple]]) -> int:
        """One chunk: written to files as it is read, and copied in one transaction."""
        read, heads = 0, set[str]()
        with tempfile.TemporaryDirectory() as folder, ExitStack() as files:
            paths = {name: Path(folder) / f"{name}.csv" for name in _TABLES}
            write = {
                name: csv.writer(
                    files.enter_context(path.open("w", newline="", encoding="utf-8")),
                    quoting=csv.QUOTE_ALL,
                ).writerow
                for name, path in paths.items()
            }
            for nth, (owner, triple) in enumerate(chunk):
                subject, relation, object_ = triple.key
                user, s, o = (self.id_of(owner, key) for key in (None, subject, object_))
                first, words = head_of(subject)
                head, used = (
                    derived_id(self.engine.salt, user, kind, name)
                    for kind, name in (("head", first), ("relation", relation))
                )
                if self.longest.get(head, 0) < words:
                    self.longest[head] = words
                    heads.add(head)
                if self._is_new(user):
                    write["User"]((user, 1))
                for id_ in (s, o):
                    if self._is_new(id_):
                        write["Entity"]((id_,))
                        write["Owns"]((user, id_))
                if self._is_new(used):
                    write["Relation"]((used, triple.relation))
                    write["Uses"]((user, used))
                write["Fact"](
                    (s, o, relation, triple.subject, triple.relation, triple.object, "true",
                     self.source, self.time, end, nth, "")
                )
                read = nth + 1
            longer = []
            for head in heads:
                if self._is_new(head):
                    write["Head"]((head, self.longest[head]))
                else:
                    longer.append(head)
            files.close()
            if read:
                self._copy_files(paths, longer)
        return read

    def _is_new(self, id_: str) -> bool:
        before = len(self.known)
        self.known.add(_short(id_))
        return len(self.known) > before

    def _copy_files(self, paths: dict[str, Path], longer: Iterable[str]) -> None:
        with self.engine.transaction() as run:
            for name in _TABLES:
                if paths[name].stat().st_size:
                    run(
                        f"COPY {name} FROM '{paths[name]}' "
                        "(header=false, escape='\"', parallel=false)"
                    )
            for head in longer:
                run(
                    "MATCH (h:Head {id: $id}) SET h.longest = $words",
                    id=head, words=self.longest[head],
                )


def _short(id_: str) -> int:
    return int(id_[:16], 16)
