"""Long dialogues of two people, neither of whom is the user (LoCoMo, Maharana et al. 2024).

Both speak under their names. Each dialogue has a store of its own, in which its questions are
asked at the date of its last session; what is asked of things never said is left out.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from langchain_core.messages import HumanMessage

from benchmarks import options
from benchmarks.baselines.messages import Messages
from benchmarks.baselines.vector import MiniLM
from benchmarks.conversations import Session, learn_sessions, said_in
from benchmarks.evidence import Evidence, Question
from benchmarks.harness import open_model, progress
from benchmarks.learned import new_memories, write_report
from langchain_kgt.recalling.vectors import Vectors

_KINDS = {
    "single-hop": "single_hop", "multi-hop": "several_hops", "temporal": "time",
    "open-domain": "open",
}


def main(
    data: options.Data,
    out: options.Out,
    cases: Annotated[
        int | None, typer.Option(help="Only the first N sessions of each dialogue.", min=1)
    ] = None,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Learn each dialogue, ask its questions, and write a report."""
    dialogues: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))
    scorer, vectors = open_model(model), Vectors(MiniLM())
    new_memory = new_memories(scorer, encoder=encoder)
    evidence, messages = Evidence(), 0
    read_ = [(sessions_of(one, cases), one) for one in dialogues]
    asked = [questions_of(one, sessions) for sessions, one in read_]
    steps = sum(len(sessions) for sessions, _ in read_) + sum(map(len, asked))
    with progress(steps, "sessions and questions") as advance:
        for (sessions, _), questions in zip(read_, asked, strict=True):
            memory, said = new_memory(), said_in(sessions)
            learn_sessions(memory, sessions, advance)
            evidence.ask(memory, Messages(said, vectors), questions, advance)
            messages += len(said)
    metrics = {**evidence.metrics(), "messages": messages, "dialogues": len(dialogues)}
    write_report("locomo", metrics, data, out, scorer, encoder=encoder, cases=cases)


def sessions_of(dialogue: dict[str, Any], count: int | None) -> list[Session]:
    """The first sessions of a dialogue, oldest first."""
    return [
        Session(_time(session["date"]), tuple(
            HumanMessage(turn["text"], name=turn["speaker"], id=turn["dia_id"])
            for turn in session["turns"]
        ))
        for session in dialogue["sessions"][:count]
    ]


def questions_of(dialogue: dict[str, Any], sessions: list[Session]) -> list[Question]:
    """The questions whose evidence is all in these sessions."""
    known, when = [one.id for one in said_in(sessions)], sessions[-1].when
    return [
        Question(item["question"], _KINDS[item["category_name"]], when, tuple(item["evidence"]))
        for item in dialogue["qa"]
        if item["category_name"] in _KINDS and item["evidence"]
        and set(item["evidence"]) <= set(known)
    ]


def _time(date: str) -> datetime:
    """Of "4:04 pm on 20 January, 2023", in UTC."""
    return datetime.strptime(date, "%I:%M %p on %d %B, %Y").replace(tzinfo=timezone.utc)


if __name__ == "__main__":
    typer.run(main)
