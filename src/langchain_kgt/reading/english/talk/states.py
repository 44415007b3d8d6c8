"""What a language model makes of the clauses of a message, in one pass.

The message stands in the prompt twice, and the second time the model has read all of it before any
of its words (Springer et al. 2024, arXiv 2402.15449).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from langchain_kgt.reading.base import Layers
from langchain_kgt.reading.english.talk.clauses import Spoken
from langchain_kgt.reading.english.talk.features import Context

# So much of it is looked at, and of what the assistant said before.
_MESSAGE_CHARACTERS = 1_200
_BEFORE_CHARACTERS = 200


def states(
    context: Context, spoken: Sequence[Spoken], layers: Layers, depth: float
) -> Any | None:
    """A row a clause, and last one of the whole message; None if the model shows none."""
    text = context.doc.text[:_MESSAGE_CHARACTERS]
    before = context.before[-_BEFORE_CHARACTERS:]
    said = f"Assistant: {before}\n" if before else ""
    first = f"{said}Message: {text}\nWhat lasts of it: "
    spans = [
        [(len(first) + t.idx, len(first) + t.idx + len(t)) for t in one.tokens] for one in spoken
    ]
    whole = [(len(first), len(first) + len(text))]
    return layers.hidden_states(first + text, [*spans, whole], depth=depth)


def is_fitted_for(model_id: str, name: str) -> bool:
    """Whether a model is the one that weights were fitted for, wherever it was loaded from.

    >>> is_fitted_for("/models/SmolLM2-135M-Instruct.Q4_1-98362432", "SmolLM2-135M-Instruct")
    True
    >>> is_fitted_for("HuggingFaceTB/SmolLM2-360M-Instruct", "SmolLM2-135M-Instruct")
    False
    """
    return PurePath(model_id).name.startswith(name)
