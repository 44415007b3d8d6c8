"""The narrow interface of a graph store, and the journal arithmetic that every store shares."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from weakref import WeakValueDictionary

from langchain_kgt.errors import NotFoundError
from langchain_kgt.triples import GraphUpdate, StoredTriple

TripleKey = tuple[str, str, str]


class UserLock:
    """A re-entrant lock that a weak dictionary can hold, so that idle users cost nothing."""

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *exc: object) -> None:
        self._lock.release()


_LOCKS: WeakValueDictionary[tuple[str, str], UserLock] = WeakValueDictionary()
_LOCKS_GUARD = threading.Lock()


class GraphStore(ABC):
    """Triples and the journal of their changes, one graph a user.

    Invariants, which the conformance suite puts every store through:

    - Every call names its user and sees that user's graph alone.
    - A triple is stored once, under its normalised key; the first spelling is kept.
    - `apply` is one transaction: triples and journal together, whole or not at all, also through
      a crash at any instant; once it returns, the update is never lost.
    - A retired triple is no longer found, and stays in the journal.
    - `forget` leaves no trace of what it erases, in triples or journal.
    - Every method is safe to call from several threads.
    """

    @abstractmethod
    def apply(self, update: GraphUpdate) -> None:
        """Add and retire the triples of an update and append it to its user's journal."""

    @abstractmethod
    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        """Which of these entity keys are subjects of a live triple: key to name as first given."""

    @abstractmethod
    def triples(
        self,
        user_id: str,
        subject_key: str | None = None,
        *,
        relation_key: str | None = None,
        query: str | None = None,
        newest: int | None = None,
    ) -> list[StoredTriple]:
        """The live triples of one subject, or of the whole graph, oldest first.

        Of one subject they can be narrowed to one relation, to those that answered one query, and
        to the newest few; then the cost does not grow with what is left out.
        """

    @abstractmethod
    def relations(self, user_id: str, subject_key: str | None = None) -> list[str]:
        """The relations of a subject's live triples, or of all the user's, live or retired.

        Each in one spelling, in the order of first use.
        """

    @abstractmethod
    def journal(self, user_id: str) -> list[GraphUpdate]:
        """Every update of this user, oldest first."""

    @abstractmethod
    def rewrite(
        self, user_id: str, *, erase: frozenset[TripleKey], journal: Sequence[GraphUpdate]
    ) -> None:
        """Erase triples, live or retired, and replace journal records by id: one transaction."""

    @abstractmethod
    def erase_user(self, user_id: str) -> None:
        """Erase everything of one user: triples, journal, and the user."""

    @abstractmethod
    def close(self) -> None:
        """Release the store. Closing twice is allowed; any other call afterwards raises."""

    # Sugar: the same for every store.

    @property
    def identity(self) -> str:
        """What two stores share that hold the same graph."""
        return f"{type(self).__name__} {id(self)}"

    def writing(self, user_id: str) -> AbstractContextManager[object]:
        """A lock: between reading a user's graph and applying what was decided, no other writer."""
        with _LOCKS_GUARD:
            return _LOCKS.setdefault((self.identity, user_id), UserLock())

    def find_update(self, user_id: str, update_id: str) -> GraphUpdate:
        """One record of the journal. Raises `NotFoundError` if this user has no such update."""
        for update in self.journal(user_id):
            if update.id == update_id:
                return update
        raise NotFoundError(
            f"user {user_id!r} has no update {update_id!r}; history(user_id=...) lists them"
        )

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def undone_updates(journal: Sequence[GraphUpdate]) -> set[str]:
    """The ids of the updates that are undone. An undo that is itself undone has no effect."""
    undone: set[str] = set()
    for update in reversed(journal):
        if update.undoes is not None and update.id not in undone:
            undone.add(update.undoes)
    return undone


def live_after(journal: Sequence[GraphUpdate]) -> set[TripleKey]:
    """Which triples live after a journal is played from the beginning, undone updates left out.

    An update that is undone counts as if it had never been. What a later update did to the triples
    that it had added then falls to those that it had retired: after Lima -> Rome and Rome -> Oslo,
    undoing the first correction must not bring Lima back beside Oslo.
    """
    undone = undone_updates(journal)
    live: set[TripleKey] = set()
    instead: dict[TripleKey, set[TripleKey]] = {}
    for update in journal:
        if update.kind == "undo":
            continue
        added = {triple.key for triple in update.added}
        retired = {triple.key for triple in update.retired}
        if update.id in undone:
            for key in added - live:
                instead[key] = instead.get(key, set()) | retired
            continue
        pending = list(retired - added)
        while pending:
            key = pending.pop()
            live.discard(key)
            pending.extend(instead.pop(key, ()))
        live |= added
    return live


def involved(update: GraphUpdate, keys: frozenset[TripleKey]) -> bool:
    """Whether a journal record speaks of one of these triples."""
    return any(t.key in keys for t in (*update.added, *update.retired, *update.facts))
