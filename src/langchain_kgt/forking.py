"""What a forked child must not inherit: a lock that another thread of the parent held."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")

_RENEWALS: WeakKeyDictionary[object, Callable[[object], object]] = WeakKeyDictionary()


def in_child(owner: Owner, renew: Callable[[Owner], object]) -> None:
    """Call `renew(owner)` in every child that this process forks, for as long as the owner lives.

    The threads of the parent are not in the child, so what they held there is never let go of.
    """
    _RENEWALS[owner] = renew  # type: ignore[assignment]


def _renew_all() -> None:
    for owner, renew in list(_RENEWALS.items()):
        renew(owner)


if hasattr(os, "register_at_fork"):  # not on Windows, which forks nothing
    os.register_at_fork(after_in_child=_renew_all)
