"""How well a correction that a user types in a conversation is told from everything else.

Prompts and threshold were chosen on the `dev` turns; what is reported are the `test` turns.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import options
from benchmarks.harness import open_model, progress, provenance, share
from langchain_kgt.recalling.names import bare
from langchain_kgt.tuning import answers
from langchain_kgt.tuning.turns import THRESHOLD, log_odds

TURNS = Path(__file__).parent / "data" / "turns.json"
_CURVE = [n / 2 for n in range(-4, 9)]


def main(
    out: options.Out,
    data: Annotated[Path, typer.Option(help="The turns.", exists=True, dir_okay=False)] = TURNS,
    split: Annotated[str, typer.Option(help="Which of them: test or dev.")] = "test",
    model: options.Model = None,
) -> None:
    """Measure the log-odds of every turn and write a report."""
    scorer = open_model(model)
    read: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))
    turns = [turn for turn in read if turn["split"] == split]
    seconds = []
    with progress(len(turns), "turns") as advance:
        for turn in turns:
            start = time.perf_counter()
            turn["log_odds"] = log_odds(
                turn["question"], turn["answer"], turn["message"], scorer
            )
            seconds.append(time.perf_counter() - start)
            advance()
    found = [
        bare(answers.find(turn["question"], turn["message"], scorer))
        == bare(turn["right"])
        for turn in turns
        if turn["correction"] and _taken(turn)
    ]
    report = {
        **_at(THRESHOLD, turns),
        "turns": len(turns),
        "corrections": sum(turn["correction"] for turn in turns),
        "answer_found": share(found),
        "threshold": THRESHOLD,
        "seconds_per_turn_median": round(statistics.median(seconds), 3),
        "curve": [{"threshold": nats, **_at(nats, turns)} for nats in _CURVE],
        "mistaken": [t["message"] for t in turns if _taken(t) and not t["correction"]],
        "missed": [t["message"] for t in turns if t["correction"] and not _taken(t)],
        "settings": {"benchmark": "turns", "data": data.name, "split": split, "cases": len(turns)},
        "command": "python -m benchmarks.turns "
        + (f"--split {split} " if split != "test" else "")
        + (f"--model {Path(model).name} " if model else "")
        + f"--out docs/reports/{out.name}",
        **provenance(scorer),
    }
    out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(report, indent=2))


def _taken(turn: dict[str, Any], threshold: float = THRESHOLD) -> bool:
    return bool(turn["log_odds"] > threshold)


def _at(threshold: float, turns: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Precision and recall if what is above the threshold is taken for a correction."""
    return {
        "precision": share([t["correction"] for t in turns if _taken(t, threshold)]),
        "recall": share([_taken(t, threshold) for t in turns if t["correction"]]),
    }


if __name__ == "__main__":
    typer.run(main)
