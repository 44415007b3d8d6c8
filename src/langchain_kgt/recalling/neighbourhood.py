"""G_q: the triples around a query's subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.keys import normalize
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.recalling import relations
from langchain_kgt.recalling.aliases import Aliases
from langchain_kgt.recalling.names import entity, relations_of, triples_of
from langchain_kgt.recalling.templates import Templates
from langchain_kgt.triples import StoredTriple

# A subject with more facts than this is searched by its relations, so that no query costs more
# than one over that many; of its relations so many are put before the model, and of the best of
# those so many facts are taken.
MAX_FACTS = 64
MAX_RELATIONS = 32
_BEST_RELATIONS = 8
_FACTS_OF_A_RELATION = 8


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What is known of a subject, as far as it may matter to the query, oldest first.

    Attributes:
        triples: G_q.
        whole: whether this is all that is known of the subject.
    """

    triples: tuple[StoredTriple, ...]
    whole: bool


def around(
    query: str,
    user_id: str,
    subject: str,
    *,
    graph: TripleStore,
    model: LanguageModel,
    prompts: Templates,
    also: Aliases | None = None,
) -> Neighbourhood:
    """Read G_q: all of it, or where that is much, the newest facts of the likeliest relations."""
    keys = entity(subject, user_id, graph, also).keys
    if (whole := _whole(keys, user_id, graph)) is not None:
        return whole
    near = nearest(query, relations_of(keys, user_id, graph), MAX_RELATIONS)
    measured = relations.measure(model, query, {subject: near}, prompts)[subject]
    best = sorted(near, key=lambda r: -measured[r].rank)
    chosen = _newest(best[:_BEST_RELATIONS], keys, user_id, graph)
    return Neighbourhood(tuple(chosen), whole=False)


def by_words(
    query: str, user_id: str, keys: Sequence[str], graph: TripleStore
) -> Neighbourhood:
    """Read G_q and ask no model: all of it, or the newest facts of relations in the query's words.

    An update looks at what its answer may supersede whatever its rank; so this is enough for it.
    """
    if (whole := _whole(keys, user_id, graph)) is not None:
        return whole
    return Neighbourhood(tuple(in_the_words_of(query, keys, user_id, graph)), whole=False)


def _whole(keys: Sequence[str], user_id: str, graph: TripleStore) -> Neighbourhood | None:
    """All that is known of a subject, if that is not too much."""
    found = triples_of(keys, user_id, graph, newest=MAX_FACTS + 1)
    return Neighbourhood(tuple(found), whole=True) if len(found) <= MAX_FACTS else None


def in_the_words_of(
    query: str, keys: Sequence[str], user_id: str, graph: TripleStore
) -> list[StoredTriple]:
    """The newest facts of those relations of a subject that share words with a query."""
    near = nearest(query, relations_of(keys, user_id, graph), _BEST_RELATIONS)
    return _newest(near, keys, user_id, graph)


def _newest(
    relations: Sequence[str], keys: Sequence[str], user_id: str, graph: TripleStore
) -> list[StoredTriple]:
    """The newest facts of each relation, oldest first."""
    found = [
        stored
        for relation in relations
        for stored in triples_of(
            keys, user_id, graph,
            relation_key=normalize(relation), newest=_FACTS_OF_A_RELATION,
        )
    ]
    return sorted(found, key=lambda stored: stored.time)


def nearest(query: str, names: Sequence[str], limit: int) -> list[str]:
    """The relations that share the most word beginnings with a query; of equals, the latest.

    >>> nearest("Where did Ann live before?", ["likes", "lived in", "is", "knows"], 2)
    ['lived in', 'knows']
    """
    asked = stems(query)
    latest_first = names[::-1]
    return sorted(latest_first, key=lambda name: -len(asked & stems(name)))[:limit]


def stems(text: str) -> set[str]:
    """The first four letters of every word that has so many."""
    return {word[:4] for word in regex.findall(r"\w{4,}", text.casefold())}
