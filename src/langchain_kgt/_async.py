"""Async twins: one mechanism for every public method, apart from the app's own threads."""

from __future__ import annotations

import asyncio
import atexit
import functools
import logging
import os
import threading
from collections.abc import Callable, Coroutine, Hashable
from concurrent.futures import Future, wait
from contextlib import suppress
from contextvars import copy_context
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from langchain_kgt.attempts import CURRENT, Attempt
from langchain_kgt.errors import KGTError
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.lanes import Lanes

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

# Mostly they wait for the model, which scores for many of them at once.
_THREADS = 32
# At exit, so many seconds are left to a forward pass that nobody waits for.
_PATIENCE = 10.0
_READS = Lanes(_THREADS, "langchain-kgt reads")
_WRITES = Lanes(_THREADS, "langchain-kgt writes")


def lane_of(graph: TripleStore, user_id: object) -> Hashable:
    """The lane of all that writes to one user's graph: they would wait for each other anyway."""
    store: Hashable = id(graph)
    with suppress(KGTError):  # a closed graph has no identity; the call itself will say so
        store = graph.identity
    return store, user_id if isinstance(user_id, str) else ""


async def run_apart(
    lane: Hashable | None, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Call a function for an event loop, on a thread for writes to this lane; `None` only reads.

    Cancelled, or timed out, it writes nothing that it has not begun to commit; what it has, is
    finished before `CancelledError` is raised. So whoever has waited for it, however that ended,
    can look up what it did, and nothing of it comes later.
    """
    _finish_at_exit()
    call = _Call[R](functools.partial(function, *args, **kwargs))
    (_READS if lane is None else _WRITES).submit(lane, call.run)
    waiter = asyncio.wrap_future(call.future)
    try:
        await asyncio.wait([waiter])
    except asyncio.CancelledError:
        if call.attempt.stop():
            waiter.cancel()
            raise
        while not waiter.done():
            with suppress(asyncio.CancelledError):  # a commit takes milliseconds
                await asyncio.wait([waiter])
        if error := waiter.exception():
            logger.warning("a cancelled call failed: %s", error)
        raise
    return waiter.result()


class _Call(Generic[R]):
    """One call on its way to a thread and back."""

    def __init__(self, function: Callable[[], R]) -> None:
        self.attempt = Attempt()
        self.future: Future[R] = Future()
        self.pid = os.getpid()
        self._function = function
        self._context = copy_context()
        self._context.run(CURRENT.set, self.attempt)

    def run(self) -> None:
        _RUNNING.add(self)
        try:
            if not _ENDED.is_set() and self.future.set_running_or_notify_cancel():
                self.future.set_result(self._context.run(self._function))
        except BaseException as error:
            self.future.set_exception(error)
        finally:
            _RUNNING.discard(self)


_RUNNING: set[_Call[Any]] = set()
_ENDED = threading.Event()


@functools.cache
def _finish_at_exit() -> None:
    # Not on import: what is registered last comes first, and this comes before stores are closed.
    atexit.register(_finish)


def _finish() -> None:
    """What has begun to write ends, the rest is stopped, what waits never begins.

    A thread in the midst of a forward pass or a transaction would end the process by a signal.
    """
    _ENDED.set()
    calls = [call for call in list(_RUNNING) if call.pid == os.getpid()]
    stopped = {call.future for call in calls if call.attempt.stop()}
    wait({call.future for call in calls} - stopped)
    wait(stopped, timeout=_PATIENCE)


def async_twin(
    method: Callable[Concatenate[S, P], R],
    lane: Callable[..., Hashable] | None = None,
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """The same method for an event loop, which it does not block; see `run_apart`.

    Args:
        method: a public method.
        lane: the lane of a call, from the same arguments; none for a method that only reads.
    """

    @functools.wraps(method)
    async def twin(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        where = None if lane is None else lane(self, *args, **kwargs)
        return await run_apart(where, method, self, *args, **kwargs)

    twin.__name__ = f"a{method.__name__}"
    twin.__doc__ = f"Async twin of `{method.__name__}`: same arguments, result and errors."
    if lane is not None:
        twin.__doc__ += (
            " Cancelled or timed out, it has written by then what `history` says, and writes "
            "nothing later."
        )
    return twin
