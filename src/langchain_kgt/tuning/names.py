"""Names but for their determiners: "my dog", "the dog" and "the dog of mine" are one dog.

English only. Whoever reads or writes a user's graph looks a name up here; what the graph stores
keeps the spelling and the key that it was first given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from langchain_kgt.graphs.base import SHARED, TripleKey, TripleStore
from langchain_kgt.graphs.standing import question_key
from langchain_kgt.keys import normalize
from langchain_kgt.reading.people import CALLED, USER, is_user, stand_in
from langchain_kgt.triples import StoredTriple, Triple

DETERMINERS = ("my", "our", "the", "a", "an", "this")
_OWN = ("mine", "ours")


def bare(name: str) -> str:
    """The key of a name without its determiner and "of mine": what English takes for one name.

    >>> bare("My dog"), bare("the dog of mine"), bare("The The"), bare("A+"), bare("I")
    ('dog', 'dog', 'the', 'a +', 'user')
    """
    if is_user(name):
        return USER
    words = normalize(name).split(" ")
    # "a +" is a grade, and no plus.
    if len(words) > 1 and words[0] in DETERMINERS and (words[0] != "a" or words[1][0].isalnum()):
        words = words[1:]
    if len(words) > 2 and words[-2] == "of" and words[-1] in _OWN:
        words = words[:-2]
    return " ".join(words)


def variants(name: str) -> list[str]:
    """The keys that a name can be stored under, its own first.

    >>> variants("The dog")[:5]
    ['the dog', 'dog', 'my dog', 'our dog', 'a dog']
    """
    rest = bare(name)
    determined = [f"{determiner} {rest}" for determiner in DETERMINERS]
    of_mine = [f"{known} of {own}" for known in (rest, *determined[2:]) for own in _OWN]
    called = CALLED if rest == USER else ()
    return list(dict.fromkeys([normalize(name), rest, *called, *determined, *of_mine]))


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
            user is `USER`.
        keys: of the subjects that it stands for, those of the shared graph before the user's own.
    """

    name: str
    keys: tuple[str, ...]


def entity(name: str, user_id: str, graph: TripleStore) -> Entity:
    """Look a name up, whatever determiner it was told with."""
    keys = variants(name)
    own = graph.subjects(user_id, keys)
    shared = graph.subjects(SHARED, keys) if graph.has_shared else {}
    known_as = own.get(keys[0]) or next(iter(own.values()), name)
    return Entity(
        USER if is_user(name) else known_as,
        (*(key for key in shared if key not in own), *own),
    )


def known(names: Iterable[str], user_id: str, graph: TripleStore) -> dict[str, str]:
    """Those of the names that the user's own graph knows, each as it has it."""
    keys = {name: variants(name) for name in names}
    found = graph.subjects(user_id, (key for each in keys.values() for key in each))
    return {
        name: next(found[key] for key in each if key in found)
        for name, each in keys.items() if not found.keys().isdisjoint(each)
    }


def user_in_prompts(user_id: str, graph: TripleStore) -> str:
    """What scoring calls the user: a person's name that no subject of the user's graph has."""
    return stand_in(lambda name: bool(graph.subjects(user_id, [normalize(name)])))


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
    return list(found.values())


def every_triple_of(
    name: str, user_id: str, graph: TripleStore, *, newest: int | None = None
) -> list[StoredTriple]:
    """What the user's graph has of a name, live or not: also where nothing of it holds any more."""
    return triples_of(variants(name), user_id, graph, newest=newest, every=True)
