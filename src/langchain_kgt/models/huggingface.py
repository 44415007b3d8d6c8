"""`LanguageModel` over any causal model of transformers."""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from langchain_kgt.errors import ModelError
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt, finite
from langchain_kgt.models.coalescing import Coalescer
from langchain_kgt.models.first_tokens import tokens_of
from langchain_kgt.models.generation import Generator, Limits, Start
from langchain_kgt.models.layers import layer, pooled
from langchain_kgt.models.pairing import Pairing, TokenSequence
from langchain_kgt.models.scoring import Scorer

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline

logger = logging.getLogger(__name__)

# Scores that are kept: what recall measured for a question, the update that follows asks again.
_KEPT_SCORES = 8192


class HuggingFaceModel(LanguageModel):
    """Log-probabilities and generation from a transformers model that is already loaded.

    Build it with `from_pretrained` or `from_langchain`. The model and the tokenizer stay as they
    are: no padding side, no generation default and no mode is set on them, except that a model in
    training mode is refused, because dropout would make every number random. It serves the process
    that built it. In one that is forked from it, every call raises `ModelError`, and a model that
    is loaded there computes on one thread: torch's others are not in the child, where it would wait
    for them for ever.

    Args:
        model: any `...ForCausalLM`.
        tokenizer: the tokenizer that belongs to it.
    """

    built: ClassVar[bool] = False
    """Whether this process, or the one it was forked from, has had a model."""

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
        added = tokenizer.added_tokens_decoder.values()
        special = {token.content for token in added if token.special}
        self._control_tokens = tuple(sorted(special.union(tokenizer.all_special_tokens)))
        self._pid, HuggingFaceModel.built = os.getpid(), True
        if _in_forked_child:
            logger.warning(
                "this process was forked from one that had a model, so torch computes on one "
                "thread here; load the model only in the children, to have all of them"
            )
        # Not tokenizer.model_max_length, which is 1e30 where nobody has set it.
        config = model.config.get_text_config()
        self._max_tokens = int(getattr(config, "max_position_embeddings", None) or 2**31)
        self._pairing = Pairing(tokenizer, self._max_tokens, self.id)
        # A fast tokenizer that two threads use at once may raise.
        self._pairing_lock = threading.Lock()
        self.scorer = Scorer(model)
        self._generator = Generator(model, tokenizer)
        self._device = device = threading.RLock()
        self._scores = Coalescer(self._score, device)
        self._texts = Coalescer(self._generate, device)
        self._known: OrderedDict[TokenSequence, float] = OrderedDict()
        self._weights = self._version_of_weights()

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

    @property
    def control_tokens(self) -> tuple[str, ...]:
        return self._control_tokens

    def count_tokens(self, text: str) -> int:
        with self._pairing_lock:
            return len(self.tokenizer(text, add_special_tokens=False).input_ids)

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self._check_process()
        with self._pairing_lock:
            sequences = [sequence for prompt in prompts for sequence in self._pairing.pair(prompt)]
        scored = zip(self._scores(sequences), sequences, strict=True)
        values = (LogProbability(value, len(s.tokens) - s.start) for value, s in scored)
        return [tuple(next(values) for _ in prompt.continuations) for prompt in prompts]

    def hidden_states(
        self, text: str, spans: Sequence[Sequence[tuple[int, int]]], *, depth: float
    ) -> Any | None:
        if not self.tokenizer.is_fast:
            return None
        self._check_process()
        with self._pairing_lock:
            read = self.tokenizer(
                text, return_offsets_mapping=True, truncation=True, max_length=self._max_tokens
            )
        with self._device:
            states = layer(self.model, read.input_ids, depth)
        return pooled(states, read.offset_mapping, spans)

    def _check_process(self) -> None:
        # Before any lock: a thread that is not in the child may have held it.
        if self._pid != os.getpid():
            raise ModelError(
                f"the model was loaded by process {self._pid}, and a process that is forked from "
                "it cannot use it: load it in the child, for example in gunicorn's post_fork hook, "
                "or without preload"
            )

    def _score(self, sequences: Sequence[TokenSequence]) -> list[float]:
        """What is not known yet goes through the model, each sequence once.

        One that overflows spoils what shares its pass. Nothing of such a pass is kept, and the
        requests in it run again, each alone.
        """
        self._forget_if_trained()
        missing = [s for s in dict.fromkeys(sequences) if s not in self._known]
        scored = [finite(value) for value in self.scorer.score(missing)]
        self._known.update(zip(missing, scored, strict=True))
        values = []
        for sequence in sequences:
            self._known.move_to_end(sequence)
            values.append(self._known[sequence])
        while len(self._known) > _KEPT_SCORES:
            self._known.popitem(last=False)
        return values

    def forget(self) -> None:
        """Forget what was measured, as if nothing had been asked yet."""
        self._known.clear()
        self.scorer.likeliest.clear()

    def _forget_if_trained(self) -> None:
        weights = self._version_of_weights()
        if weights is None or weights != self._weights:
            self.forget()
            self._weights = weights

    def _version_of_weights(self) -> int | None:
        """A number that changes when somebody trains the model, or None if that cannot be seen."""
        try:
            return int(sum(p._version for p in self.model.parameters()))
        except RuntimeError:  # loaded in inference mode
            return None

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
        self._check_process()
        if not without:
            without, guidance = prompts, 1.0
        with self._pairing_lock:
            suppressed = tuple(tokens_of(suppress_at_start, self.tokenizer))
            limits = Limits(max_new_tokens, tuple(stop), suppressed, guidance)
            starts = [
                Start(
                    self._pairing.start(prompt, max_new_tokens), limits,
                    self._pairing.start(plain, max_new_tokens) if guidance != 1 else (),
                )
                for prompt, plain in zip(prompts, without, strict=True)
            ]
        return self._texts(starts)

    def _generate(self, starts: Sequence[Start]) -> list[str]:
        self._forget_if_trained()
        # What cannot be scored in a tree (a state-space model) is not padded on the left either.
        return self._generator.generate(
            starts, together=self.scorer.is_exact(), likeliest=self.scorer.likeliest
        )


_in_forked_child = False


def _after_fork() -> None:
    """The threads of OpenMP are not in a child; with one thread torch asks for no others."""
    global _in_forked_child
    if HuggingFaceModel.built:
        _in_forked_child = True
        torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):  # not on Windows, which forks nothing
    os.register_at_fork(after_in_child=_after_fork)


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _best_dtype(device: str) -> torch.dtype:
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float32
