"""P(z|q)."""

from __future__ import annotations

import math
from collections.abc import Sequence


def log_sum_exp(values: Sequence[float]) -> float:
    """log(sum(exp(values))) without overflow.

    >>> round(log_sum_exp([-1000.0, -1000.0]), 4)
    -999.3069
    """
    top = max(values)
    return top + math.log(math.fsum(math.exp(value - top) for value in values))


def softmax(log_values: Sequence[float]) -> list[float]:
    """Probabilities in proportion to exp(log_values), computed without overflow.

    >>> [round(p, 3) for p in softmax([-1000.0, -1000.0 + math.log(3)])]
    [0.25, 0.75]
    """
    if not log_values:
        return []
    total = log_sum_exp(log_values)
    return [math.exp(value - total) for value in log_values]
