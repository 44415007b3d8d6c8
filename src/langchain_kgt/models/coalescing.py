"""Requests of several threads in one batch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class _Request(Generic[Item, Result]):
    items: Sequence[Item]
    results: list[Result] | None = None


class Coalescer(Generic[Item, Result]):
    """Runs what came in while it was busy as one batch; a lone caller never waits for others.

    >>> double = Coalescer(lambda numbers: [2 * n for n in numbers])
    >>> double([1, 2])
    [2, 4]

    Args:
        run: one result an item, in order. It is never called by two threads at once.
        busy: the lock that is held meanwhile, if others need it too.
    """

    def __init__(
        self,
        run: Callable[[list[Item]], list[Result]],
        busy: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._run = run
        self._waiting: list[_Request[Item, Result]] = []
        self._guard = threading.Lock()
        self.busy = busy or threading.RLock()

    def __call__(self, items: Sequence[Item]) -> list[Result]:
        request = _Request[Item, Result](items)
        with self._guard:
            self._waiting.append(request)
        # Whoever gets here first runs for all that wait by then.
        with self.busy:
            if request.results is None:
                self._run_for_all(request)
        assert request.results is not None
        return request.results

    def _run_for_all(self, own: _Request[Item, Result]) -> None:
        with self._guard:
            batch, self._waiting = self._waiting, []
        try:
            results = iter(self._run([item for request in batch for item in request.items]))
        except BaseException as error:
            # The others find themselves waiting again, and run without this one.
            with self._guard:
                self._waiting[:0] = [request for request in batch if request is not own]
            if len(batch) == 1 or not isinstance(error, Exception):
                raise
            own.results = self._run(list(own.items))
            return
        for request in batch:
            request.results = [next(results) for _ in request.items]
