"""A model whose numbers overflow is refused where they come in: nothing is written by them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import torch
import transformers

from langchain_kgt import KGTConfig, KGTMemory, ModelError, TripleStore
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.tuning import answers, turns
from tests.conftest import byte_tokenizer, shown

NONE = [math.nan, math.inf, -math.inf]
PROMPT = Prompt("The dog eats", (" meat", " carrots"))


@pytest.mark.parametrize("value", NONE)
def test_a_log_probability_is_a_number(value: float) -> None:
    with pytest.raises(ModelError, match="float32 or bfloat16"):
        LogProbability(value, tokens=1)


# Any model, through the memory.


class Overflowing(LanguageModel):
    """Fit until it is told what to give instead, from a call on."""

    id = "overflowing"
    max_tokens = 10**6

    def __init__(self) -> None:
        self.value, self.fit_calls = 0.0, 0

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self.fit_calls -= 1
        return [
            tuple(
                LogProbability(-float(len(text)) if self.fit_calls >= 0 else self.value, 1)
                for text in prompt.continuations
            )
            for prompt in prompts
        ]

    def generate(self, prompts: Sequence[str], **kwargs: object) -> list[str]:
        return ["meat" for _ in prompts]


QUERY = "What does my dog eat?"
ASKED: dict[str, Callable[[KGTMemory], object]] = {
    "correct": lambda memory: memory.correct(QUERY, "carrots", user_id="ann"),
    "recall": lambda memory: memory.recall("What is my dog's food?", user_id="ann"),
    "invoke": lambda memory: memory.invoke(
        "What is my dog's food?", {"configurable": {"user_id": "ann"}}
    ),
}


@pytest.mark.parametrize("mode", ["default", "paper"])
@pytest.mark.parametrize("fit_calls", range(3))
@pytest.mark.parametrize("name", ASKED)
def test_what_asks_the_model_fails_and_writes_nothing(
    graph: TripleStore, name: str, fit_calls: int, mode: Any
) -> None:
    model = Overflowing()
    memory = KGTMemory(model=model, graph=graph, settings=KGTConfig(mode=mode))
    model.fit_calls = 100
    memory.correct(QUERY, "meat", user_id="ann")
    memory.tell("my dog", "is named", "Luna", user_id="ann")
    before = memory.export(user_id="ann")
    model.value, model.fit_calls = math.nan, fit_calls
    try:
        ASKED[name](memory)
    except ModelError:
        assert memory.export(user_id="ann") == before
    else:
        assert model.fit_calls >= 0, "it was answered with numbers that are none"
    model.fit_calls = 100
    ASKED[name](memory)
    json.dumps(memory.export(user_id="ann"), allow_nan=False)


def test_what_asks_no_model_goes_on(graph: TripleStore) -> None:
    model = Overflowing()
    model.value = math.nan
    memory = KGTMemory(model=model, graph=graph)
    first = memory.tell("my dog", "eats", "meat", user_id="ann")
    memory.tell("my dog", "is named", "Luna", user_id="ann")
    memory.undo(first.id, user_id="ann")
    assert shown(memory) == ["(my dog, is named, Luna)"]


def test_a_typed_correction_is_neither_found_nor_told_from_others_by_them() -> None:
    model = Overflowing()
    model.value = math.nan
    with pytest.raises(ModelError):
        answers.find(QUERY, "He now eats carrots instead", model)
    with pytest.raises(ModelError):
        turns.corrects(QUERY, "Meat.", "He now eats carrots instead", model)


# The models of transformers.


def build(**changes: Any) -> HuggingFaceModel:
    torch.manual_seed(7)
    config = transformers.LlamaConfig(
        vocab_size=300, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
        bos_token_id=0, eos_token_id=1, **changes,
    )
    return HuggingFaceModel(transformers.LlamaForCausalLM(config).eval(), byte_tokenizer())


@contextmanager
def logits(model: HuggingFaceModel, value: float, tokens: slice) -> Iterator[None]:
    """The model gives some tokens this logit."""

    def set_logits(module: Any, args: Any, output: Any) -> Any:
        output.logits[..., tokens] = value
        return output

    hook = model.model.register_forward_hook(set_logits)
    try:
        yield
    finally:
        hook.remove()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_score_that_is_none_is_not_kept(value: float) -> None:
    model = build()
    with logits(model, value, slice(7, 8)), pytest.raises(ModelError, match="float32"):
        model.log_probabilities([PROMPT])
    assert model.log_probabilities([PROMPT]) == build().log_probabilities([PROMPT])
    assert model.scorer.tree_is_exact, "one overflow made the model slow for good"


def test_half_precision_that_overflows_is_said() -> None:
    model = build()
    with torch.no_grad():
        model.model.model.embed_tokens.weight.mul_(1e4)
        model.model.model.layers[0].mlp.down_proj.weight.mul_(1e7)
    assert model.log_probabilities([PROMPT])
    half = HuggingFaceModel(model.model.half(), model.tokenizer)
    with pytest.raises(ModelError, match="half precision"):
        half.log_probabilities([PROMPT])
    with pytest.raises(ModelError, match="half precision"):
        half.generate(["The dog eats"], max_new_tokens=2)


def poisoned() -> HuggingFaceModel:
    """The letter x overflows it, and whatever shares its pass."""
    model = build()
    model.log_probabilities([PROMPT])
    [token] = model.tokenizer("x").input_ids
    with torch.no_grad():
        model.model.model.embed_tokens.weight[token] = math.inf
    return model


@pytest.mark.parametrize("in_trees", [True, False])
def test_others_in_the_batch_get_their_scores(in_trees: bool) -> None:
    model = poisoned()
    model.scorer.tree_is_exact = in_trees
    prompts = [Prompt(text, (" yes", " no")) for text in ("abc", "x", "def", "xyz", "ghi")]
    with ThreadPoolExecutor(len(prompts)) as pool, model._scores.busy:
        futures = [pool.submit(model.log_probabilities, [p]) for p in prompts]
        while len(model._scores._waiting) < len(prompts):
            pass
    healthy: list[Future[Any]] = []
    for prompt, future in zip(prompts, futures, strict=True):
        if "x" in prompt.context:
            assert isinstance(future.exception(), ModelError)
        else:
            healthy.append(future)
    alone = [poisoned().log_probabilities([p]) for p in prompts if "x" not in p.context]
    for future, [row] in zip(healthy, alone, strict=True):
        [got] = future.result()
        assert [s.value for s in got] == pytest.approx([s.value for s in row], abs=1e-4)


def test_others_that_generate_in_the_batch_get_their_texts() -> None:
    model = poisoned()
    texts = ["abc", "x", "def"]
    with ThreadPoolExecutor(len(texts)) as pool, model._texts.busy:
        futures = [pool.submit(model.generate, [t], max_new_tokens=3) for t in texts]
        while len(model._texts._waiting) < len(texts):
            pass
    assert isinstance(futures[1].exception(), ModelError)
    for index in (0, 2):
        assert futures[index].result() == poisoned().generate([texts[index]], max_new_tokens=3)


@pytest.mark.parametrize("guidance", [1.0, 2.0])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_text_is_generated_by_them(value: float, guidance: float) -> None:
    model = build()
    without = ["A dog"] if guidance > 1 else []
    with logits(model, value, slice(7, 8)), pytest.raises(ModelError, match="float32"):
        model.generate(["The"], max_new_tokens=2, without=without, guidance=guidance)
    assert len(model.generate(["The"], max_new_tokens=2, without=without, guidance=guidance)) == 1


def test_tokens_that_pad_a_vocabulary_may_be_impossible() -> None:
    model = build()
    padding = slice(len(model.tokenizer), None)
    with logits(model, -math.inf, padding):
        assert all(math.isfinite(s.value) for s in model.log_probabilities([PROMPT])[0])
        model.generate(["The"], max_new_tokens=2, suppress_at_start=("a",))
