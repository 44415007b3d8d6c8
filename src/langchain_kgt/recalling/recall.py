"""From a query to the facts that answer it: subjects, G_q, P(z|q), the best few, further hops.

What the query does not ask for is left out at the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleKey, TripleStore
from langchain_kgt.graphs.standing import holds, question_key
from langchain_kgt.keys import normalize
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.reading.people import USER
from langchain_kgt.recalling import asking, relations, subjects, templates
from langchain_kgt.recalling.aliases import Aliases, aliases
from langchain_kgt.recalling.likelihood import softmax
from langchain_kgt.recalling.names import bare, user_in_prompts
from langchain_kgt.recalling.neighbourhood import Neighbourhood, around
from langchain_kgt.recalling.templates import Templates
from langchain_kgt.recalling.valid_time import as_of, at
from langchain_kgt.recalling.walking import walk
from langchain_kgt.triples import RecalledTriple, StoredTriple
from langchain_kgt.triples import now as present

# Up to so many facts, whether the query asks for them is measured while they are ranked.
_AT_ONCE = 8


def recall(
    query: str,
    user_id: str,
    *,
    model: LanguageModel,
    graph: TripleStore,
    settings: KGTConfig,
    subject: str | None = None,
    limit: int | None = None,
    now: datetime | None = None,
    past: Callable[[], bool] | None = None,
) -> list[RecalledTriple]:
    """The facts of this user that the query asks for, best first.

    A query that mentions no subject of the user's graph gets none, and asks no model. Given a
    subject, linking is left out. Given `limit`, that many are returned if there are as many,
    whatever their relevance; without it, at most `settings.limit`, as far as they are relevant and
    asked for. A query that asks for nothing in particular ("Tell me about my dog") gets as many.
    """
    also = aliases(user_id, graph)
    names = [subject] if subject is not None else subjects.link(query, user_id, graph, also=also)
    names = [USER if also.is_user(name) else name for name in names]
    recalled = _recall(
        query, user_id, names, also, model=model, graph=graph, settings=settings, limit=limit,
        now=now or present(), past=past,
    )
    if limit is not None:
        return recalled
    if also.user_name and f" {normalize(also.user_name)} " in f" {normalize(query)} ":
        names = [*names, also.user_name]
    return _explained(recalled, names, also, settings.limit)


def _recall(
    query: str,
    user_id: str,
    names: Sequence[str],
    also: Aliases,
    *,
    model: LanguageModel,
    graph: TripleStore,
    settings: KGTConfig,
    limit: int | None,
    now: datetime,
    past: Callable[[], bool] | None,
) -> list[RecalledTriple]:
    called = user_in_prompts(user_id, graph, also) if USER in names else templates.DEFAULT.user
    prompts = templates.of(settings.mode, model.control_tokens, called)
    found = {
        name: around(
            query, user_id, name, graph=graph, model=model, prompts=prompts, also=also
        )
        for name in names
    }
    found = {
        name: at(now, near, name, user_id, graph=graph, also=also, past=past)
        for name, near in found.items()
    }
    found = {name: _named(near, also.facts(name), now) for name, near in found.items()}
    stored = [triple for near in found.values() for triple in near.triples]
    # The paper's recall goes one step, and where this very query was answered, that is the answer.
    asked = question_key(query)
    sure = settings.mode == "paper" or any(asked in s.question_keys for s in stored)
    general = settings.mode == "default" and limit is None and asking.in_general(query, names)
    checks = limit is None and settings.asked > -math.inf and not general
    information: dict[StoredTriple, float] = {}
    if checks and not sure and len(stored) <= _AT_ONCE:
        # Before the ranking, so that it is one pass: the model keeps the scores.
        information = asking.information(query, stored, model, prompts)
    scores = _rank(query, found, model, prompts)
    best = select(stored, scores, settings=settings, limit=limit)
    if sure:
        return best
    if general:
        return select(stored, scores, settings=settings, limit=settings.limit)
    starts = select(stored, scores, settings=settings)
    path = walk(query, user_id, starts, graph=graph, model=model, prompts=prompts, also=also)
    if path:
        others = [r for r in best if limit is not None and r.triple != path[0].triple]
        return [path[-1], *path[:-1], *others][: limit or settings.limit]
    if not checks:
        return best
    if not information:
        information = asking.information(query, [r.stored for r in best], model, prompts)
    return [r for r in best if information[r.stored] >= settings.asked]


def _explained(
    recalled: Sequence[RecalledTriple], names: Sequence[str], also: Aliases, limit: int
) -> list[RecalledTriple]:
    """What is recalled, and who has the name that was asked for, where the facts have another."""
    known = {r.triple.key for r in recalled}
    new: dict[TripleKey, RecalledTriple] = {}
    for name in names:
        facts = also.facts(name)
        if facts and known.isdisjoint(s.triple.key for s in facts):
            for r in recalled:
                subject = r.triple.subject
                if also.one(subject) == also.one(name) and bare(subject) != bare(name):
                    new.setdefault(facts[0].triple.key, RecalledTriple(facts[0], r.score))
    return [*recalled[: max(1, limit - len(new))], *new.values()] if new else list(recalled)


def _named(near: Neighbourhood, names: Sequence[StoredTriple], now: datetime) -> Neighbourhood:
    """What is known of a subject, and whose name it is: (user, has a dog named, Rex)."""
    known = {stored.triple.key for stored in near.triples}
    new = [s for s in names if s.triple.key not in known and holds(as_of(s, now))]
    return replace(near, triples=(*new, *near.triples)) if near.whole else near


def _rank(
    query: str, found: Mapping[str, Neighbourhood], model: LanguageModel, prompts: Templates
) -> list[float]:
    """Each fact by its relation, among those of the same subject."""
    unmeasured = {
        name: list(dict.fromkeys(s.triple.relation for s in near.triples))
        for name, near in found.items()
        if not near.measured
    }
    if len(found) == 1 and all(len(distinct) <= 1 for distinct in unmeasured.values()):
        # Nothing to rank: one relation. The newest of its values comes first.
        unmeasured = {}
    measured = relations.measure(model, query, unmeasured, prompts)
    scores: list[float] = []
    for name, near in found.items():
        ranks = near.measured or measured.get(name, {})
        scores += [
            ranks[s.triple.relation].rank if ranks else 0.0 for s in near.triples
        ]
    return scores


def select(
    stored: Sequence[StoredTriple],
    scores: Sequence[float],
    *,
    settings: KGTConfig,
    limit: int | None = None,
) -> list[RecalledTriple]:
    """Turn scores into P(z|q), sort, cut by relevance and limit. Of equals, the newest is first."""
    pairs = zip(stored, softmax(scores), strict=True)
    newest_first = sorted(pairs, key=lambda pair: pair[0].time, reverse=True)
    ranked = sorted(newest_first, key=lambda pair: -pair[1])
    if limit is None:
        ranked = [p for p in ranked if p[1] >= settings.relevance * ranked[0][1]][: settings.limit]
    return [RecalledTriple(triple, score) for triple, score in ranked[:limit]]
