"""What happens to a fact that is told outright, without a question."""

from __future__ import annotations

from dataclasses import replace

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.triples import GraphUpdate, Triple, new_id, now
from langchain_kgt.tuning.names import entity
from langchain_kgt.tuning.superseding import concerned, lexicon_of, same_fact


def tell(
    triple: Triple, user_id: str, *, graph: TripleStore, settings: KGTConfig
) -> GraphUpdate:
    """Decide what a fact told outright changes: no model is asked, and nothing is written.

    It retires what cannot stay beside it, by the lexicon: another value of a relation that holds
    one, and what says the opposite. Of a relation that the lexicon does not know, values stay side
    by side.
    """
    lexicon, subject = lexicon_of(settings), entity(triple.subject, user_id, graph)
    triple = replace(triple, subject=subject.name)
    old = [
        stored.triple
        for stored in concerned([triple.relation], subject.keys, user_id, graph, lexicon)
    ]
    known = tuple(t for t in old if same_fact(triple, t, lexicon))
    superseded = tuple(t for t in old if t not in known and lexicon.replaces(triple, t))
    return GraphUpdate(
        id=new_id(), user_id=user_id, kind="tell", time=now(),
        added=() if known else (triple,),
        confirmed=known,
        retired=superseded,
        reasons=tuple(f"{t} retired: {triple} cannot stay beside it" for t in superseded),
    )
