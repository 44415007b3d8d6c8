"""Fits what is kept of a message, and what it ends, on `daily-train.json` and what is made of it.

`python -m benchmarks.fitting_talk --data data/daily-train.json` writes three decisions anew:

- keep: whether a clause names the object of a fact of its message,
- told: whether a clause tells of somebody's life at all, be it over: one of these, or of a message
  about the past, and not of a question, a request, a story, a quotation,
- changes: whether a message ends anything, or takes it back,
- ending: whether it ends a given fact, of those that the person has told so far.

Logistic regressions with Gaussian priors: over the parse alone, with the vectors of an encoder, and
with the states of a model. The bias of what is kept is
set on people left out of the fit, so that `--silent` of the messages without a fact keep nothing.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks import options
from benchmarks.baselines.vector import MiniLM
from benchmarks.harness import open_model, progress
from benchmarks.training import PASSING, PLAIN, Said, read
from langchain_kgt.reading.english.talk import weighing
from langchain_kgt.reading.english.talk.states import states
from langchain_kgt.recalling.vectors import Vectors
from langchain_kgt.tuning import ending

KEEP = Path(weighing.__file__).with_name("weights.json")
ENDING = Path(ending.__file__).with_name("ending.toml")
_FOLDS = 5
_FEWEST = 5
# Vectors have length one: so that their numbers weigh as much as a feature does.
_SCALE = 3.0
# Of a state, of which there are hundreds.
_STATE_SCALE = 0.1
_DEPTH = 0.6
_RIDGE = {"keep": 6.0, "changes": 2.0, "ending": 1.0}
_WITHOUT = frozenset(
    "question request thanks remark hypothetical past fiction quoted negated".split()
)


def main(
    data: options.Data,
    model: options.Model = None,
    silent: Annotated[float, typer.Option(help="Share of messages without a fact.")] = 0.86,
    keep: Annotated[Path, typer.Option(help="The weights that are written.")] = KEEP,
    ends: Annotated[Path, typer.Option(help="Likewise, of what is ended.")] = ENDING,
) -> None:
    """Read all messages, fit, and write the weights."""
    torch.set_num_threads(1)
    said = list(read(json.loads(data.read_text(encoding="utf-8"))))
    vectors, scorer = Vectors(MiniLM()), open_model(model)
    of = [n for n, one in enumerate(said) for _ in one.clauses]
    rows, messages = vectors.of([t for one in said for t in one.clauses]), vectors.of(
        [one.text for one in said]
    )
    clauses_states, message_states = _states(said, scorer)
    # What is looked at besides: of each clause, and of each message.
    besides: dict[str, tuple[list[Any], list[Any]]] = {
        "alone": ([], []),
        "encoder": ([_SCALE * rows, _SCALE * messages[of]], [_SCALE * messages]),
        "states": ([clauses_states], [message_states]),
    }
    name = Path(scorer.id).name.split(".")[0]
    fitted: dict[str, Any] = {
        "fitted": f"by python -m benchmarks.fitting_talk on {data.name}: "
        f"{len({one.person for one in said if one.kind != PLAIN})} people, {len(said)} messages "
        "with those that are made of theirs or written for it",
        "model": name, "depth": _DEPTH, "keep": {}, "told": {}, "changes": {},
    }
    pairs: dict[str, dict[str, float]] = {}
    for by, (of_clauses, of_messages) in besides.items():
        fitted["keep"][by] = _keep(said, of_clauses, silent)
        fitted["told"][by] = _keep(said, of_clauses, silent, over=True)
        fitted["changes"][by], odds = _changes(said, of_messages)
        if by != "states":
            pairs[by] = _ending(said, odds, vectors.of if by == "encoder" else None)
    keep.write_text(json.dumps(fitted, indent=0) + "\n", encoding="utf-8")
    lines = [f"# Fitted {fitted['fitted']}."]
    for by, slopes in pairs.items():
        lines += ["", f"[{by}]", *(f"{key} = {value:.4g}" for key, value in slopes.items())]
    ends.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _keep(
    said: Sequence[Said], besides: Sequence[Any], silent: float, *, over: bool = False
) -> dict[str, Any]:
    """The weights of what is kept; `over`: of what tells of somebody's life, if it is over."""
    of = [n for n, one in enumerate(said) for _ in one.clauses]
    kinds = [said[n].kind for n in of]
    features = [f for one in said for f in one.features]
    named = [y for one in said for y in one.right]
    right = [float(y or (over and kind == "past")) for y, kind in zip(named, kinds, strict=True)]
    names = _names(features)
    matrix = _matrix(features, names, *besides)
    # Of a message with a fact the other clauses may well tell something.
    used = np.array([
        not over or y > 0 or kind in _WITHOUT for y, kind in zip(right, kinds, strict=True)
    ])
    people = [said[n].person for n in of]
    odds = _left_out(matrix, right, people, _RIDGE["keep"], used)
    without = _WITHOUT - {"past"} if over else _WITHOUT
    most = {n: -math.inf for n, one in enumerate(said) if one.kind in without}
    for n, sure in zip(of, odds, strict=True):
        if n in most:
            most[n] = max(most[n], sure)
    least = sorted(most.values())[math.ceil(silent * len(most)) - 1]
    weights = _logistic(matrix[used], np.array(right)[used], _RIDGE["keep"])
    weights[-1] -= least + 1e-3
    return _written(weights, names, besides)


