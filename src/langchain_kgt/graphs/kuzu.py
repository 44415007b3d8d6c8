"""The embedded default store: one Kuzu database file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import finalize

from langchain_kgt.errors import InvalidInputError, StoreError
from langchain_kgt.graphs.base import SHARED, TripleKey, TripleStore
from langchain_kgt.graphs.kuzu_database import Run
from langchain_kgt.graphs.kuzu_engine import BUFFER_POOL, Engine
from langchain_kgt.graphs.kuzu_load import Loader
from langchain_kgt.graphs.kuzu_rows import (
    BLANK,
    COLUMNS,
    OF_SUBJECT,
    OF_USER,
    Rows,
    among,
    hashed,
    head_of,
    longest_of,
    stored,
)
from langchain_kgt.graphs.paths import check_path
from langchain_kgt.graphs.standing import nth_of
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple, normalize


class KuzuTripleStore(TripleStore):
    """A `TripleStore` in one Kuzu file, which only one process can have open at a time.

    Within a process a path may be opened any number of times: all share one database. While it is
    open, what was told last stands in a log beside the file (`memory.kuzu.wal`): a copy needs both,
    or `backup`.

    Args:
        path: the file; it is created, and its folder must exist.
        buffer_pool_size: bytes of memory for the database's pages.
        accept_loss: open it also if its log is missing, or it has fewer updates than were
            acknowledged, which is an error otherwise.

    Raises:
        StoreLockedError: another process holds the file; the message names it.
        StoreVersionError: a newer version of this package wrote the file.
        StoreError: the path is a folder, read-only, no Kuzu database, or not whole.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        buffer_pool_size: int = BUFFER_POOL,
        accept_loss: bool = False,
    ) -> None:
        check_path(path)
        engine = Engine.open(Path(path), buffer_pool_size, accept_loss)
        self._engine: Engine | None = engine
        # Who drops a graph without closing it is done with it all the same.
        self._dropped = finalize(self, engine.dropped)
        self._dropped.atexit = False

    def _apply(
        self, update: GraphUpdate, facts: Mapping[TripleKey, StoredTriple | None]
    ) -> None:
        engine = self._opened()
        number = 0

        def write(run: Run) -> None:
            nonlocal number
            number = engine.updates + 1
            rows = Rows(run, engine.salt, update.user_id)
            rows.record(update, number)
            for key, fact in facts.items():
                if fact is None:
                    rows.erase(key)
                elif fact.update_id == update.id:
                    rows.put(fact, number, nth_of(update, key))
                elif update.undoes is None or rows.is_of(fact):
                    # Who told it is who told it before: so its row is there, at its place.
                    rows.amend(fact)
                else:
                    rows.put(fact, *rows.place(fact))

        try:
            engine.write(write, updates=1)
        except StoreError:
            # The commit may have reached the log all the same: then it is done.
            if not number or engine.read(lambda run: engine.updates) < number:
                raise

    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        engine, user = self._opened(), self._id(user_id)
        wanted = list(dict.fromkeys(keys))

        def read(run: Run) -> dict[str, str]:
            # Most stretches of a query begin no name: their first words say so, a dozen for
            # hundreds.
            longest: dict[str, int] = {}
            names: dict[str, str] = {}
            for key in wanted:
                first, words = head_of(key)
                if first not in longest:
                    longest[first] = longest_of(run, hashed(engine.salt, user, "head", first))
                if words > longest[first]:
                    continue
                entity = self._id(user_id, key)
                # Whether there is such a node at all is known in half the time.
                if run("MATCH (e:Entity {id: $id}) RETURN 1", id=entity) and (
                    rows := run(
                        f"{OF_SUBJECT} WHERE f.live "
                        "RETURN f.subject ORDER BY f.seq, f.nth LIMIT 1",
                        id=entity,
                    )
                ):
                    names[key] = rows[0][0]
            return names

        return engine.read(read)

    @property
    def has_shared(self) -> bool:
        return self._opened().has_shared

    def load(self, triples: Iterable[Triple], *, source: str) -> int:
        engine = self._opened()
        with self.writing(SHARED):
            user = self._id(SHARED)
            engine.write(lambda run: run("MERGE (:User {id: $user})", user=user))
            engine.has_shared = True
            return self._loader().load(((SHARED, triple) for triple in triples), source)

    def _loader(self) -> Loader:
        engine = self._opened()

        def write(task: Callable[[Run], None]) -> None:
            engine.write(task, checkpoint=True, copies=True)

        return Loader(self._read, write, engine.salt, engine.buffer_pool_size)

    def standing(self, user_id: str, keys: Iterable[TripleKey]) -> dict[TripleKey, StoredTriple]:
        engine, wanted = self._opened(), list(keys)

        def read(run: Run) -> dict[TripleKey, StoredTriple]:
            rows = Rows(run, engine.salt, user_id)
            return {key: fact for key in wanted if (fact := rows.standing(key))}

        return engine.read(read)

    def _triples(
        self,
        user_id: str,
        subject_key: str | None,
        relation_key: str | None,
        question_key: str | None,
        newest: int | None,
        every: bool,
    ) -> list[StoredTriple]:
        if subject_key is None:
            start, given = OF_USER, {"user": self._id(user_id)}
        else:
            start, given = OF_SUBJECT, {"id": self._id(user_id, subject_key)}
        where = ["f.relation_key <> ''" if every else "f.live"]
        if relation_key is not None:
            where.append("f.relation_key = $relation")
            given["relation"] = relation_key
        if question_key is not None:
            where.append("contains(f.asked, $asked)")
            given["asked"] = among([question_key])
        rows = self._read(
            f"{start} WHERE {' AND '.join(where)} RETURN {COLUMNS} "
            f"ORDER BY f.seq DESC, f.nth DESC {f'LIMIT {newest}' if newest else ''}",
            **given,
        )
        return [stored(row, user_id) for row in reversed(rows)]

    def _relations(self, user_id: str, subject_key: str | None) -> dict[str, str]:
        if subject_key is None:
            rows = self._read(
                "MATCH (:User {id: $id})-[:Uses]->(r:Relation) WHERE r.name <> '' RETURN r.name",
                id=self._id(user_id),
            )
            return {normalize(name): name for (name,) in rows}
        rows = self._read(
            f"{OF_SUBJECT} WHERE f.live "
            f"RETURN f.relation_key, f.relation, min(f.seq * {2**32} + f.nth) AS first "
            "ORDER BY first",
            id=self._id(user_id, subject_key),
        )
        known: dict[str, str] = {}
        for key, relation, _ in rows:
            known.setdefault(key, relation)
        return known

    def _hidden(self, user_id: str, subject_key: str) -> set[TripleKey]:
        rows = self._read(
            f"{OF_SUBJECT} WHERE f.hides RETURN f.subject, f.relation, f.object",
            id=self._id(user_id, subject_key),
        )
        return {Triple(*row).key for row in rows}

    def journal(self, user_id: str) -> list[GraphUpdate]:
        engine = self._opened()
        return engine.read(lambda run: Rows(run, engine.salt, user_id).journal())

    def rewrite(
        self,
        user_id: str,
        *,
        erase: frozenset[TripleKey],
        journal: Sequence[GraphUpdate],
        facts: Sequence[StoredTriple] = (),
    ) -> None:
        engine = self._opened()

        def write(run: Run) -> None:
            rows = Rows(run, engine.salt, user_id)
            for key in erase:
                rows.erase(key)
            for update in journal:
                rows.rewrite(update)
            for fact in facts:
                rows.amend(fact)
            for relation in {key[1] for key in erase}:
                self._forget_relation(run, user_id, relation)

        # What was erased must not live on in the write-ahead log.
        engine.write(write, checkpoint=True)

    def _forget_relation(self, run: Run, user_id: str, relation_key: str) -> None:
        """Erase a relation's name once no fact of the user has it; a scan, as forgetting may be."""
        user = self._id(user_id)
        still = run(
            f"{OF_USER} WHERE f.relation_key = $r RETURN 1 LIMIT 1", user=user, r=relation_key
        )
        if not still:
            run(
                "MATCH (r:Relation {id: $id}) SET r.name = ''",
                id=hashed(self._opened().salt, user, "relation", relation_key),
            )

    def erase_user(self, user_id: str) -> None:
        engine, user = self._opened(), self._id(user_id)

        def write(run: Run) -> None:
            run(f"{OF_USER} SET {BLANK}", user=user)
            run(
                "MATCH (:User {id: $user})-[:Did]->(p:Piece) SET p.text = '', p.name = ''",
                user=user,
            )
            run("MATCH (:User {id: $user})-[:Uses]->(r:Relation) SET r.name = ''", user=user)

        engine.write(write, checkpoint=True)

    @property
    def identity(self) -> str:
        return self._opened().path

    def backup(self, path: str | Path) -> None:
        """Copy the database to another file, whole as it is between two updates.

        A plain copy of the open file lacks what is still in its log.

        Args:
            path: the copy; a file that is there is replaced.

        Raises:
            StoreError: it cannot be written there.
        """
        check_path(path)
        target = Path(path)
        if target.is_dir() or os.path.realpath(target) == self._opened().path:
            raise InvalidInputError(f"{target} cannot hold the copy; give the name of another file")
        try:
            self._opened().backup(target)
        except OSError as error:
            raise StoreError(f"no backup at {target}: {error}") from error

    def close(self) -> None:
        engine, self._engine = self._engine, None
        # In a forked child it is the parent's, who goes on with it.
        if engine is not None and self._dropped.detach() and engine.pid == os.getpid():
            engine.release()

    def _id(self, user_id: str, key: str | None = None) -> str:
        """The id of a user, or of an entity of theirs."""
        parts = (user_id,) if key is None else (user_id, key)
        return hashed(self._opened().salt, *parts)

    def _read(self, cypher: str, /, **parameters: Any) -> list[list[Any]]:
        return self._opened().read(lambda run: run(cypher, **parameters))

    def _opened(self) -> Engine:
        engine = self._engine
        if engine is None:
            raise StoreError("this graph is closed; open a new one")
        if engine.pid != os.getpid():
            raise StoreError(
                "this graph was opened before the process forked; open it in the child, after the "
                "parent has closed it"
            )
        return engine
