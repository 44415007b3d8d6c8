"""Sentences of personas and the triples that they state: which are found (Welleck et al. 2019)."""

from __future__ import annotations

import json
import re
from typing import Any

import typer

from benchmarks import options
from benchmarks.harness import open_model, progress, share
from benchmarks.learned import new_memories, write_report
from langchain_kgt import StoredTriple
from langchain_kgt.english import lemma

_LITTLE = frozenset("a an the my our his her their".split())
_USER = frozenset({"i", "me", "my", "we", "our"})


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Learn every sentence for a user of its own, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))[:cases]
    scorer = open_model(model)
    new_memory = new_memories(scorer, encoder=encoder)
    found: list[bool] = []
    right: list[bool] = []
    with progress(len(items), "sentences") as advance:
        for item in items:
            memory = new_memory()
            memory.learn(item["text"], user_id="u")
            facts = memory.facts(user_id="u", every=True)
            for triple in item["triples"]:
                named = [fact for fact in facts if names(fact, triple["tail"])]
                found.append(bool(named))
                right.append(any(is_about(fact, triple["head"]) for fact in named))
            advance()
    metrics = {
        "object_found": share(found), "object_and_subject": share(right),
        "object_found_even": share(found[::2]), "object_found_odd": share(found[1::2]),
        "triples": len(found),
    }
    write_report("dnli", metrics, data, out, scorer, encoder=encoder, cases=cases)


def names(fact: StoredTriple, tail: str) -> bool:
    """Whether the object of a fact holds the tail, or the reverse; inflection aside."""
    value, wanted = folded(fact.triple.object), folded(tail)
    return bool(value and wanted) and (
        f" {wanted} " in f" {value} " or f" {value} " in f" {wanted} "
    )


def is_about(fact: StoredTriple, head: str) -> bool:
    """Whether a fact is the user's where the sentence is, else of the one who is named."""
    subject, said = folded(fact.triple.subject), folded(head)
    if {*head.casefold().split()} <= _USER:
        return fact.triple.subject == "user"
    return said in subject or subject in said


def folded(text: str) -> str:
    """The lemmas, without articles and owners."""
    words = re.findall(r"\w+", text.casefold())
    return " ".join(lemma(word) for word in words if word not in _LITTLE)


if __name__ == "__main__":
    typer.run(main)
