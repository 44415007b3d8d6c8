"""Tokens that an answer may not begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def tokens_of(texts: Sequence[str], tokenizer: Any) -> list[int]:
    """The tokens that are one of some short texts, with a space before them or without.

    Some tokenizers write "\\n" as a space and a line break, of which the line break is meant: an
    answer may begin with the space. Behind a letter they write it without the space.
    """
    return sorted({
        token for text in texts for written in (text, f"x{text}")
        for token in tokenizer(written, add_special_tokens=False).input_ids
        if tokenizer.decode([token]).strip(" ") == text.strip(" ")
    })
