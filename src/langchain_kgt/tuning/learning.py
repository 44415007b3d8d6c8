"""What the answer to a question is learned as: read, tuned, and what it ends taken out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.reading.base import Assertion, Question, Reader, Reply
from langchain_kgt.triples import Correction, GraphUpdate, StoredTriple, new_id
from langchain_kgt.tuning.algorithm import tune
from langchain_kgt.tuning.names import bare, entity, triples_of
from langchain_kgt.tuning.superseding import concerned, lexicon_of


def learn(
    correction: Correction,
    user_id: str,
    *,
    model: LanguageModel,
    graph: TripleStore,
    settings: KGTConfig,
    reader: Reader,
    time: datetime,
) -> GraphUpdate:
    """Decide what an answer in the user's own words changes. Nothing is written.

    What is no answer ("I don't know") changes nothing, and the update says why. "No" to a question
    for yes or no is its denial. What the answer says to be over or wrong goes; "Wrong." alone says
    of nothing in particular that it is.
    """
    question = reader.question(correction.query, correction.subject)
    reply = reader.reply(question, correction.answer, now=time)
    if reply.holds:
        tuned = tune(
            _read(correction, question, reply), user_id, model=model, graph=graph,
            settings=settings, question=question, reader=reader,
        )
    else:
        why = reply.nothing or "nothing new is known"
        tuned = GraphUpdate(
            id=new_id(), user_id=user_id, kind="correct", time=time, query=correction.query,
            answer=correction.answer, reasons=() if _over(reply) else (why,),
        )
    gone = dict.fromkeys(
        stored.triple
        for said in _over(reply)
        for stored in _meant(said, question, user_id, graph, settings)
        if stored.triple not in tuned.stated
    )
    reasons = tuple(f"{t} retired: the answer says that it does not hold" for t in gone)
    return replace(
        tuned, time=time, answer=correction.answer,
        retired=(*tuned.retired, *gone), reasons=(*tuned.reasons, *reasons),
    )


def _over(reply: Reply) -> tuple[Assertion, ...]:
    """What the reply says to be over, or wrong; not "Wrong." alone, which names nothing."""
    return (*reply.ended, *(said for said in reply.denied if said.object))


def _read(correction: Correction, question: Question, reply: Reply) -> Correction:
    """The correction with what was read of it: the values, and a relation of the reply's own."""
    first, stated = reply.holds[0], question.stated
    values = tuple(
        held.object for held in reply.holds
        if (held.subject, held.relation) == (first.subject, first.relation)
    )
    answer = ", ".join(values)
    if stated is not None and first.object == stated.object:
        answer = "Yes" if first.relation == stated.relation else "No"
    # A value alone may be said of any of the readings; what has words of its own may not.
    own = stated is not None or first.relation not in question.relations
    elsewhere = first.subject not in question.subjects[:1]
    return replace(
        correction,
        answer=answer,
        subject=(first.subject if elsewhere else "") or correction.subject,
        relation=correction.relation or (first.relation if own else "") or None,
        values=values,
        whole=stated is None,
    )


def _meant(
    said: Assertion,
    question: Question,
    user_id: str,
    graph: TripleStore,
    settings: KGTConfig,
) -> list[StoredTriple]:
    """The live facts that a reply says to be over: of these words, or of that question."""
    lexicon = lexicon_of(settings)
    subject = said.subject or next(iter(question.subjects), "")
    if not subject:
        return []
    keys = entity(subject, user_id, graph).keys
    relation = said.relation or next(iter(question.relations), "")
    answered = triples_of(keys, user_id, graph, query=question.text)
    related = concerned([relation], keys, user_id, graph, lexicon) if relation else []
    if said.object:
        return [s for s in (*answered, *related) if bare(s.triple.object) == bare(said.object)]
    return [*answered, *(s for s in related if lexicon.same(s.triple.relation, relation))]
