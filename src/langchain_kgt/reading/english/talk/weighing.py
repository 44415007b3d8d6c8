"""How likely a clause is worth keeping, and a message says that something is over.

Logistic regressions over what the parse knows, and over the states of a model's middle layer, or
else the vectors of an encoder, where there are some; `python -m benchmarks.fitting_talk` fits them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Weights:
    """Of one decision. Log-odds are natural.

    Attributes:
        bias: the log-odds of what has no feature; nought is where it is decided.
        features: what each feature adds.
        vectors: what each number of the vectors adds, one row a vector; empty without an encoder.
    """

    bias: float
    features: Mapping[str, float]
    vectors: Any = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def odds(self, features: Iterable[str], *vectors: Any) -> float:
        """The log-odds of something with these features and vectors."""
        odds = self.bias + sum(self.features.get(name, 0.0) for name in features)
        return odds + sum(
            float(row @ vector) for row, vector in zip(self.vectors, vectors, strict=False)
        )

    def takes(self, *vectors: Any) -> bool:
        """Whether they were fitted for vectors of this many numbers."""
        return len(self.vectors) == len(vectors) and all(
            len(row) == len(vector) for row, vector in zip(self.vectors, vectors, strict=True)
        )

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Weights:
        """Those that a script has written."""
        rows = np.asarray(record.get("vectors", np.zeros((0, 0))), dtype=np.float32)
        return cls(record["bias"], record["features"], rows)


@cache
def weights(decision: str, by: str) -> Weights:
    """The fitted weights of a decision.

    Args:
        decision: "keep", "told" or "changes".
        by: "alone", "encoder" or "states".
    """
    return Weights.from_json(fitted()[decision][by])


@cache
def fitted() -> Mapping[str, Any]:
    """All that a script has written: for which model, by which of its layers."""
    text = (files(__package__) / "weights.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found
