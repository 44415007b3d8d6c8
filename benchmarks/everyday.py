"""Everyday questions, sequences and names of people, and what the graph says of them afterwards.

Written by somebody who had not seen the reader. What failed of the even ones was looked at and
mended; the odd ones are only counted, so that they tell what is to be expected of other people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import options
from benchmarks.harness import open_model, progress, provenance, share
from langchain_kgt import EnglishReader, InMemoryTripleStore, KGTError, KGTMemory, StoredTriple

EVERYDAY = Path(__file__).parent / "data" / "everyday-fresh.json"
USER = "ann"


def main(
    out: options.Out,
    data: Annotated[
        Path, typer.Option(help="The cases.", exists=True, dir_okay=False)
    ] = EVERYDAY,
    cases: options.Cases = None,
    model: options.Model = None,
) -> None:
    """Tell and correct each case in a graph of its own, and compare what it says."""
    scorer, reader = open_model(model), EnglishReader()
    read = json.loads(data.read_text(encoding="utf-8"))
    start = datetime.fromisoformat(read["now"])
    report: dict[str, Any] = {}
    for kind in ("questions", "sequences", "names"):
        right: dict[int, list[bool]] = {0: [], 1: []}
        with progress(len(read[kind][:cases]), kind) as advance:
            for case in read[kind][:cases]:
                memory = KGTMemory(model=scorer, graph=InMemoryTripleStore(), reader=reader)
                said = _is_right(memory, case, read["bystander"], start)
                right[case["id"] % 2].append(said)
                advance()
        report |= {
            f"{kind}_looked_at": share(right[0]), f"{kind}_not_looked_at": share(right[1]),
        }
    report |= provenance(scorer)
    report["command"] = f"python -m benchmarks.everyday --out docs/reports/{out.name}"
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _is_right(
    memory: KGTMemory, case: dict[str, Any], bystander: Sequence[str], start: datetime
) -> bool:
    """Whether the graph says what the case expects, and nothing else, and the bystander stays."""
    memory.tell(*bystander, user_id=USER, now=start)
    asked = [{"correct": [case["question"], case["answer"]]}] if "question" in case else []
    for number, step in enumerate([*case.get("before", case.get("steps", ())), *asked]):
        now = start + timedelta(minutes=number)
        try:
            if "tell" in step:
                memory.tell(
                    *step["tell"], user_id=USER, now=now, said_by=step.get("said_by", "user")
                )
            else:
                memory.correct(*step["correct"], user_id=USER, now=now)
        except KGTError:
            pass  # what was refused is not in the graph, which is what is compared
    every = memory.facts(user_id=USER, every=True)
    others = [fact for fact in every if fact.triple.subject != bystander[0]]
    if [f.status for f in every if f.triple.subject == bystander[0]] != ["holds"]:
        return False
    if "recall" in case:
        return all(_recalls(memory, *pair) for pair in case["recall"])
    found = [_meeting(pattern, others) for pattern in case["expect"]]
    expected = {fact.triple.key for facts in found for fact in facts}
    return all(found) and all(
        fact.triple.key in expected or fact.status != "holds" or any(
            _meeting(pattern, [fact]) for pattern in case["ok"]
        )
        for fact in others
    )


def _recalls(memory: KGTMemory, question: str, wanted: str | None) -> bool:
    limit = None if wanted is None else 1
    found = [r.triple.object for r in memory.recall(question, user_id=USER, limit=limit)]
    if wanted is None:
        return not found
    return bool(found) and re.fullmatch(wanted, found[0], re.IGNORECASE) is not None


def _meeting(pattern: dict[str, Any], facts: Sequence[StoredTriple]) -> list[StoredTriple]:
    """The facts that one of the alternatives of a pattern describes."""
    return [
        fact for fact in facts if any(_meets(one, fact) for one in pattern.get("any", [pattern]))
    ]


def _meets(pattern: dict[str, str], fact: StoredTriple) -> bool:
    triple = fact.triple
    times = (("since", fact.valid_from), ("until", fact.valid_until))
    if not re.fullmatch(pattern.get("status", "holds"), fact.status) or any(
        not said.startswith(pattern.get(name) or "") for name, said in times
    ):
        return False
    if "text" in pattern:
        line = f"{triple.subject} | {triple.relation} | {triple.object}"
        return re.fullmatch(pattern["text"], line, re.IGNORECASE) is not None
    parts = (("s", triple.subject), ("r", triple.relation), ("o", triple.object.rstrip(".")))
    return all(
        re.fullmatch(f"(?:(?:the|a|an) )?(?:{pattern[name]})", text, re.IGNORECASE)
        for name, text in parts
    )


if __name__ == "__main__":
    typer.run(main)
