"""From texts to tokens: which are given and which are scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from langchain_kgt.errors import InvalidInputError, ModelError, TextTooLongError
from langchain_kgt.models.base import Prompt

# Prompts whose tokens are kept.
_KEPT = 128


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """One continuation as the model sees it: `tokens[:start]` is given, the rest is scored."""

    tokens: tuple[int, ...]
    start: int


class Pairing:
    """Splits context and continuation into given and scored tokens, by one tokenizer.

    Args:
        tokenizer: of transformers; nothing is set on it.
        max_tokens: the length of the model's context.
        name: of the model, for messages.
    """

    def __init__(self, tokenizer: Any, max_tokens: int, name: str) -> None:
        self.tokenizer, self.max_tokens, self.name = tokenizer, max_tokens, name
        bos = tokenizer.bos_token_id
        adds_bos = bos is not None and list(tokenizer("").input_ids[:1]) == [bos]
        self._prefix: tuple[int, ...] = (bos,) if adds_bos else ()
        first = bos if bos is not None else tokenizer.eos_token_id
        self._empty_prefix: tuple[int, ...] = self._prefix or (() if first is None else (first,))
        # What is asked of a fact is the same for every query.
        self.pair = lru_cache(maxsize=_KEPT)(self._pair)

    def encode(self, texts: list[str]) -> list[tuple[int, ...]]:
        """Token ids with the tokenizer's own BOS and without the EOS that a few of them append."""
        encoded = map(tuple, self.tokenizer(texts, add_special_tokens=False).input_ids)
        return [
            self._prefix + ids if self._prefix and ids[:1] != self._prefix else ids
            for ids in encoded
        ]

    def start(self, text: str, new_tokens: int) -> tuple[int, ...]:
        """What generation begins with: a text, or a first token where there is none.

        Raises `TextTooLongError` if so many new tokens have no room behind it.
        """
        ids = self.encode([text])[0] or self._empty_prefix
        if len(ids) + new_tokens > self.max_tokens:
            raise TextTooLongError(
                f"a prompt of {len(ids)} tokens and {new_tokens} new ones do not fit into the "
                f"{self.max_tokens} of {self.name}; shorten the prompt"
            )
        return ids

    def _pair(self, prompt: Prompt) -> tuple[TokenSequence, ...]:
        """One sequence a continuation, all conditioned on the same tokens.

        A tokenizer may merge over the seam ("He is in Par" + "is"). Then the scored part begins
        at the last token that the context shares with every continuation.
        """
        texts = [prompt.context, *(prompt.context + text for text in prompt.continuations)]
        context, *wholes = self.encode(texts)
        start = min((_common_prefix(context, whole) for whole in wholes), default=0)
        if start == 0:
            if not self._empty_prefix:
                raise ModelError(
                    f"the tokenizer of {self.name} has neither a BOS nor an EOS token, so nothing "
                    "can be scored after an empty context; begin the prompt with some text"
                )
            wholes = [self._empty_prefix + whole for whole in wholes]
            start = len(self._empty_prefix)
        for text, whole in zip(prompt.continuations, wholes, strict=True):
            if len(whole) == start:
                raise InvalidInputError(
                    f"the continuation {text!r} adds no token to the context "
                    f"{prompt.context[-40:]!r}; give a text that is not empty"
                )
            if len(whole) > self.max_tokens:
                raise TextTooLongError(
                    f"{len(whole)} tokens do not fit into the {self.max_tokens} of {self.name}; "
                    "shorten the text, or use a model with a longer context"
                )
        return tuple(TokenSequence(whole, start) for whole in wholes)


def _common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length
