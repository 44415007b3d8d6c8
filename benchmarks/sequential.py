"""Edits one after another, and what is left of all of them: Figure 4 of the paper."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from typing import Any

import typer

from benchmarks import options
from benchmarks.baselines import open_method
from benchmarks.baselines.base import Method
from benchmarks.cases import Case, load_cases
from benchmarks.editing import ask_cases, quality, update
from benchmarks.harness import Asker, Records, Run, progress, write_report

CHECKPOINTS = (10, 100, 500)
SAMPLED = 50
AROUND = 2  # neighbourhood prompts of each case that is sampled


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    labels: options.LabelsOption = options.Labels.given,
    alpha: options.Alpha = 0.0,
    model: options.Model = None,
    mode: options.ModeOption = options.Mode.default,
    resume: options.Resume = True,
    method: options.MethodOption = options.Method.kgt,
) -> None:
    """Apply the cases one by one; after 10, 100, 500 and the last ask a sample of all so far."""
    options_ = (data, out, cases, labels.value, alpha, model, mode.value, resume, method.value)
    run = Run("sequential", *options_)
    edits = load_cases(run.data, run.cases)
    records = Records(run)
    opened = open_method(run, records)
    try:
        with progress(len(edits), "edits") as advance:
            for index, case in enumerate(edits):
                update(index, case, opened, records, given=run.given)
                if index + 1 in {*CHECKPOINTS, len(edits)}:
                    _check(edits[: index + 1], opened, records, run)
                advance()
        write_report(run, opened, records, {"rows": _rows(records)})
    finally:
        opened.close()


def _check(edits: list[Case], method: Method, records: Records, run: Run) -> None:
    """Ask the prompts of a sample of the edits: the same sample for every method."""
    asker = Asker(method, run.alpha)
    corrected = [case.subject for case in edits]
    sample = random.Random(0).sample(range(len(edits)), min(SAMPLED, len(edits)))
    pending = [i for i in sorted(sample) if f"case {len(edits)}:{i}" not in records.done]
    cases = [
        replace(edits[i], neighborhood=edits[i].neighborhood[:AROUND]) for i in pending
    ]
    asked = ask_cases(cases, asker, corrected, given=run.given)
    for index, record in zip(pending, asked, strict=True):
        records.add(f"case {len(edits)}:{index}", **record)


def _rows(records: Records) -> list[dict[str, Any]]:
    updates = records.of("update")
    rows = []
    for edits in sorted({*CHECKPOINTS, len(updates)}):
        if cases := records.of(f"case {edits}"):
            seconds = [update["seconds"] for update in updates[:edits]]
            rows.append({
                "edits": edits, "sampled": len(cases), **quality(cases),
                "seconds_per_update_median": round(statistics.median(seconds), 3),
                "peak_rss_mb": max(case["peak_rss_mb"] for case in cases),
            })
    return rows


if __name__ == "__main__":
    typer.run(main)
