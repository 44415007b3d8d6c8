"""One Kuzu database: queries, checkpoints, and the ways to part from it."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol, cast

import kuzu

from langchain_kgt.errors import StoreError, StoreLockedError

# Kuzu would otherwise reserve 8 TB of addresses.
_MAX_DB_SIZE = 64 * 2**30
# A plan is made for the size that the tables have then; now and then it is made again.
_RUNS_OF_A_PLAN = 4096


class Run(Protocol):
    """Runs one query, and returns its rows."""

    def __call__(self, cypher: str, /, **parameters: Any) -> list[list[Any]]: ...


class Database:
    """An open Kuzu database with its one connection. Not for several threads at once.

    Args:
        path: the file.
        buffer_pool_size: bytes of memory for its pages.

    Raises:
        StoreError: it cannot be opened, or a query fails.
    """

    def __init__(self, path: str, buffer_pool_size: int) -> None:
        self.path = path
        self._runs = 0
        self._statements: dict[str, kuzu.PreparedStatement] = {}
        try:
            # What is committed lies in memory until a checkpoint; when that is due, `Engine` says.
            self._database = kuzu.Database(
                path, buffer_pool_size=buffer_pool_size, max_db_size=_MAX_DB_SIZE,
                auto_checkpoint=False,
            )
            self._connection = kuzu.Connection(self._database)
        except (RuntimeError, IndexError) as error:
            if "lock" in str(error).lower():
                raise StoreLockedError(
                    f"{path} is held by another program; end it, or choose another path"
                ) from error
            raise StoreError(
                f"cannot open {path}: {error}. If it is no langchain-kgt database, choose another "
                "path"
            ) from error

    def run(self, cypher: str, /, **parameters: Any) -> list[list[Any]]:
        """Run one query, and return its rows."""
        try:
            query = self._prepared(cypher, parameters) if parameters else cypher
            result = cast(kuzu.QueryResult, self._connection.execute(query, parameters))
            try:
                return cast(list[list[Any]], result.get_all())
            finally:
                result.close()
        except RuntimeError as error:
            raise StoreError(f"the database {self.path} could not run a query: {error}") from error

    def put(self, task: Callable[[Run], None]) -> None:
        """Run a task in one transaction, and bring it into the file: for a file nobody uses yet."""
        self.run("BEGIN TRANSACTION")
        task(self.run)
        self.run("COMMIT")
        self.run("CHECKPOINT")

    def stream(self, cypher: str) -> Iterator[list[Any]]:
        """The rows of a query, one at a time; nothing else is run before the last."""
        result = cast(kuzu.QueryResult, self._connection.execute(cypher))
        try:
            while result.has_next():
                yield cast(list[Any], result.get_next())
        finally:
            result.close()

    def _prepared(self, cypher: str, parameters: dict[str, Any]) -> kuzu.PreparedStatement:
        """A query that is parsed and planned once, which is nearly half of its time."""
        self._runs += 1
        if self._runs % _RUNS_OF_A_PLAN == 0:
            self._statements.clear()
        if cypher not in self._statements:
            statement = kuzu.PreparedStatement(self._connection, cypher, parameters)
            if not statement.is_success():
                raise RuntimeError(statement.get_error_message())
            self._statements[cypher] = statement
        return self._statements[cypher]

    def close(self) -> None:
        """Close it as it is: what is in the log stays there."""
        self.run("CALL force_checkpoint_on_close=false")
        self._statements.clear()
        self._connection.close()
        self._database.close()

    def abandon(self) -> None:
        """Never use, close nor destroy it: for a process or a state that it cannot be trusted in.

        Kuzu's destructor waits for threads that a forked child does not have, writes checkpoints of
        what may be wrong, and has freed twice after a failed write.
        """
        never_destroy(self)


def never_destroy(value: object) -> None:
    """Keep an object, and what it holds, for as long as the process lives, and through its end."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))


def log_of(path: str) -> str:
    """The write-ahead log of a database."""
    return f"{path}.wal"


def shadow_of(path: str) -> str:
    """The pages of a checkpoint that is under way."""
    return f"{path}.shadow"


def log_bytes(path: str) -> int:
    """The size of the write-ahead log; 0 without one."""
    try:
        return os.stat(log_of(path)).st_size
    except FileNotFoundError:
        return 0
