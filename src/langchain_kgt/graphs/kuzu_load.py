"""Millions of triples at once, by COPY."""

from __future__ import annotations

import csv
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.graphs.base import SHARED
from langchain_kgt.graphs.kuzu_database import Run
from langchain_kgt.graphs.kuzu_rows import FACT_PARAMETERS, Rows, columns, hashed, head_of
from langchain_kgt.triples import Source, StoredTriple, Triple, now

# What COPY needs of the buffer pool. The larger a chunk, the better: each one rewrites the parts of
# the tables that it touches, which are nearly all of them.
_BUFFER_BYTES_A_TRIPLE = 2048
# In the order in which they refer to each other.
_TABLES = ("User", "Entity", "Owns", "Head", "Relation", "Uses", "Fact", "Has")

# A fact, and its place among those of its owner.
Placed: TypeAlias = tuple[StoredTriple, int, int]
# The owner, who has none yet or is `SHARED`, and the fact.
Owned: TypeAlias = tuple[str, Placed]


class Loader:
    """Loads triples in chunks, each one transaction; what is there already is passed over.

    Args:
        read: runs one query.
        write: runs a task in one transaction.
        salt: of the database.
        buffer_pool_size: of the database; how large a chunk may be.
    """

    def __init__(
        self,
        read: Run,
        write: Callable[[Callable[[Run], None]], None],
        salt: bytes,
        buffer_pool_size: int,
    ) -> None:
        self.read, self.write, self.salt = read, write, salt
        self.chunk = buffer_pool_size // _BUFFER_BYTES_A_TRIPLE
        # What is there already.
        self.known = _Ids()
        self.longest: dict[int, int] = {}

    def load(self, owned: Iterable[tuple[str, Triple]], source: str) -> int:
        """Add the triples of one source, from where it was left, and return how many."""
        [[done]] = self.read(
            "MATCH (f:Fact) WHERE f.update_id = $source RETURN max(f.seq)", source=source
        )
        begin = done or 0
        time = now()
        said = (Source("import", "", "", time),)

        def placed() -> Iterator[Owned]:
            # All of a chunk has the place behind it: so far the source is read then.
            for number, (owner, triple) in enumerate(islice(owned, begin, None)):
                end = begin + (number // self.chunk + 1) * self.chunk
                fact = StoredTriple(triple, source, time, "", said)
                yield owner, (fact, end, number % self.chunk)

        return self.copy(placed())

    def copy(self, facts: Iterable[Owned]) -> int:
        """Add triples, and return how many were new."""
        self._look()
        iterator, copied = iter(facts), 0
        while (counted := self._copy_chunk(islice(iterator, self.chunk)))[0]:
            copied += counted[1]
        return copied

    def _look(self) -> None:
        shared = hashed(self.salt, SHARED)
        entities = self.read(
            "MATCH (:User {id: $user})-[:Owns]->(e:Entity) RETURN e.id", user=shared
        )
        if self.read("MATCH (u:User {id: $user}) RETURN 1", user=shared):
            self.known.add(_short(shared))
        for (id_,) in entities:
            self.known.add(_short(id_))
        if entities:
            for table in ("Relation", "Fact"):
                for (id_,) in self.read(f"MATCH (n:{table}) RETURN n.id"):
                    self.known.add(_short(id_))
            for head, words in self.read("MATCH (h:Head) RETURN h.id, h.longest"):
                self.known.add(_short(head))
                self.longest[_short(head)] = words
        self.known.settle()

    def _copy_chunk(self, chunk: Iterable[Owned]) -> tuple[int, int]:
        """One chunk: written to files as it is read, and copied in one transaction.

        Returns how many triples it had, and how many of them were new.
        """
        read, new, heads = 0, 0, set[str]()
        with tempfile.TemporaryDirectory() as folder, ExitStack() as files:
            paths = {name: Path(folder) / f"{name}.csv" for name in _TABLES}
            write: dict[str, Callable[[Iterable[Any]], Any]] = {
                name: csv.writer(
                    files.enter_context(path.open("w", newline="", encoding="utf-8")),
                    quoting=csv.QUOTE_ALL,
                ).writerow
                for name, path in paths.items()
            }
            for owner, placed in chunk:
                try:
                    new += self._write_rows(write, heads, owner, placed)
                except UnicodeEncodeError as error:
                    raise InvalidInputError(
                        f"{placed[0].triple!r} has the lone surrogate "
                        f"{error.object[error.start]!r}; remove it"
                    ) from error
                read += 1
            longer = []
            for head in heads:
                if self.known.add(_short(head)):
                    write["Head"]((head, self.longest[_short(head)]))
                else:
                    longer.append(head)
            self.known.settle()
            files.close()
            if read:
                self.write(lambda run: self._copy_files(run, paths, longer))
        return read, new

    def _write_rows(
        self,
        write: dict[str, Callable[[Iterable[Any]], Any]],
        heads: set[str],
        owner: str,
        placed: Placed,
    ) -> bool:
        stored, seq, nth = placed
        rows, triple = Rows(self.read, self.salt, owner), stored.triple
        subject, relation, _ = triple.key
        user, entity, fact = rows.user, rows.entity(subject), rows.fact(triple.key)
        if not self.known.add(_short(fact)):
            return False
        first, words = head_of(subject)
        head, used = (
            hashed(self.salt, user, kind, name)
            for kind, name in (("head", first), ("relation", relation))
        )
        if self.longest.get(_short(head), 0) < words:
            self.longest[_short(head)] = words
            heads.add(head)
        if self.known.add(_short(user)):
            write["User"]((user,))
        if self.known.add(_short(entity)):
            write["Entity"]((entity,))
            write["Owns"]((user, entity))
        if self.known.add(_short(used)):
            write["Relation"]((used, triple.relation))
            write["Uses"]((user, used))
        said = columns(stored, owner) | {"id": fact, "seq": seq, "nth": nth}
        write["Fact"]([_written(said[name]) for name in FACT_PARAMETERS])
        write["Has"]((entity, fact))
        return True

    def _copy_files(self, run: Run, paths: dict[str, Path], longer: Iterable[str]) -> None:
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


def _written(value: Any) -> Any:
    """A value as COPY reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


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
