"""A worker thread with a bounded queue, which loses no error."""

from __future__ import annotations

import atexit
import logging
import queue
import threading
from collections.abc import Callable

from langchain_kgt.errors import InvalidInputError

logger = logging.getLogger(__name__)


class Worker:
    """Does tasks one after the other on a thread of its own.

    >>> done: list[int] = []
    >>> worker = Worker(10)
    >>> worker.submit(lambda: done.append(1))
    >>> worker.flush(); done
    [1]
    >>> worker.close()

    Args:
        max_pending: how many tasks may wait; then `submit` waits too.
    """

    def __init__(self, max_pending: int) -> None:
        self._tasks: queue.Queue[Callable[[], object] | None] = queue.Queue(max_pending)
        self._errors: list[Exception] = []
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="langchain-kgt", daemon=True)
        self._thread.start()
        # A daemon thread is killed with the interpreter; what was accepted is done before.
        atexit.register(self._end)

    def submit(self, task: Callable[[], object]) -> None:
        """Queue a task."""
        with self._closing:
            if self._closed:
                raise InvalidInputError("the handler is closed; make a new one")
            self._tasks.put(task)

    def flush(self) -> None:
        """Wait for all tasks so far, and raise the first error since the last flush; log others."""
        self._tasks.join()
        errors, self._errors = self._errors, []
        for error in errors[1:]:
            logger.error("a task failed: %s", error, exc_info=error)
        if errors:
            raise errors[0]

    def close(self) -> None:
        """Do what waits, end the thread, and raise the first error. Closing twice is allowed."""
        self._end()
        self.flush()

    def _end(self) -> None:
        with self._closing:
            if not self._closed:
                self._closed = True
                self._tasks.put(None)
        self._thread.join()
        atexit.unregister(self._end)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception as error:
                self._errors.append(error)
            finally:
                self._tasks.task_done()
        self._tasks.task_done()
