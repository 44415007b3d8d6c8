"""The embedded default store: one Kuzu database file."""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timezone
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, cast

import kuzu

from langchain_kgt.errors import (
    InvalidInputError,
    StoreError,
    StoreLockedError,
    StoreVersionError,
)
from langchain_kgt.graphs.base import GraphStore, TripleKey
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple

# Kuzu would otherwise take 80 % of the memory and reserve 8 TB of addresses.
_BUFFER_POOL = 256 * 2**20
_MAX_DB_SIZE = 64 * 2**30

# Ids are salted hashes of user and key: no query crosses from one user to another by them, and they
# tell nothing when what they stand for is erased. Kuzu 0.11 crashes in the checkpoint after a
# relationship was deleted, so nothing ever is: what is erased is overwritten with blanks.
# Append only: a database at version n is brought up by all entries after the n-th.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE NODE TABLE User(id STRING PRIMARY KEY, updates INT64)",
        "CREATE NODE TABLE Entity(id STRING PRIMARY KEY)",
        "CREATE NODE TABLE Update(id STRING PRIMARY KEY, name STRING, seq INT64, "
        "record STRING)",
        "CREATE REL TABLE Owns(FROM User TO Entity)",
        "CREATE REL TABLE Did(FROM User TO Update)",
        "CREATE REL TABLE Fact(FROM Entity TO Entity, relation_key STRING, subject STRING, "
        "relation STRING, object STRING, live BOOL, update_id STRING, time TIMESTAMP, "
        "seq INT64, nth INT64, query STRING)",
    ),
)


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

    def __init__(self, path: str | Path, *, buffer_pool_size: int = _BUFFER_POOL) -> None:
        self._engine: _Engine | None = _Engine.open(Path(path), buffer_pool_size)

    def apply(self, update: GraphUpdate) -> None:
        user = self._id(update.user_id)
        with self._transaction() as run:
            run(
                "MERGE (u:User {id: $user}) ON CREATE SET u.updates = 1 "
                "ON MATCH SET u.updates = u.updates + 1",
                user=user,
            )
            seq = run("MATCH (u:User {id: $user}) RETURN u.updates", user=user)[0][0]
            for triple in update.retired:
                run(
                    "MATCH (s:Entity {id: $s})-[f:Fact]->(o:Entity {id: $o}) "
                    "WHERE f.relation_key = $r AND f.live SET f.live = false",
                    **self._ids(update.user_id, triple.key),
                )
            for nth, triple in enumerate(update.added):
                self._add(run, update, triple, seq, nth)
            run(
                "MATCH (u:User {id: $user}) "
                "CREATE (u)-[:Did]->(:Update {id: $id, name: $name, seq: $seq, record: $record})",
                user=user,
                id=self._id(update.user_id, str(seq)),
                name=update.id,
                seq=seq,
                record=_dumps(update),
            )

    def _add(self, run: Any, update: GraphUpdate, triple: Triple, seq: int, nth: int) -> None:
        user, ids = self._id(update.user_id), self._ids(update.user_id, triple.key)
        for end in ("s", "o"):
            if not run("MATCH (e:Entity {id: $id}) RETURN 1", id=ids[end]):
                run(
                    "MATCH (u:User {id: $user}) CREATE (u)-[:Owns]->(:Entity {id: $id})",
                    user=user, id=ids[end],
                )
        values = {
            "update_id": update.id,
            "time": update.time.astimezone(timezone.utc).replace(tzinfo=None),
            "seq": seq,
            "nth": nth,
            "query": update.query,
        }
        known = run(
            "MATCH (s:Entity {id: $s})-[f:Fact]->(o:Entity {id: $o}) WHERE f.relation_key = $r "
            "SET f.live = true, f.update_id = $update_id, f.time = $time, f.seq = $seq, "
            "f.nth = $nth, f.query = CASE WHEN $query = '' THEN f.query ELSE $query END RETURN 1",
            **ids, **values,
        )
        if not known:
            run(
                "MATCH (s:Entity {id: $s}), (o:Entity {id: $o}) "
                "CREATE (s)-[:Fact {relation_key: $r, subject: $subject, relation: $relation, "
                "object: $object, live: true, update_id: $update_id, time: $time, seq: $seq, "
                "nth: $nth, query: $query}]->(o)",
                **ids, **values,
                subject=triple.subject, relation=triple.relation, object=triple.object,
            )

    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        wanted = {self._id(user_id, key): key for key in keys}
        if not wanted:
            return {}
        rows = self._read(
            "UNWIND $ids AS id MATCH (s:Entity {id: id})-[f:Fact]->(:Entity) WHERE f.live "
            "RETURN s.id, f.subject ORDER BY f.seq",
            ids=list(wanted),
        )
        first: dict[str, str] = {}
        for entity, name in rows:
            first.setdefault(entity, name)
        return {key: first[entity] for entity, key in wanted.items() if entity in first}

    def triples(self, user_id: str, subject_key: str | None = None) -> list[StoredTriple]:
        if subject_key is None:
            start, ids = "MATCH (:User {id: $id})-[:Owns]->(s:Entity)", self._id(user_id)
        else:
            start, ids = "MATCH (s:Entity {id: $id})", self._id(user_id, subject_key)
        rows = self._read(
            f"{start} MATCH (s)-[f:Fact]->(:Entity) WHERE f.live "
            "RETURN f.subject, f.relation, f.object, f.update_id, f.time, f.query "
            "ORDER BY f.seq, f.nth",
            id=ids,
        )
        return [
            StoredTriple(Triple(s, r, o), update_id, time.replace(tzinfo=timezone.utc), query)
            for s, r, o, update_id, time, query in rows
        ]

    def journal(self, user_id: str) -> list[GraphUpdate]:
        rows = self._read(
            "MATCH (:User {id: $user})-[:Did]->(up:Update) WHERE up.record <> '' "
            "RETURN up.record ORDER BY up.seq",
            user=self._id(user_id),
        )
        return [GraphUpdate.from_json(json.loads(record)) for (record,) in rows]

    def rewrite(
        self, user_id: str, *, erase: frozenset[TripleKey], journal: Sequence[GraphUpdate]
    ) -> None:
        with self._transaction() as run:
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
        self._checkpoint()

    def erase_user(self, user_id: str) -> None:
        user = self._id(user_id)
        with self._transaction() as run:
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

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        """BEGIN to COMMIT under the one writer lock. Kuzu has no second writer that would wait."""
        engine = self._opened()
        with engine.lock:
            engine.run("BEGIN TRANSACTION")
            try:
                yield engine.run
                engine.run("COMMIT")
            except BaseException:
                # An engine error has rolled back already; then ROLLBACK itself is an error.
                with suppress(StoreError):
                    engine.run("ROLLBACK")
                raise

    def _opened(self) -> _Engine:
        if self._engine is None:
            raise StoreError("this graph is closed; open a new one")
        if self._engine.pid != os.getpid():
            raise StoreError(
                "this graph was opened before the process forked; open it in the child, after the "
                "parent has closed it"
            )
        return self._engine


