"""zsRE: questions in natural language and a paraphrase of each."""

from __future__ import annotations

import typer

from benchmarks import options
from benchmarks.editing import run_editing
from benchmarks.harness import Run


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    labels: options.LabelsOption = options.Labels.given,
    alpha: options.Alpha = options.ALPHA,
    model: options.Model = None,
    mode: options.ModeOption = options.Mode.default,
    resume: options.Resume = True,
    method: options.MethodOption = options.Method.kgt,
) -> None:
    """Apply every case as feedback, then ask all prompts, and write a report."""
    options_ = (data, out, cases, labels.value, alpha, model, mode.value, resume, method.value)
    run_editing(Run("zsre", *options_))


if __name__ == "__main__":
    typer.run(main)
