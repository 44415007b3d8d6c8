"""What of a message is read, by whatever reader: so much of it, without secrets."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_kgt.reading.base import LeftOut, Turn
from langchain_kgt.reading.secrets import without_secrets

MAX_CHARACTERS = 4_000
"""So much of a message is read."""


def excerpt(text: str, before: Sequence[Turn]) -> tuple[str, tuple[LeftOut, ...]]:
    """The part of a message that is read, and what a receipt says of the rest.

    >>> excerpt("My PIN is 4821. I live in Porto.", [])[0].strip()
    'I live in Porto.'
    """
    read, hides = without_secrets(text[:MAX_CHARACTERS], said_last(before))
    left_out = [LeftOut("…", "it holds a secret")] if hides else []
    if len(text) > MAX_CHARACTERS:
        left_out.append(LeftOut("…", f"only {MAX_CHARACTERS:,} characters of a message are read"))
    return read, tuple(left_out)


def said_last(before: Sequence[Turn]) -> str:
    """What the assistant said right before; empty if it did not."""
    return before[-1].text if before and not before[-1].by_user else ""
