"""What every reader gives: the values of a question and of a reply to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "person", "place", "date", "amount", "activity", "reason", "thing", "yes or no", "any"
]
"""What kind of answer a question wants; `any` where its words leave it open."""


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
    """

    subject: str
    relation: str
    object: str
    valid_from: str = ""
    valid_until: str = ""
    when: str = ""


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
