"""What is only proposed: it waits in the journal until somebody approves or rejects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from langchain_kgt.config import KGTConfig
from langchain_kgt.errors import InvalidInputError
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.standing import undone_updates
from langchain_kgt.reading.base import Assertion, Message
from langchain_kgt.triples import GraphUpdate, Status, Triple
from langchain_kgt.tuning.messages import LEARNED
from langchain_kgt.tuning.talking import talk


def proposed(update: GraphUpdate, graph: TripleStore) -> GraphUpdate:
    """What was decided, as a proposal; where it would change nothing, as a mark that it was read.

    To say again what is known changes it only by a time that was not known.
    """
    known = graph.standing(update.user_id, [triple.key for triple in update.confirmed])
    dated = tuple(
        t for t in update.confirmed
        if (fact := known.get(t.key)) and (t.valid_from or t.valid_until)
        and (t.valid_from, t.valid_until) != (fact.valid_from, fact.valid_until)
    )
    if update.added or update.retired or dated:
        return replace(update, kind="propose", confirmed=dated)
    return replace(update, kind="learn", confirmed=())


def proposals(user_id: str, graph: TripleStore) -> list[GraphUpdate]:
    """What waits for a decision, oldest first.

    That is what messages say, and what the assistant supposed against what the user said.
    """
    journal = graph.journal(user_id)
    undone = undone_updates(journal)
    decided = undone | {u.approves for u in journal if u.approves and u.id not in undone}
    # An edited message says now what it says last.
    last = {
        u.message_id: u.id for u in journal
        if u.message_id and u.kind in LEARNED and u.kind != "approve"
    }
    return [
        update for update in journal
        if update.id not in decided
        and (
            bool(update.stated) and last.get(update.message_id, update.id) == update.id
            if update.kind == "propose" else _is_supposed(update, graph)
        )
    ]


def _is_supposed(update: GraphUpdate, graph: TripleStore) -> bool:
    """Whether it proposes a fact that is still only proposed."""
    keys = [triple.key for triple in update.added if triple.status == "proposed"]
    return any(
        fact.status == "proposed" and fact.update_id == update.id
        for fact in (graph.standing(update.user_id, keys).values() if keys else ())
    )


def waiting(update_id: str, user_id: str, graph: TripleStore) -> GraphUpdate:
    """One proposal that waits for a decision.

    Raises `NotFoundError` if this user has no such update, `InvalidInputError` if there is nothing
    in it to decide any more.
    """
    update = graph.find_update(user_id, update_id)
    if update_id not in {proposal.id for proposal in proposals(user_id, graph)}:
        raise InvalidInputError(
            f"update {update_id} is no proposal that waits: it is approved, rejected, replaced by "
            "an edit, or was none; proposals(user_id=...) lists those that wait"
        )
    return update


def approve(
    update_id: str, user_id: str, *, graph: TripleStore, settings: KGTConfig, time: datetime
) -> GraphUpdate:
    """Decide what a proposal changes as things stand now. Nothing is written.

    It retires what cannot stay beside it by now, and what it was to end, if that still holds.

    Raises what `waiting` raises.
    """
    proposal = waiting(update_id, user_id, graph)
    said = [_assertion(triple) for triple in (*proposal.added, *proposal.confirmed)]
    update = talk(
        Message(tuple(said)), user_id, graph=graph, settings=settings, time=time
    )
    said_again = {t.key for t in (*update.added, *update.confirmed)}
    ended = [
        t for t in _live(proposal.retired, user_id, graph) if t.key not in said_again
    ]
    retired = {t.key: t for t in (*update.retired, *ended)}
    return replace(
        update, kind="approve", approves=proposal.id, query=proposal.query,
        said_by="user" if proposal.said_by == "assistant" else proposal.said_by,
        answer=proposal.answer, text=proposal.text, message_id=proposal.message_id,
        digest=proposal.digest, retired=tuple(retired.values()),
        reasons=(*update.reasons, *(f"{t} retired: as proposed" for t in ended)),
    )


def _assertion(triple: Triple) -> Assertion:
    status: Status = "holds" if triple.status == "proposed" else triple.status
    return Assertion(
        triple.subject, triple.relation, triple.object, triple.valid_from, triple.valid_until,
        triple.when, triple.kind, status,
    )


def _live(
    triples: Sequence[Triple], user_id: str, graph: TripleStore
) -> list[Triple]:
    """Those of the triples that hold, in the user's own graph or under it."""
    return [
        triple for triple in triples
        if any(
            stored.triple.key == triple.key
            for stored in graph.triples(user_id, triple.key[0], relation_key=triple.key[1])
        )
    ]
