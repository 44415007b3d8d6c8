"""What a chat model notes of a message: the form that it fills in, and what that comes to."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from langchain_kgt.reading.base import INSTRUCTS, Assertion, LeftOut, Message
from langchain_kgt.reading.edtf import written
from langchain_kgt.reading.secrets import without_secrets

MOST_CHARACTERS = 500
"""So many characters a part of a fact has at most."""
CHANGES = 0.0
"""The log-odds that a message ends something, where the chat model quotes what says so.

Not how sure that is: at these, the weights of `tuning/ending.py` end what the words name, and spare
what else is known of whom they name.
"""
TAKES_BACK = 4.0
"""Likewise, where it takes something back: that is named, and what is near it is meant."""


class Note(BaseModel):
    """One fact."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    quote: str = Field(description="exact words of the message that say it")
    subject: str
    relation: str
    object: str
    kind: Literal["state", "event", "ended", "instruction"]
    since: str = Field(description='2019, 2026-03, 2026-21 (spring), 2026-03-14; "" if not said')
    until: str

    @field_validator("since", "until", mode="before")
    @classmethod
    def _not_said(cls, value: Any) -> Any:
        return "" if value is None else value


class Notes(BaseModel):
    """What a message says."""

    facts: list[Note]
    over: list[str] = Field(description="exact words saying that something known is over or wrong")
    taken_back: list[str] = Field(description="what the user asks to forget")


def message_of(notes: Notes, text: str) -> Message:
    """What the notes of a message come to.

    What is quoted must stand in the message: what was made up, or read elsewhere, is left out. So
    is a secret that the words of the message did not betray.

    Args:
        notes: as the chat model filled them in.
        text: the message that it read.

    Raises:
        ValueError: a note is none: a part of it is empty or too long, or a time is no time.

    >>> made_up = Note(
    ...     quote="from Oslo", subject="I", relation="comes from", object="Oslo", kind="state",
    ...     since="", until="",
    ... )
    >>> read = message_of(Notes(facts=[made_up], over=[], taken_back=[]), "I live in Porto.")
    >>> read.asserted, read.left_out[0].why
    ((), 'these are no words of the message')
    """
    asserted: list[Assertion] = []
    left_out: list[LeftOut] = []
    for note in notes.facts:
        said, clause = _assertion(note), quoted(note.quote, text)
        if without_secrets(f"{said.subject} {said.relation} {said.object}")[1]:
            left_out.append(LeftOut("…", "it holds a secret"))
        elif not clause:
            left_out.append(LeftOut(note.quote, "these are no words of the message"))
        else:
            asserted.append(replace(said, clause=clause))
    over = [words for quote in notes.over if (words := quoted(quote, text))]
    left_out += (LeftOut(words, "it says that something is over") for words in over)
    taken_back = [_part(what, "taken_back") for what in notes.taken_back]
    left_out += (LeftOut(what, "it takes something back") for what in taken_back)
    return Message(
        asserted=tuple(dict.fromkeys(asserted)),
        taken_back=tuple(taken_back),
        changes=TAKES_BACK if taken_back else CHANGES if over else -math.inf,
        left_out=tuple(dict.fromkeys(left_out)),
        words=" … ".join(dict.fromkeys((*over, *taken_back))),
    )


def quoted(quote: str, text: str) -> str:
    """The words of a text that a quotation gives, as they stand there; empty if they do not.

    Letters and digits decide, whatever their case and width.

    >>> quoted("i've moved", "So, I’ve MOVED!"), quoted("I've stayed", "I've moved")
    ('I’ve MOVED', '')
    """
    places = _letters(text)
    wanted = "".join(letter for letter, _ in _letters(quote))
    at = "".join(letter for letter, _ in places).find(wanted) if wanted else -1
    return text[places[at][1] : places[at + len(wanted) - 1][1] + 1] if at >= 0 else ""


def _letters(text: str) -> list[tuple[str, int]]:
    """Letters, digits and the marks on them, each with its place in the text."""
    return [
        (part, place)
        for place, character in enumerate(text)
        for part in unicodedata.normalize("NFKD", character.casefold())
        if unicodedata.category(part)[0] in "LMN"
    ]


def _assertion(note: Note) -> Assertion:
    since, until = _times(note)
    if note.kind == "instruction":
        return Assertion("I", INSTRUCTS, _part(note.object, "object"), kind="instruction")
    if note.kind == "event":
        since, until = since or until, until or since
    return Assertion(
        _part(note.subject, "subject"), _part(note.relation, "relation"),
        _part(note.object, "object"), since, until,
        kind="event" if note.kind == "event" else "state",
        status="ended" if note.kind == "ended" else "holds",
    )


def _part(text: str, name: str) -> str:
    text = " ".join(text.split())
    if not any(map(str.isalnum, text)):
        raise ValueError(f"a {name} is empty")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"a {name} has {len(text):,} characters, of at most {MOST_CHARACTERS}")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError(f"a {name} has a character that no store keeps")
    return text


def _times(note: Note) -> tuple[str, str]:
    texts = note.since.strip(), note.until.strip()
    for text in texts:
        if text and written(text) is None:
            raise ValueError(f"{text[:40]!r} is no time")
    first, last = map(written, texts)
    if first is not None and last is not None and first.start >= last.end:
        raise ValueError(f"it is over, {texts[1]!r}, before it begins, {texts[0]!r}")
    return texts
