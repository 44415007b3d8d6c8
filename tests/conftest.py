"""Fixtures: tiny models of real architectures, the real default model, both graph stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from langchain_kgt import (
    InMemoryTripleStore,
    KGTMemory,
    KuzuTripleStore,
    LanguageModel,
    StoredTriple,
    TripleStore,
)
from langchain_kgt.models.default import default_model_path
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.asking import Asking

torch.set_num_threads(2)


def byte_tokenizer(*, adds_bos: bool = False, merges: tuple[tuple[str, str], ...] = ()) -> Any:
    """A byte-level BPE tokenizer built in the test: 256 bytes, a few merges, BOS and EOS."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = ["<s>", "</s>", *alphabet, *(a + b for a, b in merges)]
    tokenizer = Tokenizer(
        models.BPE(vocab={word: i for i, word in enumerate(words)}, merges=list(merges))
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if adds_bos:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", 0)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>"
    )


@contextmanager
def counted_tokens(model: HuggingFaceModel) -> Iterator[list[int]]:
    """The number of tokens of each forward pass."""
    passes: list[int] = []
    hook = model.model.register_forward_pre_hook(
        lambda module, args, kwargs: passes.append(kwargs["input_ids"].numel()), with_kwargs=True
    )
    try:
        yield passes
    finally:
        hook.remove()


def information(query: str, stored: StoredTriple, model: LanguageModel) -> float:
    """How far a query asks for a fact, in nats."""
    asking = Asking.of(query, [stored], templates.DEFAULT)
    return asking.read(model.log_probabilities(asking.prompts))[stored]


def shown(memory: KGTMemory, user: str = "ann") -> list[str]:
    return [str(stored.triple) for stored in memory.facts(user_id=user)]


@pytest.fixture(scope="session")
def smollm() -> HuggingFaceModel:
    """The real default model. It must be installed: nothing is skipped for want of it."""
    return HuggingFaceModel.from_pretrained(default_model_path(), device="cpu")


@pytest.fixture(params=["in_memory", "kuzu"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TripleStore]:
    store: TripleStore = (
        InMemoryTripleStore() if request.param == "in_memory"
        else KuzuTripleStore(tmp_path / "graph.kuzu")
    )
    with store:
        yield store


@pytest.fixture
def memory(smollm: LanguageModel, tmp_path: Path) -> Iterator[KGTMemory]:
    """The real model and the real database."""
    with KGTMemory(model=smollm, graph=KuzuTripleStore(tmp_path / "memory.kuzu")) as built:
        yield built
