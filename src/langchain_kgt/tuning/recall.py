"""From a query to the facts that answer it: subjects, G_q, P(z|q), the best k, and further hops."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import GraphStore
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.triples import RecalledTriple, StoredTriple, normalize
from langchain_kgt.tuning import relations, subjects, templates
from langchain_kgt.tuning.neighbourhood import around
from langchain_kgt.tuning.walking import walk


def recall(
    query: str,
    user_id: str,
    *,
    model: LanguageModel,
    graph: GraphStore,
    config: KGTConfig,
    subject: str | None = None,
    k: int | None = None,
) -> list[RecalledTriple]:
    """The facts of this user that the query asks for, best first.

    A query that mentions no subject of the user's graph gets none, and asks no model. Given a
    subject, linking is left out. Given `k`, that many are returned if there are as many, whatever
    their relevance; without it, at most `config.k`, as far as they are relevant.
    """
    names = [subject] if subject is not None else subjects.link(query, user_id, graph)
    prompts = templates.of(config.mode)
    found = {
        name: around(query, user_id, name, graph=graph, model=model, prompts=prompts)
        for name in names
    }
    unmeasured = {
        name: list(dict.fromkeys(s.triple.relation for s in near.triples))
        for name, near in found.items()
        if not near.measured
    }
    if len(names) == 1 and all(len(distinct) <= 1 for distinct in unmeasured.values()):
        # Nothing to rank: one relation. The newest of its values comes first.
        unmeasured = {}
    measured = relations.measure(model, query, unmeasured, prompts)
    stored: list[StoredTriple] = []
    scores: list[float] = []
    for name, near in found.items():
        ranks = near.measured or measured.get(name, {})
        stored += near.triples
        scores += [
            ranks[s.triple.relation].rank if ranks else 0.0 for s in near.triples
        ]
    best = select(stored, scores, config=config, k=k)
    # The paper's recall goes one step, and where this very query was answered, that is the answer.
    asked = normalize(query)
    if config.mode == "paper" or any(normalize(s.query) == asked for s in stored):
        return best
    starts = select(stored, scores, config=config)
    path = walk(query, user_id, starts, graph=graph, model=model, prompts=prompts)
    if not path:
        return best
    others = [r for r in best if k is not None and r.triple != path[0].triple]
    return [path[-1], *path[:-1], *others][: k or config.k]


def select(
    stored: Sequence[StoredTriple],
    scores: Sequence[float],
    *,
    config: KGTConfig,
    k: int | None = None,
) -> list[RecalledTriple]:
    """Turn scores into P(z|q), sort, and cut by relevance and k. Of equals, the newest is first."""
    pairs = zip(stored, relations.softmax(scores), strict=True)
    newest_first = sorted(pairs, key=lambda pair: pair[0].time, reverse=True)
    ranked = sorted(newest_first, key=lambda pair: -pair[1])
    if k is None:
        ranked = [p for p in ranked if p[1] >= config.relevance * ranked[0][1]][: config.k]
    return [RecalledTriple(triple, score) for triple, score in ranked[:k]]
