"""Personal facts that change: first answers, then two rounds of corrections, then all questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from benchmarks import options
from benchmarks.harness import (
    Asker,
    Records,
    Run,
    correct_once,
    open_memory,
    progress,
    says,
    share,
    updates_summary,
    write_report,
)
from langchain_kgt import KGTMemory
from langchain_kgt.triples import normalize

# Questions about the same subjects that none of the users' facts answers.
UNANSWERABLE = Path(__file__).parent / "data" / "unanswerable.json"


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    labels: options.LabelsOption = options.Labels.inferred,
    alpha: options.Alpha = options.ALPHA,
    model: options.Model = None,
    mode: options.ModeOption = options.Mode.default,
    resume: options.Resume = True,
) -> None:
    """Tell and correct the facts of every user, then ask everything, also as another user."""
    run = Run("corrections", data, out, cases, labels.value, alpha, model, mode.value, resume)
    users = json.loads(data.read_text(encoding="utf-8"))[:cases]
    records = Records(run)
    memory = open_memory(run, records)
    given = run.labels == "given"
    try:
        _update(users, memory, records, given=given)
        _ask(users, memory, records, run, given=given)
        _ask_unanswerable({user["user"] for user in users}, memory, records, run)
        write_report(run, memory, records, _metrics(records))
    finally:
        memory.close()


def _update(
    users: list[dict[str, Any]], memory: KGTMemory, records: Records, *, given: bool
) -> None:
    rounds = [
        (round_, user["user"], number, fact)
        for round_ in range(3)
        for user in users
        for number, fact in enumerate(user["facts"])
        if len(fact["answers"]) > round_
    ]
    with progress(len(rounds), "updates") as advance:
        for round_, user_id, number, fact in rounds:
            correct_once(
                f"update:{round_}:{user_id}:{number}", memory, records, fact["question"],
                fact["answers"][round_], user_id=user_id,
                subject=fact["subject"] if given else None,
            )
            advance()


def _ask(
    users: list[dict[str, Any]], memory: KGTMemory, records: Records, run: Run, *, given: bool
) -> None:
    asker = Asker(memory, run.alpha)
    with progress(len(users), "questions") as advance:
        for index, user in enumerate(users):
            step = f"case:{user['user']}"
            if step not in records.done:
                other = users[(index + 1) % len(users)]["user"]
                records.add(
                    step, questions=[
                        _ask_one(question, fact, user["user"], other, users, asker, given=given)
                        for fact in user["facts"]
                        for question in (fact["question"], *fact["paraphrases"])
                    ],
                )
            advance()


def _ask_one(
    question: str,
    fact: dict[str, Any],
    user_id: str,
    other: str,
    users: list[dict[str, Any]],
    asker: Asker,
    *,
    given: bool,
) -> dict[str, Any]:
    *stale, latest = fact["answers"]
    subject = fact["subject"] if given else None
    recalled = asker.memory.recall(question, user_id=user_id, subject=subject)
    objects = [normalize(r.triple.object) for r in recalled]
    prompt, without = asker.prompts(question, [r.shown for r in recalled])
    leaked = asker.memory.recall(question, user_id=other, subject=subject)
    # Another user may have facts of their own about "my dog": a leak is one that is not theirs.
    theirs = {t.triple.key for t in asker.memory.facts(user_id=other)}
    asker.prepare((prompt, without))
    # With memory, without it, and with memory and guidance.
    said = (asker.answer(prompt), asker.answer(without), asker.answer(prompt, without))
    return {
        "question": question,
        "recalled": [str(r.triple) for r in recalled],
        "first": bool(objects) and objects[0] == normalize(latest),
        "any": normalize(latest) in objects,
        "stale": any(normalize(answer) in objects for answer in stale),
        "uncorrected": not stale,
        "leak": any(r.triple.key not in theirs for r in leaked),
        "said": said,
        "generation": [says(text, latest, *stale) for text in said],
    }


def _ask_unanswerable(
    users: set[str], memory: KGTMemory, records: Records, run: Run
) -> None:
    asker = Asker(memory, run.alpha)
    asked = [
        (user["user"], question)
        for user in json.loads(UNANSWERABLE.read_text(encoding="utf-8")) if user["user"] in users
        for question in user["questions"]
    ]
    with progress(len(asked), "unanswerable") as advance:
        for index, (user_id, question) in enumerate(asked):
            step = f"unanswerable:{index}"
            if step not in records.done:
                recalled = memory.recall(question, user_id=user_id)
                prompts = asker.prompts(question, [r.shown for r in recalled])
                asker.prepare(prompts)
                said, without = (asker.answer(prompt) for prompt in prompts)
                records.add(
                    step, question=question, recalled=[str(r.triple) for r in recalled],
                    said=said, unchanged=said == without,
                )
            advance()


def _metrics(records: Records) -> dict[str, object]:
    asked = [question for case in records.of("case") for question in case["questions"]]
    return {
        "latest_recall_at_1": share([q["first"] for q in asked]),
        "stale_recall": share([q["stale"] for q in asked]),
        "collateral_loss": share([not q["any"] for q in asked if q["uncorrected"]]),
        "cross_user_leak": share([q["leak"] for q in asked]),
        "unanswerable_unchanged": share([r["unchanged"] for r in records.of("unanswerable")]),
        "generation_accuracy": share([q["generation"][0] for q in asked]),
        "generation_accuracy_no_memory": share([q["generation"][1] for q in asked]),
        "generation_accuracy_guided": share([q["generation"][2] for q in asked]),
        **updates_summary(records.of("update")),
    }


if __name__ == "__main__":
    typer.run(main)
