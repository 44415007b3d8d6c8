"""People who talk about themselves: how often what they told is found when they ask.

With `--writing gold` every fact is told outright, and what a message ends is retired; nothing is
read from text. With `--writing english` memory is given the messages alone. Then each person asks:
in the words of the fact (direct), in others (paraphrase), for something that needs it
(indirect), for what was never told (unanswered), or for nothing of theirs (unrelated).
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import options
from benchmarks.baselines.messages import nearest
from benchmarks.baselines.vector import MiniLM
from benchmarks.cases import load_cases
from benchmarks.harness import code_hash, open_model, progress, provenance, share
from benchmarks.learned import Learned, holds, learn_everything
from langchain_kgt import EnglishReader, InMemoryTripleStore, KGTMemory, NotFoundError, Reader
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.vectors import Vectors

_NEED_A_FACT = ("direct", "paraphrase", "indirect")


class Writing(StrEnum):
    """Who writes the facts down."""

    gold = "gold"
    english = "english"


@dataclass(frozen=True)
class Found:
    """What one request was given, best first: when three were asked for, and by default."""

    kind: str
    answers: list[str]
    stale: list[str]
    ranked: list[str]
    shown: list[str]

    def answered(self, facts: Sequence[str]) -> bool:
        """Whether one of the facts answers."""
        return any(holds(fact, self.answers) for fact in facts)

    @property
    def shows_stale(self) -> bool | None:
        """Whether a fact is shown that was right once, and no answer; None if there is none."""
        if not self.stale:
            return None
        return any(
            holds(fact, self.stale) and not holds(fact, self.answers) for fact in self.shown
        )


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    writing: Annotated[Writing, typer.Option(help="Who writes the facts down.")] = Writing.gold,
    among: Annotated[
        Path | None,
        typer.Option(help="zsRE cases, told first as facts about others.", exists=True),
    ] = None,
    others: Annotated[int, typer.Option(help="How many of these.", min=1)] = 1000,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Tell every person's facts, ask everything, and write a report."""
    people: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))[:cases]
    scorer, vectors, reader = open_model(model), MiniLM(), EnglishReader()
    alone = Vectors(vectors)
    strangers = list(_strangers(among, others, reader)) if among else []
    ours: list[Found] = []
    encoded: list[Found] = []
    ceiling: list[Found] = []
    seconds: list[float] = []
    learned = Learned()
    with progress(len(people), "people") as advance:
        for person in people:
            memory = KGTMemory(
                model=scorer, graph=InMemoryTripleStore(), reader=reader,
                embeddings=vectors if encoder else None,
            )
            user_id = person["user"]
            for subject, relation, value in strangers:
                memory.tell(subject, relation, value, user_id=user_id)
            if writing is Writing.gold:
                tell_everything(memory, person)
            else:
                learn_everything(memory, person, learned)
            texts = [
                templates.sentence(fact) for fact in memory.facts(user_id=user_id)
                if (fact.triple.subject, fact.triple.relation, fact.triple.object) not in strangers
            ]
            for probe in person["probes"]:
                question = probe["question"]
                start = time.perf_counter()
                shown = [templates.sentence(r.stored) for r in memory.recall(
                    question, user_id=user_id
                )]
                seconds.append(time.perf_counter() - start)
                ranked = [templates.sentence(r.stored) for r in memory.recall(
                    question, user_id=user_id, limit=3
                )]
                found = partial(Found, probe["kind"], probe["answers"], probe["stale"])
                near = _nearest(alone, question, texts)
                ours.append(found(ranked, shown))
                encoded.append(found(near, near))
                ceiling.append(found(texts, texts))
            advance()
    report: dict[str, Any] = {
        **(learned.metrics() if writing is Writing.english else {}),
        **_metrics(ours),
        "recall_seconds_median": round(statistics.median(seconds), 3),
        "encoder_alone": _metrics(encoded),
        "all_facts": _metrics(ceiling),
        "settings": {
            "benchmark": "daily", "data": data.name, "cases": cases or "all",
            "writing": writing.value, "encoder": encoder, "others": len(strangers),
            "code_sha256": code_hash(),
        },
        "command": _command(data, out, cases, writing, among, others, model, encoder=encoder),
        **provenance(scorer),
    }
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps({**learned.metrics(), **_metrics(ours)}, indent=1))


def tell_everything(memory: KGTMemory, person: dict[str, Any]) -> None:
    """Tell a person's facts in the order of their messages, and end what a message ends."""
    user_id = person["user"]
    for turn in person["turns"]:
        if turn["role"] != "user":
            continue
        for fact in turn["facts"]:
            memory.tell(fact["subject"], fact["relation"], fact["object"], user_id=user_id)
        new = {fact["object"] for fact in turn["facts"]}
        for ended in turn["retires"]:
            for stored in memory.facts(user_id=user_id):
                told = stored.triple
                if told.object not in new and holds(told.object, [ended]):
                    # Another wording of it may have gone with the first.
                    with suppress(NotFoundError):
                        memory.retire(
                            user_id=user_id, subject=told.subject, relation=told.relation,
                            object=told.object,
                        )


def _nearest(vectors: Vectors, question: str, texts: list[str]) -> list[str]:
    """The texts that are nearest to a question, best first."""
    return [texts[i] for i in nearest(vectors, question, texts)[:3]]


def _strangers(path: Path, count: int, reader: Reader) -> Iterator[tuple[str, str, str]]:
    """Facts about people and things that no user speaks of, again under other names if need be."""
    cases = load_cases(path)
    for number in range(count):
        case, again = cases[number % len(cases)], number // len(cases)
        asked = reader.question(case.prompt, case.subject)
        yield (
            f"{case.subject} {again + 1}" if again else case.subject,
            next(iter(asked.relations), "is known for"), case.target_new,
        )


def _metrics(found: Sequence[Found]) -> dict[str, Any]:
    metrics: dict[str, Any] = {}
    for kind in _NEED_A_FACT:
        of_kind = [f for f in found if f.kind == kind]
        metrics |= {
            f"{kind}_at_1": share(f.answered(f.ranked[:1]) for f in of_kind),
            f"{kind}_at_3": share(f.answered(f.ranked[:3]) for f in of_kind),
            f"{kind}_shown": share(f.answered(f.shown) for f in of_kind),
        }
    needing = [f for f in found if f.kind in _NEED_A_FACT]
    return metrics | {
        "facts_shown_mean": round(statistics.mean(len(f.shown) for f in needing), 2),
        "facts_shown_most": max(len(f.shown) for f in needing),
        "stale_shown": share(f.shows_stale for f in needing),
        "unrelated_untouched": share(not f.shown for f in found if f.kind == "unrelated"),
        "unanswered_silent": share(not f.shown for f in found if f.kind == "unanswered"),
        "requests": len(found),
    }


def _command(
    data: Path, out: Path, cases: int | None, writing: Writing, among: Path | None, others: int,
    model: str | None, *, encoder: bool,
) -> str:
    words = ["python -m benchmarks.daily", f"--data data/{data.name}"]
    words += [f"--cases {cases}"] if cases else []
    words += [f"--writing {writing.value}"] if writing is not Writing.gold else []
    words += [f"--among data/{among.name} --others {others}"] if among else []
    words += [f"--model {Path(model).name}"] if model else []
    words += [] if encoder else ["--no-encoder"]
    return " ".join([*words, f"--out docs/reports/{out.name}"])


if __name__ == "__main__":
    typer.run(main)
