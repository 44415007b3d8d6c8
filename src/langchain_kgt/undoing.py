"""What taking an update back changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from langchain_kgt.config import KGTConfig
from langchain_kgt.errors import InvalidInputError
from langchain_kgt.graphs.base import SHARED, TripleKey, TripleStore
from langchain_kgt.graphs.standing import question_key, replay, undone_updates
from langchain_kgt.recalling.names import bare
from langchain_kgt.triples import GraphUpdate, Triple, new_id, now
from langchain_kgt.tuning.superseding import lexicon_of


def undo(
    update_id: str, user_id: str, *, graph: TripleStore, settings: KGTConfig
) -> GraphUpdate:
    """Decide what taking an update back adds and retires; nothing is written.

    The journal is replayed without the update: what is live then comes back, what is not goes.
    Where an undo is taken back, or what only retired something, and what comes back has a newer
    value, it is refused.
    """
    target = graph.find_update(user_id, update_id)
    journal = graph.journal(user_id)
    if target.kind == "feedback":
        raise InvalidInputError(f"update {update_id} changed nothing; nothing is undone")
    undone = undone_updates(journal)
    if update_id in undone:
        raise InvalidInputError(f"update {update_id} is undone already")
    made = [u.id for u in journal if u.approves == update_id and u.id not in undone]
    if target.kind == "propose" and made:
        raise InvalidInputError(
            f"update {update_id} is approved, and only proposed something; undo {made[0]}, which "
            "made it so"
        )
    update = GraphUpdate(id=new_id(), user_id=user_id, kind="undo", time=now(), undoes=update_id)
    old, new = replay(journal), replay([*journal, update])
    known = {t.key: t for u in journal for t in u.stated}
    stood = {key: fact.triple for key, fact in (old.facts | new.facts).items()}
    known = {key: stood.get(key, triple) for key, triple in known.items()}
    unsaid = (old.live | old.hidden) - (new.live | new.hidden)
    back, gone = new.live - old.live, old.live - new.live
    # What is hidden no longer shows again, if the shared graph has it.
    shows = {key for key in unsaid & old.hidden if _is_shared(key, graph)}
    hides = {key for key in new.hidden - old.hidden - gone if _is_shared(key, graph)}
    if target.kind == "undo" or not target.added:
        # What was said since, not what stood beside it all along.
        since = journal[journal.index(target) + 1 :]
        said = {
            t.key for u in since if u.id not in undone and u.kind != "propose"
            for t in (*u.added, *u.confirmed)
        }
        asked = {
            t.key: question_key(u.query) for u in journal if u.kind != "propose" for t in u.added
        }
        newer = [
            other for key in back for other in (new.live & said) - back
            if _one_of_two(known[key], known[other], asked, settings)
        ]
        if newer:
            raise InvalidInputError(
                f"{known[newer[0]]} came after what update {update_id} took back; undo that "
                "first, or tell the old value again"
            )
    return replace(
        update,
        added=tuple(known[key] for key in known if key in back | shows),
        retired=tuple(known[key] for key in known if key in gone | hides),
        unsaid=tuple(known[key] for key in known if key in unsaid),
    )


def last_write(journal: Sequence[GraphUpdate]) -> GraphUpdate | None:
    """The newest update that changed facts and is not undone; no undo is one."""
    undone = undone_updates(journal)
    return next((
        update for update in reversed(journal)
        if update.kind not in ("undo", "propose", "feedback") and update.id not in undone
        and (update.added or update.retired)
    ), None)


def _is_shared(key: TripleKey, graph: TripleStore) -> bool:
    return graph.has_shared and any(
        stored.triple.key == key
        for stored in graph.triples(SHARED, key[0], relation_key=key[1])
    )


def _one_of_two(
    old: Triple, new: Triple, asked: Mapping[TripleKey, str], settings: KGTConfig
) -> bool:
    """Whether two triples answer one question, or cannot stay beside each other."""
    if bare(old.subject) != bare(new.subject):
        return False
    if asked.get(old.key) and asked.get(old.key) == asked.get(new.key):
        return True
    return lexicon_of(settings).replaces(new, old)
