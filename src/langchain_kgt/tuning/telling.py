"""What happens to a fact that is told outright, without a question."""

from __future__ import annotations

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import GraphStore
from langchain_kgt.triples import GraphUpdate, Triple, new_id, normalize, now
from langchain_kgt.tuning.vocabulary import MULTI_VALUED

_MULTI_VALUED_KEYS = frozenset(normalize(relation) for relation in MULTI_VALUED)


def tell(
    triple: Triple, user_id: str, *, graph: GraphStore, config: KGTConfig
) -> GraphUpdate:
    """Decide what a fact told outright changes: no model is asked, and nothing is written.

    It retires what a single-valued relation cannot keep. A relation holds one value unless the
    vocabulary or the configuration lists it as multi-valued.
    """
    subject, relation, _ = triple.key
    same = graph.triples(user_id, subject, relation_key=relation)
    old = [stored.triple for stored in same]
    superseded: tuple[Triple, ...] = ()
    declared = {normalize(name) for name in config.multi_valued}
    if relation not in _MULTI_VALUED_KEYS | declared:
        superseded = tuple(t for t in old if t.key != triple.key)
    return GraphUpdate(
        id=new_id(), user_id=user_id, kind="tell", time=now(),
        added=() if triple.key in {t.key for t in old} else (triple,),
        retired=superseded,
        reasons=tuple(f"{t} retired: the same relation has a new value" for t in superseded),
    )
