"""Messages that hold nothing lasting, and requests that do in passing: what is written of them."""

from __future__ import annotations

import json
from typing import Any

import typer

from benchmarks import options
from benchmarks.harness import open_model, progress, share
from benchmarks.learned import new_memories, write_report


def main(
    data: options.Data,
    out: options.Out,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Learn every message for a user of its own, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))
    scorer = open_model(model)
    new_memory = new_memories(scorer, encoder=encoder)
    silent: list[bool] = []
    with progress(len(items), "messages") as advance:
        for item in items:
            memory = new_memory()
            memory.learn(item["text"], user_id="u")
            silent.append(all(fact.kind == "event" for fact in memory.facts(user_id="u")))
            advance()
    metrics = {
        "silent": share(silent), "silent_even": share(silent[::2]),
        "silent_odd": share(silent[1::2]), "messages": len(items),
    }
    write_report("negatives", metrics, data, out, scorer, encoder=encoder)


if __name__ == "__main__":
    typer.run(main)
