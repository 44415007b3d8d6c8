"""Fits the weights of recall on people of whom nothing is scored: `daily-train.json`.

`python -m benchmarks.fitting --data data/daily-train.json --out recall.steps.jsonl` measures all
facts for every request, a line each, and goes on where it was; then it writes `weights.toml` anew.

Which fact answers is a multinomial logit over the candidates of each request; whether anything is
wanted, and answered, are two logistic regressions, whose biases are then set on the same people:
`--untouched` of the requests that need nothing get nothing, and `--silent` of the questions about
what was never told. A fact too many costs some tokens, a fact too few the answer, and these people
ask oddly; so both are below what is aimed at.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks import options
from benchmarks.baselines.vector import MiniLM
from benchmarks.daily import tell_everything
from benchmarks.harness import open_model, progress
from benchmarks.learned import holds
from langchain_kgt import EnglishReader, InMemoryTripleStore, KGTMemory
from langchain_kgt.recalling import likelihood, templates, wanting
from langchain_kgt.recalling.candidates import candidates
from langchain_kgt.recalling.likelihood import CLOSELY, Evidence, Weights
from langchain_kgt.recalling.policy import Policy
from langchain_kgt.recalling.vectors import Vectors

WEIGHTS = Path(likelihood.__file__).with_name("weights.toml")
# So many are measured closely: the likeliest by any weights.
_CLOSELY = 6
_RANKING = ("told", "cosine", "named", "same", "fits")
_CLOSE = {"closely": ("likely", "few_shot", "information"), "wish": ("likely", "few_shot")}
_WANTED = ("likely", "personal")
_ANSWERED = ("information", "same")
_NEEDING = ("direct", "paraphrase", "indirect")
# Gaussian priors on the weights of standardised features.
_RIDGE = 0.01


def main(
    data: options.Data,
    out: Annotated[Path, typer.Option(help="Where the evidence is kept.")],
    cases: options.Cases = None,
    model: options.Model = None,
    weights: Annotated[Path, typer.Option(help="The weights that are written.")] = WEIGHTS,
    untouched: Annotated[float, typer.Option(help="Share of unrelated requests.")] = 0.7,
    silent: Annotated[float, typer.Option(help="Share of unanswered questions.")] = 0.4,
) -> None:
    """Measure what is not measured yet, fit, and write the weights."""
    requests = _gathered(data, out, cases, model)
    lines = [
        "# What recall weighs; natural logs, cosines, and 1 for yes.",
        f"# Fitted by `python -m benchmarks.fitting` on {data.name}: "
        f"{len({r['user'] for r in requests})} people, {len(requests)} requests.",
    ]
    for name in ("encoder", "alone"):
        fitted = _fit(requests, encoder=name == "encoder", untouched=untouched, silent=silent)
        lines += ["", f"[{name}]", *(
            f"{part} = {{ {', '.join(f'{key} = {value:.4g}' for key, value in of.items())} }}"
            for part, of in fitted.items()
        )]
    weights.write_text("\n".join(lines) + "\n", encoding="utf-8")
    typer.echo("\n".join(lines))


def _gathered(
    data: Path, out: Path, cases: int | None, model: str | None
) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))[:cases]
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    known = [json.loads(line) for line in lines]
    done = {record["user"] for record in known}
    missing = [person for person in people if person["user"] not in done]
    if missing:
        scorer, vectors = open_model(model), Vectors(MiniLM())
        with progress(len(missing), "people") as advance:
            for person in missing:
                memory = KGTMemory(
                    model=scorer, graph=InMemoryTripleStore(), reader=EnglishReader()
                )
                tell_everything(memory, person)
                policy = Policy(
                    scorer, memory.graph, memory.settings, memory.reader, vectors
                )
                new = [_measured(policy, person["user"], probe) for probe in person["probes"]]
                with out.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(record) + "\n" for record in new)
                known += new
                advance()
    wanted = {person["user"] for person in people}
    return [record for record in known if record["user"] in wanted]


def _measured(policy: Policy, user_id: str, probe: dict[str, Any]) -> dict[str, Any]:
    request = policy.request(probe["question"], user_id)
    found = candidates(request, policy.graph, policy.vectors)
    prompts = templates.of("default", policy.model.control_tokens, request.user)
    evidence = likelihood.measure(
        request, found.facts, found.named, policy.model, policy.vectors, prompts,
        closely=_CLOSELY,
    )
    return {
        "user": user_id, "kind": probe["kind"], "personal": request.personal,
        "asks": request.wants_an_answer, "evidence": [asdict(one) for one in evidence],
        "answers": [
            bool(probe["answers"]) and holds(str(stored.triple), probe["answers"])
            for stored in found.facts
        ],
    }


def _fit(
    requests: Sequence[dict[str, Any]], *, encoder: bool, untouched: float, silent: float
) -> dict[str, dict[str, float]]:
    names = [name for name in _RANKING if encoder or name != "cosine"]
    needing = [(r["evidence"], r["answers"]) for r in requests if any(r["answers"])]
    ranking = _ranking(needing, names)
    by_ranking = Weights(ranking)
    measured = [_features(request, by_ranking) for request in requests]
    close = {
        part: _ranking([
            pair for r in requests
            if r["asks"] == (part == "closely") and (pair := _close(r, by_ranking))
        ], names_)
        for part, names_ in _CLOSE.items()
    }
    gates = {}
    for part, names_, negative, share, asks in (
        ("wanted", _WANTED, "unrelated", untouched, False),
        ("answered", _ANSWERED, "unanswered", silent, True),
    ):
        rows = [
            (m, r["kind"] != negative) for m, r in zip(measured, requests, strict=True)
            if (r["asks"] or not asks) and r["kind"] in (negative, *_NEEDING)
        ]
        gate = _logistic([(m, needs) for m, needs in rows if m is not None], names_)
        # What has no candidates is left alone in any case.
        below = sorted(
            -math.inf if m is None else Weights(gate).sum(m) for m, needs in rows if not needs
        )
        highest = below[math.ceil(share * len(below)) - 1] if below else -math.inf
        if math.isfinite(highest):
            # So that this share of them falls below nought.
            gate["bias"] -= highest + 1e-3
        gates[part] = gate
    return {"ranking": ranking, **close, **gates}


def _likeliest(evidence: Sequence[Evidence], logits: Sequence[float]) -> list[int]:
    """The few that would be measured closely by these logits."""
    return sorted(likelihood.likeliest(evidence), key=lambda i: -logits[i])[:CLOSELY]


def _close(
    request: dict[str, Any], ranking: Weights
) -> tuple[list[dict[str, float]], list[bool]] | None:
    """What decides among the likeliest few, if one of them answers."""
    evidence, logits = _weighed(request, ranking)
    best = _likeliest(evidence, logits)
    answers = [request["answers"][i] for i in best]
    if not any(answers):
        return None
    return [likelihood.closely(evidence[i], logits[i]) for i in best], answers


def _features(request: dict[str, Any], ranking: Weights) -> dict[str, float] | None:
    """What the decisions go by, if these are the weights of the ranking."""
    evidence, logits = _weighed(request, ranking)
    if not evidence:
        return None
    best = _likeliest(evidence, logits)
    return wanting.features(
        [
            one if i in best else replace(one, few_shot=math.nan, information=math.nan)
            for i, one in enumerate(evidence)
        ],
        logits, personal=request["personal"],
    )


def _weighed(
    request: dict[str, Any], ranking: Weights
) -> tuple[list[Evidence], list[float]]:
    measured = request["evidence"]
    return [Evidence(**one) for one in measured], [ranking.sum(one) for one in measured]


def _ranking(
    requests: Sequence[tuple[list[dict[str, float]], list[bool]]], names: Sequence[str]
) -> dict[str, float]:
    """Weights under which a fact that answers is likeliest among the candidates."""
    rows = [
        (torch.tensor([[one[name] for name in names] for one in evidence], dtype=torch.float64),
         torch.tensor(answers))
        for evidence, answers in requests
    ]
    scale = torch.cat([features for features, _ in rows]).std(0)
    weights = torch.zeros(len(names), dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        total = _RIDGE * weights.square().sum()
        for features, answers in rows:
            logits = (features / scale) @ weights
            total = total - (logits[answers].logsumexp(0) - logits.logsumexp(0)) / len(rows)
        return total

    _minimise(loss, weights)
    return dict(zip(names, (weights.detach() / scale).tolist(), strict=True))


def _logistic(
    rows: Sequence[tuple[dict[str, float], bool]], names: Sequence[str]
) -> dict[str, float]:
    """Weights whose sum is above nought where something is needed; both kinds weigh the same.

    None is below nought: more evidence never counts against a fact.
    """
    features = torch.tensor([[m[name] for name in names] for m, _ in rows], dtype=torch.float64)
    needs = torch.tensor([float(n) for _, n in rows], dtype=torch.float64)
    mean, scale = features.mean(0), features.std(0) + 1e-9
    share = needs.mean()
    each = torch.where(needs > 0, 0.5 / share, 0.5 / (1 - share))
    free = torch.zeros(len(names) + 1, dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        weights = torch.nn.functional.softplus(free[1:])
        logits = ((features - mean) / scale) @ weights + free[0]
        wrong = torch.nn.functional.binary_cross_entropy_with_logits(logits, needs, each)
        return wrong + _RIDGE * weights.square().sum()

    _minimise(loss, free)
    fitted = free.detach()
    slopes = torch.nn.functional.softplus(fitted[1:]) / scale
    bias = float(fitted[0] - (slopes * mean).sum())
    return {"bias": bias, **dict(zip(names, slopes.tolist(), strict=True))}


def _minimise(loss: Any, weights: torch.Tensor) -> None:
    solver = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        solver.zero_grad()
        value: torch.Tensor = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    solver.step(step)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    typer.run(main)
