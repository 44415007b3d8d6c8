"""MQuAKE: questions whose answer lies several facts away, some of which were corrected."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from benchmarks import options
from benchmarks.baselines.kgt import KGT
from benchmarks.harness import (
    Asker,
    Records,
    Run,
    correct_once,
    open_model,
    progress,
    says,
    share,
    updates_summary,
    write_report,
)
from langchain_kgt import KGTMemory, Triple
from langchain_kgt.recalling.names import bare
from langchain_kgt.triples import RecalledTriple, StoredTriple, now

# One case at a time, each in a graph of its own; and all cases in the graph of one user.
SETTINGS: dict[str, Callable[[int], str]] = {
    "one": lambda index: f"case {index}",
    "all": lambda index: "everyone",
}
_PASSIVE = ("by", "at")


@dataclass(frozen=True, slots=True)
class Edit:
    """One corrected hop, as the user gives it."""

    question: str
    answer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Case:
    """Three wordings of one question, its edits, and the facts that were not edited."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    chain: tuple[Triple, ...]
    edits: tuple[Edit, ...]
    background: tuple[Triple, ...]


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    labels: options.LabelsOption = options.Labels.given,
    model: options.Model = None,
    mode: options.ModeOption = options.Mode.default,
    resume: options.Resume = True,
) -> None:
    """Tell what stands, correct what does not, then ask; each case alone, then all together."""
    run = Run("mquake", data, out, cases, labels.value, None, model, mode.value, resume)
    loaded = [_case(record) for record in json.loads(data.read_text(encoding="utf-8"))[:cases]]
    records = Records(run)
    method = KGT(open_model(model), run, records)
    try:
        for setting in SETTINGS:
            _tell(loaded, setting, method.memory, records)
            _correct(loaded, setting, method, records, given=run.given)
        _ask(loaded, method, records, run)
        write_report(run, method, records, _metrics(records))
    finally:
        method.close()


def _case(record: dict[str, Any]) -> Case:
    rewrites, orig = record["requested_rewrite"], record["orig"]
    new = [Triple(*labels) for labels in orig["new_triples_labeled"]]
    edited = {
        (t.subject, t.relation) for t in new
        if any((r["subject"], r["target_new"]["str"]) == (t.subject, t.object) for r in rewrites)
    }
    old = [Triple(*labels) for labels in orig["triples_labeled"]]
    return Case(
        tuple(question.strip() for question in record["questions"]),
        (record["new_answer"], *record["new_answer_alias"]),
        tuple(map(readable, new)),
        tuple(Edit(r["question"], r["target_new"]["str"], r["subject"]) for r in rewrites),
        tuple(
            readable(t) for t in dict.fromkeys([*new, *old])
            if (t.subject, t.relation) not in edited
        ),
    )


def readable(triple: Triple) -> Triple:
    """A triple with its Wikidata label as a relation that can be read aloud.

    >>> str(readable(Triple("Islam", "founded by", "Muhammad")))
    '(Islam, was founded by, Muhammad)'
    >>> str(readable(Triple("Peru", "capital", "Lima")))
    '(Peru, has the capital, Lima)'
    """
    begin = "was" if triple.relation.endswith(_PASSIVE) else "has the"
    return Triple(triple.subject, f"{begin} {triple.relation}", triple.object)


def _tell(cases: Sequence[Case], setting: str, memory: KGTMemory, records: Records) -> None:
    with progress(len(cases), f"facts ({setting})") as advance:
        for index, case in enumerate(cases):
            step = f"told:{setting}:{index}"
            if step not in records.done:
                for t in case.background:
                    memory.tell(t.subject, t.relation, t.object, user_id=SETTINGS[setting](index))
                records.add(step, facts=len(case.background))
            advance()


def _correct(
    cases: Sequence[Case], setting: str, method: KGT, records: Records, *, given: bool
) -> None:
    """Every edit once a graph: cases share some."""
    seen = dict.fromkeys(
        (SETTINGS[setting](index), edit) for index, case in enumerate(cases) for edit in case.edits
    )
    with progress(len(seen), f"updates ({setting})") as advance:
        for number, (user_id, edit) in enumerate(seen):
            correct_once(
                f"update:{setting}:{number}", method, records, edit.question, edit.answer,
                user_id=user_id, subject=edit.subject if given else None,
            )
            advance()


def _ask(cases: Sequence[Case], method: KGT, records: Records, run: Run) -> None:
    asker = Asker(method, run.alpha)
    with progress(len(cases), "questions") as advance:
        for index, case in enumerate(cases):
            step = f"case:{index}"
            if step not in records.done:
                asked = _ask_case(case, index, asker, method.memory)
                records.add(step, hops=len(case.chain), asked=asked)
            advance()


def _ask_case(
    case: Case, index: int, asker: Asker, memory: KGTMemory
) -> list[dict[str, dict[str, Any]]]:
    chain = _as_stored(case.chain, memory, SETTINGS["one"](index))
    asked = []
    for question in case.questions:
        found = {
            setting: memory.recall(question, user_id=user_id(index))
            for setting, user_id in SETTINGS.items()
        }
        # The ceiling: what recall would give if it always walked the right way.
        found |= {"no_memory": [], "chain": _walked(question, chain)}
        prompts = {
            name: asker.prompts(question, [r.shown for r in recalled])[0]
            for name, recalled in found.items()
        }
        asker.prepare(prompts.values())
        asked.append(
            {
                name: {
                    "recalled": [str(r.triple) for r in recalled],
                    "first": bool(recalled)
                    and bare(recalled[0].triple.object) == bare(case.answers[0]),
                    "said": (said := asker.answer(prompts[name])),
                    "right": any(says(said, answer) for answer in case.answers),
                }
                for name, recalled in found.items()
            }
        )
    return asked


def _walked(question: str, chain: Sequence[StoredTriple]) -> list[RecalledTriple]:
    path = tuple(stored.triple for stored in chain[:-1])
    end = RecalledTriple(chain[-1], 1.0, path, question)
    return [end, *(RecalledTriple(stored, 1.0) for stored in chain[:-1])]


def _as_stored(
    chain: Sequence[Triple], memory: KGTMemory, user_id: str
) -> list[StoredTriple]:
    """The chain in the words of the user's graph, as far as it got there."""
    facts = {_ends(s.triple): s for s in memory.facts(user_id=user_id)}
    return [facts.get(_ends(t), StoredTriple(t, "", now())) for t in chain]


def _ends(triple: Triple) -> tuple[str, str]:
    return bare(triple.subject), bare(triple.object)


def _metrics(records: Records) -> dict[str, object]:
    cases = records.of("case")
    metrics: dict[str, object] = {}
    for name, key in (
        ("one", "multihop_accuracy"),
        ("all", "multihop_accuracy_all"),
        ("no_memory", "multihop_accuracy_no_memory"),
        ("chain", "multihop_accuracy_right_chain"),
    ):
        right = [(case["hops"], any(q[name]["right"] for q in case["asked"])) for case in cases]
        metrics[key] = share([said for _, said in right])
        for hops in sorted({hops for hops, _ in right}):
            metrics[f"{key}_{hops}_hops"] = share([said for n, said in right if n == hops])
    asked = [question for case in cases for question in case["asked"]]
    for setting, suffix in (("one", ""), ("all", "_all")):
        metrics[f"answer_recall_at_1{suffix}"] = share([q[setting]["first"] for q in asked])
    return {**metrics, **updates_summary(records.of("update"))}


if __name__ == "__main__":
    typer.run(main)
