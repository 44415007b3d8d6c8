"""Personal facts that change: first answers, then two rounds of corrections, then all questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer

from benchmarks import options
from benchmarks.baselines import open_method
from benchmarks.baselines.base import Method, as_triple
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
from langchain_kgt.recalling.names import bare
from langchain_kgt.recalling.templates import Fact

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
    method: options.MethodOption = options.Method.kgt,
    reader: options.ReaderOption = options.Readers.english,
) -> None:
    """Tell and correct the facts of every user, then ask everything, also as another user."""
    options_ = (data, out, cases, labels.value, alpha, model, mode.value, resume, method.value)
    run = Run("corrections", *options_, reader=reader.value)
    users = json.loads(data.read_text(encoding="utf-8"))[:cases]
    records = Records(run)
    opened = open_method(run, records)
    try:
        _update(users, opened, records, given=run.given)
        _ask(users, opened, records, run)
        _ask_unanswerable({user["user"] for user in users}, opened, records, run)
        write_report(run, opened, records, _metrics(records))
    finally:
        opened.close()


def _update(
    users: list[dict[str, Any]], method: Method, records: Records, *, given: bool
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
                f"update:{round_}:{user_id}:{number}", method, records, fact["question"],
                fact["answers"][round_], user_id=user_id,
                subject=fact["subject"] if given else None,
            )
            advance()


def _ask(
    users: list[dict[str, Any]], method: Method, records: Records, run: Run
) -> None:
    asker = Asker(method, run.alpha)
    with progress(len(users), "questions") as advance:
        for index, user in enumerate(users):
            step = f"case:{user['user']}"
            if step not in records.done:
                other = users[(index + 1) % len(users)]
                told = {answer for fact in other["facts"] for answer in fact["answers"]}
                asked = [
                    _prompts(question, fact, user["user"], asker, given=run.given)
                    for fact in user["facts"]
                    for question in (fact["question"], *fact["paraphrases"])
                ]
                asker.prepare(prompt for one in asked for prompt in (one.prompt, one.without))
                records.add(
                    step, questions=[_ask_one(one, other["user"], told, asker) for one in asked]
                )
            advance()


class _Question(NamedTuple):
    """One question about one fact, and what it brings up."""

    text: str
    fact: dict[str, Any]
    subject: str | None
    recalled: Sequence[Fact]
    prompt: Asked
    without: Asked


def _prompts(
    question: str, fact: dict[str, Any], user_id: str, asker: Asker, *, given: bool
) -> _Question:
    subject = fact["subject"] if given else None
    recalled = asker.method.facts(question, user_id=user_id, subject=subject)
    return _Question(question, fact, subject, recalled, *asker.prompts(question, recalled))


def _ask_one(asked: _Question, other: str, told: set[str], asker: Asker) -> dict[str, Any]:
    fact = asked.fact
    *stale, latest = fact["answers"]
    method = asker.method
    triples = [as_triple(fact) for fact in asked.recalled]
    objects = [bare(triple.object) for triple in triples]
    # With memory, without it, and with memory and guidance.
    said = (
        asker.answer(asked.prompt), asker.answer(asked.without),
        asker.answer(asked.prompt, guided=True),
    )
    if method.edits_weights:  # who asks makes no difference
        leaks = any(
            says(said[0], answer) and not says(said[1], answer)
            for answer in fact["answers"] if answer not in told
        )
    else:
        # Another user may have facts of their own about "my dog": a leak is one that is not theirs.
        theirs = {triple.key for triple in method.stored(other)}
        leaked = method.facts(asked.text, user_id=other, subject=asked.subject)
        leaks = any(as_triple(fact).key not in theirs for fact in leaked)
    recalls = not method.edits_weights
    return {
        "question": asked.text,
        "recalled": [str(triple) for triple in triples],
        "first": objects[:1] == [bare(latest)] if method.ranks else None,
        "any": bare(latest) in objects if recalls else None,
        "stale": any(bare(answer) in objects for answer in stale) if recalls else None,
        "uncorrected": not stale,
        "leak": leaks,
        "said": said,
        "generation": [says(text, latest, *stale) for text in said],
    }


def _ask_unanswerable(
    users: set[str], method: Method, records: Records, run: Run
) -> None:
    asker = Asker(method, run.alpha)
    asked = [
        (user["user"], question)
        for user in json.loads(UNANSWERABLE.read_text(encoding="utf-8")) if user["user"] in users
        for question in user["questions"]
    ]
    pending = [i for i in range(len(asked)) if f"unanswerable:{i}" not in records.done]
    facts = {i: method.facts(asked[i][1], user_id=asked[i][0]) for i in pending}
    prompts = {i: asker.prompts(asked[i][1], facts[i]) for i in pending}
    asker.prepare(prompt for pair in prompts.values() for prompt in pair)
    with progress(len(pending), "unanswerable") as advance:
        for index in pending:
            said, without = (asker.answer(prompt) for prompt in prompts[index])
            records.add(
                f"unanswerable:{index}", question=asked[index][1],
                recalled=[str(as_triple(fact)) for fact in facts[index]],
                said=said, unchanged=said == without,
            )
            advance()


def _metrics(records: Records) -> dict[str, object]:
    asked = [question for case in records.of("case") for question in case["questions"]]
    return {
        "latest_recall_at_1": share([q["first"] for q in asked]),
        "stale_recall": share([q["stale"] for q in asked]),
        "collateral_loss": share(
            None if q["any"] is None else not q["any"] for q in asked if q["uncorrected"]
        ),
        "cross_user_leak": share([q["leak"] for q in asked]),
        "unanswerable_unchanged": share([r["unchanged"] for r in records.of("unanswerable")]),
        "generation_accuracy": share([q["generation"][0] for q in asked]),
        "generation_accuracy_no_memory": share([q["generation"][1] for q in asked]),
        "generation_accuracy_guided": share([q["generation"][2] for q in asked]),
        **updates_summary(records.of("update")),
    }


if __name__ == "__main__":
    typer.run(main)
