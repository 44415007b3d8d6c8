"""What a message changes: what it says is written down, what it ends is taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.reading.base import Assertion, Encode, Message
from langchain_kgt.reading.people import is_user
from langchain_kgt.recalling.names import bare, entity
from langchain_kgt.recalling.templates import MAX_FACT_CHARACTERS
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple, new_id
from langchain_kgt.tuning import ending
from langchain_kgt.tuning.superseding import concerned, lexicon_of, over, with_times
from langchain_kgt.tuning.telling import tell

# Below these log-odds a message ends nothing, and no fact is looked at.
_CHANGES = -4.0
# Words of this length and less say nothing of what is taken back.
_LITTLE = 3
# So many of the newest facts may be ended by a message.
_MOST = 2_000

LEFT_OUT = "left out: "
"""How a reason begins that says what was not learned: for the receipt, and not for the journal."""

MayLearn = Callable[[Assertion], bool]
"""An app's own rule of what is learned."""


def talk(
    message: Message,
    user_id: str,
    *,
    graph: TripleStore,
    settings: KGTConfig,
    time: datetime,
    speaker: str = "I",
    encode: Encode | None = None,
    may_learn: MayLearn | None = None,
) -> GraphUpdate:
    """Decide what a message changes. Nothing is written.

    Every assertion is as if told outright: it retires what cannot stay beside it. What else the
    message says to be over has ended; what it takes back never was.

    Args:
        message: what was read.
        user_id: whose graph.
        graph: where it is.
        settings: with what an app adds to the lexicon.
        time: when it was said.
        speaker: who says "I"; the user, if nobody is named.
        encode: vectors of texts, by which more is found that is over.
        may_learn: what may be written.
    """
    lexicon = lexicon_of(settings)
    update = GraphUpdate(
        id=new_id(), user_id=user_id, kind="learn", time=time,
        reasons=tuple(f"{LEFT_OUT}{one.clause!r}: {one.why}" for one in message.left_out),
    )
    ended = _ended(message, user_id, graph, encode, lexicon)
    taken: list[str] = []
    for said in message.asserted:
        named = replace(said, subject=_spoken_of(said.subject, speaker))
        if why := _refused(named, may_learn, speaker):
            refused = f"{LEFT_OUT}{said.clause!r}: {why}"
            update = replace(update, reasons=(*update.reasons, refused))
        else:
            taken.append(said.clause)
            update = _with(
                update, _told(named, user_id, graph=graph, settings=settings, time=time), lexicon
            )
    said_again = {t.key for t in (*update.added, *update.confirmed)}
    gone = {
        t.key: t for t in (*update.retired, *ended) if t.key not in said_again
    }
    reasons = tuple(f"{t} retired: the message says so" for t in ended if t.key in gone)
    # Of what was said only that is kept which says what is kept.
    words = " … ".join(dict.fromkeys(taken)) or (message.words if gone else "")
    return replace(
        update, text=words, retired=tuple(gone.values()), reasons=(*update.reasons, *reasons)
    )


def _refused(said: Assertion, may_learn: MayLearn | None, speaker: str) -> str:
    """Why an assertion is not written down; empty if it is."""
    if max(map(len, (said.subject, said.relation, said.object))) > MAX_FACT_CHARACTERS:
        return f"it has more than {MAX_FACT_CHARACTERS} characters"
    if said.kind == "instruction" and not is_user(speaker):
        return "only the user says how to answer"
    return "" if may_learn is None or may_learn(said) else "may_learn says no"


def _spoken_of(subject: str, speaker: str) -> str:
    """Who a subject is, if somebody else than the user says "I" and "my"."""
    if is_user(speaker):
        return subject
    if is_user(subject):
        return speaker
    first, _, rest = subject.partition(" ")
    return f"{speaker}'s {rest}" if first.casefold() in {"my", "our"} else subject


def _told(
    said: Assertion, user_id: str, *, graph: TripleStore, settings: KGTConfig, time: datetime
) -> GraphUpdate:
    """What one assertion changes."""
    triple = with_times(
        Triple(said.subject, said.relation, said.object, kind=said.kind, status=said.status), said
    )
    if said.kind == "state" and said.status == "holds":
        return tell(triple, user_id, graph=graph, settings=settings, time=time)
    lexicon, subject = lexicon_of(settings), entity(triple.subject, user_id, graph)
    triple = replace(
        triple, subject=subject.name, relation=lexicon.in_third_person(triple.relation)
    )
    update = GraphUpdate(id=new_id(), user_id=user_id, kind="learn", time=time)
    if said.status == "ended":
        known = [
            s.triple for s in concerned([triple.relation], subject.keys, user_id, graph, lexicon)
            if bare(s.triple.object) == bare(triple.object)
        ]
        if known:
            return replace(update, retired=tuple(
                replace(t, status="ended", valid_until=said.valid_until) for t in known
            ))
    return replace(update, added=(triple,))


def _with(update: GraphUpdate, told: GraphUpdate, lexicon: Lexicon) -> GraphUpdate:
    """One update of both; what is told later in a message goes before what was told earlier."""
    newer = {triple.key for triple in told.stated}
    dropped = newer | {
        old.key for new in told.added for old in update.added
        if bare(new.subject) == bare(old.subject) and new.kind == old.kind == "state"
        and new.status == old.status == "holds" and lexicon.replaces(new, old)
    }
    return replace(
        update,
        added=(*(t for t in update.added if t.key not in dropped), *told.added),
        confirmed=(*(t for t in update.confirmed if t.key not in newer), *told.confirmed),
        retired=(*(t for t in update.retired if t.key not in newer), *told.retired),
        reasons=(*update.reasons, *told.reasons),
    )


def _ended(
    message: Message, user_id: str, graph: TripleStore, encode: Encode | None, lexicon: Lexicon
) -> list[Triple]:
    """The known facts that a message says to be over, or takes back."""
    if message.changes < _CHANGES and not message.taken_back:
        return []
    known: list[StoredTriple] = graph.triples(user_id, newest=_MOST)
    taken_back = frozenset(word for what in message.taken_back for word in _words(what))
    # How to answer is only taken back.
    facts = [s.triple for s in known if taken_back or s.kind != "instruction"]
    said = [f"{one.subject} {one.relation} {one.object}" for one in message.asserted]
    said += [one.clause for one in message.left_out]
    odds = ending.log_odds(facts, message.words, said, message.changes, encode)
    return [
        replace(fact, status="mistaken") if taken_back & _words(str(fact))
        else over(fact, "", lexicon)
        for fact, sure in zip(facts, odds, strict=True)
        if sure > 0 and (fact.kind != "instruction" or taken_back & _words(str(fact)))
    ]


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in normalize(text).split() if len(word) > _LITTLE)
