"""A thread of its own for what must not be interrupted."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar
from weakref import WeakSet, finalize

R = TypeVar("R")
_Call: TypeAlias = "tuple[Future[Any], Callable[[], Any]]"


class OwnThread:
    """Makes calls one after the other on one thread, where no signal's exception lands.

    A caller that is interrupted (Ctrl-C) only stops waiting: a call that has begun is made to its
    end, one that has not is left out.

    >>> thread = OwnThread("example")
    >>> thread(lambda: 1 + 1)
    2

    A forked child has a thread of its own for the same object.

    Attributes:
        busy: a lock that is held while a call is made.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._start()
        _THREADS.add(self)

    def _start(self) -> None:
        self.busy = threading.Lock()
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


# A fork waits until no call is cut in two. The child has the objects, but not their threads: it
# gets new ones.
_THREADS: WeakSet[OwnThread] = WeakSet()
_SECONDS_TO_REST = 5
_RESTING: list[threading.Lock] = []


def _before_fork() -> None:
    for thread in list(_THREADS):
        if thread.busy.acquire(timeout=_SECONDS_TO_REST):
            _RESTING.append(thread.busy)


def _after_fork_in_parent() -> None:
    while _RESTING:
        _RESTING.pop().release()


def _after_fork_in_child() -> None:
    _RESTING.clear()
    for thread in list(_THREADS):
        thread._start()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )


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
