"""Fine-tuning one layer, FT of Meng et al. 2022 (arXiv 2202.05262): Adam on one down projection."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.baselines.weights import Weights, down_projections, train

_LAYER = 0
_STEPS = 25
_RATE = 5e-4
_ENOUGH = 1e-2


class FineTune(Weights):
    """At most 25 steps an edit on the same matrix, and the next edit starts where this one ends."""

    def choose(self) -> list[torch.nn.Parameter]:
        return [down_projections(self.model)[_LAYER]]

    def edit(self, prompt: str, answer: str, subject: str | None) -> list[float]:
        return train(
            self.model, self.edited, prompt, answer, steps=_STEPS, rate=_RATE, enough=_ENOUGH
        )

    def settings(self) -> dict[str, Any]:
        return {"layer": _LAYER, "steps": _STEPS, "rate": _RATE, "enough": _ENOUGH}
