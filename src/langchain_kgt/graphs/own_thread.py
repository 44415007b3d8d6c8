"""A thread of its own for what must not be interrupted."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar
from weakref import finalize

R = TypeVar("R")
_Call: TypeAlias = "tuple[Future[Any], Callable[[], Any]]"


class OwnThread:
    """Makes calls one after the other on one thread, where no signal's exception lands.

    A caller that is interrupted (Ctrl-C) only stops waiting: a call that has begun is made to its
    end, one that has not is left out.

    >>> thread = OwnThread("example")
    >>> thread(lambda: 1 + 1)
    2

    Attributes:
        busy: a lock that is held while a call is made.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.busy = threading.Lock()
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        # Its put is safe in a finaliser, wherever the garbage collector may run it.
        calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._calls = calls
        # The thread knows nothing of this object, so that it ends when nobody else does either.
        self._thread = threading.Thread(
            target=_make, args=(calls, self.busy), name=self.name, daemon=True
        )
        self._thread.start()
        finalize(self, calls.put, None).atexit = False

    def __call__(self, call: Callable[[], R]) -> R:
        """Make a call, and return or raise what it does. Calls within calls are made at once."""
        if threading.current_thread() is self._thread:
            return call()
        future = self.post(call)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise
        finally:
            # What was raised knows this frame, and the future what was raised.
            del future

    def post(self, call: Callable[[], R]) -> Future[R]:
        """Make a call without waiting for it."""
        future: Future[R] = Future()
        self._calls.put((future, call))
        return future

    def end(self) -> None:
        """Make the calls that wait, and end the thread."""
        self._calls.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def after_fork(self) -> None:
        """In a child, where the thread does not exist: begin another."""
        self.busy = threading.Lock()
        self._start()


def _make(calls: SimpleQueue[_Call | None], busy: AbstractContextManager[Any]) -> None:
    while (one := calls.get()) is not None:
        future, call = one
        with busy:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # the caller's, whatever it is
                    future.set_exception(error)
        # Nothing is kept alive while the thread waits.
        del one, future, call
