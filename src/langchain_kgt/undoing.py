"""What taking an update back changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from langchain_kgt.config import KGTConfig
from langchain_kgt.errors import InvalidInputError
from langchain_kgt.graphs.base import (
    GraphStore,
    TripleKey,
    hidden_after,
    live_after,
    undone_updates,
)
from langchain_kgt.triples import GraphUpdate, new_id, now
from langchain_kgt.tuning.names import bare
from langchain_kgt.tuning.vocabulary import fold, is_multi_valued


def undo(
    update_id: str, user_id: str, *, graph: GraphStore, config: KGTConfig
) -> GraphUpdate:
    """Decide what taking an update back adds and retires; nothing is written.

    The journal is replayed without the update: what is live then comes back, what is not goes.
    Where an undo is taken back, and what it took away has a newer value, it is refused.
    """
    target = graph.find_update(user_id, update_id)
    journal = graph.journal(user_id)
    if target.kind == "feedback":
        raise InvalidInputError(f"update {update_id} changed nothing; nothing is undone")
    if update_id in undone_updates(journal):
        raise InvalidInputError(f"update {update_id} is undone already")
    update = GraphUpdate(id=new_id(), user_id=user_id, kind="undo", time=now(), undoes=update_id)
    replayed = [*journal, update]
    live, then = live_after(journal), live_after(replayed)
    hidden, hides = hidden_after(journal), hidden_after(replayed)
    back, gone = (then - live) | (hidden - hides), (live - then) | (hides - hidden)
    known = {t.key: t for u in journal for t in (*u.added, *u.retired)}
    if target.kind == "undo":
        asked = {t.key: bare(u.query) for u in journal for t in u.added}
        newer = [new for old in back for new in then - back if _one_of_two(old, new, asked, config)]
        if newer:
            raise InvalidInputError(
                f"{known[newer[0]]} came after what update {update_id} took back; undo that "
                "first, or tell the old value again"
            )
    return replace(
        update,
        added=tuple(known[key] for key in known if key in back),
        retired=tuple(known[key] for key in known if key in gone),
    )


def _one_of_two(
    old: TripleKey, new: TripleKey, asked: Mapping[TripleKey, str], config: KGTConfig
) -> bool:
    """Whether two triples answer one question, or are values of a relation that holds one."""
    if bare(old[0]) != bare(new[0]):
        return False
    if asked.get(old) and asked.get(old) == asked.get(new):
        return True
    return fold(old[1]) == fold(new[1]) and not is_multi_valued(old[1], config.multi_valued)
