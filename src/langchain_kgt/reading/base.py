"""What every reader gives: the values of a question and of a reply to it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from langchain_kgt.triples import FactKind, Status

Kind: TypeAlias = Literal[
    "person", "place", "date", "amount", "activity", "reason", "thing", "yes or no", "any"
]
"""What kind of answer a question wants; `any` where its words leave it open."""

Encode: TypeAlias = Callable[[Sequence[str]], Any]
"""Unit vectors of texts, a row each, by the encoder that memory has."""


class Layers(Protocol):
    """A language model that shows what it makes of a text; `models.base` says how."""

    @property
    def id(self) -> str:
        """Its name."""

    def hidden_states(
        self, text: str, spans: Sequence[Sequence[tuple[int, int]]], *, depth: float
    ) -> Any | None:
        """The mean states of parts of a text, a row each; None if it hides them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    text: str
    by_user: bool


INSTRUCTS = "wants"
"""The relation of a user to how they want to be answered."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing that is said of a subject, in the words of the speaker.

    Polarity lives in the words of the relation: "does not eat", "hates".

    Attributes:
        subject: as it is written, "I" and "my sister" included.
        valid_from: since when it holds, as an EDTF or ISO 8601 text at the granularity of the words
            (`2019`, `2026-03`, `2026-21` for a spring, `2026-03-14T15:00`); empty if not said.
        valid_until: until when, likewise. A dated event has both alike.
        when: the words that said so.
        kind: whether it is a state, an event, or how to answer.
        status: whether it holds, or is over.
        clause: the words that say it, of a message.
        confidence: the log-odds that it is worth keeping, of a message.
    """

    subject: str
    relation: str
    object: str
    valid_from: str = ""
    valid_until: str = ""
    when: str = ""
    kind: FactKind = "state"
    status: Status = "holds"
    clause: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """A question or cloze prompt, read once.

    Attributes:
        text: as it was asked.
        subjects: what it could be about, as it is written there, likeliest first.
        relations: what stands between its subject and the answer when it is turned round, best
            first: "lives in" of "Where do I live?". Empty if it cannot be told.
        kind: what kind of answer it wants.
        stated: of a question for yes or no, what it would be to say yes.
        denied: of a question for yes or no, what it would be to say no.
        past: whether it asks for what was, not for what is.
    """

    text: str
    subjects: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    kind: Kind = "any"
    stated: Assertion | None = None
    denied: Assertion | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the user's answer to a question says.

    Attributes:
        holds: what is so, a value each; of a list as many as it names.
        ended: what was so and is no longer. An object of "" ends whatever answered the question.
        denied: what is said not to be so, and never was. An object of "" is whatever was answered:
            "Wrong." says no more.
        nothing: why it says nothing of the kind, in a sentence; empty if it does.
        changed: whether it speaks of a change ("she moved", "not any more"), so that what was
            answered before was right in its time.
        also: whether it adds to what was answered before ("latex too").
    """

    holds: tuple[Assertion, ...] = ()
    ended: tuple[Assertion, ...] = ()
    denied: tuple[Assertion, ...] = ()
    nothing: str = ""
    changed: bool = False
    also: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A clause of a message that is not kept, and why."""

    clause: str
    why: str


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody says of themselves and theirs, outside of any question.

    Attributes:
        asserted: what it says, in its order.
        taken_back: what is not to be known any more: "the bit about Leo" of "forget the bit about
            Leo".
        changes: the log-odds that it says of something known that it is over or never was.
        left_out: what it says besides.
        words: its words, without secrets and what is pasted into it.
    """

    asserted: tuple[Assertion, ...] = ()
    taken_back: tuple[str, ...] = ()
    changes: float = -math.inf
    left_out: tuple[LeftOut, ...] = ()
    words: str = ""


class Reader(ABC):
    """Reads one language."""

    @abstractmethod
    def question(self, text: str, subject: str | None = None) -> Question:
        """Read a question or a cloze prompt.

        Args:
            text: as it was asked.
            subject: what it is about, if that is known; then it stands first among the subjects,
                and the relations are told from its side.

        Raises `InvalidInputError` if it is in a language that this reader does not read.
        """

    @abstractmethod
    def reply(self, question: Question, text: str, *, now: datetime) -> Reply:
        """Read what somebody answers to a question.

        Args:
            question: what was asked, as `question` read it.
            text: the reply, a whole sentence or a value alone.
            now: when it is said, with its time zone; "yesterday" is the day before.
        """

    def message(
        self, text: str, *, before: Sequence[Turn] = (), now: datetime,
        encode: Encode | None = None, layers: Layers | None = None,
    ) -> Message:
        """Read what somebody says without being asked.

        Args:
            text: the message.
            before: what was said before it, oldest first.
            now: when it is said, with its time zone.
            encode: vectors, by which some readers weigh better what is worth keeping.
            layers: a model by whose states they weigh it better still.

        Raises `InvalidInputError` if it is in a language that this reader does not read.
        """
        return Message(left_out=(LeftOut("…", "this reader reads no plain talk"),))
