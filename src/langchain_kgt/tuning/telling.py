"""What happens to a fact that is told outright, without a question."""

from __future__ import annotations

from dataclasses import replace

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.triples import GraphUpdate, Triple, new_id, now
from langchain_kgt.tuning.names import bare, entity, triples_of
from langchain_kgt.tuning.vocabulary import is_multi_valued, synonyms


def tell(
    triple: Triple, user_id: str, *, graph: TripleStore, settings: KGTConfig
) -> GraphUpdate:
    """Decide what a fact told outright changes: no model is asked, and nothing is written.

    It retires what a single-valued relation cannot keep. A relation holds one value unless the
    vocabulary or the configuration lists it as multi-valued, and is the same in other words.
    """
    subject, object_ = entity(triple.subject, user_id, graph), bare(triple.object)
    triple = replace(triple, subject=subject.name)
    old = [
        stored.triple
        for wording in synonyms(triple.relation)
        for stored in triples_of(subject.keys, user_id, graph, relation_key=wording)
    ]
    known = tuple(t for t in old if bare(t.object) == object_)
    superseded: tuple[Triple, ...] = ()
    if not is_multi_valued(triple.relation, settings.multi_valued):
        superseded = tuple(t for t in old if bare(t.object) != object_)
    return GraphUpdate(
        id=new_id(), user_id=user_id, kind="tell", time=now(),
        added=() if known else (triple,),
        confirmed=known,
        retired=superseded,
        reasons=tuple(f"{t} retired: the same relation has a new value" for t in superseded),
    )
