"""Messages that hold nothing lasting, and requests that do in passing: what is written of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import options
from benchmarks.baselines.vector import MiniLM
from benchmarks.harness import code_hash, open_model, progress, provenance, share
from langchain_kgt import EnglishReader, InMemoryTripleStore, KGTMemory


def main(
    data: options.Data,
    out: options.Out,
    model: options.Model = None,
    encoder: Annotated[bool, typer.Option(help="Give memory a sentence encoder.")] = True,
) -> None:
    """Learn every message for a user of its own, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))
    scorer, reader, vectors = open_model(model), EnglishReader(), MiniLM() if encoder else None
    silent: list[bool] = []
    with progress(len(items), "messages") as advance:
        for item in items:
            memory = KGTMemory(
                model=scorer, graph=InMemoryTripleStore(), reader=reader, embeddings=vectors
            )
            memory.learn(item["text"], user_id="u")
            silent.append(all(fact.kind == "event" for fact in memory.facts(user_id="u")))
            advance()
    metrics = {
        "silent": share(silent), "silent_even": share(silent[::2]),
        "silent_odd": share(silent[1::2]), "messages": len(items),
    }
    report = {
        **metrics,
        "settings": {
            "benchmark": "negatives", "data": data.name, "encoder": encoder,
            "code_sha256": code_hash(),
        },
        "command": f"python -m benchmarks.negatives --data data/{Path(data).name} "
        + ("" if encoder else "--no-encoder ") + f"--out docs/reports/{out.name}",
        **provenance(scorer),
    }
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(metrics, indent=1))


if __name__ == "__main__":
    typer.run(main)