def _changes(
    said: Sequence[Said], besides: Sequence[Any]
) -> tuple[dict[str, Any], list[float]]:
    """The weights, and the log-odds of each message by weights fitted without its person."""
    features = [one.words for one in said]
    names = _names(features)
    matrix = _matrix(features, names, *besides)
    over = np.array([float(one.kind in {"change", "retraction"}) for one in said])
    used = np.array([one.kind not in {PASSING, PLAIN} for one in said])
    odds = _left_out(matrix, over, [one.person for one in said], _RIDGE["changes"], used)
    weights = _logistic(matrix[used], over[used], _RIDGE["changes"])
    return _written(weights, names, besides), odds


def _ending(
    said: Sequence[Said], changes: Sequence[float], encode: Callable[..., Any] | None
) -> dict[str, float]:
    found = [
        row for one, odds in zip(said, changes, strict=True)
        for row in ending.evidence(one.facts, one.text, one.clauses, odds, encode)
    ]
    names = list(found[0])
    matrix = np.array([[row[name] for name in names] for row in found], dtype=np.float32)
    mean, scale = matrix.mean(0), matrix.std(0) + 1e-6
    over = [float(y) for one in said for y in one.ended]
    weights = _logistic((matrix - mean) / scale, over, _RIDGE["ending"])
    slopes = weights[:-1] / scale
    bias = float(weights[-1] - (slopes * mean).sum())
    return {"bias": bias, **dict(zip(names, map(float, slopes), strict=True))}


class _Standard(np.ndarray):
    """States of mean nought and one size, so that they weigh as much as a feature does."""

    mean: Any
    scale: Any

    @classmethod
    def of(cls, states: Any) -> _Standard:
        mean, scale = states.mean(0), (states.std(0) + 1e-3) / _STATE_SCALE
        table: _Standard = ((states - mean) / scale).view(cls)
        table.mean, table.scale = mean, scale
        return table


def _states(said: Sequence[Said], scorer: Any) -> tuple[Any, Any]:
    clauses, messages = [], []
    with progress(len(said), "passes") as advance:
        for one in said:
            rows: Any = states(one.context, one.spoken, scorer, _DEPTH)
            clauses.append(rows[:-1])
            messages.append(rows[-1])
            advance()
    return _Standard.of(np.concatenate(clauses)), _Standard.of(np.array(messages))


def _names(features: Sequence[frozenset[str]]) -> list[str]:
    counted = Counter(name for one in features for name in one)
    return sorted(name for name, count in counted.items() if count >= _FEWEST)


def _matrix(features: Sequence[frozenset[str]], names: Sequence[str], *vectors: Any) -> Any:
    place = {name: n for n, name in enumerate(names)}
    matrix = np.zeros((len(features), len(names)), dtype=np.float32)
    for row, one in enumerate(features):
        for name in one & place.keys():
            matrix[row, place[name]] = 1.0
    return np.concatenate([matrix, *vectors], axis=1)


def _left_out(
    matrix: Any, right: Any, people: Sequence[int], ridge: float,
    used: Any = None,
) -> list[float]:
    """Log-odds by weights that were fitted on other people."""
    odds = np.zeros(len(right))
    outside = np.array(people) % _FOLDS
    truth = np.array(right)
    for fold in range(_FOLDS):
        rows = outside == fold
        others = ~rows if used is None else ~rows & used
        weights = _logistic(matrix[others], truth[others], ridge)
        odds[rows] = matrix[rows] @ weights[:-1] + weights[-1]
    told: list[float] = odds.tolist()
    return told


def _logistic(matrix: Any, right: Any, ridge: float) -> Any:
    features = torch.as_tensor(matrix, dtype=torch.float32)
    truth = torch.as_tensor(np.asarray(right), dtype=torch.float32)
    weights = torch.zeros(features.shape[1] + 1, requires_grad=True)
    solver = torch.optim.LBFGS([weights], max_iter=120, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        solver.zero_grad()
        odds = features @ weights[:-1] + weights[-1]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            odds, truth, reduction="sum"
        ) + ridge / 2 * weights[:-1].square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    solver.step(step)  # type: ignore[no-untyped-call]
    return weights.detach().numpy()


def _written(weights: Any, names: Sequence[str], besides: Sequence[Any]) -> dict[str, Any]:
    features = {
        name: round(float(weight), 3)
        for name, weight in zip(names, weights, strict=False) if abs(weight) >= 0.005
    }
    record: dict[str, Any] = {"bias": float(weights[-1]), "features": features}
    rows = []
    place = len(names)
    for table in besides:
        row = weights[place : place + table.shape[1]]
        place += table.shape[1]
        if isinstance(table, _Standard):
            record["bias"] -= float((row * table.mean / table.scale).sum())
            row = row / table.scale
        else:
            row = _SCALE * row
        rows.append([float(f"{number:.4g}") for number in row])
    if rows:
        record["vectors"] = rows
    record["bias"] = round(record["bias"], 4)
    return record


if __name__ == "__main__":
    typer.run(main)
