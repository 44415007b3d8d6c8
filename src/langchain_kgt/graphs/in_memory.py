"""The reference store: dictionaries. For tests, and for memory that ends with the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from langchain_kgt.errors import StoreError
from langchain_kgt.graphs.base import SHARED, TripleKey, TripleStore
from langchain_kgt.graphs.own_thread import OwnThread
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple, now

R = TypeVar("R")


@dataclass
class _User:
    live: dict[str, dict[TripleKey, StoredTriple]] = field(default_factory=dict)
    retired: dict[TripleKey, StoredTriple] = field(default_factory=dict)
    hidden: set[TripleKey] = field(default_factory=set)
    journal: list[GraphUpdate] = field(default_factory=list)
    relations: dict[str, str] = field(default_factory=dict)


class InMemoryTripleStore(TripleStore):
    """A `TripleStore` in dictionaries.

    >>> from langchain_kgt.triples import Triple, now
    >>> graph = InMemoryTripleStore()
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
        self._closed = False
        # Interrupted between two lines, a write would leave facts without their journal.
        self._thread = OwnThread("langchain-kgt in memory")

    def _do(self, task: Callable[[dict[str, _User]], R]) -> R:
        """Read or change the dictionaries where nothing interrupts, one task after the other."""

        def do() -> R:
            if self._closed:
                raise StoreError("this graph is closed; open a new one")
            return task(self._users)

        return self._thread(do)

    def _of(self, user_id: str, read: Callable[[_User], R]) -> R:
        return self._do(lambda users: read(users.get(user_id, _User())))

    def _apply(self, update: GraphUpdate) -> None:
        # What could fail is done before anything changes.
        gone = [(triple.key, triple) for triple in update.retired]
        come = [(triple.key, triple) for triple in update.added]
        same = [(triple.key, triple) for triple in update.confirmed]
        unsaid = [triple.key for triple in update.unsaid]

        def write(users: dict[str, _User]) -> None:
            user = users.setdefault(update.user_id, _User())
            for key, triple in gone:
                stored = user.live.get(key[0], {}).pop(key, None)
                user.retired[key] = stored or user.retired.get(key) or StoredTriple(
                    triple, update.id, update.time
                )
                user.hidden.add(key)
            # What only the shared graph had is the user's own now.
            new = [one for one in same if one[0] not in user.live.get(one[0][0], {})]
            for key, triple in (*come, *new):
                user.hidden.discard(key)
                user.relations.setdefault(key[1], triple.relation)
                known = user.live.setdefault(key[0], {})
                before = known.get(key) or user.retired.pop(key, None)
                if before is None:
                    known[key] = StoredTriple(triple, update.id, update.time, update.query)
                else:
                    known[key] = replace(
                        before, update_id=update.id, time=update.time,
                        query=update.query or before.query,
                    )
            for key in unsaid:
                user.hidden.discard(key)
                if stored := user.live.get(key[0], {}).pop(key, None):
                    user.retired[key] = stored
            user.journal.append(update)

        self._do(write)

    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        wanted = dict.fromkeys(keys)
        return self._of(user_id, lambda user: {
            key: next(iter(user.live[key].values())).triple.subject
            for key in wanted if user.live.get(key)
        })

    def _triples(
        self,
        user_id: str,
        subject_key: str | None,
        relation_key: str | None,
        query: str | None,
        newest: int | None,
    ) -> list[StoredTriple]:
        def read(user: _User) -> list[StoredTriple]:
            groups = user.live.values() if subject_key is None else [user.live.get(subject_key, {})]
            return [
                s for group in groups for key, s in group.items()
                if relation_key in (None, key[1]) and query in (None, s.query)
            ]

        found = self._of(user_id, read)
        return sorted(found, key=lambda s: s.time)[-newest if newest else None :]

    def _relations(self, user_id: str, subject_key: str | None) -> dict[str, str]:
        def read(user: _User) -> dict[str, str]:
            if subject_key is None:
                return dict(user.relations)
            used = dict.fromkeys(key[1] for key in user.live.get(subject_key, {}))
            return {key: user.relations[key] for key in used}

        return self._of(user_id, read)

    def _hidden(self, user_id: str, subject_key: str) -> set[TripleKey]:
        return self._of(
            user_id, lambda user: {key for key in user.hidden if key[0] == subject_key}
        )

    @property
    def has_shared(self) -> bool:
        return self._do(lambda users: SHARED in users)

    def load(self, triples: Iterable[Triple], *, source: str) -> int:
        time = now()
        read = [(triple.key, triple) for triple in triples]

        def write(users: dict[str, _User]) -> int:
            shared = users.setdefault(SHARED, _User())
            before = sum(map(len, shared.live.values()))
            for key, triple in read:
                group = shared.live.setdefault(key[0], {})
                group.setdefault(key, StoredTriple(triple, source, time))
                shared.relations.setdefault(key[1], triple.relation)
            return sum(map(len, shared.live.values())) - before

        return self._do(write)

    def journal(self, user_id: str) -> list[GraphUpdate]:
        return self._of(user_id, lambda user: list(user.journal))

    def rewrite(
        self,
        user_id: str,
        *,
        erase: frozenset[TripleKey],
        journal: Sequence[GraphUpdate],
        queries: frozenset[str] = frozenset(),
    ) -> None:
        def write(users: dict[str, _User]) -> None:
            user = users.setdefault(user_id, _User())
            for key in erase:
                user.live.get(key[0], {}).pop(key, None)
                user.retired.pop(key, None)
                user.hidden.discard(key)
            for group in (*user.live.values(), user.retired):
                for key, stored in group.items():
                    if stored.query in queries:
                        group[key] = replace(stored, query="")
            kept = {key for group in (*user.live.values(), user.retired) for _, key, _ in group}
            user.relations = {k: name for k, name in user.relations.items() if k in kept}
            changed = {update.id: update for update in journal}
            user.journal = [changed.get(update.id, update) for update in user.journal]

        self._do(write)

    def erase_user(self, user_id: str) -> None:
        self._do(lambda users: users.pop(user_id, None))

    def close(self) -> None:
        def close() -> None:
            self._closed = True
            self._users = {}

        self._thread(close)
