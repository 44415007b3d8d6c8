"""Which of the ranked facts are given: pure functions of P(z|q)."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleKey
from langchain_kgt.keys import normalize
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.recalling.likelihood import softmax
from langchain_kgt.recalling.names import bare
from langchain_kgt.recalling.request import Request
from langchain_kgt.recalling.templates import fact
from langchain_kgt.triples import RecalledTriple, StoredTriple

# So much less likely than the best may be what a request needs that spells out no relation.
_OF_A_WISH = 0.1


def ranked(facts: Sequence[StoredTriple], logits: Sequence[float]) -> list[RecalledTriple]:
    """All facts by P(z|q). Of equals, the newest is first."""
    pairs = zip(facts, softmax(logits), strict=True)
    newest_first = sorted(pairs, key=lambda pair: pair[0].time, reverse=True)
    return [RecalledTriple(*pair) for pair in sorted(newest_first, key=lambda pair: -pair[1])]


def choose(
    pairs: Sequence[RecalledTriple], settings: KGTConfig, *, spelled: bool = True
) -> list[RecalledTriple]:
    """The first few that are likely enough beside the likeliest.

    Of what spells out neither a relation nor a thing, "Book us a table", several may be needed.
    """
    least = settings.relevance if spelled else min(settings.relevance, _OF_A_WISH)
    return [pair for pair in pairs if pair.score >= least * pairs[0].score][: settings.limit]


def whole_lists(
    chosen: Sequence[RecalledTriple], pairs: Sequence[RecalledTriple], request: Request
) -> list[RecalledTriple]:
    """With the best fact, all others that say the same of the same: a list is no list in part."""
    if not chosen:
        return []
    one = request.also.one

    def says(pair: RecalledTriple) -> tuple[str, str]:
        return one(pair.triple.subject), normalize(pair.triple.relation)

    first = says(chosen[0])
    more = [pair for pair in pairs if says(pair) == first and pair not in chosen]
    return [*chosen, *more]


def within(
    given: Sequence[RecalledTriple], max_tokens: int, model: LanguageModel
) -> list[RecalledTriple]:
    """The first facts, as many as there is room for, and the best in any case."""
    kept: list[RecalledTriple] = []
    left = max_tokens
    for pair in given:
        left -= model.count_tokens(fact(pair.shown))
        if kept and left < 0:
            break
        kept.append(pair)
    return kept


def named_too(
    recalled: Sequence[RecalledTriple], request: Request, limit: int
) -> list[RecalledTriple]:
    """What is recalled, and who has the name that was asked for, where the facts have another."""
    also = request.also
    known = {pair.triple.key for pair in recalled}
    new: dict[TripleKey, RecalledTriple] = {}
    for name in request.names:
        facts = also.facts(name)
        if facts and known.isdisjoint(s.triple.key for s in facts):
            for pair in recalled:
                subject = pair.triple.subject
                if also.one(subject) == also.one(name) and bare(subject) != bare(name):
                    new.setdefault(facts[0].triple.key, RecalledTriple(facts[0], pair.score))
    return [*recalled[: max(1, limit - len(new))], *new.values()] if new else list(recalled)
