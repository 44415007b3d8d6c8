"""Sentences of personas and the triples that they state: which are found (Welleck et al. 2019)."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

import typer

from benchmarks import options
from benchmarks.baselines.vector import MiniLM
from benchmarks.harness import code_hash, open_model, progress, provenance, share
from langchain_kgt import EnglishReader, InMemoryTripleStore, KGTMemory, StoredTriple
from langchain_kgt.english import lemma

_LITTLE = frozenset("a an the my our his her their".split())
_USER = frozenset({"i", "me", "my", "we", "our"})


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    model: options.Model = None,
    encoder: Annotated[bool, typer.Option(help="Give memory a sentence encoder.")] = True,
) -> None:
    """Learn every sentence for a user of its own, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))[:cases]
    scorer, reader, vectors = open_model(model), EnglishReader(), MiniLM() if encoder else None
    found: list[bool] = []
    right: list[bool] = []
    with progress(len(items), "sentences") as advance:
        for item in items:
            memory = KGTMemory(
                model=scorer, graph=InMemoryTripleStore(), reader=reader, embeddings=vectors
            )
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
    report = {
        **metrics,
        "settings": {
            "benchmark": "dnli", "data": data.name, "cases": cases or "all", "encoder": encoder,
            "code_sha256": code_hash(),
        },
        "command": f"python -m benchmarks.dnli --data data/{data.name} "
        + (f"--cases {cases} " if cases else "") + ("" if encoder else "--no-encoder ")
        + f"--out docs/reports/{out.name}",
        **provenance(scorer),
    }
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(metrics, indent=1))


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
