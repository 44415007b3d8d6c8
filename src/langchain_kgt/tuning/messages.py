"""Which messages of a conversation are to be learned: those of the user, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_kgt.graphs.standing import undone_updates
from langchain_kgt.reading.base import Turn
from langchain_kgt.triples import GraphUpdate, new_id, now

LEARNED = ("learn", "correct", "propose", "approve")
"""The kinds of updates by which a message is known: what answers a question is learned too."""
# A text of so many words may be said again and mean something else: "yes", "not any more".
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a conversation, with what tells it from others.

    Attributes:
        message_id: empty if it has none.
        speaker: who says "I"; the user, if nobody is named.
    """

    turn: Turn
    message_id: str = ""
    speaker: str = "I"


@dataclass(frozen=True, slots=True)
class News:
    """A message that is not learned yet.

    Attributes:
        before: what was said before it.
        replaces: the update by which an earlier text of it was learned; empty if none was.
    """

    spoken: Spoken
    before: tuple[Turn, ...]
    digest: str
    replaces: str = ""


def news(messages: Sequence[Spoken], journal: Sequence[GraphUpdate]) -> list[News]:
    """The user's messages that the journal does not know, oldest first.

    A message with an id is known by it, and its text may be edited. Where one of two has no id,
    they are the same if their texts are, and if these are short, what was said before them too:
    the beginning of a conversation may be cut off meanwhile.
    """
    undone = undone_updates(journal)
    learned = [u for u in journal if u.kind in LEARNED]
    by_id = {u.message_id: u for u in learned if u.message_id}
    without_id = {u.digest for u in learned if u.digest and not u.message_id}
    texts = {u.digest for u in learned if u.digest}
    # Of several with one id the last is what it says now.
    last = {spoken.message_id: place for place, spoken in enumerate(messages)}
    found: list[News] = []
    for place, spoken in enumerate(messages):
        edited = bool(spoken.message_id) and last[spoken.message_id] != place
        if not spoken.turn.by_user or not spoken.turn.text.strip() or edited:
            continue
        before = tuple(one.turn for one in messages[:place])
        digest = _digest(spoken.turn.text, before[-1].text if before else "")
        known = by_id.get(spoken.message_id) if spoken.message_id else None
        if known is not None:
            if known.digest in (digest, ""):
                continue
        elif digest in (without_id if spoken.message_id else texts):
            continue
        replaces = known.id if known is not None and known.id not in undone else ""
        found.append(News(spoken, before, digest, replaces))
        texts.add(digest)
        if not spoken.message_id:
            without_id.add(digest)
    return found


def passed_over(new: News, user_id: str) -> GraphUpdate:
    """The mark by which a message counts as learned, though nobody has read it.

    With an id of its own it is known by that, and nothing of its text is kept, not even a hash.
    """
    message_id = new.spoken.message_id
    return GraphUpdate(
        id=new_id(), user_id=user_id, kind="learn", time=now(), message_id=message_id,
        digest="" if message_id else new.digest,
    )


def _digest(text: str, before: str) -> str:
    said = text if len(text.split()) > _SHORT else f"{before}\0{text}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]
