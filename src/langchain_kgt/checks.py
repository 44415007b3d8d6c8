"""Bad input is refused before anything is read or written."""

from __future__ import annotations

import unicodedata

from langchain_kgt.errors import InvalidInputError, TextTooLongError
from langchain_kgt.triples import Triple
from langchain_kgt.tuning import templates


def check_text(text: str, name: str, *, lines: bool = False) -> None:
    """Refuse what is empty, no string, or has control characters (`lines`: line breaks may stay).

    Raises `InvalidInputError` that calls the text by `name`.
    """
    if not isinstance(text, str):
        raise InvalidInputError(f"the {name} is a {type(text).__name__}; give a string")
    if not text.strip():
        raise InvalidInputError(f"the {name} is empty; give some text")
    for character in text:
        if lines and character in "\n\r\t":
            continue
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise InvalidInputError(
                f"the {name} has the control character {character!r}; remove it"
            )


def check_length(triple: Triple) -> None:
    """Raise `TextTooLongError` for a triple that would be cut where it stands in a prompt."""
    length = len(triple.subject) + len(triple.relation) + len(triple.object) + 2
    if length > templates.MAX_FACT_CHARACTERS:
        raise TextTooLongError(
            f"a fact has at most {templates.MAX_FACT_CHARACTERS} characters; give it in fewer words"
        )
