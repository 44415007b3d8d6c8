"""What memory writes down of what people say, and what it takes out: counted against the data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from benchmarks.baselines.vector import MiniLM
from benchmarks.harness import code_hash, provenance, share
from langchain_kgt import (
    EnglishReader,
    InMemoryTripleStore,
    KGTMemory,
    LanguageModel,
    StoredTriple,
)
from langchain_kgt.triples import Triple

_TELLING = ("statement", "correction", "change")
_ENDING = ("change", "retraction")


def holds(text: str, wanted: Sequence[str]) -> bool:
    """Whether a text has one of these in it, as whole words.

    >>> holds("the user works as a cook", ["Cook"]), holds("likes cooking", ["cook"])
    (True, False)
    """
    return any(_words(one) in _words(text) for one in wanted)


def _words(text: str) -> str:
    words = " ".join(re.findall(r"\w+", text.casefold()))
    return f" {words} "


def text_of(fact: StoredTriple | Triple) -> str:
    """A fact as one text, of which is asked what it names."""
    triple = fact.triple if isinstance(fact, StoredTriple) else fact
    return f"{triple.subject} {triple.relation} {triple.object}"


def new_memories(scorer: LanguageModel, *, encoder: bool) -> Callable[[], KGTMemory]:
    """Makes empty memories that share model, reader and encoder."""
    reader, vectors = EnglishReader(), MiniLM() if encoder else None
    return lambda: KGTMemory(
        model=scorer, graph=InMemoryTripleStore(), reader=reader, embeddings=vectors
    )


def write_report(
    name: str, metrics: dict[str, Any], data: Path, out: Path, scorer: LanguageModel, *,
    encoder: bool, cases: int | None = None,
) -> None:
    """Write and print what a benchmark of messages has counted."""
    # A folder holds several files of one benchmark.
    given = "data" if data.is_dir() else f"data/{data.name}"
    of = f"{name}-*-dev.json" if data.is_dir() else data.name
    words = [f"python -m benchmarks.{name}", f"--data {given}"]
    words += [f"--cases {cases}"] if cases else []
    words += [] if encoder else ["--no-encoder"]
    report = {
        **metrics,
        "settings": {
            "benchmark": name, "data": of, "cases": cases or "all", "encoder": encoder,
            "code_sha256": code_hash(),
        },
        "command": " ".join([*words, f"--out docs/reports/{out.name}"]),
        **provenance(scorer),
    }
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(metrics, indent=1))


@dataclass
class Learned:
    """Counts over all messages of all people."""

    found: dict[str, list[bool]] = field(default_factory=lambda: {k: [] for k in _TELLING})
    right: list[bool] = field(default_factory=list)
    silent: dict[str, list[bool]] = field(default_factory=dict)
    ended: list[bool] = field(default_factory=list)
    besides: list[bool] = field(default_factory=list)
    elsewhere: list[bool] = field(default_factory=list)

    def metrics(self) -> dict[str, Any]:
        """Per cent."""
        silent = [one for kind in self.silent.values() for one in kind]
        return {
            **{f"found_{kind}s": share(found) for kind, found in self.found.items()},
            "precision_strict": share(self.right),
            "silent": share(silent),
            **{f"silent_{kind}": share(one) for kind, one in sorted(self.silent.items())},
            "ended": share(self.ended),
            "ended_besides": share(self.besides),
            "ended_elsewhere": share(self.elsewhere),
            "facts_written": len(self.right),
        }


def learn_everything(memory: KGTMemory, person: dict[str, Any], counts: Learned) -> None:
    """Give memory a person's messages in order, with what the assistant said between them."""
    user_id, said = person["user"], list[BaseMessage]()
    for number, turn in enumerate(person["turns"]):
        if turn["role"] != "user":
            said.append(AIMessage(turn["content"], id=str(number)))
            continue
        said.append(HumanMessage(turn["content"], id=str(number)))
        before = {one.triple.key: text_of(one) for one in memory.facts(user_id=user_id)}
        [update] = memory.learn(said, user_id=user_id)
        after = {one.triple.key for one in memory.facts(user_id=user_id)}
        _count(counts, turn, (*update.added, *update.confirmed), before, after)


def _count(
    counts: Learned, turn: dict[str, Any], written: Sequence[Triple],
    before: dict[Any, str], after: set[Any],
) -> None:
    kind, gold = turn["kind"], [fact["any_of"] for fact in turn["facts"]]
    texts = [text_of(triple) for triple in written]
    if kind in _TELLING:
        counts.found[kind] += [any(holds(text, one) for text in texts) for one in gold]
    lasting = [
        text for triple, text in zip(written, texts, strict=True)
        if triple.kind != "event" and triple.status == "holds"
    ]
    counts.right += [any(holds(text, one) for one in gold) for text in lasting]
    if kind not in (*_TELLING, "retraction"):
        counts.silent.setdefault(kind, []).append(not lasting)
    named = {key: holds(text, turn["retires"]) for key, text in before.items()}
    for over in turn["retires"]:
        knowing = [key for key, text in before.items() if holds(text, [over])]
        if knowing:
            counts.ended.append(not any(key in after for key in knowing))
    others = [key not in after for key in before if not named[key]]
    (counts.besides if kind in _ENDING else counts.elsewhere).extend(others)
