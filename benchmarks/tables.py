"""Writes the tables of docs/benchmarks.md, or of another page: `python -m benchmarks.tables`.

A table stands between `<!-- NAME -->` and `<!-- /NAME -->`; everything else of the page is left.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import aims, registry
from benchmarks.options import Method

EDITING = (
    "efficacy", "paraphrase", "efficacy_guided", "paraphrase_guided", "neighborhood",
    "neighborhood_no_memory", "neighborhood_untouched",
    "generation_accuracy", "generation_accuracy_paraphrase", "generation_accuracy_guided",
    "generation_accuracy_paraphrase_guided", "generation_accuracy_no_memory", "added_per_update",
    "removed_per_update", "preferred_after_update", "seconds_per_update_median",
    "seconds_per_update_p95", "peak_rss_mb",
)
CORRECTIONS = (
    "latest_recall_at_1", "stale_recall", "collateral_loss", "cross_user_leak",
    "unanswerable_unchanged", "generation_accuracy", "generation_accuracy_guided",
    "generation_accuracy_no_memory",
    "added_per_update", "removed_per_update", "preferred_after_update",
    "seconds_per_update_median", "seconds_per_update_p95", "peak_rss_mb",
)
MULTIHOP = (
    *(
        f"{key}{hops}"
        for key in (
            "multihop_accuracy", "multihop_accuracy_all", "multihop_accuracy_no_memory",
            "multihop_accuracy_right_chain",
        )
        for hops in ("", "_2_hops", "_3_hops", "_4_hops")
    ),
    "answer_recall_at_1", "answer_recall_at_1_all", "removed_per_update",
    "preferred_after_update", "seconds_per_update_median", "peak_rss_mb",
)
LATENCY = (
    "update_seconds_median", "update_after_recall_seconds_median", "batched_seconds_median",
    "naive_seconds_median", "finetune_seconds_median", "floor_seconds", "recall_seconds_median",
    "forward_seconds_median", "overhead_ms_median", "naive_over_update", "batched_over_update",
    "finetune_over_update", "update_over_floor", "recall_over_forward", "first_recall_over_forward",
    "tuning_over_answering_rss", "eight_threads_over_one",
)
GPU = tuple(dict.fromkeys((*EDITING, *CORRECTIONS, "peak_cuda_mb")))
GPU_REPORTS = (
    "counterfact-given", "counterfact-inferred", "zsre-given", "zsre-inferred", "corrections",
)
TURNS = (
    "precision", "recall", "answer_found", "turns", "corrections", "threshold",
)


def _evidence(*kinds: str) -> tuple[str, ...]:
    """The keys of a report of `benchmarks.evidence`, by kind of question."""
    of_each = ("{}_at_1", "{}_at_5", "minilm_{}_at_1", "minilm_{}_at_5", "last_20_{}", "written_{}")
    return tuple(key.format(kind) for kind in kinds for key in of_each)


TABLES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "editing": (EDITING, (
        "counterfact-all", "counterfact-all-inferred", "counterfact-given", "counterfact-inferred",
        "zsre-given",
    )),
    "pararel": (EDITING, (
        "pararel-all", "pararel-all-inferred", "pararel-given", "pararel-inferred",
        "cuda/pararel-given", "cuda/pararel-inferred",
    )),
    "relations": (
        ("relation_right", "relation_chosen_against_parse", "efficacy", "paraphrase",
         "generation_accuracy_guided", "generation_accuracy_paraphrase_guided",
         "preferred_after_update", "seconds_per_update_median"),
        ("zsre-given", "zsre-inferred", "zsre-unread", "zsre-other-people"),
    ),
    "corrections": (CORRECTIONS, ("corrections", "corrections-other-people")),
    "everyday": (
        tuple(f"{kind}_{half}" for kind in ("questions", "sequences", "names")
              for half in ("looked_at", "not_looked_at")),
        ("everyday",),
    ),
    "daily": (
        (
            *(
                f"{kind}_{what}" for kind in ("direct", "paraphrase", "indirect")
                for what in ("at_1", "at_3", "shown")
            ),
            "facts_shown_mean", "facts_shown_most", "stale_shown", "unrelated_untouched",
            "unanswered_silent", "recall_seconds_median",
        ),
        ("daily", "daily-no-encoder", "cuda/daily", "cuda/daily-no-encoder"),
    ),
    "learned": (
        (
            "found_statements", "found_corrections", "found_changes", "precision_strict",
            "silent", "ended", "ended_besides", "ended_elsewhere", "direct_at_3",
            "paraphrase_at_3", "indirect_at_3", "stale_shown", "unrelated_untouched",
        ),
        ("daily-english", "daily-english-no-encoder"),
    ),
    "kept": (
        (
            *(f"kept_{kind}" for kind in (
                "presupposed", "event", "ended", "denial-kept", "instruction", "fragment",
                "someone-else",
            )),
            "kept_looked_at", "kept_not_looked_at", "nothing_kept", "subject_right",
            "secrets_stored", "silent", "silent_even", "silent_odd", "object_found",
            "object_and_subject", "object_found_even", "object_found_odd",
        ),
        ("kept", "negatives", "dnli"),
    ),
    "checked": (
        tuple(
            f"{check}_{part}" for check in ("given_the_fact", "given_the_message", "words")
            for part in ("right", "object", "subject", "relation")
        ),
        ("checked",),
    ),
    "longmemeval": (
        (
            *_evidence("user", "preference", "sessions", "time", "update"), "latest_first",
            "minilm_latest_first", "nothing_recalled", "all_shown",
        ),
        ("longmemeval",),
    ),
    "locomo": (
        (*_evidence("single_hop", "several_hops", "time", "open"), "nothing_recalled", "all_shown"),
        ("locomo",),
    ),
    "prefeval": ((*_evidence("own"), "nothing_recalled", "all_shown"), ("prefeval",)),
    "times": (
        ("alone", "alone_even", "alone_odd", "learned", "learned_even", "learned_odd", "named",
         "learned_of_named", "alone_timed", "learned_timed"),
        ("dates",),
    ),
    "doubt": (
        ("marked", "marked_even", "marked_odd", "wrongly_marked", "replaced_gone",
         "lost_in_telling", "doubtful_facts", "other_facts", "replaced_facts"),
        ("doubt",),
    ),
    "multihop": (MULTIHOP, ("mquake",)),
    "paper": (
        ("efficacy", "paraphrase", "added_per_update", "removed_per_update",
         "neighborhood_untouched", "generation_accuracy"),
        ("counterfact-given", "counterfact-paper"),
    ),
    "latency": (LATENCY, ("latency", "cuda/latency")),
    "gpu": (GPU, [f"{device}{name}" for name in GPU_REPORTS for device in ("", "cuda/")]),
    "turns": (TURNS, ("turns",)),
    "paper-corrections": (
        ("latest_recall_at_1", "stale_recall", "collateral_loss", "added_per_update",
         "removed_per_update", "generation_accuracy"),
        ("corrections", "corrections-paper"),
    ),
}
# Reports NAME-METHOD.json, a row each; what has not been run has no row. Ours have these names.
# No method is told the subject of a question.
OURS = {
    "counterfact": "counterfact-inferred", "zsre": "zsre-inferred", "corrections": "corrections",
}
BASELINES: dict[str, Sequence[str]] = {
    "counterfact": (
        "efficacy", "paraphrase", "neighborhood", "neighborhood_no_memory",
        "neighborhood_untouched", "generation_accuracy", "generation_accuracy_paraphrase",
        "seconds_per_update_median", "peak_rss_mb",
    ),
    "zsre": (
        "efficacy", "paraphrase", "generation_accuracy", "generation_accuracy_paraphrase",
        "seconds_per_update_median", "peak_rss_mb",
    ),
    "corrections": (
        "latest_recall_at_1", "stale_recall", "collateral_loss", "cross_user_leak",
        "generation_accuracy", "seconds_per_update_median", "peak_rss_mb",
    ),
}
# Tables 1 to 3 of the paper (arXiv 2405.19686): efficacy and paraphrase of KGT, and of the best
# method that edits weights, fine-tuning one layer.
PUBLISHED = {
    "GPT2-xl": (91.77, 91.75, 58.43, 55.77),
    "Llama2-7B": (91.1, 83.86, 62.47, 63.09),
    "Llama3-8B": (94.58, 86.89, 54.44, 50.52),
}
REBUILT = {
    "Algorithm 1": "counterfact-paper",
    "default": "counterfact-given",
    "default, GPU": "cuda/counterfact-given",
    "fine-tuning one layer": "counterfact-finetune",
}
REBUILT_KEYS = (
    "efficacy", "paraphrase", "neighborhood_untouched", "generation_accuracy",
    "generation_accuracy_paraphrase", "seconds_per_update_median", "peak_rss_mb", "peak_cuda_mb",
)
# A row a report that there is.
_TUNED = (
    "efficacy", "paraphrase", "neighborhood_untouched", "generation_accuracy",
    "generation_accuracy_paraphrase", "added_per_update", "seconds_per_update_median",
)
ROWS: dict[str, tuple[Sequence[str], dict[str, str]]] = {
    "candidates": (_TUNED, {
        f"{data}, {name}, K = {k}": f"{file}-{mode if k == 5 else f'{mode}-k{k}'}"
        for data, file in (("CounterFact", "counterfact"), ("ParaRel", "pararel"))
        for name, mode in (("default", "given"), ("Algorithm 1", "paper"))
        for k in (1, 3, 5, 10)
    }),
    "extraction": (
        ("updates", "valid", "valid_per_update", "seconds_per_extraction_median"),
        {"SmolLM2-135M-Instruct": "extraction-smollm2", "Gemma-3-270M": "extraction-gemma"},
    ),
    "generated": (_TUNED, {
        f"Gemma-3-270M, {name}, {relations}": f"pararel-gemma-{mode}-{relations}"
        for name, mode in (("default", "default"), ("Algorithm 1", "paper"))
        for relations in ("ranked", "generated")
    }),
}
SEQUENTIAL = (
    "edits", "sampled", "efficacy", "paraphrase", "generation_accuracy", "neighborhood",
    "neighborhood_no_memory", "neighborhood_untouched", "seconds_per_update_median", "peak_rss_mb",
)

TELLS = ("tells-one-user", "tells-many-users")
TELLS_KEYS = (
    "facts", "users", "missing_afterwards", "told_in_seconds", "tell_ms_median", "tell_ms_p95",
    "tell_ms_most", "closed_in_seconds", "opened_in_seconds", "read_everything_in_seconds",
    "file_mb", "peak_rss_mb",
)


def main(
    page: Annotated[Path, typer.Option()] = Path("docs/benchmarks.md"),
    reports: Annotated[Path, typer.Option()] = Path("docs/reports"),
) -> None:
    """Rewrite every table of the page."""
    text = page.read_text(encoding="utf-8")
    for name, (keys, columns) in TABLES.items():
        found = {c: report for c in columns if (report := read(reports / f"{c}.json"))}
        text = _replaced(text, name, _table(keys, found) if found else "Not run yet.")
    for name, table in registry.tables().items():
        text = _replaced(text, name, table)
    for name, rows in aims.AIMS.items():
        table = aims.table(rows, lambda report: read(reports / f"{report}.json"))
        text = _replaced(text, f"aims-{name}", table)
    text = _replaced(text, "published", _published_table(reports))
    for name, (keys, files) in ROWS.items():
        found = {row: report for row, file in files.items()
                 if (report := read(reports / f"{file}.json"))}
        commands = [f"    {report['command']}" for report in found.values()]
        text = _replaced(text, name, "\n".join([_rows(keys, found), "", *commands]))
    text = _replaced(text, "scale", _scale_table(read(reports / "scale.json")))
    tells = {c: report for c in TELLS if (report := read(reports / f"{c}.json"))}
    text = _replaced(text, "tells", _table(TELLS_KEYS, tells))
    for name, keys in BASELINES.items():
        text = _replaced(text, f"baselines-{name}", _methods_table(reports, name, keys))
    text = _replaced(text, "sequential", _methods_table(reports, "sequential", SEQUENTIAL))
    for name, keys in (("counterfact", BASELINES["counterfact"]), ("sequential", SEQUENTIAL)):
        text = _replaced(text, f"gpu-{name}", _methods_table(reports / "cuda", name, keys))
    page.write_text(text, encoding="utf-8")


def _replaced(text: str, name: str, table: str) -> str:
    before, found, rest = text.partition(f"<!-- {name} -->")
    if not found:
        return text
    after = rest.partition(f"<!-- /{name} -->")[2]
    return f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"


def _published_table(folder: Path) -> str:
    """The paper's models, then ours with what the paper does not report."""
    rows: dict[str, dict[str, Any]] = {}
    for model, (ours, ours_paraphrase, theirs, theirs_paraphrase) in PUBLISHED.items():
        rows[f"{model}, published"] = {"efficacy": ours, "paraphrase": ours_paraphrase}
        rows[f"{model}, fine-tuning one layer, published"] = {
            "efficacy": theirs, "paraphrase": theirs_paraphrase,
        }
    for name, file in REBUILT.items():
        rows[f"SmolLM2-135M, {name}"] = read(folder / f"{file}.json")
    return _rows(REBUILT_KEYS, rows)


