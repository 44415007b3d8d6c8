"""The states of a middle layer, from which it can be read what a model makes of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel


def layer(model: PreTrainedModel, tokens: Sequence[int], depth: float) -> Any:
    """The states behind a layer of every token of one text, in float32; no head is computed.

    Args:
        model: a causal language model.
        tokens: at least one.
        depth: of the layer, as a share of all.
    """
    with torch.inference_mode():
        read = model.base_model(
            input_ids=torch.tensor([list(tokens)], device=model.device), output_hidden_states=True
        )
    states = read.hidden_states
    return states[round(depth * (len(states) - 1))][0].float().cpu().numpy()


def pooled(
    states: Any, offsets: Sequence[tuple[int, int]], spans: Sequence[Sequence[tuple[int, int]]]
) -> Any:
    """The mean state of the tokens that share a character with a part of the text, a row a part.

    >>> states = np.array([[1.0, 0.0], [3.0, 2.0], [5.0, 5.0]], dtype=np.float32)
    >>> pooled(states, [(0, 2), (2, 4), (4, 6)], [[(0, 3)], [(9, 10)]]).tolist()
    [[2.0, 1.0], [0.0, 0.0]]
    """
    rows = np.zeros((len(spans), states.shape[1]), dtype=np.float32)
    begins, ends = np.array(offsets).reshape(-1, 2).T
    for row, parts in zip(rows, spans, strict=True):
        within = np.zeros(len(begins), dtype=bool)
        for begin, end in parts:
            within |= (begins < end) & (ends > begin)
        if within.any():
            row[:] = states[within].mean(0)
    return rows
