"""What the methods that edit weights share: one model for all users, one edit after another."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from benchmarks.baselines.base import Method
from benchmarks.harness import Records, Run
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.recalling import templates


class Weights(Method):
    """A method that changes some parameters, and keeps them beside the report."""

    edits_weights = True

    def __init__(self, model: HuggingFaceModel, run: Run, records: Records) -> None:
        super().__init__(model, run, records)
        model.model.requires_grad_(False)
        self.path, self.edits = records.weights, len(records.of("update"))
        self.edited: list[torch.nn.Parameter] = self.choose()
        self.original = [p.detach().clone() for p in self.edited]
        if self.edits:
            self._set(torch.load(self._file(self.edits)))

    @abstractmethod
    def choose(self) -> list[torch.nn.Parameter]:
        """The parameters that edits change."""

    @abstractmethod
    def edit(self, prompt: str, answer: str, subject: str | None) -> list[float]:
        """Change them so that the answer follows the prompt; the loss at each step."""

    def update(
        self, question: str, answer: str, *, user_id: str, subject: str | None
    ) -> dict[str, Any]:
        losses = self.edit(templates.reasoning(question, []), answer, subject)
        # The state before stays until the next edit: the record of this one is not written yet.
        self.edits += 1
        torch.save([p.detach() for p in self.edited], self._file(self.edits))
        self._file(self.edits - 2).unlink(missing_ok=True)
        return {
            "added": None, "removed": None, "preferred": None, "steps": len(losses),
            "loss_before": losses[0], "loss_after": losses[-1],
        }

    @contextmanager
    def unedited(self) -> Iterator[None]:
        now = [p.detach().clone() for p in self.edited]
        self._set(self.original)
        try:
            yield
        finally:
            self._set(now)

    def _set(self, values: Sequence[torch.Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(self.edited, values, strict=True):
                parameter.copy_(value)

    def _file(self, edits: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{edits}")


def down_projections(model: HuggingFaceModel) -> list[torch.nn.Parameter]:
    """The second matrix of each MLP, layer by layer."""
    named = model.model.named_parameters()
    ends = ("down_proj.weight", "mlp.c_proj.weight")
    return [parameter for name, parameter in named if name.endswith(ends)]


def train(
    model: HuggingFaceModel,
    parameters: Sequence[torch.nn.Parameter],
    prompt: str,
    answer: str,
    *,
    steps: int,
    rate: float,
    enough: float,
) -> list[float]:
    """Adam on -log P(answer | prompt) a token until it is below `enough`; the loss at each step."""
    given = model.tokenizer(prompt).input_ids
    scored = model.tokenizer(f" {answer}", add_special_tokens=False).input_ids
    ids = torch.tensor([given + scored], device=model.model.device)
    labels = torch.tensor([[-100] * len(given) + scored], device=model.model.device)
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimizer = torch.optim.Adam(parameters, lr=rate)
    losses: list[float] = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = model.model(input_ids=ids, labels=labels, use_cache=False).loss
        losses.append(loss.item())
        if losses[-1] < enough:
            break
        loss.backward()
        optimizer.step()
    optimizer.zero_grad()
    return losses
