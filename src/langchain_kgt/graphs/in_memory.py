"""The reference store: dictionaries. For tests, and for memory that ends with the process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from langchain_kgt.errors import StoreError
from langchain_kgt.graphs.base import SHARED, GraphStore, TripleKey
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple, now


@dataclass
class _User:
    live: dict[str, dict[TripleKey, StoredTriple]] = field(default_factory=dict)
    retired: dict[TripleKey, StoredTriple] = field(default_factory=dict)
    journal: list[GraphUpdate] = field(default_factory=list)
    relations: dict[str, str] = field(default_factory=dict)


class InMemoryGraph(GraphStore):
    """A `GraphStore` in dictionaries.

    >>> from langchain_kgt.triples import Triple, now
    >>> graph = InMemoryGraph()
    >>> graph.apply(GraphUpdate(
    ...     id="1", user_id="ann", kind="tell", time=now(),
    ...     added=(Triple("my dog", "eats", "meat"),),
    ... ))
    >>> [str(stored.triple) for stored in graph.triples("ann", "my dog")]
    ['(my dog, eats, meat)']
    >>> graph.triples("bob")
    []
    """

    def __init__(self) -> None:
        self._users: dict[str, _User] = {}
        self._lock = threading.RLock()
        self._closed = False

    def apply(self, update: GraphUpdate) -> None:
        with self._lock:
            user = self._open().setdefault(update.user_id, _User())
            for triple in update.retired:
                stored = user.live.get(triple.key[0], {}).pop(triple.key, None)
                user.retired[triple.key] = stored or StoredTriple(triple, update.id, update.time)
            for triple in update.added:
                user.relations.setdefault(triple.key[1], triple.relation)
                known = user.live.setdefault(triple.key[0], {})
                before = known.get(triple.key) or user.retired.pop(triple.key, None)
                if before is None:
                    known[triple.key] = StoredTriple(triple, update.id, update.time, update.query)
                else:
                    known[triple.key] = replace(
                        before, update_id=update.id, time=update.time,
                        query=update.query or before.query,
                    )
            user.journal.append(update)

    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        with self._lock:
            user = self._open().get(user_id, _User())
            return {
                key: next(iter(user.live[key].values())).triple.subject
                for key in dict.fromkeys(keys)
                if user.live.get(key)
            }

    def _triples(
        self,
        user_id: str,
        subject_key: str | None,
        relation_key: str | None,
        query: str | None,
        newest: int | None,
    ) -> list[StoredTriple]:
        with self._lock:
            user = self._open().get(user_id, _User())
            groups = user.live.values() if subject_key is None else [user.live.get(subject_key, {})]
            found = [
                s for group in groups for key, s in group.items()
                if relation_key in (None, key[1]) and query in (None, s.query)
            ]
        return sorted(found, key=lambda s: s.time)[-newest if newest else None :]

    def _relations(self, user_id: str, subject_key: str | None) -> dict[str, str]:
        with self._lock:
            user = self._open().get(user_id, _User())
            if subject_key is None:
                return dict(user.relations)
            used = dict.fromkeys(key[1] for key in user.live.get(subject_key, {}))
            return {key: user.relations[key] for key in used}

    def _retired(self, user_id: str, subject_key: str) -> set[TripleKey]:
        with self._lock:
            user = self._open().get(user_id, _User())
            return {key for key in user.retired if key[0] == subject_key}

    @property
    def has_shared(self) -> bool:
        return SHARED in self._open()

    def load(self, triples: Iterable[Triple], *, source: str) -> int:
        time = now()
        with self._lock:
            shared = self._open().setdefault(SHARED, _User())
            before = sum(map(len, shared.live.values()))
            for triple in triples:
                group = shared.live.setdefault(triple.key[0], {})
                group.setdefault(triple.key, StoredTriple(triple, source, time))
                shared.relations.setdefault(triple.key[1], triple.relation)
            return sum(map(len, shared.live.values())) - before

    def journal(self, user_id: str) -> list[GraphUpdate]:
        with self._lock:
            return list(self._open().get(user_id, _User()).journal)

    def rewrite(
        self,
        user_id: str,
        *,
        erase: frozenset[TripleKey],
        journal: Sequence[GraphUpdate],
        queries: frozenset[str] = frozenset(),
    ) -> None:
        with self._lock:
            user = self._open().setdefault(user_id, _User())
            for key in erase:
                user.live.get(key[0], {}).pop(key, None)
                user.retired.pop(key, None)
            for group in (*user.live.values(), user.retired):
                for key, stored in group.items():
                    if stored.query in queries:
                        group[key] = replace(stored, query="")
            kept = {key for group in (*user.live.values(), user.retired) for _, key, _ in group}
            user.relations = {k: name for k, name in user.relations.items() if k in kept}
            changed = {update.id: update for update in journal}
            user.journal = [changed.get(update.id, update) for update in user.journal]

    def erase_user(self, user_id: str) -> None:
        with self._lock:
            self._open().pop(user_id, None)

    def close(self) -> None:
        self._closed = True
        self._users = {}

    def _open(self) -> dict[str, _User]:
        if self._closed:
            raise StoreError("this graph is closed; open a new one")
        return self._users
