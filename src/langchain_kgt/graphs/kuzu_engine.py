"""The one open Kuzu database of a path in this process: its thread, its files, who uses it.

Kuzu can be hurt by ordinary life: an exception in the middle of a call, a fork, a full disk, a file
that somebody moves. So nobody but `Engine` touches a database, and it does so on a thread of its
own; it hands one out only in the process that opened it, in the place where it was opened, and
after a write that failed opens it anew, from its log.
"""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar, TypeVar

from langchain_kgt.errors import StoreError, StoreVersionError
from langchain_kgt.graphs import kuzu_migration
from langchain_kgt.graphs.base import SHARED
from langchain_kgt.graphs.kuzu_database import (
    Database,
    Run,
    log_bytes,
    log_of,
    never_destroy,
)
from langchain_kgt.graphs.kuzu_files import Files, checked
from langchain_kgt.graphs.kuzu_rows import VERSION, create_tables, hashed, numbered
from langchain_kgt.graphs.own_thread import OwnThread

logger = logging.getLogger(__name__)
R = TypeVar("R")

# Kuzu would otherwise take 80 % of the memory.
BUFFER_POOL = 256 * 2**20
# What is written stays in memory until a checkpoint, at some 100 KB an update: due after so many
# updates, or so many bytes of log.
_UPDATES_OF_A_CHECKPOINT = 500
_LOG_OF_A_CHECKPOINT = 4 * 2**20


