"""zsRE: questions in natural language and a paraphrase of each."""

from __future__ import annotations

import typer

from benchmarks.editing import command

main = command("zsre")

if __name__ == "__main__":
    typer.run(main)
