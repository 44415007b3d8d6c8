"""Every architecture gives the log-probabilities that transformers' own loss gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
import transformers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_kgt import InvalidInputError, ModelError, TextTooLongError
from langchain_kgt.models.base import Prompt
from langchain_kgt.models.huggingface import HuggingFaceModel
from tests.conftest import byte_tokenizer

SMALL = {
    "vocab_size": 300, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 256,
    "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1,
}
LLAMA_3_ROPE = {
    "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
    "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
}
CONFIGS: dict[str, Any] = {
    "gpt2": lambda: transformers.GPT2Config(
        vocab_size=300, n_positions=256, n_embd=32, n_layer=2, n_head=4, bos_token_id=0,
        eos_token_id=1,
    ),
    "llama2": lambda: transformers.LlamaConfig(**SMALL),
    "llama3": lambda: transformers.LlamaConfig(**SMALL, rope_parameters=LLAMA_3_ROPE),
    "gemma3": lambda: transformers.Gemma3TextConfig(
        **SMALL, head_dim=8, sliding_window=16,
        layer_types=["sliding_attention", "full_attention"],
    ),
    "qwen2": lambda: transformers.Qwen2Config(**SMALL),
    "qwen3": lambda: transformers.Qwen3Config(**SMALL, head_dim=8),
    "mistral": lambda: transformers.MistralConfig(**SMALL, sliding_window=16),
}
PROMPTS = [
    Prompt("The capital of France is", (" Paris", " Lyon", " a city in the north of it")),
    Prompt("The capital of France was", (" Paris",)),
    Prompt("A", (" b", " bc")),
    Prompt("", ("Paris", "a")),
    Prompt("Ünïcödé 🐕 and\nlines,", (" été", "\n")),
]
TOLERANCE = 1e-4


def build(name: str, **tokenizer: Any) -> HuggingFaceModel:
    torch.manual_seed(7)
    model = transformers.AutoModelForCausalLM.from_config(CONFIGS[name]()).eval()
    # Random weights this small answer everything alike; larger ones show a wrong mask.
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(6)
    return HuggingFaceModel(model, byte_tokenizer(**tokenizer))


def again(model: HuggingFaceModel) -> HuggingFaceModel:
    """The same weights, and none of the scores that are known already."""
    return HuggingFaceModel(model.model, model.tokenizer)


def oracle(model: HuggingFaceModel, context: str, text: str) -> float:
    """-loss * n with labels=-100 on the context, one sequence at a time: transformers' own sum."""
    bos = list(model.tokenizer("").input_ids)
    given = model.tokenizer(context, add_special_tokens=False).input_ids
    given = [*bos, *given] or [model.tokenizer.bos_token_id]
    scored = model.tokenizer(text, add_special_tokens=False).input_ids
    ids = torch.tensor([[*given, *scored]])
    labels = torch.tensor([[-100] * len(given) + scored])
    with torch.inference_mode():
        loss = model.model(ids, labels=labels).loss
    return -float(loss) * len(scored)


@pytest.mark.parametrize("adds_bos", [False, True], ids=["no bos", "bos"])
@pytest.mark.parametrize("name", CONFIGS)
def test_tree_and_padded_rows_both_equal_the_loss(name: str, adds_bos: bool) -> None:
    model = build(name, adds_bos=adds_bos)
    wanted = [oracle(model, p.context, text) for p in PROMPTS for text in p.continuations]

    tree = [s.value for row in model.log_probabilities(PROMPTS) for s in row]
    assert model.scorer.tree_is_exact, "the fast path was not taken"
    rows = again(model)
    rows.scorer.tree_is_exact = False
    padded = [s.value for row in rows.log_probabilities(PROMPTS) for s in row]

    assert tree == pytest.approx(wanted, abs=TOLERANCE)
    assert padded == pytest.approx(wanted, abs=TOLERANCE)


@pytest.mark.parametrize("name", CONFIGS)
def test_batches_of_any_size_give_the_same(name: str) -> None:
    model = build(name)
    whole, small = model.log_probabilities(PROMPTS), again(model)
    small.scorer.batch_tokens = 8
    assert [[s.value for s in row] for row in small.log_probabilities(PROMPTS)] == [
        pytest.approx([s.value for s in row], abs=TOLERANCE) for row in whole
    ]


def test_beyond_a_sliding_window_the_window_counts() -> None:
    model = build("mistral")
    long = "word " * 12 + "and"  # over 16 tokens of one byte each
    [[score]] = model.log_probabilities([Prompt(long, (" more",))])
    assert score.value == pytest.approx(oracle(model, long, " more"), abs=TOLERANCE)


