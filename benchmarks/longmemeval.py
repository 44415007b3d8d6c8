"""Questions of five kinds about what one user said on many days (LongMemEval, Wu et al. 2025).

All messages that hold the evidence of any question are one user's, learned in the order of their
dates; then every question is asked at its own date. What the assistant said between them is
context. A question without a message of the user that answers it is left out.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import typer
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from benchmarks import options
from benchmarks.baselines.messages import Messages
from benchmarks.conversations import Session, learn_sessions, said_in
from benchmarks.evidence import Evidence, Question
from benchmarks.harness import open_model, progress
from benchmarks.learned import new_memories, write_report

_KINDS = {
    "single-session-user": "user", "single-session-preference": "preference",
    "multi-session": "sessions", "temporal-reasoning": "time", "knowledge-update": "update",
}


def main(
    data: options.Folder,
    out: options.Out,
    cases: options.Cases = None,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Learn all messages of the five files, ask every question, and write a report."""
    sessions, questions = read(data, cases)
    scorer, said = open_model(model), said_in(sessions)
    memory = new_memories(scorer, encoder=encoder)()
    with progress(len(sessions), "sessions") as advance:
        learn_sessions(memory, sessions, advance)
    evidence = Evidence()
    with progress(len(questions), "questions") as advance:
        evidence.ask(memory, Messages(said), questions, advance)
    metrics = {**evidence.metrics(), "messages": len(said)}
    write_report("longmemeval", metrics, data, out, scorer, encoder=encoder, cases=cases)


def read(folder: Path, cases: int | None) -> tuple[list[Session], list[Question]]:
    """The sessions, oldest first, and the questions; the first so many of each kind."""
    sessions: list[Session] = []
    questions: list[Question] = []
    ids: dict[tuple[datetime, str], str] = {}
    for name, kind in _KINDS.items():
        path = folder / f"longmemeval-{name}-dev.json"
        for item in json.loads(path.read_text(encoding="utf-8"))[:cases]:
            evidence: list[str] = []
            for told in sorted(item["evidence_sessions"], key=lambda one: _time(one["date"])):
                when, messages = _time(told["date"]), list[BaseMessage]()
                for turn in told["turns"]:
                    if turn["role"] != "user":
                        messages.append(AIMessage(turn["content"]))
                        continue
                    # A message may answer several questions.
                    key = ids.setdefault((when, turn["content"]), f"m{len(ids)}")
                    messages.append(HumanMessage(turn["content"], id=key))
                    evidence.append(key)
                sessions.append(Session(when, tuple(messages)))
            if evidence:
                when = _time(item["question_date"])
                questions.append(Question(
                    item["question"], kind, when, tuple(evidence), updates=kind == "update"
                ))
    return sorted(sessions, key=lambda session: session.when), questions


def _time(date: str) -> datetime:
    """Of "2023/05/25 (Thu) 20:21", in UTC."""
    return datetime.strptime(date, "%Y/%m/%d (%a) %H:%M").replace(tzinfo=timezone.utc)


if __name__ == "__main__":
    typer.run(main)
