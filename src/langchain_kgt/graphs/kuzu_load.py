"""Millions of triples at once, by COPY."""

from __future__ import annotations

import csv
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import timezone
from itertools import islice
from pathlib import Path

import numpy as np

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
        # What is there already.
        self.known = _Ids()
        self.longest: dict[int, int] = {}

    def load(self, owned: Iterable[tuple[str, Triple]]) -> int:
        """Add triples with the user ids of their owners, who have none yet or are `SHARED`."""
        run, shared = self.engine.run, self.id_of(SHARED, None)
        [[done]] = run(
            "MATCH (:Entity)-[f:Fact]->(:Entity) WHERE f.update_id = $source RETURN max(f.seq)",
            source=self.source,
        )
        entities = run("MATCH (:User {id: $user})-[:Owns]->(e:Entity) RETURN e.id", user=shared)
        for (id_,) in [(shared,), *entities]:
            self.known.add(_short(id_))
        if entities:
            for (id_,) in run("MATCH (r:Relation) RETURN r.id"):
                self.known.add(_short(id_))
            for head, words in run("MATCH (h:Head) RETURN h.id, h.longest"):
                self.known.add(_short(head))
                self.longest[_short(head)] = words
        self.known.settle()
        del entities
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
                if self.longest.get(_short(head), 0) < words:
                    self.longest[_short(head)] = words
                    heads.add(head)
                if self.known.add(_short(user)):
                    write["User"]((user, 1))
                for id_ in (s, o):
                    if self.known.add(_short(id_)):
                        write["Entity"]((id_,))
                        write["Owns"]((user, id_))
                if self.known.add(_short(used)):
                    write["Relation"]((used, triple.relation))
                    write["Uses"]((user, used))
                write["Fact"](
                    (s, o, relation, triple.subject, triple.relation, triple.object, "true",
                     self.source, self.time, end, nth, "")
                )
                read = nth + 1
            longer = []
            for head in heads:
                if self.known.add(_short(head)):
                    write["Head"]((head, self.longest[_short(head)]))
                else:
                    longer.append(head)
            self.known.settle()
            files.close()
            if read:
                self._copy_files(paths, longer)
        return read

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
                    id=head, words=self.longest[_short(head)],
                )


class _Ids:
    """A growing set of 64-bit numbers: eight bytes each, but for those of the current chunk."""

    def __init__(self) -> None:
        self._settled = array("Q")
        self._fresh: set[int] = set()

    def add(self, number: int) -> bool:
        """Add a number, and say whether it is new."""
        place = bisect_left(self._settled, number)
        if place < len(self._settled) and self._settled[place] == number:
            return False
        before = len(self._fresh)
        self._fresh.add(number)
        return len(self._fresh) > before

    def settle(self) -> None:
        """Put the numbers of a chunk to the others."""
        fresh = np.fromiter(self._fresh, np.uint64, len(self._fresh))
        settled = np.frombuffer(self._settled, np.uint64)
        self._settled = array("Q", np.union1d(settled, fresh).tobytes())
        self._fresh = set()


def _short(id_: str) -> int:
    """64 bits of an id."""
    return int(id_[:16], 16)
