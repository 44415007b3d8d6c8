"""Several hops: from a fact that a query asks for to the one that answers it.

"Where was the author of Emma born?" asks for who wrote Emma, and then for something else. A path
grows by a fact about its last object while the query asks for that fact too: the fact must make the
query likelier, and the query the fact's relation. docs/decisions.md has the ablation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.recalling import relations, sentences, templates
from langchain_kgt.recalling.aliases import Aliases
from langchain_kgt.recalling.names import bare, known
from langchain_kgt.recalling.neighbourhood import around
from langchain_kgt.recalling.templates import Templates
from langchain_kgt.triples import RecalledTriple, StoredTriple, Triple

MAX_HOPS = 4
# What query and fact must gain by each other, in nats, for a step: the query counts double.
_STEP = 3.5
# So many paths are followed at once, and so many facts of an entity are tried.
_WIDTH = 3


@dataclass(frozen=True, slots=True)
class _Path:
    """Facts, each about the object of the one before, and how far the query asks for them."""

    facts: tuple[StoredTriple, ...]
    start: RecalledTriple
    asked: float

    @property
    def end(self) -> str:
        return bare(self.facts[-1].triple.object)


def walk(
    query: str,
    user_id: str,
    starts: Sequence[RecalledTriple],
    *,
    graph: TripleStore,
    model: LanguageModel,
    prompts: Templates,
    also: Aliases,
) -> list[RecalledTriple]:
    """The path from one of `starts` that the query asks for, if it has two facts or more.

    Where none of their objects is a subject of the user's graph, no model is asked.
    """
    # What the query does not bring up at all leads nowhere, and has no logarithm.
    sure = (start for start in starts if start.score > 0)
    paths = [_Path((start.stored,), start, math.log(start.score)) for start in sure]
    found: list[_Path] = []
    for _ in range(MAX_HOPS - 1):
        near = _near(
            query, user_id, paths, graph=graph, model=model, prompts=prompts, also=also
        )
        steps = _steps(query, near, model)
        paths = sorted(steps, key=lambda path: -path.asked)[:_WIDTH]
        found += paths
    if not found:
        return []
    best = max(found, key=lambda path: path.asked)
    way = tuple(stored.triple for stored in best.facts)
    facts = [RecalledTriple(stored, best.start.score) for stored in best.facts]
    return [*facts[:-1], replace(facts[-1], path=way[:-1], query=query)]


# What the query says of a fact by the fact's relation alone.
_Rated: TypeAlias = tuple[StoredTriple, float]


def _near(
    query: str,
    user_id: str,
    paths: Sequence[_Path],
    *,
    graph: TripleStore,
    model: LanguageModel,
    prompts: Templates,
    also: Aliases,
) -> list[tuple[_Path, list[_Rated]]]:
    """The likeliest facts about the end of each path, but none that leads back."""
    if not paths:
        return []
    subjects, one = known({path.end for path in paths}, user_id, graph, also), also.one
    around_end: list[tuple[_Path, str, list[StoredTriple]]] = []
    # Two paths may end at one entity, and leave out different facts of it.
    relations_of: dict[str, dict[str, None]] = {}
    for path in paths:
        been = {one(stored.triple.subject) for stored in path.facts}
        # Who is told by a name is not told of: (user, has a dog named, Rex).
        named = any(s.triple.key == path.facts[-1].triple.key for s in also.facts(path.end))
        if path.end in subjects and one(path.end) not in been and not named:
            name = subjects[path.end]
            near = around(
                query, user_id, name, graph=graph, model=model, prompts=prompts, also=also
            )
            triples = [s for s in near.triples[::-1] if one(s.triple.object) not in been]
            around_end.append((path, name, triples))
            distinct = relations_of.setdefault(name, {})
            distinct.update(dict.fromkeys(stored.triple.relation for stored in triples))
    measured = relations.measure(
        model, query, {name: list(distinct) for name, distinct in relations_of.items()}, prompts
    )
    rated: list[tuple[_Path, list[_Rated]]] = []
    for path, name, triples in around_end:
        facts = [(stored, measured[name][stored.triple.relation].information) for stored in triples]
        rated.append((path, sorted(facts, key=lambda fact: -fact[1])[:_WIDTH]))
    return rated


def _steps(
    query: str, near: Sequence[tuple[_Path, list[_Rated]]], model: LanguageModel
) -> list[_Path]:
    """The paths with one fact more that the query asks for."""
    asked = [
        _asked(query, [stored.triple for stored in facts], model.control_tokens)
        for path, rated in near
        for facts in (path.facts, *((*path.facts, stored) for stored, _ in rated))
    ]
    rows = iter(model.log_probabilities(asked) if asked else [])
    longer: list[_Path] = []
    for path, rated in near:
        before = next(rows)[0].value
        for stored, information in rated:
            gain = next(rows)[0].value - before
            step = 2 * gain + information - _STEP
            if gain > 0 and step > 0:
                longer.append(_Path((*path.facts, stored), path.start, path.asked + step))
    return longer


def _asked(query: str, triples: Sequence[Triple], control: Sequence[str]) -> Prompt:
    """How likely a query is after these facts."""
    query = sentences.without_remark(query.strip())
    # What is asked stands in the last sentence; those before it gain by any fact like them.
    start = sentences.sentence_start(query, len(query))
    before, last = query[:start], query[start:]
    known = templates.before_query(triples, control)
    return Prompt(f"{known} {before}".rstrip(), (f" {last}",))
