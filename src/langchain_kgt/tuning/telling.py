"""What happens to a fact that is told outright, without a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.standing import HIDES, is_over
from langchain_kgt.reading.people import USER
from langchain_kgt.recalling.names import entity
from langchain_kgt.triples import GraphUpdate, Speaker, Triple, new_id, now
from langchain_kgt.tuning.superseding import (
    concerned,
    is_statement,
    lexicon_of,
    over,
    same_fact,
    with_times,
)


def tell(
    triple: Triple,
    user_id: str,
    *,
    graph: TripleStore,
    settings: KGTConfig,
    time: datetime | None = None,
    said_by: Speaker = "user",
    message_id: str = "",
) -> GraphUpdate:
    """Decide what a fact told outright changes: no model is asked, and nothing is written.

    It retires what cannot stay beside it, by the lexicon: another value of a relation that holds
    one, and what says the opposite. That is over then, but for births and the like, which were
    never so. Of a relation that the lexicon does not know, values stay side by side. What the
    assistant supposes retires nothing that somebody stated: it is proposed beside it. Nor does it
    bring back what somebody took out, and what is over by now retires nothing.
    """
    lexicon, subject = lexicon_of(settings), entity(triple.subject, user_id, graph)
    relation = triple.relation
    if subject.name == USER:
        relation = lexicon.in_third_person(relation)
    triple = replace(triple, subject=subject.name, relation=relation)
    old = concerned([triple.relation], subject.keys, user_id, graph, lexicon)
    time = time or now()
    passed = is_over(triple, time)
    # What was over by then is not what is said to be so now, nor in its way.
    old = [s for s in old if passed or not is_over(s.triple, time)]
    known = tuple(s.triple for s in old if same_fact(triple, s.triple, lexicon))
    update = GraphUpdate(
        id=new_id(), user_id=user_id, kind="tell", time=time, said_by=said_by,
        message_id=message_id,
    )
    if said_by == "assistant" and _is_taken_out(triple, user_id, graph):
        return replace(update, reasons=(f"{triple} is not even proposed: it was taken out",))
    superseded = [
        s for s in old
        if s.triple not in known and not passed and lexicon.replaces(triple, s.triple)
    ]
    stated = [s.triple for s in superseded if is_statement(s)]
    if said_by == "assistant" and stated and not known:
        return replace(
            update, added=(replace(triple, status="proposed"),),
            reasons=(f"{triple} is only proposed: {stated[0]} was stated",),
        )
    # Said again, it may tell of a time that nobody knew.
    return replace(
        update,
        added=() if known else (triple,),
        confirmed=tuple(with_times(t, triple) for t in known),
        retired=tuple(over(s.triple, triple.valid_from, lexicon) for s in superseded),
        reasons=tuple(
            f"{s.triple} retired: {triple} cannot stay beside it" for s in superseded
        ),
    )


def _is_taken_out(triple: Triple, user_id: str, graph: TripleStore) -> bool:
    """Whether somebody said of a fact that it is over, or never was; not the assistant alone."""
    fact = graph.standing(user_id, [triple.key]).get(triple.key)
    if fact is None or fact.status not in HIDES:
        return False
    return not any(
        update.id == fact.retired_by and update.said_by == "assistant"
        for update in graph.journal(user_id)
    )
