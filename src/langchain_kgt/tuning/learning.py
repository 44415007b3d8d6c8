"""What the answer to a question is learned as: read, tuned, and what it ends taken out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from langchain_kgt.config import KGTConfig
from langchain_kgt.english import lemma
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.lexicon.values import form
from langchain_kgt.lexicon.wording import PREPOSITIONS, is_the_only
from langchain_kgt.reading.base import Assertion, Question, Reader, Reply
from langchain_kgt.recalling.names import bare, entity, triples_of
from langchain_kgt.recalling.policy import Policy
from langchain_kgt.triples import (
    Correction,
    GraphUpdate,
    Status,
    Triple,
    new_id,
)
from langchain_kgt.tuning.algorithm import tune
from langchain_kgt.tuning.superseding import concerned, lexicon_of, over, with_times
from langchain_kgt.tuning.telling import tell

# "my brother Jakob" is somebody.
_NAMED = re.compile(r" [A-Z]")


def learn(
    correction: Correction,
    user_id: str,
    *,
    policy: Policy,
    reader: Reader,
    time: datetime,
) -> GraphUpdate:
    """Decide what an answer in the user's own words changes. Nothing is written.

    What is no answer ("I don't know") changes nothing, and the update says why. "No" to a question
    for yes or no is its denial. What the answer says to be over or wrong goes; "Wrong." alone says
    of nothing in particular that it is.
    """
    graph, settings = policy.graph, policy.settings
    lexicon = lexicon_of(settings)
    question = reader.question(correction.query, correction.subject)
    reply = reader.reply(question, correction.answer, now=time)
    not_so = _over(reply, lexicon)
    if reply.holds:
        tuned = tune(
            _read(correction, question, reply), user_id, policy=policy, question=question,
            reader=reader, time=time,
        )
    else:
        why = reply.nothing or "nothing new is known"
        tuned = GraphUpdate(
            id=new_id(), user_id=user_id, kind="correct", time=time, query=correction.query,
            answer=correction.answer, reasons=() if not_so else (why,),
        )
    if reply.also:
        tuned = replace(tuned, retired=tuple(
            t for t in tuned.retired
            if any(lexicon.replaces(new, t) for new in tuned.added)
        ))
    else:
        tuned = replace(tuned, retired=tuple(dict.fromkeys((
            *tuned.retired, *_told_as_one(question, tuned.added, user_id, graph, lexicon)
        ))))
    tuned = _besides(tuned, reply, user_id, graph=graph, settings=settings)
    gone = {
        triple: why
        for said, status, why in not_so
        for triple in _retired(said, status, question, user_id, graph, lexicon)
        # What is said to be over is so since when it says, whatever else retires it.
        if triple not in tuned.stated or (triple in tuned.retired and triple.valid_until)
    }
    reasons = tuple(f"{t} retired: {why}" for t, why in gone.items())
    return replace(
        tuned, time=time, answer=correction.answer,
        added=tuple(_dated(triple, reply.holds) for triple in tuned.added),
        confirmed=tuple(_dated(triple, reply.holds) for triple in tuned.confirmed),
        retired=(
            *(_replaced(t, reply, time, lexicon) for t in tuned.retired if t not in gone),
            *gone,
        ),
        reasons=(*tuned.reasons, *reasons),
    )


def _told_as_one(
    question: Question, added: tuple[Triple, ...], user_id: str, graph: TripleStore,
    lexicon: Lexicon,
) -> list[Triple]:
    """What was told in the words of "Who is my dentist?", "my dentist is Dr Lee", and is another.

    What a dentist is besides, "very kind", is no answer to who it is. Of one word alone nobody can
    tell, "Benn" and "German": that is in doubt then.
    """
    new = next((t for t in added if t.relation in question.relations), None)
    if new is None:
        return []
    found = []
    for name in question.subjects:
        about = entity(name, user_id, graph)
        for stored in triples_of(about.keys, user_id, graph):
            old = stored.triple
            if not lexicon.same(old.relation, "is a") or bare(old.object) == bare(new.object):
                continue
            kind, words = form(old.object), old.object.split()
            alike = kind == form(new.object) or (kind == "name" and _NAMED.search(new.object))
            if not alike:
                continue
            by_name, one = name != question.subjects[0], len(words) == 1
            whole_name = kind == "name" and not one and words[0] not in ("a", "an")
            only = kind == "bare" and is_the_only(bare(name).split())
            if kind == "date" or (by_name and (kind == "amount" or whole_name)):
                found.append(old)
            elif by_name and one and (kind == "name" or only):
                found.append(replace(old, status="doubtful"))
    return found


def _besides(
    tuned: GraphUpdate, reply: Reply, user_id: str, *, graph: TripleStore, settings: KGTConfig
) -> GraphUpdate:
    """The update with what the reply says besides, which is as if told outright."""
    for held in reply.holds[1:]:
        first = reply.holds[0]
        if not held.subject or (held.subject, held.relation) == (first.subject, first.relation):
            continue
        triple = with_times(Triple(held.subject, held.relation, held.object), held)
        told = tell(triple, user_id, graph=graph, settings=settings, time=tuned.time)
        stated = tuned.stated
        tuned = replace(
            tuned,
            added=(*tuned.added, *(t for t in told.added if t not in stated)),
            confirmed=(*tuned.confirmed, *(t for t in told.confirmed if t not in stated)),
            retired=(*tuned.retired, *(t for t in told.retired if t not in stated)),
            reasons=(*tuned.reasons, *told.reasons),
        )
    return tuned


def _over(reply: Reply, lexicon: Lexicon) -> list[tuple[Assertion, Status, str]]:
    """What the reply says not to be so, how that stands, and why it is retired."""
    ended: list[tuple[Assertion, Status, str]] = [
        (said, "ended", "the answer says that it is over") for said in reply.ended
    ]

    def contradicted(said: Assertion) -> bool:
        """Whether the reply says that nothing is so: "isn't allergic to anything"."""
        return any(
            held.subject == said.subject
            and lexicon.opposite(held.relation, said.relation) for held in reply.holds
        )

    denied: list[tuple[Assertion, Status, str]] = [
        (said, "mistaken", "the answer says that it does not hold")
        if said.object or contradicted(said)
        else (said, "doubtful", "the answer says that it is wrong, and not what is right")
        for said in reply.denied
        # Where it says what is right, that is what goes.
        if said.object or not reply.holds or contradicted(said)
    ]
    return [*ended, *denied]


def _dated(triple: Triple, holds: tuple[Assertion, ...]) -> Triple:
    """A fact with the times that the reply tells of it."""
    for held in holds:
        if bare(held.object) == bare(triple.object) or len(holds) == 1:
            return with_times(triple, held)
    return triple


def _replaced(old: Triple, reply: Reply, time: datetime, lexicon: Lexicon) -> Triple:
    """What a newer value takes the place of was never so, unless the words speak of a change.

    What is so since last month was otherwise before.
    """
    since = reply.holds[0].valid_from if reply.holds and not reply.holds[0].valid_until else ""
    recent = f"{time.year - 1}-{time:%m}" < since[:7] <= f"{time:%Y-%m}"
    if old.status == "doubtful":
        return old
    if not (reply.changed or recent):
        return replace(old, status="mistaken")
    return over(old, since, lexicon)


def _retired(
    said: Assertion, status: Status, question: Question, user_id: str, graph: TripleStore,
    lexicon: Lexicon,
) -> list[Triple]:
    """The facts that a reply says not to be so; of what is over, also one that nobody knew.

    They are of these words, or answered that question.
    """
    subject = said.subject or next(iter(question.subjects), "")
    if not subject:
        return []
    about = entity(subject, user_id, graph)
    relation = said.relation or next(iter(question.relations), "")
    answered = triples_of(about.keys, user_id, graph, query=question.text)
    related = concerned([relation], about.keys, user_id, graph, lexicon) if relation else []
    if said.object:
        meant = [s for s in (*answered, *related) if bare(s.triple.object) == bare(said.object)]
        meant = meant or [
            stored for stored in triples_of(about.keys, user_id, graph)
            if _begins(f"{relation} {said.object}", stored.triple)
        ]
    else:
        meant = [*answered, *(s for s in related if lexicon.same(s.triple.relation, relation))]
    if not meant and status == "ended" and relation and said.object:
        return [with_times(Triple(about.name, relation, said.object, status=status), said)]
    return [
        replace(stored.triple, status=status, valid_until=said.valid_until, when=said.when)
        for stored in meant
    ]


def _begins(said: str, fact: Triple) -> bool:
    """Whether what is said is the whole of a fact but for its end: "is married", "does smoke".

    Who does not like chocolate may like chocolate ice cream.
    """
    short, whole = (
        normalize(text).split() for text in (said, f"{fact.relation} {fact.object}")
    )
    short = short[1:] if short[0] in ("do", "does", "did") else short
    if len(short) >= len(whole) or lemma(short[0]) != lemma(whole[0]):
        return False
    goes_on = len(short) == 1 or whole[len(short)] in PREPOSITIONS
    return goes_on and short[1:] == whole[1 : len(short)]


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
    # A value alone may be said of any of the readings; what has words of its own may not, be it
    # the "at" of "at the harbour".
    own = stated is not None or first.relation not in question.relations[:1]
    elsewhere = first.subject not in question.subjects[:1]
    return replace(
        correction,
        answer=answer,
        subject=(first.subject if elsewhere else "") or correction.subject,
        relation=correction.relation or (first.relation if own else "") or None,
        values=values,
        whole=stated is None,
    )
