"""Threads for async calls: what is in one lane runs one after the other, and no lane blocks all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable

from langchain_kgt.forking import in_child

# A thread that has had nothing to do for so many seconds ends.
_IDLE = 10.0


class Lanes:
    """Runs tasks on daemon threads of its own, which come and go with the work.

    Tasks of one lane run in the order in which they came, on one thread at a time; lanes take
    turns. A lane exists as long as it has tasks.

    >>> lanes, ran, done = Lanes(2, "example"), [], threading.Event()
    >>> lanes.submit("ann", lambda: ran.append("one"))
    >>> lanes.submit("ann", lambda: ran.append("two"))
    >>> lanes.submit("ann", done.set)
    >>> done.wait(), ran
    (True, ['one', 'two'])

    Args:
        threads: how many there are at most.
        name: what they are called.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most, self._name = threads, name
        self._begin()
        in_child(self, Lanes._begin)

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._lanes: dict[Hashable, deque[Callable[[], object]]] = {}
        # Lanes with a task that may run now; whichever waits longest comes first.
        self._ready: deque[Hashable] = deque()
        self._threads = self._idle = 0

    def submit(self, lane: Hashable | None, task: Callable[[], object]) -> None:
        """Run a task, which must not raise, behind those of its lane; `None` is behind nothing."""
        with self._changed:
            if lane is None:
                lane = object()
            if lane in self._lanes:
                self._lanes[lane].append(task)
                return
            if self._idle <= len(self._ready) and self._threads < self._most:
                threading.Thread(target=self._run, name=self._name, daemon=True).start()
                self._threads += 1
            self._lanes[lane] = deque([task])
            self._ready.append(lane)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                worked = self._changed.wait_for(lambda: bool(self._ready), _IDLE)
                self._idle -= 1
                if not worked:
                    self._threads -= 1
                    return
                lane = self._ready.popleft()
                task = self._lanes[lane].popleft()
            try:
                task()
            finally:
                del task
                with self._changed:
                    if self._lanes.get(lane):
                        self._ready.append(lane)
                        self._changed.notify()
                    else:
                        self._lanes.pop(lane, None)
                del lane
