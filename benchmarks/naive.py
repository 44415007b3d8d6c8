"""The same scores by simpler means: what the token tree is compared with in `latency`."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from benchmarks.baselines.weights import down_projections, train
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.models.pairing import TokenSequence

_BATCH_TOKENS = 2048


class OneByOne(HuggingFaceModel):
    """One forward pass a continuation, and nothing is remembered."""

    def _score(self, sequences: Sequence[TokenSequence]) -> list[float]:
        return [self.scorer.run_rows([sequence])[0] for sequence in sequences]


class PlainBatches(HuggingFaceModel):
    """Right-padded rows of all continuations of a call, and nothing is remembered."""

    def _score(self, sequences: Sequence[TokenSequence]) -> list[float]:
        order = sorted(range(len(sequences)), key=lambda i: len(sequences[i].tokens))
        scores: dict[int, float] = {}
        while order:
            rows = max(1, _BATCH_TOKENS // len(sequences[order[-1]].tokens))
            batch, order = order[-rows:], order[:-rows]
            values = self.scorer.run_rows([sequences[i] for i in batch])
            scores.update(zip(batch, values, strict=True))
        return [scores[i] for i in range(len(sequences))]


def fine_tune(model: HuggingFaceModel, query: str, answer: str, *, steps: int = 25) -> None:
    """One edit by fine-tuning one layer (Meng et al. 2022, FT): Adam on its down projection.

    The weights are put back afterwards.
    """
    layers = down_projections(model)
    weight = layers[len(layers) // 2]
    before = weight.detach().clone()
    trained = [p for p in model.model.parameters() if p.requires_grad]
    model.model.requires_grad_(False)
    try:
        train(model, [weight], query, answer, steps=steps, rate=5e-4, enough=0.0)
    finally:
        with torch.no_grad():
            weight.copy_(before)
        for parameter in trained:
            parameter.requires_grad_(True)