def test_a_model_that_ignores_masks_is_scored_in_rows() -> None:
    torch.manual_seed(0)
    config = transformers.MambaConfig(
        vocab_size=300, hidden_size=32, num_hidden_layers=2, state_size=4
    )
    mamba = HuggingFaceModel(
        transformers.MambaForCausalLM(config).eval(), byte_tokenizer()
    )
    scores = mamba.log_probabilities(PROMPTS[:3])
    assert mamba.scorer.tree_is_exact is False
    wanted = [oracle(mamba, p.context, text) for p in PROMPTS[:3] for text in p.continuations]
    assert [s.value for row in scores for s in row] == pytest.approx(wanted, abs=TOLERANCE)


def test_tokens_that_merge_over_the_seam_are_cut_where_all_candidates_agree() -> None:
    # "ri" is one token: the context "Par" is not a token prefix of "Paris".
    model = build("llama2", merges=(("r", "i"),))
    [scores] = model.log_probabilities([Prompt("Par", ("is", "ma"))])
    assert [s.tokens for s in scores] == [2, 3]  # "ri" "s" and "r" "m" "a", both after "Pa"
    assert scores[0].value == pytest.approx(oracle(model, "Pa", "ris"), abs=TOLERANCE)
    assert scores[1].value == pytest.approx(oracle(model, "Pa", "rma"), abs=TOLERANCE)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    context=st.text(max_size=20),
    texts=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4, unique=True),
)
def test_any_text_scores_as_the_loss_says(context: str, texts: list[str]) -> None:
    model = build("llama2")
    [row] = model.log_probabilities([Prompt(context, tuple(texts))])
    for text, score in zip(texts, row, strict=True):
        assert score.value == pytest.approx(oracle(model, context, text), abs=1e-3)


def test_the_default_model_scores_as_its_loss_says(smollm: HuggingFaceModel) -> None:
    prompts = [PROMPTS[0], PROMPTS[1], PROMPTS[4]]
    scores = [s.value for row in smollm.log_probabilities(prompts) for s in row]
    wanted = [oracle(smollm, p.context, text) for p in prompts for text in p.continuations]
    # Sums of float32: processors differ in the sixth digit, of -21 nats in the fourth decimal.
    assert scores == pytest.approx(wanted, abs=TOLERANCE, rel=1e-5)


def test_the_callers_model_and_tokenizer_stay_as_they_are() -> None:
    model = build("gpt2")
    tokenizer, generation = model.tokenizer, model.model.generation_config.to_dict()
    side, pad = tokenizer.padding_side, tokenizer.pad_token
    weights = {k: v.clone() for k, v in model.model.state_dict().items()}
    model.log_probabilities(PROMPTS)
    model.generate(["The"], max_new_tokens=3, stop=("x",), suppress_at_start=("\n",))
    assert (tokenizer.padding_side, tokenizer.pad_token) == (side, pad)
    assert model.model.generation_config.to_dict() == generation
    assert not model.model.training
    assert all(torch.equal(v, weights[k]) for k, v in model.model.state_dict().items())


def test_generation_is_greedy_and_ends_at_a_stop_string(smollm: HuggingFaceModel) -> None:
    [text] = smollm.generate(["The capital of France is"], max_new_tokens=8, stop=(".",))
    assert text == " Paris"
    [other] = smollm.generate(
        ["The capital of France is"], max_new_tokens=4, suppress_at_start=(" Paris",)
    )
    assert not other.startswith(" Paris")


@pytest.mark.parametrize("name", ["gpt2", "gemma3", "qwen2"])
def test_prompts_that_generate_together_say_what_they_say_alone(name: str) -> None:
    model = build(name)
    prompts = ["The capital of France is", "A", "Ünïcödé 🐕 and\nlines,", ""]
    alone = [model.generate([p], max_new_tokens=6, suppress_at_start=("a",))[0] for p in prompts]
    passes = forwards(model)
    assert model.generate(prompts, max_new_tokens=6, suppress_at_start=("a",)) == alone
    assert len(passes) <= 6
    stopped = model.generate(prompts, max_new_tokens=6, stop=(alone[0][1],))
    assert stopped[0] == model.generate(prompts[:1], max_new_tokens=6, stop=(alone[0][1],))[0]


@pytest.mark.parametrize("name", CONFIGS)
def test_texts_are_the_same_where_scoring_has_shown_how_they_begin(name: str) -> None:
    model = build(name)
    contexts = ["The capital of France is", "A", "Ünïcödé 🐕 and\nlines,"]
    for limits in (
        {"max_new_tokens": 1}, {"max_new_tokens": 5}, {"max_new_tokens": 5, "stop": ("a", "e")},
        {"max_new_tokens": 5, "suppress_at_start": tuple("abcdefgh")},
    ):
        model.forget()
        texts = model.generate(contexts, **limits)
        model.log_probabilities([Prompt(context, (" b",)) for context in contexts[:2]])
        assert model.generate(contexts, **limits) == texts
    # The likeliest token is not the one that a model with a penalty of its own goes on with.
    model.model.generation_config.repetition_penalty = 5.0
    again = model.generate(contexts, max_new_tokens=5)
    model.forget()
    assert model.generate(contexts, max_new_tokens=5) == again


