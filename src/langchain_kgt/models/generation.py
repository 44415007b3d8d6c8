"""Greedy generation by transformers, of several prompts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)

from langchain_kgt.errors import ModelError
from langchain_kgt.models.base import OVERFLOWED

_ROWS = 32
# transformers' guidance computes, and holds, the logits of every token of its second prompts.
_GUIDED_ROWS = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """When generation ends, the tokens it may not begin with, and how far facts guide it."""

    max_new_tokens: int
    stop: tuple[str, ...]
    suppressed: tuple[int, ...]
    guidance: float = 1.0


@dataclass(frozen=True, slots=True)
class Start:
    """The tokens of a prompt, how it may go on, and the prompt without its facts."""

    tokens: tuple[int, ...]
    limits: Limits
    without: tuple[int, ...] = ()


class Generator:
    """Goes on with prompts; those that have the same limits share the forward passes.

    Args:
        model: any causal model of transformers.
        tokenizer: the one that belongs to it.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model, self.tokenizer = model, tokenizer
        # transformers' guidance numbers the positions of its second prompt from the padding on,
        # which makes no difference only where positions count as distances.
        self._rotary = getattr(model.config, "rope_parameters", None) is not None

    def generate(self, starts: Sequence[Start], *, together: bool) -> list[str]:
        """The new text of each, without the stop string that ended it.

        Rows of unequal length are padded on the left, unless told that this model cannot do that.
        """
        order = sorted(range(len(starts)), key=lambda i: repr(starts[i].limits))
        texts: dict[int, str] = {}
        for limits, group in groupby(order, key=lambda i: starts[i].limits):
            members = list(group)
            size = self._at_once(limits) if together else 1
            for first in range(0, len(members), size):
                some = members[first : first + size]
                rows = self._rows([starts[i] for i in some], limits)
                texts.update(zip(some, rows, strict=True))
        return [texts[i] for i in range(len(starts))]

    def _at_once(self, limits: Limits) -> int:
        if limits.guidance == 1:
            return _ROWS
        return _GUIDED_ROWS if self._rotary else 1

    def _rows(self, starts: Sequence[Start], limits: Limits) -> list[str]:
        eos = self.model.generation_config.eos_token_id
        if eos is None:
            eos = self.tokenizer.eos_token_id
        pad = (eos[0] if isinstance(eos, list) else eos) or 0
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            max_new_tokens=limits.max_new_tokens,
            eos_token_id=eos,
            pad_token_id=pad,
            begin_suppress_tokens=list(limits.suppressed) or None,
            guidance_scale=None if limits.guidance == 1 else limits.guidance,
        )
        ids, mask = self._padded([start.tokens for start in starts], pad)
        guided = {}
        if limits.guidance != 1:
            without, without_mask = self._padded([start.without for start in starts], pad)
            guided = {
                "negative_prompt_ids": without, "negative_prompt_attention_mask": without_mask,
            }
        width = ids.shape[1]
        says = [_Says(self.tokenizer, width, limits.stop)] if limits.stop else []
        with torch.inference_mode():
            output = self.model.generate(
                ids,
                attention_mask=mask,
                generation_config=settings,
                logits_processor=LogitsProcessorList([_Numbers()]),
                stopping_criteria=StoppingCriteriaList(says),
                **guided,
            )
        texts = self.tokenizer.batch_decode(output[:, width:], skip_special_tokens=True)
        return [_before(text, limits.stop) for text in texts]

    def _padded(self, prompts: Sequence[tuple[int, ...]], pad: int) -> tuple[Any, Any]:
        """Token ids, padded on the left, and their mask: two tensors of rows by width."""
        width = max(map(len, prompts))
        ids = [[pad] * (width - len(p)) + list(p) for p in prompts]
        mask = [[0] * (width - len(p)) + [1] * len(p) for p in prompts]
        return (
            torch.tensor(ids, device=self.model.device),
            torch.tensor(mask, device=self.model.device),
        )


class _Numbers(LogitsProcessor):
    """Refuses to choose among logits that are no numbers, of which every choice is as good.

    Minus infinity is what transformers makes of a token that may not come; something must be left.
    """

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        # NaN and infinity are each the highest where they stand.
        if not bool(torch.isfinite(scores.amax(dim=-1)).all()):
            raise ModelError(f"no next token is the likeliest: {OVERFLOWED}")
        return scores


class _Says(StoppingCriteria):
    """Ends a row once its new text has one of some strings in it.

    transformers' own `stop_strings` first walks the whole vocabulary: half a second a call.
    """

    def __init__(self, tokenizer: Any, start: int, strings: Sequence[str]) -> None:
        self.tokenizer, self.start, self.strings = tokenizer, start, tuple(strings)

    def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
        texts = self.tokenizer.batch_decode(input_ids[:, self.start :], skip_special_tokens=True)
        done = [any(string in text for string in self.strings) for text in texts]
        return torch.tensor(done, device=input_ids.device)


def _before(text: str, stop: Sequence[str]) -> str:
    ends = [position for s in stop if (position := text.find(s)) >= 0]
    return text[: min(ends)] if ends else text
