"""Bad input is refused before anything is read or written."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from numbers import Real
from typing import Any, get_args

from pydantic import ValidationError

from langchain_kgt.errors import InvalidInputError, TextTooLongError
from langchain_kgt.reading.edtf import When, written
from langchain_kgt.recalling import templates
from langchain_kgt.triples import Speaker, Triple
from langchain_kgt.triples import now as present

# How many characters a text may have. Queries and the parts of facts have limits in `templates`.
MAX_COMMENT_CHARACTERS = 10_000
"""Of a comment and a value together."""
MAX_REPLY_CHARACTERS = 1_000
MAX_ID_CHARACTERS = 2_000
MAX_NOTED_FACTS = 100
"""How many facts one record of feedback may be about."""

_LINES = "\n\r\t"


def check_text(
    text: str, name: str, *, most: int = templates.MAX_QUERY_CHARACTERS, lines: bool = False,
    empty: bool = False,
) -> None:
    """Refuse what is no string, empty, too long, or has characters that no store keeps.

    Args:
        text: what was given.
        name: what the errors call it.
        most: how many characters it may have.
        lines: whether line breaks and tabs may stay.
        empty: whether it may be empty.

    Raises:
        InvalidInputError: no text, or one with control characters or half a character in it.
        TextTooLongError: too long.
    """
    if not isinstance(text, str):
        raise InvalidInputError(f"the {name} is a {type(text).__name__}; give a string")
    if len(text) > most:
        raise TextTooLongError(
            f"the {name} has {len(text):,} characters, and at most {most:,} are kept; shorten it, "
            "or use fewer words"
        )
    if not empty and not text.strip():
        raise InvalidInputError(f"the {name} is empty; give some text")
    for character in text:
        if _is_unusable(character) and not (lines and character in _LINES):
            what = (
                "half of a character (a lone surrogate)" if character >= "\ud800"
                else "the control character"
            )
            raise InvalidInputError(f"the {name} has {what} {character!r}; remove it")


def check_query(query: str) -> None:
    """A question or cloze prompt, on as many lines as it was pasted."""
    check_text(query, "query", lines=True)


def check_reply(reply: str) -> None:
    """What a user answers, in a message of their own."""
    check_text(reply, "answer", most=MAX_REPLY_CHARACTERS, lines=True)


def check_id(text: str, name: str = "user id") -> None:
    """The id of a user or of an update."""
    check_text(text, name, most=MAX_ID_CHARACTERS)


def check_part(text: str, name: str) -> None:
    """A part of a fact: its subject, relation or object, or an answer that becomes one."""
    check_text(text, name, most=templates.MAX_FACT_CHARACTERS)


def check_given(text: str | None, name: str) -> None:
    """Likewise, of what may be left out."""
    if text is not None:
        check_part(text, name)


def check_comment(text: str, name: str = "comment") -> None:
    """A comment, or what stands in the journal like one; it may be empty."""
    check_text(text, name, most=MAX_COMMENT_CHARACTERS, lines=True, empty=True)


def check_facts(facts: Sequence[Triple]) -> None:
    """The facts that feedback is about."""
    if not isinstance(facts, (list, tuple)) or not all(isinstance(f, Triple) for f in facts):
        raise InvalidInputError("the facts are no triples; give a list of Triple(...)")
    if len(facts) > MAX_NOTED_FACTS:
        raise InvalidInputError(
            f"the feedback is about {len(facts):,} facts; give at most {MAX_NOTED_FACTS:,}"
        )
    for fact in facts:
        for part in (fact.subject, fact.relation, fact.object):
            check_text(
                part, "fact", most=templates.MAX_FACT_CHARACTERS, lines=True, empty=True
            )


def check_asked(query: str, user_id: str, subject: str | None) -> None:
    """What a request of a user's facts is made of."""
    check_query(query)
    check_id(user_id)
    check_given(subject, "subject")


def check_now(now: datetime | None, name: str = "now") -> datetime:
    """When something is said or asked, which is the present if nobody says."""
    if now is None:
        return present()
    if not isinstance(now, datetime) or now.utcoffset() is None:
        raise InvalidInputError(
            f"{name} is {now!r}; give a datetime with its time zone, such as "
            "datetime.now().astimezone()"
        )
    return now


def check_when(when: str | date | None) -> str:
    """A time as an EDTF text, at its own granularity; empty if there is none.

    >>> check_when("2026-21"), check_when(date(2026, 3, 14)), check_when(None)
    ('2026-21', '2026-03-14', '')
    """
    if when is None:
        return ""
    if isinstance(when, datetime):
        return str(When(when.replace(tzinfo=None, second=0, microsecond=0), "minute"))
    if isinstance(when, date):
        return when.isoformat()
    if not isinstance(when, str) or written(when) is None:
        raise InvalidInputError(
            f"when is {when!r}; give a date, or a text such as '2019', '2026-03', '2026-21' (a "
            "spring), '2026-03-14' or '2026-03-14T15:00'"
        )
    return when


def check_origin(said_by: str, message_id: str) -> None:
    """Who says something, and in which message, if that has an id."""
    check_text(message_id, "message id", most=MAX_ID_CHARACTERS, empty=True)
    if said_by not in get_args(Speaker):
        raise InvalidInputError(
            f"said_by is {said_by!r}; give one of {', '.join(get_args(Speaker))}"
        )


def check_says_something(answer: str) -> None:
    """Refuse an answer without a letter or digit, in any script: "!!!" and "..." correct nothing.

    >>> check_says_something("5"), check_says_something("三")
    (None, None)
    """
    if not any(character.isalnum() for character in answer):
        raise InvalidInputError(
            f"the answer {answer!r} has no letter or digit, so it corrects nothing; give the right "
            "answer in words, or tell it outright as a fact"
        )


def check_score(score: Any) -> float:
    """A score as a number that JSON has.

    >>> check_score(True), check_score(0)
    (1.0, 0.0)
    """
    try:
        number = float(score) if isinstance(score, Real) else math.nan
    except (OverflowError, ValueError):
        number = math.inf
    if not math.isfinite(number):
        raise InvalidInputError(
            f"the score is a {type(score).__name__} that is no finite number; give one such as "
            "0, 0.5 or True"
        )
    return number


def readable(text: str) -> str:
    """A message as it came, with a blank for each character in it that no store keeps.

    >>> readable("one\\x0cpage\\n")
    'one page\\n'
    """
    return "".join(" " if _is_unusable(c) and c not in _LINES else c for c in text)


def _is_unusable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def check_length(triple: Triple) -> None:
    """Raise `TextTooLongError` for a triple that would be cut where it stands in a prompt."""
    length = len(triple.subject) + len(triple.relation) + len(triple.object) + 2
    if length > templates.MAX_FACT_CHARACTERS:
        raise TextTooLongError(
            f"a fact has at most {templates.MAX_FACT_CHARACTERS} characters; give it in fewer words"
        )


class Checked:
    """Before a pydantic model: wrong arguments are an `InvalidInputError`, as everywhere here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
                for one in error.errors(include_input=False, include_url=False)
            )
            raise InvalidInputError(f"{type(self).__name__} cannot be built: {wrong}") from error
