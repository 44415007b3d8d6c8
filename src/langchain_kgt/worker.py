"""A worker thread with a bounded queue, which loses no error."""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress

from langchain_kgt import attempts
from langchain_kgt.errors import InvalidInputError, KGTError

logger = logging.getLogger(__name__)


class Worker:
    """Does tasks one after the other on a thread of its own.

    >>> done: list[int] = []
    >>> worker = Worker(10)
    >>> worker.submit(lambda: done.append(1))
    >>> worker.flush(); done
    [1]
    >>> worker.close()

    What a task raises is logged as a warning when it happens, and raised by `flush` or `close`;
    what neither has raised is logged as an error, with its traceback, when the process ends.

    Args:
        max_pending: how many tasks may wait; then `submit` waits too.
        what: is learned by the tasks, for the log and for errors.
        owner: who has the worker, likewise.
    """

    def __init__(
        self, max_pending: int, *, what: str = "feedback", owner: str = "handler"
    ) -> None:
        self._what, self._owner = what, owner
        self._tasks: queue.Queue[Callable[[], object] | None] = queue.Queue(max_pending)
        self._errors: list[Exception] = []
        self._closing = threading.Lock()
        self._closed = False
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._run, name="langchain-kgt", daemon=True)
        self._thread.start()
        # A daemon thread is killed with the interpreter; what was accepted is done before.
        atexit.register(self._at_exit)

    def submit(self, task: Callable[[], object]) -> None:
        """Queue a task; not to be done, if the call that this is part of is given up meanwhile."""
        self._check_caller()
        attempt = attempts.CURRENT.get()
        with self._closing:
            if self._closed:
                raise InvalidInputError(f"the {self._owner} is closed; make a new one")
            self._tasks.put(lambda: task() if attempt is None or attempt.commit() else None)
        attempts.commit()

    def flush(self) -> None:
        """Wait for all tasks so far, and raise the first error since the last flush; log others."""
        self._check_caller()
        self._tasks.join()
        # Errors are not for a caller who has gone.
        attempts.commit()
        errors, self._errors = self._errors, []
        self._log(errors[1:])
        if errors:
            raise errors[0]

    def close(self) -> None:
        """Do what waits, end the thread, and raise the first error. Closing twice is allowed.

        All errors that were not flushed are logged too. In a forked child there is nothing to do.
        """
        if self._pid != os.getpid():
            return
        self._check_caller()
        self._end()
        attempts.commit()
        atexit.unregister(self._at_exit)
        self._log(self._errors[:1])
        self.flush()

    def _check_caller(self) -> None:
        if self._pid != os.getpid():
            raise InvalidInputError(
                f"the {self._owner} learns on a thread of the process that made it, and this one "
                f"was forked from that: make a {self._owner} in the child"
            )
        if threading.current_thread() is self._thread:
            raise InvalidInputError(
                f"{self._what} that is being learned would wait for itself; call the {self._owner} "
                "from another thread"
            )

    def _end(self) -> None:
        with self._closing:
            if not self._closed:
                self._closed = True
                self._tasks.put(None)
        self._thread.join()

    def _at_exit(self) -> None:
        if self._pid == os.getpid():
            self._end()
            self._log(self._errors)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception as error:
                self._failed(error)
            except BaseException as error:
                # Nobody can be told to exit by a thread; the tasks that follow are done.
                ended = KGTError(f"{error!r} ended what was learning it; give it once more")
                ended.__cause__ = error
                self._failed(ended)
            finally:
                self._tasks.task_done()
        self._tasks.task_done()

    def _failed(self, error: Exception) -> None:
        self._errors.append(error)
        with suppress(Exception):  # of somebody's log handler
            logger.warning("%s was not learned: %s", self._what, error)

    def _log(self, errors: list[Exception]) -> None:
        for error in errors:
            logger.error("%s was not learned: %s", self._what, error, exc_info=error)
