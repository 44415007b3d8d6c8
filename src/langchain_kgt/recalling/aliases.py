"""Which names of a user's graph are one entity's, by the facts that name it.

"My dog" and "Rex" are one where (my dog, is named, Rex) or (user, has a dog named, Rex) is live.
Nothing else is stored of it: who undoes the fact undoes the alias. Where it is not certain who is
meant (two dogs, two people of one name), names stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.lexicon.values import are_several
from langchain_kgt.reading.people import USER, is_user, listed, thing_named
from langchain_kgt.recalling.determiners import bare, variants
from langchain_kgt.triples import StoredTriple


def aliases(user_id: str, graph: TripleStore) -> Aliases:
    """Read the facts that name somebody; of a user who has told none, the relations alone."""
    found = [
        stored
        for relation in graph.relations(user_id) if _is_naming(normalize(relation))
        for stored in graph.triples(user_id, relation_key=normalize(relation))
    ]
    return Aliases.of(sorted(found, key=lambda stored: stored.time))


@lru_cache(maxsize=4096)
def _is_naming(relation_key: str) -> bool:
    return thing_named(relation_key) is not None or Lexicon.shipped().names(relation_key)


@dataclass(frozen=True, slots=True)
class Aliases:
    """The names of those entities of a user's graph that have several.

    Attributes:
        called: by each name of such an entity, all of them.
        told: by each name that a fact gives or that it is given to, these facts.
        spelled: each of these names as it was told.
        user_name: what the user is called, if that was told.
    """

    called: dict[str, tuple[str, ...]] = field(default_factory=dict)
    told: dict[str, list[StoredTriple]] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    user_name: str = ""

    @classmethod
    def of(cls, facts: Iterable[StoredTriple]) -> Aliases:
        """What naming facts say, oldest first."""
        namings = [_Naming.of(stored) for stored in facts]
        told: dict[str, list[StoredTriple]] = {}
        spelled: dict[str, str] = {}
        for naming in namings:
            for key, name in {naming.key: naming.holder, **naming.names}.items():
                told.setdefault(key, []).append(naming.stored)
                spelled.setdefault(key, name)
        called = {
            key: tuple(spelled[one] for one in keys)
            for keys in _merged(namings)
            for key in (*keys, *_appositions(keys))
        }
        of_user = [n for n in namings if n.key == USER]
        of_user.sort(key=lambda n: not Lexicon.shipped().single_valued(n.stored.triple.relation))
        own = (spelled[key] for naming in of_user for key in naming.names if key in called)
        return cls(called, told, spelled, next(own, ""))

    def names(self, name: str) -> tuple[str, ...]:
        """All names of the one who has this name; none, if there is no other."""
        return self.called.get(self._key(name), ())

    def is_user(self, name: str) -> bool:
        """Whether a name means the user, by whatever name."""
        return is_user(name) or USER in self.names(name)

    def one(self, name: str) -> str:
        """The same of all names of one entity; `USER` of the user's."""
        return bare(next(iter(self.names(name)), name))

    def facts(self, name: str) -> list[StoredTriple]:
        """Those that say what it is called, or who is called so."""
        return self.told.get(normalize(name)) or self.told.get(f"my {bare(name)}", [])

    def keys(self, name: str) -> list[str]:
        """Under which it can be stored by this name, its own first."""
        keys = _stored_as(name) if normalize(name) in self.called else variants(name)
        return self._not_of_others(keys, name)

    def other_keys(self, name: str) -> list[str]:
        """Under which it can be stored by all its names: "my daughter Mia" is one."""
        names = self.names(name)
        beside = _appositions([_key(n) for n in names])
        keys = [key for one in names for key in _stored_as(one)] + [
            f"{determiner}{one[3:]}" for one in beside for determiner in ("my ", "our ", "the ", "")
        ]
        return self._not_of_others(keys, name)

    def _not_of_others(self, keys: list[str], name: str) -> list[str]:
        names = self.names(name)
        return [key for key in keys if self.called.get(key, names) == names]

    def _key(self, name: str) -> str:
        keys = normalize(name), _key(name), f"my {bare(name)}"
        return next((key for key in keys if key in self.called), "")


def _key(name: str) -> str:
    """One key for a thing of the user's under any determiner, which is not that of a name.

    >>> _key("the dog"), _key("Dog"), _key("I"), _key("my mum")
    ('my dog', 'dog', 'user', 'my mother')
    """
    rest = bare(name)
    return rest if rest in (USER, normalize(name)) else f"my {rest}"


def _stored_as(name: str) -> list[str]:
    """A name that was given has no determiner: "Baby" is not my baby."""
    return variants(name) if _is_thing(_key(name)) else [normalize(name)]


def _is_thing(key: str) -> bool:
    return key == USER or key.startswith("my ")


def _appositions(keys: Sequence[str]) -> list[str]:
    """A thing with its name behind it.

    >>> _appositions(["my daughter", "mia"])
    ['my daughter mia']
    """
    return [
        f"my {noun} {name}"
        for thing in keys if thing.startswith("my ")
        for noun in Lexicon.shipped().kin(thing[3:])
        for name in keys if not _is_thing(name)
    ]


@dataclass(frozen=True, slots=True)
class _Naming:
    """Who is called what, by one fact.

    Attributes:
        holder: who has the name, and `key` their key.
        names: by their keys; of several things, those of each.
        had: whether the fact is about the owner: (user, has a dog named, Rex).
    """

    holder: str
    names: dict[str, str]
    had: bool
    stored: StoredTriple

    @property
    def key(self) -> str:
        return _key(self.holder)

    @property
    def of_several(self) -> bool:
        return are_several(self.holder)

    @classmethod
    def of(cls, stored: StoredTriple) -> _Naming:
        subject, name = stored.triple.subject, stored.triple.object
        thing = thing_named(normalize(stored.triple.relation))
        if thing is not None:
            subject = f"my {thing}" if is_user(subject) else f"{subject}'s {thing}"
        subject = USER if is_user(subject) else subject
        names = listed(name) if are_several(subject) else (name,)
        # Whoever is "called I" is not the user.
        keys = {normalize(one): one for one in names if not is_user(one)}
        return cls(subject, keys, thing is not None, stored)


def _merged(namings: Sequence[_Naming]) -> list[list[str]]:
    """The keys of each entity that has several names, where no other has one of them."""
    holders: dict[str, set[str]] = {}
    given: dict[str, set[str]] = {}
    for naming in namings:
        given.setdefault(naming.key, set()).update(naming.names)
        for name in naming.names:
            holders.setdefault(name, set()).add(naming.key)
    # Who has two dogs has no one dog; of several things none has their names.
    unsure = {n.key for n in namings if n.of_several or (n.had and len(given[n.key]) > 1)}
    entities = {key: [key] for key in (*given, *holders)}

    def merge(name: str) -> bool:
        of = {id(entities[key]): key for key in holders[name]}
        if len(of) > 1 or not unsure.isdisjoint(holders[name]):
            return False
        [holder] = of.values()
        one, other = entities[holder], entities[name]
        if one is other:
            return False
        one += other
        entities.update(dict.fromkeys(other, one))
        return True

    # A name can become that of one entity when others turn out to be the same.
    while [name for name in holders if merge(name)]:
        pass
    distinct = {id(keys): keys for keys in entities.values()}
    return [keys for keys in distinct.values() if len(keys) > 1]