class Engine:
    """One open database of this process.

    Args:
        path: the real path of the file.
        buffer_pool_size: bytes of memory for its pages.
        accept_loss: open it also if some of what was acknowledged is not there any more.
    """

    _registry: ClassVar[dict[str, Engine]] = {}
    # Of the registry and the counts of users. Never held while an open engine's thread is waited
    # for, which may want it.
    _lock = threading.RLock()

    def __init__(self, path: str, buffer_pool_size: int, accept_loss: bool) -> None:
        self.path = path
        self.buffer_pool_size = buffer_pool_size
        self.accept_loss = accept_loss
        self.pid = os.getpid()
        self.users = 0
        self.salt = b""
        self.has_shared = False
        # How many updates there are, of all users: what was acknowledged.
        self.updates = 0
        self.closed = False
        self.lost = False
        # Whether the file says that it is open, so that without its log it is not whole.
        self._marked = False
        self._since_checkpoint = 0
        self._database: Database | None = None
        self._files = Files(path)
        self._thread = OwnThread(f"langchain-kgt {Path(path).name}")
        try:
            self._thread(self._start)
        except BaseException:
            self._thread.post(self._give_up)
            self._thread.end()
            raise

    # Who uses it.

    @classmethod
    def open(cls, path: Path, buffer_pool_size: int, accept_loss: bool) -> Engine:
        """The open engine of this path, or a new one: opened twice, Kuzu would see two truths."""
        real = checked(path)
        with cls._lock:
            engine = cls._registry.get(real)
            if engine is not None and not engine._in_place():
                engine._lose()
                engine = None
            if engine is None:
                engine = cls._registry[real] = cls(real, buffer_pool_size, accept_loss)
            engine.users += 1
            return engine

    def release(self) -> None:
        """One user less; the last one closes it."""
        self._thread(self._release)

    def dropped(self) -> None:
        """A user less that nobody closed. Safe wherever the garbage collector may run it."""
        if self.pid == os.getpid():
            self._thread.post(self._release)

    def _release(self) -> None:
        with self._lock:
            self.users -= 1
            if self.users or self.closed:
                return
            if self._registry.get(self.path) is self:
                del self._registry[self.path]
            self._close()
        self._thread.end()

    @classmethod
    def close_all(cls) -> None:
        """Close what nobody closed, at the end of the process, once its writes are done."""
        for engine in list(cls._registry.values()):
            engine._thread(engine._close)

    # Reading and writing.

    def read(self, task: Callable[[Run], R]) -> R:
        """What a task reads, with nothing written in between."""
        return self._thread(lambda: task(self._ready().run))

    def write(
        self,
        task: Callable[[Run], R],
        *,
        updates: int = 0,
        checkpoint: bool = False,
        copies: bool = False,
    ) -> R:
        """One transaction, BEGIN to COMMIT: whole or not at all, and never lost once it returns.

        Args:
            task: writes, and may raise to take back what it wrote.
            updates: how many updates it adds to journals.
            checkpoint: whether to bring all that is in the log into the file then.
            copies: whether it runs COPY, which makes a checkpoint by itself as it commits.
        """

        def write() -> R:
            if copies:
                # The log is empty then, so that undoing what was cut short loses nothing else.
                database = self._ready()
                if not self._marked:
                    self._mark(database, open_=True)
                elif log_bytes(self.path):
                    self._checkpoint(database)
                self._files.keep(self._identity(), self.updates)
            result = self._write(task, updates)
            if copies:
                self._files.kept_is_done_with()
            if checkpoint:
                try:
                    self._checkpoint(self._ready())
                except StoreError as error:
                    raise StoreError(
                        "it is done, but what was there before stands in the files until the next "
                        f"checkpoint: {error}"
                    ) from error
            return result

        return self._thread(write)

    def backup(self, target: Path) -> None:
        """Copy the file as it is between two updates, whole without a log."""

        def copy() -> None:
            database = self._ready()
            if self._marked:
                self._mark(database, open_=False)
            self._files.copy_to(str(target))

        self._thread(copy)

    def _write(self, task: Callable[[Run], R], updates: int) -> R:
        database = self._ready()
        self._files.check_room()
        if not self._marked:
            self._mark(database, open_=True)
        if self._since_checkpoint and not os.path.exists(log_of(self.path)):
            logger.warning("the log of %s was removed while it was open", self.path)
            self._checkpoint(database)
        database.run("BEGIN TRANSACTION")
        try:
            result = task(database.run)
            database.run("COMMIT")
        except StoreError:
            # The engine's own error has ended the transaction, and who knows what else.
            self._distrust(database)
            raise
        except BaseException:
            try:
                database.run("ROLLBACK")
            except StoreError:
                self._distrust(database)
            raise
        self.updates += updates
        self._acknowledge()
        self._settle(database)
        return result

    def _settle(self, database: Database) -> None:
        """After a commit: make a checkpoint if one is due. What is in the log is safe without."""
        self._since_checkpoint += 1
        logged = log_bytes(self.path)
        due = self._since_checkpoint % _UPDATES_OF_A_CHECKPOINT == 0
        if not (due or logged > _LOG_OF_A_CHECKPOINT):
            return
        if not self._files.has_room_for_checkpoint():
            if due:
                logger.warning("no checkpoint of %s: the disk is nearly full", self.path)
            return
        try:
            self._checkpoint(database)
        except StoreError:
            logger.exception("a checkpoint of %s failed; nothing is lost", self.path)

    def _checkpoint(self, database: Database) -> None:
        if log_bytes(self.path):
            self._files.keep(self._identity(), self.updates)
        try:
            database.run("CHECKPOINT")
        except StoreError:
            self._distrust(database)
            raise
        self._files.kept_is_done_with()
        self._since_checkpoint = 0
        self._acknowledge(durable=True)

    def _acknowledge(self, *, durable: bool = False) -> None:
        # The note is a check upon the files, which are whole without it; it is closed when lost.
        with suppress(OSError, ValueError):
            self._files.note(self._identity(), self.updates, durable=durable)

    def _mark(self, database: Database, *, open_: bool) -> None:
        """Say in the file whether it is whole without its log."""
        database.run("MATCH (s:Schema {id: 0}) SET s.open = $open", open=open_)
        self._checkpoint(database)
        self._marked = open_

    # Its state.

    def _ready(self) -> Database:
        """The database, if it can be used."""
        if self.lost or not (self.closed or self._in_place()):
            raise StoreError(
                f"{self.path} was removed or replaced while it was open, so nothing is read from "
                "it or written to it any more; close this graph and open the path again"
            )
        if self.closed:
            raise StoreError("this graph is closed; open a new one")
        if self._database is None:
            self._open_anew()
        assert self._database is not None
        return self._database

    def _in_place(self) -> bool:
        return not self.closed and self._files.in_place()

    def _identity(self) -> str:
        return blake2b(self.salt, digest_size=8).hexdigest()

    def _start(self) -> None:
        self._files.check_before()
        logged = log_bytes(self.path) > 0
        database = self._database = Database(self.path, self.buffer_pool_size)
        tables = {row[1] for row in database.run("CALL show_tables() RETURN *")}
        if not tables:
            self._create(database)
        elif "Schema" not in tables:
            raise StoreError(
                f"{self.path} is a Kuzu database of another program; choose another path"
            )
        [[version, salt]] = database.run("MATCH (s:Schema {id: 0}) RETURN s.version, s.salt")
        if version > VERSION:
            raise StoreVersionError(
                f"{self.path} has schema version {version}, and this langchain-kgt knows "
                f"{VERSION}: upgrade with pip install -U langchain-kgt"
            )
        if version == 3:
            raise StoreVersionError(
                f"{self.path} is of a version of langchain-kgt that was never released; export "
                "what it holds with that one"
            )
        if version < VERSION:
            database = self._migrate(database, version, bytes.fromhex(salt))
            logged = False
        self._files.opened()
        self._look(database)
        if not self.accept_loss:
            self._check_whole(database, logged)
        self._acknowledge(durable=True)

    def _create(self, database: Database) -> None:
        salt = secrets.token_hex(16)
        database.put(lambda run: create_tables(run, salt))

    def _migrate(self, database: Database, version: int, salt: bytes) -> Database:
        logger.info("bringing %s from version %d to %d, once", self.path, version, VERSION)
        self._checkpoint(database)
        fresh = kuzu_migration.rebuilt(database, salt, self.buffer_pool_size)
        database.close()
        self._database = None
        self._files.replaced_by(fresh)
        self._database = Database(self.path, self.buffer_pool_size)
        return self._database

    def _look(self, database: Database) -> None:
        """Read what is kept of the database beside it."""
        [[salt, open_]] = database.run("MATCH (s:Schema {id: 0}) RETURN s.salt, s.open")
        self.salt, self._marked = bytes.fromhex(salt), bool(open_)
        [[self.updates, last]] = database.run("MATCH (u:Update) RETURN count(*), max(u.number)")
        # Ids are made with the database's own salt: a log of another one leaves others.
        ours = not last or database.run(
            "MATCH (u:Update {id: $id}) RETURN 1", id=numbered(self.salt, last)
        )
        if self.updates != (last or 0) or not ours:
            raise StoreError(
                f"{self.path} and its log do not belong together: of {self.updates} updates the "
                f"last is number {last}{'' if ours else ', of another database'}. Put both back "
                "from one backup, or move the log away"
            )
        shared = hashed(self.salt, SHARED)
        self.has_shared = bool(database.run("MATCH (u:User {id: $id}) RETURN 1", id=shared))

    def _check_whole(self, database: Database, logged: bool) -> None:
        noted = self._files.noted
        known = noted.get("identity") == self._identity()
        remedy = (
            "put the missing file or a backup in place, or go on with what is there: "
            f"KuzuTripleStore({self.path!r}, accept_loss=True)"
        )
        if known and self.updates < noted.get("updates", 0):
            raise StoreError(
                f"{self.path} has {self.updates} of the {noted['updates']} updates that were "
                f"acknowledged: its log {log_of(self.path)} is missing or cut short, or an older "
                f"backup is in its place; {remedy}"
            )
        if self._marked and not logged and not known:
            raise StoreError(
                f"{self.path} was copied or moved while it was open, without its log "
                f"{log_of(self.path)}, and may lack what is in there; {remedy}. `backup` makes a "
                "copy that is whole"
            )

    def _distrust(self, database: Database) -> None:
        """After a write that failed: the next call opens the database anew, from its log."""
        database.abandon()
        self._database = None
        self._files.restore()

    def _open_anew(self) -> None:
        acknowledged = self.updates
        try:
            database = Database(self.path, self.buffer_pool_size)
        except StoreError as error:
            raise StoreError(
                f"{self.path} cannot be opened again after a write that failed: {error}"
            ) from error
        try:
            self._look(database)
            if self.updates < acknowledged:
                raise StoreError(
                    f"{self.path} has {self.updates} of the {acknowledged} updates that were "
                    "acknowledged; its log is missing or damaged"
                )
        except StoreError:
            self.updates = acknowledged
            database.abandon()
            raise
        self._since_checkpoint = 0
        self._database = database

    def _lose(self) -> None:
        """The path leads elsewhere by now: whoever still uses this engine is told so."""
        self.lost = True
        del self._registry[self.path]
        self._thread.post(self._give_up)
        self._files.release(whole=False)

    def _give_up(self) -> None:
        """Part from it without touching the file."""
        self.closed = True
        if self._database is not None:
            if self.lost:
                self._database.abandon()
            else:
                with suppress(StoreError):
                    self._database.close()
            self._database = None
        if not self.lost:
            self._files.release(whole=False)

    def _close(self) -> None:
        if self.closed:
            return
        whole = False
        try:
            database = self._ready()
            if self._marked and self._files.has_room_for_checkpoint():
                self._mark(database, open_=False)
            whole = not self._marked
        except StoreError as error:
            # What was acknowledged is in the log, for whoever opens it next.
            logger.warning("%s was closed without a checkpoint: %s", self.path, error)
            if self._database is not None and not self.lost:
                self._distrust(self._database)
        self.closed = True
        if self._database is not None:
            self._database.close()
            self._database = None
        if not self.lost:
            self._files.release(whole=whole)

    # Forks. A child has the parent's engines, but not their threads, and no right to the files.

    @classmethod
    def after_fork_in_child(cls) -> None:
        """Keep what is the parent's from being closed or destroyed here; `pid` keeps it unused."""
        for engine in cls._registry.values():
            never_destroy(engine)
        cls._registry.clear()
        cls._lock = threading.RLock()


atexit.register(Engine.close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=Engine.after_fork_in_child)
