"""Tokens that an answer may not begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def tokens_of(texts: Sequence[str], tokenizer: Any) -> list[int]:
    """The tokens that are one of some short texts, with a space before them or without.

    A tokenizer that writes "\\n" as a space and a line break means the line break: answers may
    begin with the space.
    """
    return sorted({
        token for text in texts
        for token in tokenizer(text, add_special_tokens=False).input_ids
        if tokenizer.decode([token]).strip(" ") == text.strip(" ")
    })