class _Engine:
    """One open database of this process: a connection, the lock around it, and its users."""

    _registry: ClassVar[dict[str, _Engine]] = {}
    _registry_lock = threading.Lock()

    def __init__(self, path: str, buffer_pool_size: int) -> None:
        self.path = path
        self.pid = os.getpid()
        self.lock = threading.RLock()
        self.users = 1
        self.salt = b""
        self.database = _open_database(path, buffer_pool_size)
        self.connection = kuzu.Connection(self.database)
        # Says to others who holds the file: the engine's own message does not.
        self.holder = Path(f"{path}.holder")
        try:
            self.holder.write_text(f"process {self.pid} on {socket.gethostname()}")
            self._migrate()
        except BaseException:
            self._close()
            raise

    @classmethod
    def open(cls, path: Path, buffer_pool_size: int) -> _Engine:
        """The open engine of this path, or a new one: opened twice, Kuzu would see two truths."""
        real = os.path.realpath(_checked(path))
        with cls._registry_lock:
            engine = cls._registry.get(real)
            if engine is None or engine.pid != os.getpid():
                engine = cls._registry[real] = cls(real, buffer_pool_size)
            else:
                engine.users += 1
            return engine

    def release(self) -> None:
        with self._registry_lock:
            self.users -= 1
            if self.users == 0 and self.pid == os.getpid():
                del self._registry[self.path]
                with self.lock:
                    self._close()

    def run(self, cypher: str, **parameters: Any) -> list[list[Any]]:
        try:
            result = cast(kuzu.QueryResult, self.connection.execute(cypher, parameters))
            try:
                return cast(list[list[Any]], result.get_all())
            finally:
                result.close()
        except RuntimeError as error:
            raise StoreError(f"the database {self.path} could not run a query: {error}") from error

    def _migrate(self) -> None:
        tables = {row[1] for row in self.run("CALL show_tables() RETURN *")}
        if "Schema" not in tables:
            if tables:
                raise StoreError(
                    f"{self.path} is a Kuzu database of another program; choose another path"
                )
            self.run("BEGIN TRANSACTION")
            self.run("CREATE NODE TABLE Schema(id INT64 PRIMARY KEY, version INT64, salt STRING)")
            self.run("CREATE (:Schema {id: 0, version: 0, salt: $s})", s=secrets.token_hex(16))
            self.run("COMMIT")
        version, salt = self.run("MATCH (s:Schema) RETURN s.version, s.salt")[0]
        self.salt = bytes.fromhex(salt)
        if version > len(MIGRATIONS):
            raise StoreVersionError(
                f"{self.path} has schema version {version}, and this langchain-kgt knows "
                f"{len(MIGRATIONS)}: upgrade with pip install -U langchain-kgt"
            )
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            self.run("BEGIN TRANSACTION")
            for statement in statements:
                self.run(statement)
            self.run("MATCH (s:Schema) SET s.version = $version", version=number)
            self.run("COMMIT")

    def _close(self) -> None:
        self.connection.close()
        self.database.close()
        self.holder.unlink(missing_ok=True)


def _checked(path: Path) -> Path:
    if "\0" in str(path):
        raise InvalidInputError("the path has a NUL character; give a file name without it")
    if path.is_dir():
        raise StoreError(f"{path} is a folder; give the name of a file in it, such as memory.kuzu")
    if not path.absolute().parent.is_dir():
        raise StoreError(f"the folder {path.absolute().parent} does not exist; create it first")
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreError(f"{path} is read-only; make it writable, or copy it elsewhere")
    if not os.access(path.absolute().parent, os.W_OK):
        raise StoreError(f"the folder {path.absolute().parent} is read-only; choose another path")
    return path


def _open_database(path: str, buffer_pool_size: int) -> kuzu.Database:
    try:
        return kuzu.Database(path, buffer_pool_size=buffer_pool_size, max_db_size=_MAX_DB_SIZE)
    except RuntimeError as error:
        if "lock" in str(error).lower():
            try:
                holder = Path(f"{path}.holder").read_text()
            except OSError:
                holder = "another process"
            raise StoreLockedError(
                f"{path} is held by {holder}; end it, or give each process a path of its own"
            ) from error
        raise StoreError(
            f"cannot open {path}: {error}. If it is no langchain-kgt database, choose another path"
        ) from error


def _dumps(update: GraphUpdate) -> str:
    return json.dumps(update.to_json(), ensure_ascii=False)