@pytest.mark.parametrize("name", CONFIGS)
def test_prompts_that_are_guided_together_say_what_they_say_alone(name: str) -> None:
    model = build(name)
    prompts = ["The capital of France is", "A", "Ünïcödé and more,"]
    without = ["A city is", "The other one", "B"]

    def guided(prompts: list[str], without: list[str]) -> list[str]:
        return model.generate(prompts, max_new_tokens=6, without=without, guidance=3.0)

    alone = [guided([p], [w])[0] for p, w in zip(prompts, without, strict=True)]
    assert alone != model.generate(prompts, max_new_tokens=6), "nothing was guided"
    assert guided(prompts, without) == alone


def test_errors_say_what_to_do(smollm: HuggingFaceModel) -> None:
    model = build("gpt2")
    with pytest.raises(TextTooLongError, match="shorten"):
        model.log_probabilities([Prompt("a" * 300, (" b",))])
    with pytest.raises(TextTooLongError, match="shorten"):
        model.generate(["a" * 255], max_new_tokens=5)
    with pytest.raises(InvalidInputError, match="not empty"):
        model.log_probabilities([Prompt("a", ("",))])
    with pytest.raises(ModelError, match="tokenizer"):
        HuggingFaceModel(model.model, None)
    with pytest.raises(ModelError, match="eval"):
        HuggingFaceModel(
            transformers.AutoModelForCausalLM.from_config(CONFIGS["gpt2"]()).train(),
            byte_tokenizer(),
        )
    with pytest.raises(ModelError, match="no local transformers pipeline"):
        HuggingFaceModel.from_langchain(object())  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="save_pretrained"):
        HuggingFaceModel.from_pretrained("/does/not/exist")


def test_out_of_memory_halves_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build("gpt2")
    whole, model = model.log_probabilities(PROMPTS), again(model)
    model.scorer.tree_is_exact = True
    run, sizes = model.scorer.run_tree, []

    def small_card(sequences: Any) -> list[float]:
        sizes.append(len(sequences))
        if len(sequences) > 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return run(sequences)

    monkeypatch.setattr(model.scorer, "run_tree", small_card)
    halved = model.log_probabilities(PROMPTS)
    assert max(sizes) > 2 >= sizes[-1]
    assert [[s.value for s in row] for row in halved] == [
        pytest.approx([s.value for s in row], abs=TOLERANCE) for row in whole
    ]


def forwards(model: HuggingFaceModel) -> list[int]:
    """The number of tokens of every forward pass from now on."""
    tokens: list[int] = []
    model.model.register_forward_pre_hook(
        lambda module, args, kwargs: tokens.append(kwargs["input_ids"].numel()), with_kwargs=True
    )
    return tokens


def test_what_prompts_share_is_computed_once_and_what_is_known_not_at_all() -> None:
    model = build("llama2")
    model.log_probabilities(PROMPTS[:1])
    passes = forwards(model)
    model.log_probabilities([Prompt("abcd", (" ef", " eg", " e"))])
    assert passes == [6]  # a b c d _ e: what is only predicted needs no pass of its own
    model.log_probabilities([Prompt("abcd", (" eg",))])
    assert passes == [6]


def test_weights_that_changed_are_asked_again() -> None:
    model = build("llama2")
    before = model.log_probabilities(PROMPTS)
    with torch.no_grad():
        for parameter in model.model.parameters():
            parameter.mul_(0.5)
    assert model.log_probabilities(PROMPTS) == again(model).log_probabilities(PROMPTS) != before


def test_threads_share_a_pass_and_each_gets_its_own() -> None:
    model = build("llama2")
    contexts = [f"context {number}" for number in range(8)]
    wanted = [oracle(model, context, " yes") for context in contexts]
    model.log_probabilities(PROMPTS[:1])
    passes = forwards(model)
    with ThreadPoolExecutor(8) as pool, model._scores.busy:
        futures = [
            pool.submit(model.log_probabilities, [Prompt(context, (" yes",))])
            for context in [*contexts, "x" * 300]
        ]
        while len(model._scores._waiting) < 8:
            pass
    assert len(passes) == 1
    got = [future.result()[0][0].value for future in futures[:8]]
    assert got == pytest.approx(wanted, abs=TOLERANCE)
    with pytest.raises(TextTooLongError):
        futures[8].result()
