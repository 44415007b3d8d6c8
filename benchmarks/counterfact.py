"""CounterFact: cloze prompts, paraphrases after unrelated sentences, ten neighbours."""

from __future__ import annotations

import typer

from benchmarks.editing import command

main = command("counterfact")

if __name__ == "__main__":
    typer.run(main)
