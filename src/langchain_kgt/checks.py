"""Bad input is refused before anything is read or written."""

from __future__ import annotations

import unicodedata

from langchain_kgt.errors import InvalidInputError, TextTooLongError
from langchain_kgt.triples import Triple
from langchain_kgt.tuning import templates

_LINES = "\n\r\t"


def check_text(text: str, name: str, *, lines: bool = False) -> None:
    """Refuse what is empty, no string, or has control characters (`lines`: line breaks may stay).

    Raises `InvalidInputError` that calls the text by `name`.
    """
    if not isinstance(text, str):
        raise InvalidInputError(f"the {name} is a {type(text).__name__}; give a string")
    if not text.strip():
        raise InvalidInputError(f"the {name} is empty; give some text")
    for character in text:
        if _is_control(character) and not (lines and character in _LINES):
            raise InvalidInputError(
                f"the {name} has the control character {character!r}; remove it"
            )


def check_name(text: str, name: str) -> None:
    """`check_text` of a part of a fact. What is longer than any fact is refused before it is read.

    Raises `InvalidInputError`, and `TextTooLongError` with the limit.
    """
    _check_size(text, name, templates.MAX_FACT_CHARACTERS, "as a fact has")
    check_text(text, name)


def check_query(query: str) -> None:
    """`check_text` of a query, which may have lines. What is too long is refused before it is read.

    Raises `InvalidInputError`, and `TextTooLongError` with the limit.
    """
    _check_size(query, "query", templates.MAX_QUERY_CHARACTERS, "the question alone, for example")
    check_text(query, "query", lines=True)


def _check_size(text: str, name: str, limit: int, hint: str) -> None:
    if isinstance(text, str) and len(text) > limit:
        raise TextTooLongError(
            f"the {name} has {len(text):,} characters; give at most {limit:,}, {hint}"
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


def readable(text: str) -> str:
    """A message as it came, with a blank for each control character that was pasted into it.

    >>> readable("one\\x0cpage\\n")
    'one page\\n'
    """
    return "".join(" " if _is_control(c) and c not in _LINES else c for c in text)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def check_length(triple: Triple) -> None:
    """Raise `TextTooLongError` for a triple that would be cut where it stands in a prompt."""
    length = len(triple.subject) + len(triple.relation) + len(triple.object) + 2
    if length > templates.MAX_FACT_CHARACTERS:
        raise TextTooLongError(
            f"a fact has at most {templates.MAX_FACT_CHARACTERS} characters; give it in fewer words"
        )