def _rows(keys: Sequence[str], reports: dict[str, dict[str, Any]]) -> str:
    lines = [f"| | {' | '.join(f'`{key}`' for key in keys)} |", "| --- " * (len(keys) + 1) + "|"]
    lines += [
        f"| {name} | {' | '.join(_cell(report.get(key)) for key in keys)} |"
        for name, report in reports.items()
    ]
    return "\n".join(lines)


def _scale_table(report: dict[str, Any]) -> str:
    """One row a size of the store, then one a number of facts at one subject."""
    lines = []
    for rows in (report.get("rows", []), report.get("fan_out", [])):
        keys = list(rows[0]) if rows else []
        lines += [f"| {' | '.join(keys)} |", "| --- " * len(keys) + "|"]
        lines += [f"| {' | '.join(_cell(row[key]) for key in keys)} |" for row in rows]
        lines.append("")
    if "conceptnet" in report:
        lines.append("ConceptNet, 100,000 triples: {seconds} s.\n".format(**report["conceptnet"]))
    return "\n".join([*lines, f"    {report.get('command', '')}"])


def _methods_table(folder: Path, name: str, keys: Sequence[str]) -> str:
    """A row a method, or a row a method and checkpoint, of the reports that there are."""
    reports = of_method(folder, name)
    lines = [f"| | {' | '.join(f'`{key}`' for key in keys)} |", "| --- " * (len(keys) + 1) + "|"]
    for report in reports:
        for row in report.get("rows", [report]):
            cells = (_cell(row.get(key)) for key in keys)
            lines.append(f"| {report['method']} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *(f"    {report['command']}" for report in reports)])


def of_method(folder: Path, name: str) -> list[dict[str, Any]]:
    """The reports of one benchmark for every method that was run."""
    names = {method: f"{name}-{method.value}" for method in Method}
    names[Method.kgt] = OURS.get(name, names[Method.kgt])
    found = (
        {"method": method.value, **read(folder / f"{report}.json")}
        for method, report in names.items() if (folder / f"{report}.json").exists()
    )
    return list(found)


def read(path: Path) -> dict[str, Any]:
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
