"""ParaRel, the paper's second data set: cloze prompts, up to three paraphrases, one neighbour."""

from __future__ import annotations

import typer

from benchmarks.editing import command

main = command("pararel")

if __name__ == "__main__":
    typer.run(main)
