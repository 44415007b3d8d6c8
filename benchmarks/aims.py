"""What the figures were to be, before they were measured: aims beside what is reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Aim(NamedTuple):
    """One figure of one report; `rows.-1.key` is that of its last row."""

    what: str
    report: str
    key: str
    bound: float
    most: bool = False  # whether the bound is the most that it may be


AIMS: dict[str, Sequence[Aim]] = {
    "editing": (
        Aim("CounterFact, 500 in sequence: prompts", "counterfact-all", "efficacy", 99),
        Aim("... paraphrases", "counterfact-all", "paraphrase", 95),
        Aim("... prompts, guided", "counterfact-all", "efficacy_guided", 99.5),
        Aim("... paraphrases, guided", "counterfact-all", "paraphrase_guided", 99),
        Aim("... prompts, said", "counterfact-all", "generation_accuracy", 95),
        Aim("... paraphrases, said", "counterfact-all", "generation_accuracy_paraphrase", 80),
        Aim("... no labels: prompts", "counterfact-all-inferred", "efficacy", 97),
        Aim("... no labels: paraphrases", "counterfact-all-inferred", "paraphrase", 93),
        Aim("fifty of them, no labels, said", "sequential-kgt", "rows.-1.generation_accuracy", 95),
        Aim("zsRE: questions, said, guided", "zsre-given", "generation_accuracy_guided", 92),
        Aim(
            "... paraphrases, said, guided", "zsre-given",
            "generation_accuracy_paraphrase_guided", 88,
        ),
    ),
    "corrections": (
        Aim("latest answer recalled first", "corrections", "latest_recall_at_1", 99),
        Aim("superseded answers recalled", "corrections", "stale_recall", 0, most=True),
        Aim("other facts lost", "corrections", "collateral_loss", 0, most=True),
        Aim("leaks between users", "corrections", "cross_user_leak", 0, most=True),
        Aim("said, guided", "corrections", "generation_accuracy_guided", 97),
        Aim(
            "questions that no fact answers, unchanged", "corrections",
            "unanswerable_unchanged", 95,
        ),
    ),
    "multihop": (
        Aim("one case at a time", "mquake", "multihop_accuracy", 60),
        Aim("all cases in one graph", "mquake", "multihop_accuracy_all", 50),
    ),
    "latency": (
        Aim("times faster than one pass a continuation", "latency", "naive_over_update", 6),
        Aim("... than padded batches", "latency", "batched_over_update", 3),
        Aim("... than 25 steps on one layer", "latency", "finetune_over_update", 10),
        Aim("update / floor", "latency", "update_over_floor", 2.2, most=True),
        Aim("recall / forward, facts recalled before", "latency", "recall_over_forward", 1.5,
            most=True),
        Aim("recall / forward, nothing known", "latency", "first_recall_over_forward", 1.5,
            most=True),
        Aim("memory of tuning / of answering", "latency", "tuning_over_answering_rss", 1.1,
            most=True),
        Aim("updates a second, eight threads / one", "latency", "eight_threads_over_one", 1.5),
    ),
}


def table(aims: Sequence[Aim], read: Callable[[str], Any]) -> str:
    """A row an aim; what misses it is bold, and what was not measured is left empty.

    >>> print(table([Aim("cats", "r", "rows.-1.n", 5)], lambda _: {"rows": [{"n": 9}, {"n": 4}]}))
    | | aim | reached |
    | --- | --- | --- |
    | cats | 5 | **4** |
    """
    lines = ["| | aim | reached |", "| --- | --- | --- |"]
    for aim in aims:
        value = _value(read(aim.report), aim.key)
        missed = value is not None and (value > aim.bound if aim.most else value < aim.bound)
        text = "" if value is None else f"{value:g}"
        lines.append(f"| {aim.what} | {aim.bound:g} | {f'**{text}**' if missed else text} |")
    return "\n".join(lines)


def _value(report: Any, path: str) -> float | None:
    for key in path.split("."):
        if not report:
            return None
        report = report[int(key)] if isinstance(report, list) else report.get(key)
    return None if report is None else float(report)
