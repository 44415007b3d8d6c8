"""The one interface through which the rest of the package sees a language model."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_kgt.errors import ModelError

OVERFLOWED = (
    "the model's numbers overflowed, as they do in half precision; load it in float32 or "
    'bfloat16, for example HuggingFaceModel.from_pretrained(model_id, dtype="float32")'
)
"""What to do about a number that is none."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A context and the continuations whose probabilities are asked for.

    The context ends without white space and a continuation begins with its own, as in
    `Prompt("The capital of France is", (" Paris", " Lyon"))`.
    """

    context: str
    continuations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogProbability:
    """The natural log-probability of one continuation, and the number of tokens it is a sum over.

    It is finite: a softmax over finite logits finds no text impossible, so what is minus infinity
    or no number at all is none that could be compared, and raises `ModelError`.

    >>> LogProbability(-6.0, tokens=3).mean
    -2.0
    """

    value: float
    tokens: int

    def __post_init__(self) -> None:
        finite(self.value)

    @property
    def mean(self) -> float:
        """Log-probability per token: comparable between continuations of different lengths."""
        return self.value / self.tokens


def finite(value: float) -> float:
    """A log-probability as it is. Raises `ModelError` for an infinite one and for NaN.

    >>> finite(-0.5)
    -0.5
    """
    if not math.isfinite(value):
        raise ModelError(f"a text has the log-probability {value}: {OVERFLOWED}")
    return value


class LanguageModel(ABC):
    """A causal language model: log-probabilities of continuations, and generation beside them.

    `log_probabilities` is all that Knowledge Graph Tuning needs. An implementation must be
    deterministic, safe to call from several threads, and must leave the model it wraps unchanged.
    """

    @property
    @abstractmethod
    def id(self) -> str:
        """The name under which reports and error messages speak of the model."""

    @property
    @abstractmethod
    def max_tokens(self) -> int:
        """The length of the model's context, in tokens."""

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """What the tokenizer reads as a control token, such as the end of a turn, in any text.

        Facts are written so that none stands in them. Where nothing is said here, only what looks
        like such a token is seen to: see `recalling.control_tokens`.
        """
        return ()

    def count_tokens(self, text: str) -> int:
        """How many tokens a text is; about so many, where the model does not say."""
        return math.ceil(len(text) / 4)

    def hidden_states(
        self, text: str, spans: Sequence[Sequence[tuple[int, int]]], *, depth: float
    ) -> Any | None:
        """What the model makes of parts of a text: its states in a middle layer; None if hidden.

        Args:
            text: read in one pass.
            spans: parts of it, each a few pairs of characters, from and up to.
            depth: of the layer, as a share of all: 0.6 is the eighteenth of thirty.

        Returns:
            An array of a row a part, the mean over its tokens, in float32; nought where a part has
            none, or the text was too long for it.
        """
        return None

    @abstractmethod
    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        """Score every continuation of every prompt: log P(continuation | context), natural log.

        Returns one tuple a prompt, one `LogProbability` a continuation, in the order given. All
        continuations of one prompt are conditioned on the same tokens, also where a tokenizer
        would merge the end of the context with the beginning of one of them. Within one recall or
        update some are asked for twice: keep the latest scores where a pass is dear.

        A token that no text has, such as one that pads the vocabulary, may be impossible to the
        model; a text may not.

        Raises `TextTooLongError` if a prompt does not fit into `max_tokens`, and `ModelError` if a
        log-probability is not finite.
        """

    @abstractmethod
    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_new_tokens: int,
        stop: Sequence[str] = (),
        suppress_at_start: Sequence[str] = (),
        without: Sequence[str] = (),
        guidance: float = 1.0,
    ) -> list[str]:
        """Continue every prompt greedily; the prompt itself is not part of what is returned.

        With `without`, what to compare the prompts with, such as the same with each fact cut to its
        subject, decoding is context-aware (arXiv 2305.14739): each token t maximises
        log P(t|without) + guidance (log P(t|prompt) - log P(t|without)).

        Generation ends at the end-of-sequence token, after `max_new_tokens`, or with the first
        string of `stop`, which is not returned. No token that is one of the texts in
        `suppress_at_start` is generated first.

        Raises `ModelError` where the model prefers no token, because its numbers are none.
        """
