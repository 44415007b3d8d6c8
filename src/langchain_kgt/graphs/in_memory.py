"""The reference store: dictionaries. For tests, and for memory that ends with the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from langchain_kgt.errors import StoreError
from langchain_kgt.graphs.base import SHARED, TripleStore
from langchain_kgt.graphs.own_thread import OwnThread
from langchain_kgt.graphs.standing import HIDES, holds, nth_of
from langchain_kgt.triples import GraphUpdate, Source, StoredTriple, Triple, TripleKey, now

R = TypeVar("R")


@dataclass
class _User:
    # By subject; each with its place among all that was told.
    facts: dict[str, dict[TripleKey, StoredTriple]] = field(default_factory=dict)
    places: dict[TripleKey, tuple[int, int]] = field(default_factory=dict)
    journal: list[GraphUpdate] = field(default_factory=list)
    relations: dict[str, str] = field(default_factory=dict)

    def put(self, key: TripleKey, fact: StoredTriple) -> None:
        group = self.facts.setdefault(key[0], {})
        if key not in group or group[key].update_id != fact.update_id:
            self.places[key] = self._place(key, fact)
        group[key] = fact
        self.relations.setdefault(key[1], fact.triple.relation)

    def _place(self, key: TripleKey, fact: StoredTriple) -> tuple[int, int]:
        """In which update it was told, and where there."""
        for number, update in enumerate(reversed(self.journal)):
            if update.id == fact.update_id:
                return len(self.journal) - number, nth_of(update, key)
        return 0, len(self.places)

    def take(self, key: TripleKey) -> None:
        self.facts.get(key[0], {}).pop(key, None)
        self.places.pop(key, None)


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

    def _apply(
        self, update: GraphUpdate, facts: Mapping[TripleKey, StoredTriple | None]
    ) -> None:
        def write(users: dict[str, _User]) -> None:
            user = users.setdefault(update.user_id, _User())
            user.journal.append(update)
            for key, fact in facts.items():
                if fact is None:
                    user.take(key)
                else:
                    user.put(key, fact)

        self._do(write)

    def standing(self, user_id: str, keys: Iterable[TripleKey]) -> dict[TripleKey, StoredTriple]:
        wanted = list(keys)
        return self._of(user_id, lambda user: {
            key: user.facts[key[0]][key] for key in wanted if key in user.facts.get(key[0], ())
        })

    def subjects(self, user_id: str, keys: Iterable[str]) -> dict[str, str]:
        wanted = dict.fromkeys(keys)

        def read(user: _User) -> dict[str, str]:
            live = {
                key: [s for s in user.facts.get(key, {}).items() if holds(s[1])] for key in wanted
            }
            return {
                key: min(some, key=lambda item: user.places[item[0]])[1].triple.subject
                for key, some in live.items() if some
            }

        return self._of(user_id, read)

    def _triples(
        self,
        user_id: str,
        subject_key: str | None,
        relation_key: str | None,
        question_key: str | None,
        newest: int | None,
        every: bool,
    ) -> list[StoredTriple]:
        def read(user: _User) -> list[StoredTriple]:
            facts = user.facts
            groups = facts.values() if subject_key is None else [facts.get(subject_key, {})]
            found = [
                (user.places[key], s) for group in groups for key, s in group.items()
                if (every or holds(s)) and relation_key in (None, key[1])
                and (question_key is None or question_key in s.question_keys)
            ]
            return [s for _, s in sorted(found, key=lambda item: item[0])]

        return self._of(user_id, read)[-newest if newest else None :]

    def _relations(self, user_id: str, subject_key: str | None) -> dict[str, str]:
        def read(user: _User) -> dict[str, str]:
            if subject_key is None:
                return dict(user.relations)
            group = user.facts.get(subject_key, {})
            live = sorted(
                (user.places[key], key[1], s.triple.relation)
                for key, s in group.items() if holds(s)
            )
            known: dict[str, str] = {}
            for _, key, relation in live:
                known.setdefault(key, relation)
            return known

        return self._of(user_id, read)

    def _hidden(self, user_id: str, subject_key: str) -> set[TripleKey]:
        return self._of(user_id, lambda user: {
            key for key, s in user.facts.get(subject_key, {}).items() if s.status in HIDES
        })

    @property
    def has_shared(self) -> bool:
        return self._do(lambda users: SHARED in users)

    def load(self, triples: Iterable[Triple], *, source: str) -> int:
        time = now()
        imported = Source("import", "", "", time)
        read = [(triple.key, triple) for triple in triples]

        def write(users: dict[str, _User]) -> int:
            shared = users.setdefault(SHARED, _User())
            before = len(shared.places)
            for key, triple in read:
                if key not in shared.places:
                    shared.put(key, StoredTriple(triple, source, time, "", (imported,)))
            return len(shared.places) - before

        return self._do(write)

    def journal(self, user_id: str) -> list[GraphUpdate]:
        return self._of(user_id, lambda user: list(user.journal))

    def rewrite(
        self,
        user_id: str,
        *,
        erase: frozenset[TripleKey],
        journal: Sequence[GraphUpdate],
        facts: Sequence[StoredTriple] = (),
    ) -> None:
        def write(users: dict[str, _User]) -> None:
            user = users.setdefault(user_id, _User())
            for key in erase:
                user.take(key)
            for fact in facts:
                user.put(fact.triple.key, fact)
            kept = {key[1] for group in user.facts.values() for key in group}
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
