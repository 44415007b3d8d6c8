"""Preferences, and requests in other words that should heed them (PrefEval, Zhao et al. 2025).

One user states all of them, a message each, and then makes every request: is the preference that
belongs to it among k recalled facts?
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import typer
from langchain_core.messages import HumanMessage

from benchmarks import options
from benchmarks.baselines.messages import Messages
from benchmarks.conversations import Session, learn_sessions, said_in
from benchmarks.evidence import Evidence, Question
from benchmarks.harness import open_model, progress
from benchmarks.learned import new_memories, write_report

# The data have no dates, and what is read must not depend on the day of the run.
_WHEN = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Learn all preferences, make every request, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))[:cases]
    scorer = open_model(model)
    memory = new_memories(scorer, encoder=encoder)()
    sessions = [
        Session(_WHEN, (HumanMessage(item["preference"], id=item["id"]),)) for item in items
    ]
    questions = [
        Question(item["question"], "own", _WHEN, (item["id"],)) for item in items
    ]
    evidence = Evidence()
    with progress(2 * len(items), "preferences and requests") as advance:
        learn_sessions(memory, sessions, advance)
        evidence.ask(memory, Messages(said_in(sessions)), questions, advance)
    write_report(
        "prefeval", evidence.metrics(), data, out, scorer, encoder=encoder, cases=cases
    )


if __name__ == "__main__":
    typer.run(main)
