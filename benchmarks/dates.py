"""Since when, until when or at what time, as a message says it: `dates-dev.json`, in EDTF.

Right is what has all three as they are wanted; where there are several, any of them. *Alone*: the
times that are read in the clause that is meant. *Learned*: those of a fact that names what is
meant, after the message is learned; a message of which no such fact is written is not right.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import typer

from benchmarks import options
from benchmarks.harness import open_model, progress, share
from benchmarks.kept import folded
from benchmarks.learned import new_memories, text_of, write_report
from langchain_kgt.reading.english.when.times import times_of


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Read and learn every message, for a user of its own, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))[:cases]
    scorer = open_model(model)
    new_memory = new_memories(scorer, encoder=encoder)
    alone: list[bool] = []
    named: list[bool] = []
    learned: list[bool] = []
    with progress(len(items), "messages") as advance:
        for item in items:
            message, now = item["message"], datetime.fromisoformat(item["now"])
            now = now.replace(tzinfo=timezone.utc)
            read = times_of(message, now, item["about"])
            alone.append(is_right(read.valid_from, read.valid_until, item))
            memory = new_memory()
            memory.learn(message, user_id="u", now=now)
            facts = [
                fact for fact in memory.facts(user_id="u", every=True)
                if f" {folded(item['about'])} " in f" {folded(text_of(fact))} "
            ]
            named.append(bool(facts))
            learned.append(any(is_right(f.valid_from, f.valid_until, item) for f in facts))
            advance()
    timed = [any(item[key] for key in ("at", "from", "until")) for item in items]
    metrics = {
        "alone": share(alone), "alone_even": share(alone[::2]), "alone_odd": share(alone[1::2]),
        "learned": share(learned), "learned_even": share(learned[::2]),
        "learned_odd": share(learned[1::2]), "named": share(named),
        "learned_of_named": share(_where(learned, named)),
        "alone_timed": share(_where(alone, timed)), "learned_timed": share(_where(learned, timed)),
        "messages": len(items), "messages_timed": sum(timed),
    }
    write_report("dates", metrics, data, out, scorer, encoder=encoder, cases=cases)


def is_right(valid_from: str, valid_until: str, wanted: dict[str, Any]) -> bool:
    """Whether times are those that are wanted; what has both alike is at a time.

    >>> wanted = {"at": ["2026-03-01", "2026-03"], "from": None, "until": None}
    >>> is_right("2026-03", "2026-03", wanted), is_right("2026-03", "", wanted)
    (True, False)
    """
    at = valid_from == valid_until
    said = {
        "at": valid_from if at else "", "from": "" if at else valid_from,
        "until": "" if at else valid_until,
    }
    return all(time in _any_of(wanted[key]) for key, time in said.items())


def _any_of(wanted: Any) -> list[str]:
    """The texts of which any is right; an empty one stands for no time."""
    return [text or "" for text in (wanted if isinstance(wanted, list) else [wanted])]


def _where(values: list[bool], chosen: list[bool]) -> list[bool]:
    return [value for value, is_chosen in zip(values, chosen, strict=True) if is_chosen]


if __name__ == "__main__":
    typer.run(main)
