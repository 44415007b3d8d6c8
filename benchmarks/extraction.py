"""T_extract: for how many updates a model gives relations in its own words, and which."""

from __future__ import annotations

import statistics
import time

import typer

from benchmarks import options
from benchmarks.baselines.base import Method
from benchmarks.cases import load_cases
from benchmarks.harness import Records, Run, open_model, progress, share, write_report
from langchain_kgt.recalling import relations


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    model: options.Model = None,
    resume: options.Resume = True,
    candidates: options.Candidates = 5,
) -> None:
    """Ask for K relations of every case as an update would, and write what can stand as one."""
    run = Run(
        "extraction", data, out, cases, "", None, model, "default", resume,
        candidates=candidates, relations="",
    )
    records = Records(run)
    method = Method(open_model(model), run, records)
    asked = load_cases(data, cases)
    with progress(len(asked), "updates") as advance:
        for index, case in enumerate(asked):
            step = f"update:{index}"
            if step not in records.done:
                start = time.perf_counter()
                found = relations.generate(
                    method.model, case.prompt, case.target_new, case.subject, candidates
                )
                records.add(step, seconds=time.perf_counter() - start, relations=found)
            advance()
    write_report(run, method, records, _metrics(records))


def _metrics(records: Records) -> dict[str, object]:
    updates = records.of("update")
    return {
        "updates": len(updates),
        "valid": share([bool(update["relations"]) for update in updates]),
        "valid_per_update": round(statistics.mean(len(u["relations"]) for u in updates), 3),
        "seconds_per_extraction_median": round(
            statistics.median(update["seconds"] for update in updates), 3
        ),
        "relations": [update["relations"] for update in updates],
    }


if __name__ == "__main__":
    typer.run(main)
