"""Algorithm 1 of the paper (arXiv 2405.19686), to the letter.

It alternates: add the candidate with the highest P(a|q,z), then remove the triple of G_q
with the lowest, until the loss is small enough. With the loss of `objective.py`, two candidates z1
and z2, and an old triple z3 in the graph:

>>> from langchain_kgt.tuning.objective import Objective
>>> loss = Objective(
...     candidates=("z1", "z2"),
...     relation_scores={"z1": -1.0, "z2": -3.0, "z3": -2.0},
...     reasoning_scores={"z1": -0.5, "z2": -1.5, "z3": -9.0},
...     delta=1e-6,
... )
>>> round(loss.total({"z3"}), 2)              # as it is: both candidates at the floor
14.82
>>> round(loss.total({"z3", "z1"}), 2)        # z1 added
8.06
>>> round(loss.total({"z1"}), 2)              # z3 removed
7.91
>>> round(loss.total({"z1", "z2"}), 2)        # z2 added
2.13
>>> algorithm_1(loss, {"z3"}, epsilon=8.0)    # stops after the first removal
(['z1'], ['z3'])
>>> algorithm_1(loss, {"z3"}, epsilon=2.5)
(['z1', 'z2'], ['z3'])
"""

from __future__ import annotations

from collections.abc import Set

from langchain_kgt.tuning.objective import Objective, Z


def algorithm_1(
    objective: Objective[Z], graph: Set[Z], *, epsilon: float
) -> tuple[list[Z], list[Z]]:
    """Which candidates to add, and which triples of G_q to remove.

    Candidates are added by falling P(a|q,z), triples removed by rising P(a|q,z), in turns, and the
    loss is looked at after every step. A candidate that the graph has already is not added again.
    """
    by_answer = objective.reasoning_scores.__getitem__
    to_add = sorted((z for z in objective.candidates if z not in graph), key=by_answer)
    to_remove = sorted((z for z in graph if z not in objective.candidates), key=by_answer)
    to_remove.reverse()
    state, added, removed = set(graph), [], []
    while to_add or to_remove:
        if to_add:
            z = to_add.pop()
            state.add(z)
            added.append(z)
            if objective.total(state) <= epsilon:
                break
        if to_remove:
            z = to_remove.pop()
            state.remove(z)
            removed.append(z)
            if objective.total(state) <= epsilon:
                break
    return added, removed
