"""The loss of Knowledge Graph Tuning (arXiv 2405.19686, equations 4 to 8).

    L           = L_retrieve + L_reasoning
    L_retrieve  = -(1/K) sum over z in H of log P(z|q)
    L_reasoning = -(1/K) sum over z in H of log P(a|q,z)
    P(z|q)      = P(r | T_retrieve(q)) / sum over z' in G_q of P(r' | T_retrieve(q)),  z in G_q
    P(a|q,z)    = P(a | T_reasoning(q, z))

All logarithms are natural. Outside G_q the paper has P(z|q) = 0 and so an infinite loss; here it is
floored at delta.

A worked example. Let H hold two triples with relations r1 and r2, and G_q the first of them beside
an old triple with r3. Let log P(r|T_retrieve) be -1, -3 and -2, and log P(a|q,z) be -0.5 and -1.5:

>>> import math
>>> loss = Objective(
...     candidates=("z1", "z2"),
...     relation_scores={"z1": -1.0, "z2": -3.0, "z3": -2.0},
...     reasoning_scores={"z1": -0.5, "z2": -1.5},
...     delta=1e-6,
... )
>>> round(loss.log_retrieval("z1", {"z1", "z3"}), 4)    # -1 - log(e^-1 + e^-2)
-0.3133
>>> round(loss.retrieval({"z1", "z3"}), 4)              # (0.3133 - log 1e-6) / 2
7.0644
>>> loss.reasoning
1.0
>>> round(loss.total({"z1", "z3"}), 4)
8.0644
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from langchain_kgt.recalling.likelihood import log_sum_exp

Z = TypeVar("Z", bound=Hashable)


@dataclass(frozen=True)
class Objective(Generic[Z]):
    """The loss as a function of the graph, once the model has been asked.

    Attributes:
        candidates: H(q, a, K).
        relation_scores: log P(r | T_retrieve(q)) of every triple of H and G_q.
        reasoning_scores: log P(a|q,z) of every triple of H (and of G_q, if Algorithm 1 sorts it).
        delta: the floor of P(z|q).
    """

    candidates: Sequence[Z]
    relation_scores: Mapping[Z, float]
    reasoning_scores: Mapping[Z, float]
    delta: float

    def log_retrieval(self, z: Z, graph: Set[Z]) -> float:
        """log P(z|q) in a graph G_q: at least log(delta)."""
        floor = math.log(self.delta)
        if z not in graph:
            return floor
        return max(floor, self.relation_scores[z] - log_sum_exp(
            [self.relation_scores[other] for other in graph]
        ))

    def retrieval(self, graph: Set[Z]) -> float:
        """L_retrieve of the candidates in a graph G_q."""
        return -math.fsum(self.log_retrieval(z, graph) for z in self.candidates) / len(
            self.candidates
        )

    @property
    def reasoning(self) -> float:
        """L_reasoning of the candidates; it does not depend on the graph."""
        return -math.fsum(self.reasoning_scores[z] for z in self.candidates) / len(self.candidates)

    def total(self, graph: Set[Z]) -> float:
        """L in a graph G_q."""
        return self.retrieval(graph) + self.reasoning
