"""The editing protocol: all feedback first, each case once, one graph; then all questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks import options
from benchmarks.baselines import open_method
from benchmarks.baselines.base import Method
from benchmarks.cases import Case, load_cases
from benchmarks.harness import (
    Asked,
    Asker,
    Records,
    Run,
    correct_once,
    progress,
    says,
    share,
    updates_summary,
    write_report,
)

USER = "benchmark"
# Cases whose answers are generated in one go.
TOGETHER = 10


def command(benchmark: str) -> Callable[..., None]:
    """The command line of one data set."""

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
        candidates: options.Candidates = 5,
        relations: options.RelationsOption = options.Relations.ranked,
        reader: options.ReaderOption = options.Readers.english,
    ) -> None:
        """Apply every case as feedback, then ask all prompts, and write a report."""
        what = (data, out, cases, labels.value, alpha, model, mode.value, resume, method.value)
        run_editing(Run(benchmark, *what, candidates, relations.value, reader.value))

    return main


def run_editing(run: Run) -> None:
    cases = load_cases(run.data, run.cases)
    records = Records(run)
    method = open_method(run, records)
    try:
        with progress(len(cases), "updates") as advance:
            for index, case in enumerate(cases):
                update(index, case, method, records, given=run.given)
                advance()
        _ask(cases, method, records, run)
        updates = records.of("update")
        metrics = quality(records.of("case")) | relations_written(cases, updates, method)
        metrics |= updates_summary(updates)
        write_report(run, method, records, metrics)
    finally:
        method.close()


def update(index: int, case: Case, method: Method, records: Records, *, given: bool) -> None:
    correct_once(
        f"update:{index}", method, records, case.prompt, case.target_new, user_id=USER,
        subject=case.subject if given else None,
    )


def _ask(cases: Sequence[Case], method: Method, records: Records, run: Run) -> None:
    asker = Asker(method, run.alpha)
    corrected = [case.subject for case in cases]
    pending = [index for index in range(len(cases)) if f"case:{index}" not in records.done]
    with progress(len(pending), "questions") as advance:
        for first in range(0, len(pending), TOGETHER):
            some = pending[first : first + TOGETHER]
            asked = ask_cases([cases[i] for i in some], asker, corrected, given=run.given)
            for index, record in zip(some, asked, strict=True):
                records.add(f"case:{index}", **record)
                advance()


def ask_cases(
    cases: Sequence[Case], asker: Asker, corrected: Sequence[str], *, given: bool
) -> Iterator[dict[str, object]]:
    """The prompts of some cases, with and without memory; all their answers are generated first."""
    own = [_own_prompts(case, asker, given=given) for case in cases]
    asker.prepare(prompt for pairs in own for pair in pairs for prompt in pair)
    for case, asked in zip(cases, own, strict=True):
        yield _ask_case(case, asked, asker, corrected)


def _own_prompts(case: Case, asker: Asker, *, given: bool) -> list[tuple[Asked, Asked]]:
    subject = case.subject if given else None
    return [
        asker.prompts(query, asker.method.facts(query, user_id=USER, subject=subject))
        for query in (case.prompt, *case.paraphrases)
    ]


def _ask_case(
    case: Case, asked: Sequence[tuple[Asked, Asked]], asker: Asker, corrected: Sequence[str]
) -> dict[str, object]:
    new, true = case.target_new, case.target_true
    own, said, generation = [], [], []
    for prompt, without in asked:
        preferred, guided = asker.prefers(prompt, new, true)
        own.append((preferred, asker.prefers(without, new, true)[0], guided))
        texts = (asker.answer(prompt), asker.answer(without), asker.answer(prompt, guided=True))
        said.append(texts)
        generation.append([says(text, new, true) for text in texts])
    around: list[tuple[bool, bool, bool, bool]] = []
    near = [asker.prompts(q, asker.method.facts(q, user_id=USER)) for q in case.neighborhood]
    asker.score((text for pair in near for text in pair), (true, new))
    for query, (prompt, without) in zip(case.neighborhood, near, strict=True):
        around.append(
            (
                asker.prefers(prompt, true, new)[0],
                asker.prefers(without, true, new)[0],
                prompt == without,
                _about_one_of(query, corrected),
            )
        )
    # Each of a case's own prompts with memory, without it, and with memory and guidance.
    return {"own": own, "said": said, "generation": generation, "neighborhood": around}


def _about_one_of(query: str, corrected: Sequence[str]) -> bool:
    """Whether a corrected subject, as the data labels it, stands verbatim in the query."""
    return any(re.search(rf"(?<!\w){re.escape(s)}(?!\w)", query) for s in corrected)


def relations_written(
    cases: Sequence[Case], updates: Sequence[dict[str, Any]], method: Method
) -> dict[str, object]:
    """Whether each update wrote the relation that was asked, and the one that the parse alone has.

    What the parse has none for is not counted among what log P chose against it.
    """
    right: list[bool | None] = []
    chosen: list[bool | None] = []
    for case, update in zip(cases, updates, strict=True):
        if written := update.get("relation"):
            parsed = method.parsed(case.prompt, update["subject"])
            right.append(case.is_right(written))
            chosen.append(None if parsed is None else written != parsed)
    return {"relation_right": share(right), "relation_chosen_against_parse": share(chosen)}


def quality(cases: Sequence[dict[str, Any]]) -> dict[str, object]:
    """The metrics of what `ask_case` recorded."""
    around = [row for case in cases for row in case["neighborhood"]]
    own = {
        "": [(case["own"][0], case["generation"][0]) for case in cases],
        "paraphrase": [
            row for case in cases
            for row in zip(case["own"][1:], case["generation"][1:], strict=True)
        ],
    }
    metrics: dict[str, object] = {}
    for kind, rows in own.items():
        name, spoken = kind or "efficacy", f"generation_accuracy{kind and '_' + kind}"
        for column, suffix in enumerate(("", "_no_memory", "_guided")):
            metrics[f"{name}{suffix}"] = share([preferred[column] for preferred, _ in rows])
            metrics[f"{spoken}{suffix}"] = share([right[column] for _, right in rows])
    return {
        **metrics,
        "neighborhood": share([row[0] for row in around]),
        "neighborhood_no_memory": share([row[1] for row in around]),
        "neighborhood_untouched": share([row[2] for row in around if not row[3]]),
        "neighborhood_excluded": sum(row[3] for row in around),
    }
