"""How the facts of a user stand after an update, and after all of a journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from langchain_kgt.keys import normalize
from langchain_kgt.reading.edtf import written
from langchain_kgt.triples import GraphUpdate, StoredTriple, Triple, TripleKey

SHARED = ""
"""The user id of the shared graph: no user can have it, because theirs are not empty."""
HIDES = ("ended", "mistaken", "doubtful")
"""What a user has retired: the same triple of the shared graph is not shown to them either."""


def question_key(query: str) -> str:
    """The one key by which two questions are compared.

    >>> question_key("Where does Tom live?") == question_key("where does tom live")
    True
    """
    return normalize(query)


def holds(fact: StoredTriple) -> bool:
    """Whether it is live: found by whoever asks what is so."""
    return fact.status == "holds"


def is_over(triple: Triple, now: datetime) -> bool:
    """Whether a fact that holds was to end before an instant, in the time zone of who asks.

    What happens at one time stays so.
    """
    last = written(triple.valid_until)
    return (
        triple.status == "holds" and last is not None
        and triple.valid_from != triple.valid_until and now.replace(tzinfo=None) >= last.end
    )


def nth_of(update: GraphUpdate, key: TripleKey) -> int:
    """The place of a fact among those that an update speaks of; 0 if it is none of them."""
    said = [triple.key for triple in (*update.added, *update.confirmed, *update.retired)]
    return said.index(key) if key in said else 0


def after(
    update: GraphUpdate, known: Mapping[TripleKey, StoredTriple]
) -> dict[TripleKey, StoredTriple]:
    """How the facts that an update speaks of stand after it.

    Args:
        update: any but an undo, which `replay` alone can tell.
        known: how those of them stood before that the user's own graph had.
    """
    facts: dict[TripleKey, StoredTriple] = {}
    if update.kind == "propose":
        return facts
    for triple in update.retired:
        facts[triple.key] = _retired(triple, update, known.get(triple.key))
    for triple in (*update.added, *update.confirmed):
        facts[triple.key] = _said(
            triple, update, known.get(triple.key), anew=triple in update.added
        )
    return facts


def _retired(triple: Triple, update: GraphUpdate, before: StoredTriple | None) -> StoredTriple:
    source = update.source
    before = before or StoredTriple(triple, update.id, source.time, "", (source,))
    status = triple.status if triple.status in HIDES else "mistaken"
    return replace(
        before,
        triple=replace(
            before.triple, status=status,
            valid_until=triple.valid_until or before.valid_until,
            when="; ".join(filter(None, dict.fromkeys([before.triple.when, triple.when]))),
        ),
        retired_by=update.id, retired=source.time,
    )


def _said(
    triple: Triple, update: GraphUpdate, before: StoredTriple | None, *, anew: bool
) -> StoredTriple:
    keys = (question_key(update.query),) if update.query else ()
    source = update.source
    if before is None:
        return StoredTriple(triple, update.id, source.time, update.query, (source,), keys)
    told, stood = triple, before.triple
    # What was over by then and is said to be so, is so anew.
    same = holds(before) and (
        not is_over(stood, update.time) or is_over(triple, update.time)
    )
    if same:
        # Said again, with less or more of when.
        told = replace(
            triple,
            valid_from=triple.valid_from or stood.valid_from,
            valid_until=triple.valid_until or stood.valid_until,
            when=triple.when or stood.when,
        )
    fact = replace(
        before,
        triple=replace(
            told, subject=stood.subject, relation=stood.relation, object=stood.object
        ),
        sources=(*before.sources, source),
        question_keys=tuple(dict.fromkeys([*before.question_keys, *keys])),
        retired_by="", retired=None,
    )
    if not anew and same:
        return replace(fact, query=before.query or update.query)
    return replace(
        fact, update_id=update.id, time=source.time, query=update.query or before.query
    )


def undone_updates(journal: Sequence[GraphUpdate]) -> set[str]:
    """The ids of the updates that are undone. An undo that is itself undone has no effect."""
    undone: set[str] = set()
    for update in reversed(journal):
        if update.undoes is not None and update.id not in undone:
            undone.add(update.undoes)
    return undone


@dataclass(slots=True)
class Replayed:
    """What a journal leads to: how each fact stands that the user has told or retired."""

    facts: dict[TripleKey, StoredTriple] = field(default_factory=dict)

    @property
    def live(self) -> set[TripleKey]:
        """Those that hold."""
        return {key for key, fact in self.facts.items() if holds(fact)}

    @property
    def hidden(self) -> set[TripleKey]:
        """Those that were retired last."""
        return {key for key, fact in self.facts.items() if fact.status in HIDES}


def changed(
    old: Mapping[TripleKey, StoredTriple], new: Mapping[TripleKey, StoredTriple]
) -> dict[TripleKey, StoredTriple | None]:
    """The facts that stand otherwise than before, none where one is gone."""
    pairs = {key: (old.get(key), new.get(key)) for key in (*old, *new)}
    return {
        key: now for key, (then, now) in pairs.items()
        if (then and then.to_json()) != (now and now.to_json())
    }


def replay(journal: Sequence[GraphUpdate]) -> Replayed:
    """Play a journal from the beginning, undone updates left out.

    An update that is undone counts as if it had never been. What a later update did to the triples
    that it had added then falls to those that it had retired: after Lima -> Rome and Rome -> Oslo,
    undoing the first correction must not bring Lima back beside Oslo; nor beside Rome, where Rome
    was given again as the answer to another question.
    """
    undone = undone_updates(journal)
    facts: dict[TripleKey, StoredTriple] = {}
    instead: dict[TripleKey, dict[TripleKey, Triple]] = {}
    for update in journal:
        if update.kind in ("undo", "propose"):
            continue
        said = {triple.key: triple for triple in (*update.added, *update.confirmed)}
        retired = {t.key: t for t in update.retired}
        if update.id in undone:
            for key in said:
                if key not in facts or not holds(facts[key]):
                    instead[key] = instead.get(key, {}) | retired
            continue
        facts |= after(update, facts)
        pending = [*retired, *said]
        while pending:
            for key, triple in instead.pop(pending.pop(), {}).items():
                if key not in said:
                    facts[key] = _retired(triple, update, facts.get(key))
                    pending.append(key)
    return Replayed(facts)
