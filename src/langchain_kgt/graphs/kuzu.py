"""The embedded default store: one Kuzu database file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import timezone
from hashlib import blake2b
from pathlib import Path
from typing import Any

from langchain_kgt.errors import StoreError
from langchain_kgt.graphs.base import SHARED, GraphStore, TripleKey
from langchain_kgt.graphs.kuzu_engine import BUFFER_POOL, Engine, derived_id, head_of
from langchain_kgt.graphs.kuzu_load import Loader
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple, normalize

# Kuzu 0.11 crashes in the checkpoint after a relationship was deleted, so nothing ever is: what is
# erased is overwritten with blanks.
_BLANK = (
    "f.live = false, f.relation_key = '', f.subject = '', f.relation = '', f.object = '', "
    "f.query = '', f.update_id = ''"
)


class KuzuGraph(GraphStore):
    """A `GraphStore` in one Kuzu file, which only one process can have open at a time.

    Within a process a path may be opened any number of times: all share one database.

    Args:
        path: the file; it is created, and its folder must exist.
        buffer_pool_size: bytes of memory for the database's pages.

    Raises:
        StoreLockedError: another process holds the file; the message names it.
        StoreVersionError: a newer version of this package wrote the file.
        StoreError: the path is a folder, read-only, or no Kuzu database.
    """

    def __init__(self, path: str | Path, *, buffer_pool_size: int = BUFFER_POOL) -> None:
        self._engine: Engine | None = Engine.open(Path(path), buffer_pool_size)

    def apply(self, update: GraphUpdate) -> None:
        user = self._id(update.user_id)
        with self._opened().transaction() as run:
            [[seq]] = run(
                "MERGE (u:User {id: $user}) ON CREATE SET u.updates = 1 "
                "ON MATCH SET u.updates = u.updates + 1 RETURN u.updates",
                user=user,
            )
            for triple in update.retired:
                self._retire(run, user, update, triple, seq)
            for nth, triple in enumerate(update.added):
                self._add(run, user, update, triple, seq, nth)
            run(
                "MATCH (u:User {id: $user}) "
                "CREATE (u)-[:Did]->(:Update {id: $id, name: $name, seq: $seq, record: $record})",
                user=user,
                id=self._id(update.user_id, str(seq)),
                name=update.id,
                seq=seq,
                record=_dumps(update),
            )

    # Each statement finds its nodes by key: what has more than one key in it (UNWIND, IN) is a scan
    # of the whole table in Kuzu 0.11.

    def _retire(self, run: Any, user: str, update: GraphUpdate, triple: Triple, seq: int) -> None:
        ids = self._ids(update.user_id, triple.key)
        known = run(
            "MATCH (s:Entity {id: $s})-[f:Fact]->(o:Entity {id: $o}) WHERE f.relation_key = $r "
            "SET f.live = false RETURN 1",
            **ids,
        )
        if not known:
            # One of the shared graph: a dead fact of the user's own hides it.
            missing = self._missing(run, ids)
            self._create(run, user, update, triple, missing, seq=seq, nth=0, live=False)

    def _add(
        self, run: Any, user: str, update: GraphUpdate, triple: Triple, seq: int, nth: int
    ) -> None:
        ids = self._ids(update.user_id, triple.key)
        missing = self._missing(run, ids)
        known = not missing and run(
            "MATCH (s:Entity {id: $s})-[f:Fact]->(o:Entity {id: $o}) WHERE f.relation_key = $r "
            "SET f.live = true, f.update_id = $update_id, f.time = $time, f.seq = $seq, "
            "f.nth = $nth, f.query = CASE WHEN $query = '' THEN f.query ELSE $query END RETURN 1",
            **ids, **_origin(update), seq=seq, nth=nth,
        )
        if not known:
            self._create(run, user, update, triple, missing, seq=seq, nth=nth, live=True)

    def _missing(self, run: Any, ids: dict[str, str]) -> set[str]:
        """The ids of those ends of a triple that are no entities yet."""
        ends = {ids["s"], ids["o"]}
        return {id_ for id_ in ends if not run("MATCH (e:Entity {id: $id}) RETURN 1", id=id_)}

    def _create(
        self, run: Any, user: str, update: GraphUpdate, triple: Triple, missing: set[str],
        **values: Any,
    ) -> None:
        for id_ in missing:
            run(
                "MATCH (u:User {id: $user}) CREATE (u)-[:Owns]->(:Entity {id: $id})",
                user=user, id=id_,
            )
        self._opened().index(user, triple.key[0], triple.key[1], triple.relation)
        run(
            "MATCH (s:Entity {id: $s}), (o:Entity {id: $o}) "
            "CREATE (s)-[:Fact {relation_key: $r, subject: $subject, relation: $relation, "
            "object: $object, live: $live, update_id: $update_id, time: $time, seq: $seq, "
            "nth: $nth, query: $query}]->(o)",
            **self._ids(update.user_id, triple.key), **_origin(update), **values,
            subject=triple.subject, relation=triple.relation, object=triple.object,
        )

    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        # Most stretches of a query begin no name: their first words say so, a dozen for hundreds.
        engine, user = self._opened(), self._id(user_id)
        longest: dict[str, int] = {}
        names: dict[str, str] = {}
        for key in dict.fromkeys(keys):
            first, words = head_of(key)
            if first not in longest:
                longest[first] = engine.longest(user, first)
            if words <= longest[first] and (
                rows := self._read(
                    "MATCH (s:Entity {id: $id})-[f:Fact]->(:Entity) WHERE f.live "
                    "RETURN f.subject ORDER BY f.seq, f.nth LIMIT 1",
                    id=self._id(user_id, key),
                )
            ):
                names[key] = rows[0][0]
        return names

    @property
    def has_shared(self) -> bool:
        return self._opened().has_shared

    def load(self, triples: Iterable[Triple], *, source: str) -> int:
        engine = self._opened()
        with engine.lock:
            engine.make_shared(self._id(SHARED))
            loader = Loader(engine, self._id, source)
            return loader.load((SHARED, triple) for triple in triples)

    def _triples(
        self,
        user_id: str,
        subject_key: str | None,
        relation_key: str | None,
        query: str | None,
        newest: int | None,
    ) -> list[StoredTriple]:
        if subject_key is None:
            start, ids = "MATCH (:User {id: $id})-[:Owns]->(s:Entity)", self._id(user_id)
        else:
            start, ids = "MATCH (s:Entity {id: $id})", self._id(user_id, subject_key)
        only = {"relation_key": relation_key, "query": query}
        given = {name: value for name, value in only.items() if value is not None}
        where = "".join(f" AND f.{name} = ${name}" for name in given)
        rows = self._read(
            f"{start} MATCH (s)-[f:Fact]->(:Entity) WHERE f.live{where} "
            "RETURN f.subject, f.relation, f.object, f.update_id, f.time, f.query "
            f"ORDER BY f.seq DESC, f.nth DESC {f'LIMIT {newest}' if newest else ''}",
            id=ids, **given,
        )
        return [
            StoredTriple(Triple(s, r, o), update_id, time.replace(tzinfo=timezone.utc), query or "")
            for s, r, o, update_id, time, query in reversed(rows)
        ]

    def _relations(self, user_id: str, subject_key: str | None) -> dict[str, str]:
        if subject_key is None:
            rows = self._read(
                "MATCH (:User {id: $id})-[:Uses]->(r:Relation) WHERE r.name <> '' RETURN r.name",
                id=self._id(user_id),
            )
            return {normalize(name): name for (name,) in rows}
        rows = self._read(
            "MATCH (s:Entity {id: $id})-[f:Fact]->(:Entity) WHERE f.live "
            "RETURN f.relation_key, f.relation, min(f.seq) AS first, min(f.nth) AS nth "
            "ORDER BY first, nth",
            id=self._id(user_id, subject_key),
        )
        known: dict[str, str] = {}
        for key, relation, _, _ in rows:
            known.setdefault(key, relation)
        return known

    def _retired(self, user_id: str, subject_key: str) -> set[TripleKey]:
        rows = self._read(
            "MATCH (s:Entity {id: $id})-[f:Fact]->(:Entity) "
            "WHERE NOT f.live AND f.relation_key <> '' RETURN f.subject, f.relation, f.object",
            id=self._id(user_id, subject_key),
        )
        return {Triple(*row).key for row in rows}

    def journal(self, user_id: str) -> list[GraphUpdate]:
        rows = self._read(
            "MATCH (:User {id: $user})-[:Did]->(up:Update) WHERE up.record <> '' "
            "RETURN up.record ORDER BY up.seq",
            user=self._id(user_id),
        )
        return [GraphUpdate.from_json(json.loads(record)) for (record,) in rows]

    def rewrite(
        self,
        user_id: str,
        *,
        erase: frozenset[TripleKey],
        journal: Sequence[GraphUpdate],
        queries: frozenset[str] = frozenset(),
    ) -> None:
        with self._opened().transaction() as run:
            for key in erase:
                run(
                    "MATCH (s:Entity {id: $s})-[f:Fact]->(o:Entity {id: $o}) "
                    f"WHERE f.relation_key = $r SET {_BLANK}",
                    **self._ids(user_id, key),
                )
            for update in journal:
                run(
                    "MATCH (:User {id: $user})-[:Did]->(up:Update) WHERE up.name = $name "
                    "SET up.record = $record",
                    user=self._id(user_id), name=update.id,
                    record=_dumps(update),
                )
            for query in queries:
                run(
                    "MATCH (:User {id: $user})-[:Owns]->(:Entity)-[f:Fact]->(:Entity) "
                    "WHERE f.query = $query SET f.query = ''",
                    user=self._id(user_id), query=query,
                )
            for relation in {key[1] for key in erase}:
                self._forget_relation(run, user_id, relation)
        self._checkpoint()

    def _forget_relation(self, run: Any, user_id: str, relation_key: str) -> None:
        """Erase a relation's name once no fact of the user has it; a scan, as forgetting may be."""
        user = self._id(user_id)
        still = run(
            "MATCH (:User {id: $user})-[:Owns]->(:Entity)-[f:Fact]->(:Entity) "
            "WHERE f.relation_key = $r RETURN 1 LIMIT 1",
            user=user, r=relation_key,
        )
        if not still:
            run(
                "MATCH (r:Relation {id: $id}) SET r.name = ''",
                id=derived_id(self._opened().salt, user, "relation", relation_key),
            )

    def erase_user(self, user_id: str) -> None:
        user = self._id(user_id)
        with self._opened().transaction() as run:
            run(
                "MATCH (:User {id: $user})-[:Owns]->(:Entity)-[f:Fact]->(:Entity) "
                f"SET {_BLANK}",
                user=user,
            )
            run(
                "MATCH (:User {id: $user})-[:Did]->(up:Update) "
                "SET up.record = '', up.name = ''",
                user=user,
            )
            run("MATCH (:User {id: $user})-[:Uses]->(r:Relation) SET r.name = ''", user=user)
        self._checkpoint()

    @property
    def identity(self) -> str:
        return self._opened().path

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.release()

    def _id(self, user_id: str, key: str | None = None) -> str:
        """The id of a user, or of an entity or update of theirs."""
        parts = [user_id] if key is None else [user_id, key]
        text = json.dumps(parts).encode()
        return blake2b(text, key=self._opened().salt, digest_size=16).hexdigest()

    def _ids(self, user_id: str, key: TripleKey) -> dict[str, str]:
        return {"s": self._id(user_id, key[0]), "r": key[1], "o": self._id(user_id, key[2])}

    def _checkpoint(self) -> None:
        # What was erased must not live on in the write-ahead log.
        self._read("CHECKPOINT")

    def _read(self, cypher: str, **parameters: Any) -> list[list[Any]]:
        engine = self._opened()
        with engine.lock:
            return engine.run(cypher, **parameters)

    def _opened(self) -> Engine:
        if self._engine is None:
            raise StoreError("this graph is closed; open a new one")
        if self._engine.pid != os.getpid():
            raise StoreError(
                "this graph was opened before the process forked; open it in the child, after the "
                "parent has closed it"
            )
        return self._engine


def _origin(update: GraphUpdate) -> dict[str, Any]:
    """What a fact keeps of the update that it came with."""
    return {
        "update_id": update.id,
        "time": update.time.astimezone(timezone.utc).replace(tzinfo=None),
        "query": update.query,
    }


def _dumps(update: GraphUpdate) -> str:
    return json.dumps(update.to_json(), ensure_ascii=False)
