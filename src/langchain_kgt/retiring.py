"""What is taken out because it is over, or never was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

from langchain_kgt.config import KGTConfig
from langchain_kgt.errors import NotFoundError
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.standing import holds
from langchain_kgt.recalling.names import bare, every_triple_of
from langchain_kgt.triples import GraphUpdate, Status, new_id
from langchain_kgt.tuning.superseding import lexicon_of


def retire(
    user_id: str,
    subject: str,
    relation: str | None,
    object: str | None,
    *,
    mistaken: bool,
    when: str,
    time: datetime,
    graph: TripleStore,
    settings: KGTConfig,
) -> GraphUpdate:
    """Decide which facts end, or were never so. Nothing is written.

    Raises `NotFoundError` if none matches.
    """
    fold = lexicon_of(settings).fold
    status: Status = "mistaken" if mistaken else "ended"
    # What has ended can still turn out never to have been.
    facts = [
        stored.triple for stored in every_triple_of(subject, user_id, graph)
        if (holds(stored) or (mistaken and stored.status != status))
        and (relation is None or fold(stored.triple.relation) == fold(relation))
        and (object is None or bare(stored.triple.object) == bare(object))
    ]
    if not facts:
        raise NotFoundError(not_found(subject, user_id, graph=graph))
    why = "it was never so" if mistaken else "it is over"
    return GraphUpdate(
        id=new_id(), user_id=user_id, kind="retire", time=time,
        retired=tuple(replace(t, status=status, valid_until=when) for t in facts),
        reasons=tuple(f"{t} retired: {why}" for t in facts),
    )


def not_found(subject: str, user_id: str, *, graph: TripleStore) -> str:
    """What to say where no fact matches: which subjects a mistyped name could mean."""
    names = {bare(s.triple.subject): s.triple.subject for s in graph.triples(user_id, every=True)}
    near = [names[key] for key in get_close_matches(bare(subject), names, n=3)]
    meant = f"did you mean {' or '.join(map(repr, near))}?" if near else "check the spelling"
    return (
        f"no such fact of {subject!r} is known: {meant} facts(user_id=...) lists what there is"
    )
