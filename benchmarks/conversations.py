"""Conversations of several days: learned one after another, and what comes of which message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from langchain_core.messages import BaseMessage

from langchain_kgt import KGTMemory, StoredTriple

USER = "u"


@dataclass(frozen=True)
class Session:
    """What was said in one go.

    Attributes:
        when: its date, with a time zone; all of it counts as said then.
        messages: oldest first; what people said has an id that no other message has.
    """

    when: datetime
    messages: tuple[BaseMessage, ...]


@dataclass(frozen=True)
class Said:
    """A message of a person: its id, its words and when it was said."""

    id: str
    text: str
    when: datetime


def said_in(sessions: Iterable[Session]) -> list[Said]:
    """What people said, each message once, oldest first."""
    found: dict[str, Said] = {}
    for session in sessions:
        for message in session.messages:
            if message.type == "human" and message.id is not None:
                one = Said(message.id, str(message.text), session.when)
                found.setdefault(message.id, one)
    return list(found.values())


def learn_sessions(
    memory: KGTMemory, sessions: Sequence[Session], advance: Callable[[], None]
) -> None:
    """Learn each session at its date, oldest first."""
    for session in sessions:
        memory.learn(session.messages, user_id=USER, now=session.when)
        advance()


def told_in(fact: StoredTriple) -> frozenset[str]:
    """The ids of all messages that said a fact; of one said again these are several."""
    return frozenset(source.message_id for source in fact.sources if source.message_id)
