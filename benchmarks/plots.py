"""Draws docs/plots from the reports, as PNG and SVG: `python -m benchmarks.plots`."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import matplotlib as mpl
import typer
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.tables import of_method, read

# The same bytes for the same figures.
mpl.rcParams["svg.hashsalt"] = "langchain-kgt"
mpl.rcParams["svg.fonttype"] = "none"
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None}, "png": {"Software": None},
}
_WRITES = {
    "update_seconds_median": "ours",
    "batched_seconds_median": "scored in plain batches",
    "finetune_seconds_median": "25 steps on one layer",
    "naive_seconds_median": "scored one by one",
}
_QUALITY = {
    "efficacy": "prompts", "paraphrase": "paraphrases", "generation_accuracy": "said freely",
    "neighborhood_untouched": "neighbours untouched",
}


def main(
    reports: Annotated[Path, typer.Option()] = Path("docs/reports"),
    out: Annotated[Path, typer.Option()] = Path("docs/plots"),
) -> None:
    """Draw every plot whose reports are there."""
    out.mkdir(parents=True, exist_ok=True)
    for name, draw in PLOTS.items():
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        if draw(figure, reports):
            for kind, metadata in _METADATA.items():
                figure.savefig(out / f"{name}.{kind}", metadata=metadata)


def methods(figure: Figure, reports: Path) -> bool:
    """What each method does to CounterFact, in per cent, once there are several."""
    found = of_method(reports, "counterfact")
    axes = figure.subplots()
    for place, (key, label) in enumerate(_QUALITY.items()):
        values = [math.nan if report.get(key) is None else report[key] for report in found]
        axes.bar([n + 0.2 * place for n in range(len(found))], values, 0.19, label=label)
    axes.set_xticks([n + 0.3 for n in range(len(found))], [report["method"] for report in found])
    _labelled(axes, "CounterFact", "", "per cent")
    axes.legend(ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.1), frameon=False)
    return len(found) > 1


def sequential(figure: Figure, reports: Path) -> bool:
    """Figure 4 of the paper: what is left of all edits after so many."""
    found = of_method(reports, "sequential")
    keys = {"efficacy": "prompts", "generation_accuracy": "said freely"}
    for axes, (key, label) in zip(figure.subplots(1, 2, sharey=True), keys.items(), strict=True):
        for report in found:
            rows = report["rows"]
            axes.plot(
                [row["edits"] for row in rows], [row[key] for row in rows], marker="o",
                label=report["method"],
            )
        axes.set_xscale("log")
        _labelled(axes, label, "edits", "per cent")
    if found:
        figure.axes[0].legend()
    return bool(found)


def scale(figure: Figure, reports: Path) -> bool:
    """Time beside the model as the store grows, and of a recall as a subject's facts grow."""
    report = read(reports / "scale.json")
    if not report:
        return False
    store, recall = figure.subplots(1, 2)
    for key, label in (
        ("link_ms_median", "link"), ("fetch_ms_median", "fetch"), ("write_ms_median", "write"),
    ):
        rows = report["rows"]
        store.plot([r["triples"] for r in rows], [r[key] for r in rows], marker="o", label=label)
    rows = report["fan_out"]
    recall.plot([r["facts"] for r in rows], [r["recall_ms_median"] for r in rows], marker="o")
    for axes in (store, recall):
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
    _labelled(store, "Beside the model", "triples in the store", "ms")
    _labelled(recall, "Recall", "facts of the subject", "ms")
    store.legend()
    return True


def latency(figure: Figure, reports: Path) -> bool:
    """Seconds of the same updates, each way."""
    report = read(reports / "latency.json")
    if not report:
        return False
    axes = figure.subplots()
    axes.barh(list(_WRITES.values()), [report[key] for key in _WRITES])
    axes.invert_yaxis()
    _labelled(axes, "One update", "seconds", "")
    return True


PLOTS: dict[str, Callable[[Figure, Path], bool]] = {
    plot.__name__: plot for plot in (methods, sequential, scale, latency)
}


def _labelled(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


if __name__ == "__main__":
    typer.run(main)
