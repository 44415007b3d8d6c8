"""The paper's recall, to the letter: the facts of what is named, ranked by P(r | T_retrieve(q))."""

from __future__ import annotations

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.standing import holds
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.reading.people import USER
from langchain_kgt.recalling import relations, templates
from langchain_kgt.recalling.choosing import choose, ranked
from langchain_kgt.recalling.neighbourhood import around
from langchain_kgt.recalling.request import Request
from langchain_kgt.recalling.valid_time import as_of
from langchain_kgt.triples import RecalledTriple


def recall(
    request: Request,
    *,
    model: LanguageModel,
    graph: TripleStore,
    settings: KGTConfig,
    limit: int | None,
) -> list[RecalledTriple]:
    """G_q by P(z|q) = P(r | T_retrieve(q)) / sum of those of all of G_q."""
    user = request.user if USER in request.names else templates.DEFAULT.user
    prompts = templates.of("paper", model.control_tokens, user)
    found = {
        name: around(
            request.text, request.user_id, name, graph=graph, model=model, prompts=prompts,
            also=request.also,
        )
        for name in request.names
    }
    distinct = {
        name: list(dict.fromkeys(s.triple.relation for s in near.triples))
        for name, near in found.items()
    }
    several = len(found) > 1 or any(len(names) > 1 for names in distinct.values())
    measured = relations.measure(model, request.text, distinct if several else {}, prompts)
    facts = [
        (stored, measured[name][stored.triple.relation].rank if several else 0.0)
        for name, near in found.items()
        for stored in (as_of(one, request.now) for one in near.triples) if holds(stored)
    ]
    pairs = ranked([stored for stored, _ in facts], [rank for _, rank in facts])
    return pairs[:limit] if limit is not None else choose(pairs, settings)
