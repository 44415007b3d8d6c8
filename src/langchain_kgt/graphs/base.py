"""The narrow interface of a graph store, and the journal arithmetic that every store shares."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeAlias
from weakref import ref

from langchain_kgt.errors import NotFoundError
from langchain_kgt.graphs.standing import SHARED as SHARED
from langchain_kgt.graphs.standing import after, changed, replay
from langchain_kgt.triples import (
    GraphUpdate,
    StoredTriple,
    Triple,
    check_storable,
)
from langchain_kgt.triples import TripleKey as TripleKey

_Lock: TypeAlias = AbstractContextManager[Any]
# Idle users cost nothing: a lock goes with the last one who holds or waits for it, and takes itself
# out. No lock guards this, which an interrupted caller could leave locked: each step is one of C's.
_LOCKS: dict[tuple[str, str], ref[_Lock]] = {}


def _lock_of(key: tuple[str, str]) -> _Lock:
    while True:
        known = _LOCKS.get(key)
        if known is not None and (lock := known()) is not None:
            return lock
        new: _Lock = threading.RLock()
        mine = ref(new, partial(_LOCKS.pop, key))
        if _LOCKS.setdefault(key, mine) is mine:
            return new
        del mine  # before its lock, whose end would take out the other one's


if hasattr(os, "register_at_fork"):
    # In a forked child, whoever held a lock does not exist.
    os.register_at_fork(after_in_child=_LOCKS.clear)


class TripleStore(ABC):
    """Triples and the journal of their changes, one graph a user.

    Invariants, which the conformance suite puts every store through:

    - Every call names its user and sees that user's graph alone.
    - A triple is stored once, under its normalised key; the first spelling is kept.
    - `apply` is one transaction: triples and journal together, whole or not at all, also through
      a crash at any instant; once it returns, the update is never lost.
    - A retired triple is no longer found, and stays in the journal. One of the shared graph is
      hidden from the user who retired it, and from nobody else.
    - `forget` leaves no trace of what it erases, in triples or journal.
    - Every method is safe to call from several threads.
    """

    def apply(self, update: GraphUpdate) -> None:
        """Add and retire the triples of an update and append it to its user's journal.

        Raises `InvalidInputError` if one of its texts cannot be stored.
        """
        check_storable(update)
        user_id = update.user_id
        with self.writing(user_id):
            facts: Mapping[TripleKey, StoredTriple | None]
            if update.undoes is None:
                known = self.standing(user_id, [triple.key for triple in update.stated])
                facts = after(update, known)
            else:
                # Also what it does not speak of: who retired a fact may be another update now.
                journal = self.journal(user_id)
                facts = changed(replay(journal).facts, replay([*journal, update]).facts)
            self._apply(update, facts)

    @abstractmethod
    def _apply(
        self, update: GraphUpdate, facts: Mapping[TripleKey, StoredTriple | None]
    ) -> None:
        """Append an update, and let facts stand as they stand after it: one transaction."""

    @abstractmethod
    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        """Which of these entity keys are subjects of a live triple: key to name as first given.

        Only the user's own graph is looked at; the shared one is that of the user `SHARED`.
        """

    def triples(
        self,
        user_id: str,
        subject_key: str | None = None,
        *,
        relation_key: str | None = None,
        question_key: str | None = None,
        newest: int | None = None,
        every: bool = False,
    ) -> list[StoredTriple]:
        """The live triples of one subject, or the whole of the user's own, oldest first.

        Of one subject they can be narrowed to one relation, to those that answered one question,
        and to the newest few; then the cost does not grow with what is left out. What the shared
        graph knows of the subject comes before the user's own, without what the user has
        contradicted. With `every`, the user's own that do not hold are among them.
        """
        own = self._triples(user_id, subject_key, relation_key, question_key, newest, every)
        asked = question_key is not None
        if subject_key is None or asked or len(own) == newest or not self.has_shared:
            return own
        shared = self._triples(SHARED, subject_key, relation_key, question_key, newest, False)
        if shared and user_id != SHARED:
            hidden = self._hidden(user_id, subject_key) | {s.triple.key for s in own}
            own = [*(s for s in shared if s.triple.key not in hidden), *own]
        return own[-newest if newest else None :]

    def relations(self, user_id: str, subject_key: str | None = None) -> list[str]:
        """The relations of a subject's live triples, or of all the user's own, live or retired.

        Each in one spelling, in the order of first use, those of the shared graph first.
        """
        own = self._relations(user_id, subject_key)
        if subject_key is not None and self.has_shared and user_id != SHARED:
            own = {**self._relations(SHARED, subject_key), **own}
        return list(own.values())

    # What a store implements for them: one user's own graph, or the shared one.

    @abstractmethod
    def standing(self, user_id: str, keys: Iterable[TripleKey]) -> dict[TripleKey, StoredTriple]:
        """Those of these triples that the user's own graph has, live or not, by key."""

    @property
    @abstractmethod
    def has_shared(self) -> bool:
        """Whether there is a shared graph."""

    @abstractmethod
    def load(self, triples: Iterable[Triple], *, source: str) -> int:
        """Add triples to the shared graph, under every user's own, and return how many.

        No journal records them. If loading a source was interrupted, loading it again goes on
        where it was; loaded to its end, it adds nothing a second time.
        """

    @abstractmethod
    def _triples(
        self,
        user_id: str,
        subject_key: str | None,
        relation_key: str | None,
        question_key: str | None,
        newest: int | None,
        every: bool,
    ) -> list[StoredTriple]: ...

    @abstractmethod
    def _relations(self, user_id: str, subject_key: str | None) -> dict[str, str]: ...

    @abstractmethod
    def _hidden(self, user_id: str, subject_key: str) -> set[TripleKey]:
        """The keys of the triples of a subject that the user has retired, shared ones too."""

    @abstractmethod
    def journal(self, user_id: str) -> list[GraphUpdate]:
        """Every update of this user, oldest first."""

    @abstractmethod
    def rewrite(
        self,
        user_id: str,
        *,
        erase: frozenset[TripleKey],
        journal: Sequence[GraphUpdate],
        facts: Sequence[StoredTriple] = (),
    ) -> None:
        """Erase triples, live or retired, and replace journal records by id: one transaction.

        Other facts that the user has can be put in the place of what was known of them.
        """

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
        return _lock_of((self.identity, user_id))

    def find_update(self, user_id: str, update_id: str) -> GraphUpdate:
        """One record of the journal. Raises `NotFoundError` if this user has no such update."""
        for update in self.journal(user_id):
            if update.id == update_id:
                return update
        raise NotFoundError(
            f"user {user_id!r} has no update {update_id!r}; history(user_id=...) lists them"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def involved(update: GraphUpdate, keys: frozenset[TripleKey]) -> bool:
    """Whether a journal record speaks of one of these triples."""
    return any(t.key in keys for t in update.triples)
