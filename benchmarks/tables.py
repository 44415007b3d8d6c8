"""Writes the tables of docs/benchmarks.md from the reports: `python -m benchmarks.tables`.

A table stands between `<!-- NAME -->` and `<!-- /NAME -->`; everything else of the page is left.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

EDITING = (
    "efficacy", "paraphrase", "neighborhood", "neighborhood_no_memory", "neighborhood_untouched",
    "generation_accuracy", "generation_accuracy_no_memory", "added_per_update",
    "removed_per_update", "preferred_after_update", "seconds_per_update_median",
    "seconds_per_update_p95", "peak_rss_mb",
)
CORRECTIONS = (
    "latest_recall_at_1", "stale_recall", "collateral_loss", "cross_user_leak",
    "generation_accuracy", "generation_accuracy_no_memory", "added_per_update",
    "removed_per_update", "preferred_after_update", "seconds_per_update_median",
    "seconds_per_update_p95", "peak_rss_mb",
)
TABLES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "editing": (EDITING, ("counterfact-given", "counterfact-inferred", "zsre-given")),
    "corrections": (CORRECTIONS, ("corrections",)),
    "paper": (
        ("efficacy", "paraphrase", "added_per_update", "removed_per_update",
         "neighborhood_untouched", "generation_accuracy"),
        ("counterfact-given", "counterfact-paper"),
    ),
    "paper-corrections": (
        ("latest_recall_at_1", "stale_recall", "collateral_loss", "added_per_update",
         "removed_per_update", "generation_accuracy"),
        ("corrections", "corrections-paper"),
    ),
}


def main(
    page: Annotated[Path, typer.Option()] = Path("docs/benchmarks.md"),
    reports: Annotated[Path, typer.Option()] = Path("docs/reports"),
) -> None:
    """Rewrite every table of the page."""
    text = page.read_text(encoding="utf-8")
    for name, (keys, columns) in TABLES.items():
        found = {column: _read(reports / f"{column}.json") for column in columns}
        block = f"<!-- {name} -->\n{_table(keys, found)}\n<!-- /{name} -->"
        before, _, rest = text.partition(f"<!-- {name} -->")
        after = rest.partition(f"<!-- /{name} -->")[2]
        text = before + block + after
    page.write_text(text, encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _table(keys: Sequence[str], reports: dict[str, dict[str, Any]]) -> str:
    cases = [_cell(report.get("settings", {}).get("cases")) for report in reports.values()]
    rows = [
        f"| | {' | '.join(reports)} |",
        "| --- |" + " --- |" * len(reports),
        f"| cases or users | {' | '.join(cases)} |",
    ]
    rows += [
        f"| `{key}` | {' | '.join(_cell(report.get(key)) for report in reports.values())} |"
        for key in keys
    ]
    commands = [f"    {r['command']}" for r in reports.values() if "command" in r]
    return "\n".join([*rows, "", *commands])


def _cell(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    typer.run(main)
