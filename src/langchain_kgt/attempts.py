"""Whether a call that was given up may still write: stopped before its commit, or not at all."""

from __future__ import annotations

import threading
from contextvars import ContextVar


class Stopped(BaseException):
    """Ends a call that nobody waits for any more. No `except Exception` on its way keeps it."""


class Attempt:
    """One call that writes at most once. Of `stop` and `commit`, whichever comes first holds.

    >>> attempt = Attempt()
    >>> attempt.stop(), attempt.commit()
    (True, False)
    >>> attempt = Attempt()
    >>> attempt.commit(), attempt.stop(), attempt.commit()
    (True, False, True)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = self._committed = False

    def stop(self) -> bool:
        """Write nothing from now on. False if the commit has begun: then it will be finished."""
        with self._lock:
            self._stopped = not self._committed
            return self._stopped

    @property
    def stopped(self) -> bool:
        """Whether it was given up before it wrote."""
        return self._stopped

    def commit(self) -> bool:
        """Begin to write. False if the call was stopped: then it must not."""
        with self._lock:
            self._committed = not self._stopped
            return self._committed


CURRENT: ContextVar[Attempt | None] = ContextVar("langchain_kgt_attempt", default=None)
"""The attempt that this code runs for; none for a plain call, which nobody can give up."""


def commit() -> None:
    """Stand directly before what cannot be taken back. Raises `Stopped` if the call was given up.

    >>> commit()
    """
    attempt = CURRENT.get()
    if attempt is not None and not attempt.commit():
        raise Stopped


def go_on() -> None:
    """Stand before work that takes long. Raises `Stopped` if nobody waits for it any more."""
    attempt = CURRENT.get()
    if attempt is not None and attempt.stopped:
        raise Stopped
