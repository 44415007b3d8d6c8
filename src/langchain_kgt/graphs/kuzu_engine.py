"""One open Kuzu database of this process: its file, its schema, its connection."""

from __future__ import annotations

import atexit
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
from langchain_kgt.triples import normalize

# Kuzu would otherwise take 80 % of the memory and reserve 8 TB of addresses.
BUFFER_POOL = 256 * 2**20
_MAX_DB_SIZE = 64 * 2**30
# A plan is made for the size that the tables have then; now and then it is made again.
_RUNS_OF_A_PLAN = 4096

# Ids are salted hashes of user and key: no query crosses from one user to another by them, and they
# tell nothing when what they stand for is erased.
# Append only: a database at version n is brought up by all entries after the n-th.
MIGRATIONS: tuple[tuple[str | Callable[[Engine], None], ...], ...] = (
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
    (
        # The first words of subjects, with the most words that a subject has behind each.
        "CREATE NODE TABLE Head(id STRING PRIMARY KEY, longest INT64)",
        "CREATE NODE TABLE Relation(id STRING PRIMARY KEY, name STRING)",
        "CREATE REL TABLE Uses(FROM User TO Relation)",
        lambda engine: engine.fill_index(),
    ),
)


def derived_id(salt: bytes, *parts: str) -> str:
    """The id of something that belongs to the node whose id is the first part."""
    return blake2b(json.dumps(parts).encode(), key=salt, digest_size=16).hexdigest()


def head_of(subject_key: str) -> tuple[str, int]:
    """The first word of a subject's key, and how many words it has.

    >>> head_of("neighbour tom")
    ('neighbour', 2)
    """
    words = subject_key.split(" ")
    return words[0], len(words)


class Engine:
    """One open database of this process: a connection, the lock around it, and its users."""

    _registry: ClassVar[dict[str, Engine]] = {}
    _registry_lock = threading.Lock()

    def __init__(self, path: str, buffer_pool_size: int) -> None:
        self.path = path
        self.buffer_pool_size = buffer_pool_size
        self.pid = os.getpid()
        self.lock = threading.RLock()
        self.users = 1
        self.salt = b""
        self.has_shared = False
        self.runs = 0
        self.statements: dict[str, kuzu.PreparedStatement] = {}
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
    def close_all(cls) -> None:
        """Close what nobody closed, at the end of the process."""
        for engine in list(cls._registry.values()):
            if engine.pid == os.getpid():
                engine._close()

    @classmethod
    def open(cls, path: Path, buffer_pool_size: int) -> Engine:
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
            query = self._prepared(cypher, parameters) if parameters else cypher
            result = cast(kuzu.QueryResult, self.connection.execute(query, parameters))
            try:
                return cast(list[list[Any]], result.get_all())
            finally:
                result.close()
        except RuntimeError as error:
            raise StoreError(f"the database {self.path} could not run a query: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[Callable[..., list[list[Any]]]]:
        """BEGIN to COMMIT under the one writer lock. Kuzu has no second writer that would wait."""
        with self.lock:
            self.run("BEGIN TRANSACTION")
            try:
                yield self.run
                self.run("COMMIT")
            except BaseException:
                # An engine error has rolled back already; then ROLLBACK itself is an error.
                with suppress(StoreError):
                    self.run("ROLLBACK")
                raise

    def _prepared(self, cypher: str, parameters: dict[str, Any]) -> kuzu.PreparedStatement:
        """A query that is parsed and planned once, which is nearly half of its time."""
        self.runs += 1
        if self.runs % _RUNS_OF_A_PLAN == 0:
            self.statements.clear()
        if cypher not in self.statements:
            statement = kuzu.PreparedStatement(self.connection, cypher, parameters)
            if not statement.is_success():
                raise RuntimeError(statement.get_error_message())
            self.statements[cypher] = statement
        return self.statements[cypher]

    def _migrate(self) -> None:
        tables = {row[1] for row in self.run("CALL show_tables() RETURN *")}
        if "Schema" not in tables:
            if tables:
                raise StoreError(
                    f"{self.path} is a Kuzu database of another program; choose another path"
                )
            with self.transaction() as run:
                run("CREATE NODE TABLE Schema(id INT64 PRIMARY KEY, version INT64, salt STRING)")
                run("CREATE (:Schema {id: 0, version: 0, salt: $s})", s=secrets.token_hex(16))
        version, salt = self.run("MATCH (s:Schema) RETURN s.version, s.salt")[0]
        self.salt = bytes.fromhex(salt)
        if version > len(MIGRATIONS):
            raise StoreVersionError(
                f"{self.path} has schema version {version}, and this langchain-kgt knows "
                f"{len(MIGRATIONS)}: upgrade with pip install -U langchain-kgt"
            )
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            with self.transaction() as run:
                for statement in statements:
                    if isinstance(statement, str):
                        run(statement)
                    else:
                        statement(self)
                run("MATCH (s:Schema) SET s.version = $version", version=number)
        shared = self.run("MATCH (u:User) WHERE u.updates < 0 RETURN count(*)")
        self.has_shared = shared[0][0] > 0

    def longest(self, user: str, first: str) -> int:
        """How many words the longest subject has that begins with this one; 0 if none does."""
        head = derived_id(self.salt, user, "head", first)
        with self.lock:
            rows = self.run("MATCH (h:Head {id: $id}) RETURN h.longest", id=head)
        return int(rows[0][0]) if rows else 0

    def make_shared(self, user: str) -> None:
        """Make the shared graph's user, whom a negative count of updates tells from all others."""
        self.run("MERGE (u:User {id: $user}) ON CREATE SET u.updates = -1", user=user)
        self.has_shared = True

    def fill_index(self) -> None:
        """What version 2 finds by key and a database of version 1 does not have."""
        rows = self.run(
            "MATCH (u:User)-[:Owns]->(:Entity)-[f:Fact]->(:Entity) WHERE f.subject <> '' "
            "RETURN u.id, f.subject, f.relation_key, f.relation ORDER BY f.seq, f.nth"
        )
        for user, subject, key, relation in rows:
            self.index(user, normalize(subject), key, relation)

    def index(self, user: str, subject_key: str, relation_key: str, relation: str) -> None:
        """Remember the first word of a subject, and a relation, of the user with this id."""
        first, words = head_of(subject_key)
        head, longest = derived_id(self.salt, user, "head", first), self.longest(user, first)
        if not longest:
            self.run("CREATE (:Head {id: $id, longest: $words})", id=head, words=words)
        elif longest < words:
            self.run("MATCH (h:Head {id: $id}) SET h.longest = $words", id=head, words=words)
        used = derived_id(self.salt, user, "relation", relation_key)
        names = self.run("MATCH (r:Relation {id: $id}) RETURN r.name", id=used)
        if not names:
            self.run(
                "MATCH (u:User {id: $user}) CREATE (u)-[:Uses]->(:Relation {id: $id, name: $name})",
                user=user, id=used, name=relation,
            )
        elif not names[0][0]:
            self.run("MATCH (r:Relation {id: $id}) SET r.name = $name", id=used, name=relation)

    def _close(self) -> None:
        self.statements.clear()
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


atexit.register(Engine.close_all)
