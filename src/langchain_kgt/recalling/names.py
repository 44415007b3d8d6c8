"""What a user's graph knows of a name: under any determiner, and under its other names.

Whoever reads or writes a user's graph looks a name up here; what the graph stores keeps the
spelling and the key that it was first given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from langchain_kgt.graphs.base import SHARED, TripleKey, TripleStore
from langchain_kgt.graphs.standing import question_key
from langchain_kgt.keys import normalize
from langchain_kgt.reading.people import USER, stand_in
from langchain_kgt.recalling.aliases import Aliases, aliases
from langchain_kgt.recalling.determiners import DETERMINERS as DETERMINERS
from langchain_kgt.recalling.determiners import bare as bare
from langchain_kgt.recalling.determiners import variants as variants
from langchain_kgt.triples import StoredTriple, Triple


def identity(triple: Triple) -> TripleKey:
    """What makes two triples the same fact, whatever the determiners of their parts.

    >>> identity(Triple("My keys", "are in", "the kitchen"))
    ('keys', 'are in', 'kitchen')
    """
    return bare(triple.subject), bare(triple.relation), bare(triple.object)


@dataclass(frozen=True, slots=True)
class Entity:
    """What a user's graph knows of a name.

    Attributes:
        name: as the user's own graph has it; as it was given, where it has no such subject. The
            user is `USER`, under whatever name.
        keys: of the subjects that it stands for, those of the shared graph before the user's own.
    """

    name: str
    keys: tuple[str, ...]


def entity(
    name: str, user_id: str, graph: TripleStore, also: Aliases | None = None
) -> Entity:
    """Look a name up, whatever determiner it was told with, and under its other names.

    These are read, if they were not before.
    """
    also = also or aliases(user_id, graph)
    keys, others = also.keys(name), also.other_keys(name)
    own = graph.subjects(user_id, [*keys, *others])
    shared = graph.subjects(SHARED, keys) if graph.has_shared else {}
    known_as = next((own[key] for key in keys if key in own), name)
    return Entity(
        USER if also.is_user(name) else known_as,
        (*(key for key in shared if key not in own), *own),
    )


def known(
    names: Iterable[str], user_id: str, graph: TripleStore, also: Aliases
) -> dict[str, str]:
    """Those of the names that the user's own graph knows, each as it has it."""
    keys = {name: [*also.keys(name), *also.other_keys(name)] for name in names}
    found = graph.subjects(user_id, (key for each in keys.values() for key in each))
    return {
        name: next(found[key] for key in each if key in found)
        for name, each in keys.items() if not found.keys().isdisjoint(each)
    }


def user_in_prompts(user_id: str, graph: TripleStore, also: Aliases | None = None) -> str:
    """What scoring calls the user: the name that they told, else one that nobody known has."""
    return (also or aliases(user_id, graph)).user_name or stand_in(
        lambda name: bool(graph.subjects(user_id, [normalize(name)]))
    )


def relations_of(keys: Iterable[str], user_id: str, graph: TripleStore) -> list[str]:
    """The relations of a subject that has these keys, each in every spelling; as `graph.relations`.
    """
    return list(dict.fromkeys(name for key in keys for name in graph.relations(user_id, key)))


def triples_of(
    keys: Iterable[str],
    user_id: str,
    graph: TripleStore,
    *,
    relation_key: str | None = None,
    query: str | None = None,
    newest: int | None = None,
    every: bool = False,
) -> list[StoredTriple]:
    """The live triples of a subject that has these keys, each fact once; as `graph.triples`."""
    asked = None if query is None else question_key(query)
    found = {
        identity(stored.triple): stored
        for key in keys
        for stored in graph.triples(
            user_id, key, relation_key=relation_key, question_key=asked, newest=newest,
            every=every,
        )
    }
    # Each name has its own, oldest first.
    return sorted(found.values(), key=lambda stored: stored.time)


def every_triple_of(
    name: str,
    user_id: str,
    graph: TripleStore,
    *,
    newest: int | None = None,
    also: Aliases | None = None,
) -> list[StoredTriple]:
    """What the user's graph has of a name, live or not: also where nothing of it holds any more."""
    also = also or aliases(user_id, graph)
    keys = [*also.keys(name), *also.other_keys(name)]
    return triples_of(keys, user_id, graph, newest=newest, every=True)
