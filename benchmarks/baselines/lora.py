"""LoRA (Hu et al. 2021, arXiv 2106.09685) by `peft`: rank 8 on every projection of every layer."""

from __future__ import annotations

from typing import Any

import peft
import torch

from benchmarks.baselines.weights import Weights, train

_RANK = 8
_STEPS = 25
_RATE = 5e-4
_ENOUGH = 1e-2


class LoRA(Weights):
    """One adapter for all edits; as it begins, it adds nothing."""

    seed = 0

    def choose(self) -> list[torch.nn.Parameter]:
        torch.manual_seed(self.seed)
        config = peft.LoraConfig(
            r=_RANK, lora_alpha=2 * _RANK, lora_dropout=0.0, target_modules="all-linear",
        )
        peft.inject_adapter_in_model(config, self.model.model)
        self.model.model.eval()
        return [p for name, p in self.model.model.named_parameters() if "lora_" in name]

    def edit(self, prompt: str, answer: str, subject: str | None) -> list[float]:
        return train(
            self.model, self.edited, prompt, answer, steps=_STEPS, rate=_RATE, enough=_ENOUGH
        )

    def settings(self) -> dict[str, Any]:
        return {"rank": _RANK, "steps": _STEPS, "rate": _RATE, "enough": _ENOUGH}
