"""Writings spoiled on purpose, and whether the model's own probabilities call them doubtful.

Of a right fact the object, the subject or the relation is another fact's. Two checks are tried,
each with the least score that calls five of a hundred right facts of other people doubtful:

- `given_the_fact`: with the fact in the prompt, its own words to the question with the gap at its
  object, less the best of four objects of other facts; log P a token.
- `given_the_message`: the fact after the message, less after one that says nothing; likewise.

`words` is what no model is needed for: whether all words of the fact stand in the message.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Annotated, Any

import numpy as np
import typer

from benchmarks import options
from benchmarks.harness import open_model, progress
from benchmarks.learned import holds, write_report
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.reading.english.parser import Parser
from langchain_kgt.reading.english.talk.features import Context
from langchain_kgt.reading.english.talk.message import candidates, prepared

_TELLING = frozenset({"statement", "correction", "change"})
_SPOILED = ("object", "subject", "relation")
_DECOYS = 4
_RIGHT_DOUBTED = 0.05
_LONGEST = 8
_NOTHING = "Tell me something."


@dataclass(frozen=True)
class Written:
    """A fact as it was read in a message."""

    subject: str
    relation: str
    object: str

    def __str__(self) -> str:
        return " ".join(astuple(self))


def main(
    data: options.Data,
    out: options.Out,
    facts: Annotated[int, typer.Option(help="How many facts, half to set the least.")] = 200,
    model: options.Model = None,
) -> None:
    """Score right facts and spoiled ones, and write a report."""
    chance = random.Random(0)
    pool = _right_facts(json.loads(data.read_text(encoding="utf-8")))
    chance.shuffle(pool)
    scorer = open_model(model)
    scores: dict[str, dict[str, list[float]]] = {}
    with progress(len(pool[:facts]), "facts") as advance:
        for text, fact in pool[:facts]:
            other = chance.choice([w for said, w in pool if said != text])
            decoys = [w.object for _, w in chance.sample(pool, _DECOYS)]
            variants = {
                "right": fact,
                **{part: replace(fact, **{part: getattr(other, part)}) for part in _SPOILED},
            }
            for check, found in (
                ("given_the_fact", _given_the_fact(scorer, fact, variants, decoys)),
                ("given_the_message", _given_the_message(scorer, text, variants)),
                ("words", {name: _words(text, one) for name, one in variants.items()}),
            ):
                for name, score in found.items():
                    scores.setdefault(check, {}).setdefault(name, []).append(score)
            advance()
    metrics = {
        f"{check}_{name}": share
        for check, by in scores.items() for name, share in _doubted(by).items()
    }
    write_report("checked", metrics | {"facts": len(pool[:facts])}, data, out, scorer, encoder=True)


def _right_facts(people: Sequence[dict[str, Any]]) -> list[tuple[str, Written]]:
    """Clauses that name the object of a fact, with their messages."""
    parse, found = Parser(), []
    for person in people:
        for turn in person["turns"]:
            if turn.get("kind") not in _TELLING:
                continue
            doc = parse(prepared(turn["content"]))
            for one in candidates(Context(doc), [doc]):
                right = any(holds(one.text, fact["any_of"]) for fact in turn["facts"])
                short = len(one.object.split()) <= _LONGEST
                if right and short and one.subject and one.object:
                    fact = Written(one.subject, one.relation, one.object)
                    found.append((doc.text, fact))
    return found


def _given_the_fact(
    model: LanguageModel, right: Written, variants: dict[str, Written], decoys: Sequence[str]
) -> dict[str, float]:
    asked = f"Question: {right.subject} {right.relation} what?\nAnswer:"
    rows = model.log_probabilities([
        Prompt(f"Fact: {one}.\n{asked}", tuple(f" {x}" for x in (one.object, *decoys)))
        for one in variants.values()
    ])
    return {
        name: own.mean - max(one.mean for one in others)
        for name, (own, *others) in zip(variants, rows, strict=True)
    }


def _given_the_message(
    model: LanguageModel, text: str, variants: dict[str, Written]
) -> dict[str, float]:
    said = tuple(f" {one}." for one in variants.values())
    after, before = model.log_probabilities([
        Prompt(f"Message: {message}\nWhat is known from it:", said) for message in (text, _NOTHING)
    ])
    return {
        name: a.mean - b.mean for name, a, b in zip(variants, after, before, strict=True)
    }


def _words(text: str, fact: Written) -> float:
    said = set(re.findall(r"\w+", text.casefold()))
    own = re.findall(r"\w+", f"{fact.object} {fact.subject}".casefold())
    return float(np.mean([word in said for word in own])) if own else 0.0


def _doubted(scores: dict[str, list[float]]) -> dict[str, float]:
    """Per cent of the second half of the facts that are called doubtful."""
    half = len(scores["right"]) // 2
    least = float(np.quantile(scores["right"][:half], _RIGHT_DOUBTED))
    return {
        name: round(100 * float(np.mean(np.array(values[half:]) < least)), 1)
        for name, values in scores.items()
    }


if __name__ == "__main__":
    typer.run(main)
