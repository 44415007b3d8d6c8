"""Greedy generation by transformers, of several prompts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
# Defaults of a model's own that change nothing of which token is the likeliest.
_HARMLESS = frozenset(
    "_from_model_config bos_token_id do_sample eos_token_id max_length max_new_tokens min_p "
    "output_attentions output_hidden_states pad_token_id temperature top_k top_p "
    "transformers_version use_cache".split()
)


@dataclass(frozen=True, slots=True)
class Limits:
    """When generation ends, the tokens it may not begin with, and how far facts guide it."""

    max_new_tokens: int
    stop: tuple[str, ...]
    suppressed: tuple[int, ...]
    guidance: float = 1.0


@dataclass(frozen=True, slots=True)
class Start:
    """The tokens of a prompt, how it may go on, and the prompt without its facts.

    Of the tokens, the last ones, as many as are `begun`, are new already.
    """

    tokens: tuple[int, ...]
    limits: Limits
    without: tuple[int, ...] = ()
    begun: int = 0


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

    def generate(
        self,
        starts: Sequence[Start],
        *,
        together: bool,
        likeliest: Mapping[tuple[int, ...], Sequence[int]],
    ) -> list[str]:
        """The new text of each, without the stop string that ended it.

        Rows of unequal length are padded on the left, unless told that this model cannot do that.
        Where the likeliest tokens after a prompt are known, no pass is made for the first one.
        """
        begun = [self._begun(start, likeliest.get(start.tokens, ())) for start in starts]
        order = sorted(range(len(begun)), key=lambda i: repr((begun[i].limits, begun[i].begun)))
        texts: dict[int, str] = {}
        for (limits, new), group in groupby(order, key=lambda i: (begun[i].limits, begun[i].begun)):
            members = list(group)
            size = self._at_once(limits) if together else 1
            for first in range(0, len(members), size):
                some = members[first : first + size]
                rows = self._rows([begun[i] for i in some], limits, new)
                texts.update(zip(some, rows, strict=True))
        return [texts[i] for i in range(len(begun))]

    def _begun(self, start: Start, likeliest: Sequence[int]) -> Start:
        """With its first new token, if that is known."""
        limits = start.limits
        first = next((token for token in likeliest if token not in limits.suppressed), None)
        own = self.model.generation_config.to_diff_dict().keys()
        if first is None or limits.guidance != 1 or not own <= _HARMLESS:
            return start
        text = self.tokenizer.decode([first], skip_special_tokens=True)
        ended = first in self._ends() or any(string in text for string in limits.stop)
        more = 0 if ended else limits.max_new_tokens - 1
        limits = replace(limits, max_new_tokens=more, suppressed=())
        return Start((*start.tokens, first), limits, begun=1)

    def _ends(self) -> list[int]:
        """The tokens that end a text; none, if the model has no such token."""
        eos = self.model.generation_config.eos_token_id
        if eos is None:
            eos = self.tokenizer.eos_token_id
        return eos if isinstance(eos, list) else [] if eos is None else [eos]

    def _at_once(self, limits: Limits) -> int:
        if limits.guidance == 1:
            return _ROWS
        return _GUIDED_ROWS if self._rotary else 1

    def _rows(self, starts: Sequence[Start], limits: Limits, begun: int) -> list[str]:
        ends = self._ends()
        pad = ends[0] if ends else 0
        ids, mask = self._padded([start.tokens for start in starts], pad)
        width = ids.shape[1]
        if limits.max_new_tokens:
            ids = self._continued(starts, ids, mask, limits, pad)
        texts = self.tokenizer.batch_decode(ids[:, width - begun :], skip_special_tokens=True)
        return [_before(text, limits.stop) for text in texts]

    def _continued(
        self, starts: Sequence[Start], ids: Any, mask: Any, limits: Limits, pad: int
    ) -> Any:
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            max_new_tokens=limits.max_new_tokens,
            eos_token_id=self._ends() or None,
            pad_token_id=pad,
            begin_suppress_tokens=list(limits.suppressed) or None,
            guidance_scale=None if limits.guidance == 1 else limits.guidance,
        )
        guided = {}
        if limits.guidance != 1:
            without, without_mask = self._padded([start.without for start in starts], pad)
            guided = {
                "negative_prompt_ids": without, "negative_prompt_attention_mask": without_mask,
            }
        says = [_Says(self.tokenizer, ids.shape[1], limits.stop)] if limits.stop else []
        with torch.inference_mode():
            return self.model.generate(
                ids,
                attention_mask=mask,
                generation_config=settings,
                logits_processor=LogitsProcessorList([_Numbers()]),
                stopping_criteria=StoppingCriteriaList(says),
                **guided,
            )

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
