"""Rank-one model editing, ROME (Meng et al. 2022, arXiv 2202.05262, section 3).

What an MLP reads at the last token of a subject is a key k, and what it then writes a value v. An
edit finds the value after which the answer follows the prompt, and puts it under the key:

    W += (v - W k) (C^-1 k)^T / (k^T C^-1 k)

It differs from the authors' code in what it has to read: C, the second moment of keys, is that of
4,096 tokens which the model writes itself after "The", sampled with a fixed seed, where they take
Wikipedia; a key is averaged over five contexts, from the same texts; and "SUBJECT is a" is held at
its last token. The data of the benchmark is not read for any of it. An edit is computed in fp32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import typer

from benchmarks.baselines.weights import Weights, down_projections
from benchmarks.harness import Records, Run
from langchain_kgt.models.huggingface import HuggingFaceModel

_LAYER = 5
_TEXTS, _TOKENS = 64, 64
_CONTEXTS, _CONTEXT_TOKENS = 4, 8
_RIDGE = 1e-2  # of the mean of C's diagonal: 4,096 keys have some 1,500 dimensions
_STEPS, _RATE, _ENOUGH = 20, 0.5, 5e-2
_KL, _DECAY, _NORM = 0.0625, 0.5, 4.0


class ROME(Weights):
    """One matrix takes all edits; the second moment of keys stays that of the model as it was."""

    seed = 0

    def __init__(self, model: HuggingFaceModel, run: Run, records: Records) -> None:
        if run.labels != "given":
            raise typer.BadParameter("rome needs the subject of each edit: --labels given")
        super().__init__(model, run, records)
        [name] = [n for n, p in model.model.named_parameters() if p is self.edited[0]]
        self.layer = model.model.get_submodule(name.removesuffix(".weight"))
        if not isinstance(self.layer, torch.nn.Linear):
            raise typer.BadParameter("rome edits Linear layers only; this model has others")
        self.device = self.edited[0].device
        with self.unedited(), _read(self.layer) as keys:
            texts = _own_texts(model)
        self.moment = _second_moment(torch.cat([key.flatten(0, 1) for key in keys]))
        begin = [model.tokenizer.decode(text[:_CONTEXT_TOKENS]).strip() for text in texts]
        self.contexts = ["", *(f"{text}. " for text in begin[:_CONTEXTS])]

    def choose(self) -> list[torch.nn.Parameter]:
        return [down_projections(self.model)[_LAYER]]

    def settings(self) -> dict[str, Any]:
        return {
            "layer": _LAYER, "texts": _TEXTS, "tokens": _TOKENS, "contexts": _CONTEXTS,
            "ridge": _RIDGE, "steps": _STEPS, "rate": _RATE, "enough": _ENOUGH, "kl": _KL,
            "decay": _DECAY, "norm": _NORM,
        }

    def edit(self, prompt: str, answer: str, subject: str | None) -> list[float]:
        assert subject is not None
        prompts = [context + prompt for context in self.contexts]
        rows = [self._tokens(text, subject) for text in prompts]
        key = self._key(rows)
        change, losses = self._value(rows, self._tokens(f"{subject} is a", subject), answer)
        direction = torch.linalg.solve(self.moment, key)
        with torch.no_grad():
            edit = torch.outer(change / (key @ direction), direction)
            self.edited[0].add_(edit.to(self.edited[0].dtype))
        return losses

    def _tokens(self, text: str, subject: str) -> tuple[list[int], int]:
        """The tokens of a text, and which of them ends the subject; the last, if it is not there.

        "Question: Who made my car?": that of "car".
        """
        encoded = self.model.tokenizer(text, return_offsets_mapping=True)
        start = text.casefold().rfind(subject.casefold())
        end = start + len(subject) - 1 if start >= 0 else len(text)
        spans = enumerate(encoded.offset_mapping)
        at = next((i for i, (a, b) in spans if a <= end < b), len(encoded.input_ids) - 1)
        return encoded.input_ids, at

    def _tensor(self, values: list[list[int]]) -> torch.Tensor:
        return torch.tensor(values, device=self.device)

    def _key(self, rows: list[tuple[list[int], int]]) -> torch.Tensor:
        """What the layer reads at the end of the subject, averaged over the contexts."""
        keys = []
        for ids, at in rows:
            with torch.no_grad(), _read(self.layer) as inputs:
                row = torch.tensor([ids], device=self.device)
                self.model.model(input_ids=row, use_cache=False, logits_to_keep=1)
            keys.append(inputs[0][0, at].float())
        return torch.stack(keys).mean(0)

    def _value(
        self, rows: list[tuple[list[int], int]], essence: tuple[list[int], int], answer: str
    ) -> tuple[torch.Tensor, list[float]]:
        """v - W k, by gradient descent on the output of the layer, and the loss at each step.

        The loss is -log P(answer) a token over all contexts, plus what "SUBJECT is a" changes
        (KL), plus a weight decay; the norm is bounded by a multiple of that of W k.
        """
        scored = self.model.tokenizer(f" {answer}", add_special_tokens=False).input_ids
        whole = [ids + scored for ids, _ in rows] + [essence[0]]
        ends = [len(ids) - 1 for ids in whole]
        width = max(ends) + 1
        ids = self._tensor([row + [0] * (width - len(row)) for row in whole])
        mask = self._tensor([[1] * len(row) + [0] * (width - len(row)) for row in whole])
        at = [at for _, at in (*rows, essence)]
        targets = self._tensor([scored] * len(rows))
        # The logits of a token predict the next one.
        n = len(scored)
        picked = self._tensor([list(range(end - n, end)) for end in ends[:-1]])
        with torch.no_grad(), _read(self.layer) as inputs:
            self.model.model(input_ids=ids[:1], use_cache=False, logits_to_keep=1)
            size = self.layer(inputs[0][0, at[0]]).float().norm()
        change = torch.zeros(self.edited[0].shape[0], device=self.device, requires_grad=True)
        optimizer = torch.optim.Adam([change], lr=_RATE)
        losses: list[float] = []
        before: torch.Tensor | None = None

        def added(output: torch.Tensor) -> torch.Tensor:
            where = torch.zeros(*output.shape[:2], 1, device=self.device)
            where[torch.arange(len(at)), torch.tensor(at)] = 1
            return output + (where * change).to(output.dtype)

        for _ in range(_STEPS):
            optimizer.zero_grad()
            with _write(self.layer, added):
                output = self.model.model(input_ids=ids, attention_mask=mask, use_cache=False)
            logits = output.logits.float()
            chosen = logits[:-1].gather(1, picked[:, :, None].expand(-1, -1, logits.shape[-1]))
            said = chosen.log_softmax(-1).gather(2, targets[:, :, None]).mean()
            essential = logits[-1, ends[-1]].log_softmax(-1)
            before = essential.detach() if before is None else before
            moved = torch.nn.functional.kl_div(essential, before, log_target=True, reduction="sum")
            loss = -said + _KL * moved + _DECAY * change.norm() / size**2
            losses.append(-said.item())
            if loss.item() < _ENOUGH:
                break
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                change *= min(1.0, float(_NORM * size / change.norm()))
        return change.detach(), losses


def _second_moment(keys: torch.Tensor) -> torch.Tensor:
    keys = keys.float()
    moment = keys.T @ keys / len(keys)
    return moment + _RIDGE * moment.diagonal().mean() * torch.eye(len(moment), device=keys.device)


def _own_texts(model: HuggingFaceModel) -> torch.Tensor:
    """What the model writes after "The"."""
    torch.manual_seed(ROME.seed)
    prompt = [model.tokenizer("The").input_ids] * _TEXTS
    start = torch.tensor(prompt, device=model.model.device)
    texts: torch.Tensor = model.model.generate(
        start, attention_mask=torch.ones_like(start), do_sample=True, top_k=50,
        min_new_tokens=_TOKENS, max_new_tokens=_TOKENS,
        pad_token_id=model.tokenizer.eos_token_id,
    )
    return texts


@contextmanager
def _read(layer: torch.nn.Module) -> Iterator[list[torch.Tensor]]:
    """The inputs of a layer, as forward passes go through it."""
    inputs: list[torch.Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, given: inputs.append(given[0]))
    try:
        yield inputs
    finally:
        hook.remove()


@contextmanager
def _write(
    layer: torch.nn.Module, change: Callable[[torch.Tensor], torch.Tensor]
) -> Iterator[None]:
    """A layer whose output is changed."""
    hook = layer.register_forward_hook(lambda _, __, output: change(output))
    try:
        yield
    finally:
        hook.remove()
