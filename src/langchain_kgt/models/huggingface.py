"""`LanguageModel` over any causal model of transformers."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GenerationConfig,
    StoppingCriteria,
    StoppingCriteriaList,
)

from langchain_kgt.errors import InvalidInputError, ModelError, TextTooLongError
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.models.token_tree import TokenTree

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline

logger = logging.getLogger(__name__)

# Tokens in one forward pass. Attention over a packed row grows with its square: 2,048 keeps the
# mask at 16 MB and was as fast per token as any other size on CPU and GPU.
_BATCH_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One continuation as the model sees it: `tokens[:start]` is given, the rest is scored."""

    tokens: tuple[int, ...]
    start: int


class HuggingFaceModel(LanguageModel):
    """Log-probabilities and generation from a transformers model that is already loaded.

    Build it with `from_pretrained` or `from_langchain`. The model and the tokenizer stay as they
    are: no padding side, no generation default and no mode is set on them, except that a model in
    training mode is refused, because dropout would make every number random.

    Args:
        model: any `...ForCausalLM`.
        tokenizer: the tokenizer that belongs to it.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        if tokenizer is None:
            raise ModelError(
                "the model comes without a tokenizer; pass the one that it was trained with, for "
                "example AutoTokenizer.from_pretrained(model_id)"
            )
        if model.training:
            raise ModelError("the model is in training mode; call model.eval() first")
        self.model = model
        self.tokenizer = tokenizer
        self._lock = threading.RLock()
        self._batch_tokens = _BATCH_TOKENS
        self._tree_is_exact: bool | None = None
        config = model.config.get_text_config()
        # Not tokenizer.model_max_length, which is 1e30 where nobody has set it.
        self._max_tokens = int(getattr(config, "max_position_embeddings", None) or 2**31)
        self._sliding_window = int(getattr(config, "sliding_window", None) or 2**31)
        bos = tokenizer.bos_token_id
        adds_bos = bos is not None and list(tokenizer("").input_ids[:1]) == [bos]
        self._prefix: tuple[int, ...] = (bos,) if adds_bos else ()
        first = bos if bos is not None else tokenizer.eos_token_id
        self._empty_prefix: tuple[int, ...] = (
            self._prefix or (() if first is None else (first,))
        )

    @classmethod
    def from_pretrained(
        cls,
        model_id: str | Path,
        *,
        device: str | None = None,
        dtype: str | torch.dtype | None = None,
        revision: str | None = None,
    ) -> HuggingFaceModel:
        """Load a model and its tokenizer by Hub id or from a folder.

        Device: CUDA, else MPS, else CPU, unless given. Dtype: float32 on CPU, bfloat16 on CUDA
        where the chip has it, else float16, unless given.

        Raises `ModelError` if the model or its tokenizer cannot be loaded.
        """
        device = device or _best_device()
        if dtype is None:
            dtype = _best_dtype(device)
        elif isinstance(dtype, str):
            dtype = getattr(torch, dtype)
        try:
            tokenizer = AutoTokenizer.from_pretrained(str(model_id), revision=revision)
            model: Any = AutoModelForCausalLM.from_pretrained(
                str(model_id), dtype=dtype, revision=revision
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"cannot load a causal language model and its tokenizer from {str(model_id)!r}: "
                f"{error}. Give the id of a model on the Hugging Face Hub, or a folder that "
                "save_pretrained of both the model and the tokenizer wrote"
            ) from error
        return cls(model.to(device).eval(), tokenizer)

    @classmethod
    def from_langchain(cls, llm: HuggingFacePipeline | ChatHuggingFace) -> HuggingFaceModel:
        """Use the model that a chain already holds: the weights are shared, nothing is loaded.

        Raises `ModelError` for an object that runs no local transformers pipeline, such as a
        `HuggingFaceEndpoint`: it returns text, and tuning needs log-probabilities.
        """
        inner = getattr(llm, "llm", llm)
        pipeline = getattr(inner, "pipeline", None)
        model = getattr(pipeline, "model", None)
        if model is None:
            raise ModelError(
                f"{type(llm).__name__} holds no local transformers pipeline to read "
                "log-probabilities from; pass a HuggingFacePipeline, a ChatHuggingFace over one, "
                "or the id of a (small) model to score with"
            )
        tokenizer = getattr(pipeline, "tokenizer", None) or getattr(llm, "tokenizer", None)
        return cls(model, tokenizer)

    @property
    def id(self) -> str:
        return str(self.model.config.name_or_path or type(self.model).__name__)

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    # Scoring: pair, batch, run. Three steps, each below.

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        # The lock is for the tokenizer too: a fast one that two threads use may raise.
        with self._lock:
            sequences = [sequence for prompt in prompts for sequence in self._pair(prompt)]
            values = iter(self._score(sequences))
        return [tuple(next(values) for _ in prompt.continuations) for prompt in prompts]

    def _encode(self, text: str) -> tuple[int, ...]:
        """Token ids with the tokenizer's own BOS and without the EOS that a few of them append."""
        ids = tuple(self.tokenizer(text, add_special_tokens=False).input_ids)
        if self._prefix and ids[:1] != self._prefix:
            ids = self._prefix + ids
        return ids

    def _pair(self, prompt: Prompt) -> list[_Sequence]:
        """Split context + continuation into given and scored tokens.

        A tokenizer may merge over the seam ("He is in Par" + "is"). Then the scored part begins
        at the last token that the context shares with every continuation, so that all candidates
        are conditioned on the same text.
        """
        context = self._encode(prompt.context)
        wholes = [self._encode(prompt.context + text) for text in prompt.continuations]
        start = min((_common_prefix(context, whole) for whole in wholes), default=0)
        if start == 0:
            if not self._empty_prefix:
                raise ModelError(
                    f"the tokenizer of {self.id} has neither a BOS nor an EOS token, so nothing "
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
            if len(whole) > self._max_tokens:
                raise TextTooLongError(
                    f"{len(whole)} tokens do not fit into the {self._max_tokens} of {self.id}; "
                    "shorten the text, or use a model with a longer context"
                )
        return [_Sequence(whole, start) for whole in wholes]

    def _score(self, sequences: Sequence[_Sequence]) -> list[LogProbability]:
        values = [math.nan] * len(sequences)
        # Longest first, so that a memory error comes at once; equal beginnings stay together.
        order = sorted(
            range(len(sequences)),
            key=lambda i: (-len(sequences[i].tokens) // 64, sequences[i].tokens),
        )
        if not sequences:
            return []
        tree = self._tree_works()
        run, measure = (self._run_tree, _in_tree) if tree else (self._run_padded, _in_rows)
        pending = order
        while pending:
            size = measure([sequences[i] for i in pending], self._batch_tokens)
            try:
                scores = run([sequences[i] for i in pending[:size]])
            except torch.cuda.OutOfMemoryError:
                if size == 1:
                    raise
                torch.cuda.empty_cache()
                self._batch_tokens //= 2
                logger.warning("out of memory: batches of %d tokens now", self._batch_tokens)
                continue
            for index, score in zip(pending[:size], scores, strict=True):
                values[index] = score
            pending = pending[size:]
        return [
            LogProbability(value, len(sequence.tokens) - sequence.start)
            for value, sequence in zip(values, sequences, strict=True)
        ]

    def _tree_works(self) -> bool:
        """Whether this model, asked once, gives the same numbers for a tree as for plain rows.

        A model without attention masks (state-space models), or with an attention kernel that
        ignores them, does not; it is scored row by row in padded batches.
        """
        if self._tree_is_exact is None:
            tokens = [i % self.model.config.get_text_config().vocab_size for i in range(5, 12)]
            probe = [
                _Sequence((*tokens[:3], *rest), 2) for rest in (tokens[3:5], tokens[5:7], ())
            ]
            tolerance = 1e-3 if self.model.dtype == torch.float32 else 0.5
            try:
                pairs = zip(self._run_tree(probe), self._run_padded(probe), strict=True)
                self._tree_is_exact = all(abs(a - b) <= tolerance for a, b in pairs)
            except (RuntimeError, ValueError, TypeError, IndexError) as error:
                logger.debug("token trees fail on %s: %s", self.id, error)
                self._tree_is_exact = False
            if not self._tree_is_exact:
                logger.info("%s cannot score token trees; using padded batches", self.id)
        return self._tree_is_exact

    def _run_tree(self, sequences: Sequence[_Sequence]) -> list[float]:
        """One forward pass over the distinct tokens of all sequences; see `token_tree`."""
        if max(len(sequence.tokens) for sequence in sequences) > self._sliding_window:
            # The mask below knows nothing of a window; up to its size there is none.
            return self._run_padded(sequences)
        tree = TokenTree()
        paths = [tree.add(sequence.tokens) for sequence in sequences]
        needed = sorted(
            {n for path, s in zip(paths, sequences, strict=True) for n in path[s.start - 1 : -1]}
        )
        row_of = {node: row for row, node in enumerate(needed)}
        device, dtype = self.model.device, self.model.dtype
        visible = torch.from_numpy(tree.ancestors()).to(device)
        mask = torch.zeros(visible.shape, dtype=dtype, device=device)
        mask.masked_fill_(~visible, torch.finfo(dtype).min)
        with torch.inference_mode():
            logits = self.model(
                input_ids=torch.tensor([tree.tokens], device=device),
                position_ids=torch.tensor([tree.positions], device=device),
                attention_mask=mask[None, None],
                logits_to_keep=torch.tensor(needed, device=device),
                use_cache=False,
            ).logits[0]
            log_probs = torch.log_softmax(logits.float(), dim=-1)
            # The logits of a node predict its children:
            #   path       c0  c1  c2 | t0  t1
            #   logits of          c2   t0          <- path[start - 1 : -1]
            #   score              t0   t1          <- tokens[start:]
            rows = [
                row_of[n] for path, s in zip(paths, sequences, strict=True)
                for n in path[s.start - 1 : -1]
            ]
            targets = [t for s in sequences for t in s.tokens[s.start :]]
            picked = iter(log_probs[rows, targets].double().tolist())
        return [math.fsum(next(picked) for _ in s.tokens[s.start :]) for s in sequences]

    def _run_padded(self, sequences: Sequence[_Sequence]) -> list[float]:
        """One forward pass over right-padded rows: what every causal model can do."""
        device = self.model.device
        width = max(len(s.tokens) for s in sequences)
        # Padding stands to the right of all that is read, so any token will do.
        ids = torch.zeros((len(sequences), width), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, s in enumerate(sequences):
            ids[row, : len(s.tokens)] = torch.tensor(s.tokens)
            mask[row, : len(s.tokens)] = 1
        first = min(s.start for s in sequences) - 1
        with torch.inference_mode():
            logits = self.model(
                input_ids=ids.to(device), attention_mask=mask.to(device), use_cache=False
            ).logits[:, first:]
            scores = []
            for row, s in enumerate(sequences):
                kept = logits[row, s.start - 1 - first : len(s.tokens) - 1 - first].float()
                targets = torch.tensor(s.tokens[s.start :], device=device)
                picked = torch.log_softmax(kept, dim=-1).gather(1, targets[:, None])
                scores.append(math.fsum(picked[:, 0].double().tolist()))
        return scores

    # Generation is transformers' own.

    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_new_tokens: int,
        stop: Sequence[str] = (),
        suppress_at_start: Sequence[str] = (),
    ) -> list[str]:
        suppressed = {
            token for text in suppress_at_start
            for token in self.tokenizer(text, add_special_tokens=False).input_ids
        }
        defaults = self.model.generation_config
        eos = defaults.eos_token_id
        if eos is None:
            eos = self.tokenizer.eos_token_id
        pad = eos[0] if isinstance(eos, list) else eos
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            max_new_tokens=max_new_tokens,
            eos_token_id=eos,
            pad_token_id=pad if pad is not None else 0,
            begin_suppress_tokens=sorted(suppressed) or None,
        )
        with self._lock:
            return [self._generate_one(prompt, settings, stop) for prompt in prompts]

    def _generate_one(self, prompt: str, settings: GenerationConfig, stop: Sequence[str]) -> str:
        ids = self._encode(prompt) or self._empty_prefix
        if len(ids) + settings.max_new_tokens > self._max_tokens:
            raise TextTooLongError(
                f"a prompt of {len(ids)} tokens and {settings.max_new_tokens} new ones do not fit "
                f"into the {self._max_tokens} of {self.id}; shorten the prompt"
            )
        inputs = torch.tensor([ids], device=self.model.device)
        criteria = StoppingCriteriaList([_Says(self.tokenizer, len(ids), stop)] if stop else [])
        with torch.inference_mode():
            output = self.model.generate(
                inputs,
                attention_mask=torch.ones_like(inputs),
                generation_config=settings,
                stopping_criteria=criteria,
            )
        text = str(self.tokenizer.decode(output[0, len(ids) :], skip_special_tokens=True))
        ends = [position for s in stop if (position := text.find(s)) >= 0]
        return text[: min(ends)] if ends else text


class _Says(StoppingCriteria):
    """Ends generation once the new text has one of some strings in it.

    transformers' own `stop_strings` first walks the whole vocabulary: half a second a call.
    """

    def __init__(self, tokenizer: Any, start: int, strings: Sequence[str]) -> None:
        self.tokenizer, self.start, self.strings = tokenizer, start, tuple(strings)

    def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
        text = self.tokenizer.decode(input_ids[0, self.start :], skip_special_tokens=True)
        done = any(string in text for string in self.strings)
        return torch.full((input_ids.shape[0],), done, device=input_ids.device)


def _common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length


def _in_rows(sequences: Sequence[_Sequence], budget: int) -> int:
    """How many of the sequences, longest first, fit into padded rows of `budget` tokens."""
    return max(1, budget // max(len(sequence.tokens) for sequence in sequences))


def _in_tree(sequences: Sequence[_Sequence], budget: int) -> int:
    """How many of the sequences fit into one pass of `budget` distinct tokens; at least one."""
    tree = TokenTree()
    for count, sequence in enumerate(sequences):
        tree.add(sequence.tokens)
        if len(tree) > budget and count:
            return count
    return len(sequences)


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _best_dtype(device: str) -> torch.dtype:
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float32


