"""What is erased for good, from the facts and from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from langchain_kgt import attempts
from langchain_kgt.config import KGTConfig
from langchain_kgt.errors import NotFoundError
from langchain_kgt.graphs.base import TripleKey, TripleStore, involved
from langchain_kgt.recalling.aliases import aliases
from langchain_kgt.recalling.names import bare
from langchain_kgt.recalling.subjects import mentions
from langchain_kgt.retiring import not_found
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple
from langchain_kgt.tuning.superseding import lexicon_of


def forget(
    user_id: str,
    subject: str,
    relation: str | None,
    object: str | None,
    *,
    graph: TripleStore,
    settings: KGTConfig,
) -> list[Triple]:
    """Erase the facts that match, live or retired, and what the journal says of them.

    Returns the facts. Raises `NotFoundError` if nothing of the subject matches.
    """
    journal, fold = graph.journal(user_id), lexicon_of(settings).fold
    known = _known(journal)
    also = aliases(user_id, graph)
    one, s, o = also.one, also.one(subject), None if object is None else bare(object)
    called = {bare(name) for name in (subject, *also.names(subject))}
    r = None if relation is None else fold(relation)
    whole = relation is None and object is None
    doomed = frozenset(
        key for key in known
        if (whole and s in map(one, (key[0], key[2])))
        or (one(key[0]) == s and r in (None, fold(key[1])) and o in (None, bare(key[2])))
    )
    records = [u for u in journal if involved(u, doomed) or (whole and _mentions(u, called))]
    if not doomed and not records:
        raise NotFoundError(not_found(subject, user_id, graph=graph))
    # Other facts may have come with a question that says what is forgotten.
    names = {bare(t.object) for u in journal for t in u.stated if t.key in doomed}
    names |= called if whole else set()
    attempts.commit()
    said = {t.key for u in records for t in u.stated} - doomed
    facts = [_unnamed(fact, names) for fact in graph.standing(user_id, said).values()]
    graph.rewrite(
        user_id, erase=doomed, journal=[u.without(doomed) for u in records], facts=facts
    )
    return [triple for key, triple in known.items() if key in doomed]


def forget_user(user_id: str, *, graph: TripleStore) -> list[Triple]:
    """Erase a user, journal and all; returns every fact that there was, live or retired."""
    known = _known(graph.journal(user_id))
    attempts.commit()
    graph.erase_user(user_id)
    return list(known.values())


def forgotten(
    facts: Sequence[Triple], user_id: str, *, graph: TripleStore
) -> frozenset[TripleKey]:
    """Those of the facts that neither the graph nor the journal knows any more."""
    missing = {t.key for t in facts} - {
        stored.triple.key
        for t in facts
        for stored in graph.triples(user_id, t.key[0], relation_key=t.key[1])
    }
    return frozenset(missing - _known(graph.journal(user_id)).keys() if missing else missing)


def _known(journal: Sequence[GraphUpdate]) -> dict[TripleKey, Triple]:
    """Every fact that a journal states, as it was written first."""
    known: dict[TripleKey, Triple] = {}
    for update in journal:
        for triple in update.stated:
            known.setdefault(triple.key, triple)
    return known


def _unnamed(fact: StoredTriple, names: set[str]) -> StoredTriple:
    """A fact without the words of its questions and sources that say what is forgotten."""
    return replace(
        fact,
        query="" if _named(fact.query, names) else fact.query,
        question_keys=tuple(key for key in fact.question_keys if not _named(key, names)),
        sources=tuple(
            replace(source, text="") if _named(source.text, names) else source
            for source in fact.sources
        ),
    )


def _mentions(update: GraphUpdate, names: set[str]) -> bool:
    return any(_named(text, names) for text in (
        update.query, update.answer, update.comment, update.text
    ))


def _named(text: str, names: set[str]) -> bool:
    return any(bare(mention.key) in names for mention in mentions(text))
