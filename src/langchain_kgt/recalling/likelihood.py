"""P(z|q): how likely a request needs a fact, among all that it could need.

    told      log P(z | q, "it is important to know that"), less that after a request for nothing
    cosine    of the vectors of q and z, where there is an encoder

and what was read of q: whether it names what z is about, asks for the relation of z in whatever
words, and for such a kind of value as z has. P(z|q) is the softmax of their weighted sum over the
candidates. Of the likeliest few more is measured, which weighs among them: `few_shot`, the same as
`told` after three worked examples; and, where q spells out what it asks for, how far it asks for
them (`asking.py`), which also decides whether they answer it. The weights stand in `weights.toml`,
with what they were fitted on.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files

import regex

from langchain_kgt.lexicon import Lexicon
from langchain_kgt.lexicon.lexicon import told as told_with_article
from langchain_kgt.lexicon.values import form
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.recalling.asking import Asking
from langchain_kgt.recalling.request import Request
from langchain_kgt.recalling.templates import Templates, line
from langchain_kgt.recalling.vectors import Vectors
from langchain_kgt.triples import StoredTriple, Triple

CLOSELY = 3
"""So many facts, the likeliest, are measured closely."""

# Kinds of values that the words of a question tell, and what the lexicon calls them.
_TOLD_BY_KIND = ("person", "place", "date", "amount", "activity")
_KINDS = {"job": "activity", "name": "person"}

NEUTRAL = "Tell me something."
"""A request that needs nothing: what a fact's probability after a request is compared with."""

_ASKS = "{user} asks: {request}\nTo help {user}, it is important to know that"
# What is needed without being named: what somebody cannot have, when they are free, a name.
_EXAMPLES = (
    ("What should I bring to eat on the trip?", "{user} is allergic to nuts"),
    ("Would Thursday work for a drink?", "{user} has a class on Thursdays"),
    ("What's my brother called again?", "{user}'s brother is named Louis"),
)
_OTHERS = ("Ben", "Clara", "David", "Emma", "Frank", "Helen")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured of one fact; natural logs.

    Attributes:
        named: 1 if the request names what the fact is about.
        same: 1 if the request asks for its relation.
        fits: 1 if it asks for such a value, -1 if for another kind.
        few_shot: `told` after worked examples; NaN where that was not measured.
        information: how far it asks for the fact; NaN likewise.
    """

    told: float
    cosine: float
    named: float
    same: float
    fits: float
    few_shot: float = math.nan
    information: float = math.nan


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one sum, by the names of what is measured."""

    of: Mapping[str, float]

    def sum(self, measured: Mapping[str, float]) -> float:
        """The weighted sum; what has no weight counts nothing."""
        return math.fsum(weight * measured[name] for name, weight in self.of.items())


@cache
def weights(name: str, *, encoder: bool) -> Weights:
    """Those of `weights.toml`: `ranking`, `closely`, `wish`, `wanted`, `answered`."""
    data = tomllib.loads(files(__package__).joinpath("weights.toml").read_text(encoding="utf-8"))
    return Weights(data["encoder" if encoder else "alone"][name])


def measure(
    request: Request,
    facts: Sequence[StoredTriple],
    named: frozenset[StoredTriple],
    model: LanguageModel,
    vectors: Vectors | None,
    prompts: Templates,
    *,
    also: frozenset[StoredTriple] = frozenset(),
    closely: int = CLOSELY,
    beside: Sequence[Prompt] = (),
) -> list[Evidence]:
    """Measure all facts, and the likeliest closely: one call, or two.

    What could be stored `also` is measured beside these. What stands `beside` goes through the
    model in the same call, so that it is known later on.
    """
    if not facts:
        return []
    texts = [line(request.read(stored), model.control_tokens) for stored in facts]
    near = vectors.near(request.text, texts) if vectors is not None else [0.0] * len(facts)
    known = [i for i, stored in enumerate(facts) if stored not in also]
    new = [i for i, stored in enumerate(facts) if stored in also]
    told = _Told(request, texts)
    best = [*known, *new] if len(known) <= closely else []
    several = len(known) > 1
    near_by = _Closely(request, facts, texts, best, prompts, several=several)
    rows = model.log_probabilities([*told.prompts, *near_by.prompts, *beside])
    evidence = [
        Evidence(t, c, float(stored in named), *as_read(request, stored.triple))
        for t, c, stored in zip(told.read(rows), near, facts, strict=True)
    ]
    rows = rows[len(told.prompts) :]
    if not best:
        logits = scores(evidence, encoder=vectors is not None)
        best = [*sorted(known, key=lambda i: -logits[i])[:closely], *new]
        near_by = _Closely(request, facts, texts, best, prompts, several=several)
        rows = model.log_probabilities(near_by.prompts)
    return near_by.read(rows, evidence)


class _Told:
    """How likely each fact is after the request, less after one for nothing."""

    def __init__(self, request: Request, texts: Sequence[str], before: str = "") -> None:
        said = tuple(f" {text}." for text in texts)
        self.prompts = [
            Prompt(before + _ASKS.format(user=request.user, request=text), said)
            for text in (request.text, NEUTRAL)
        ] if texts else []

    def read(self, rows: Sequence[Sequence[LogProbability]]) -> list[float]:
        """What the request adds, in nats."""
        pairs = zip(*rows[: len(self.prompts)], strict=True)
        return [after.value - before.value for after, before in pairs]


class _Closely:
    """What is measured of the likeliest few alone."""

    def __init__(
        self,
        request: Request,
        facts: Sequence[StoredTriple],
        texts: Sequence[str],
        best: Sequence[int],
        prompts: Templates,
        *,
        several: bool,
    ) -> None:
        self._best, self._facts = best, facts
        # Examples tell known facts apart, and cost more than all else.
        shown = [texts[i] for i in best] if several else []
        self._told = _Told(request, shown, _examples(request, texts))
        asked = [facts[i] for i in best] if request.wants_an_answer else []
        self._asking = Asking.of(request.text, asked, prompts)
        self.prompts = [*self._told.prompts, *self._asking.prompts]

    def read(
        self, rows: Sequence[Sequence[LogProbability]], evidence: Sequence[Evidence]
    ) -> list[Evidence]:
        """The evidence with what was measured."""
        few_shot = self._told.read(rows)
        information = self._asking.read(rows[len(self._told.prompts) : len(self.prompts)])
        found = list(evidence)
        for n, i in enumerate(self._best):
            found[i] = replace(
                found[i], few_shot=few_shot[n] if few_shot else math.nan,
                information=information.get(self._facts[i], math.nan),
            )
        return found


def _examples(request: Request, texts: Sequence[str]) -> str:
    """Three that were helped, none of whom is spoken of."""
    words = set(regex.findall(r"\w+", " ".join([request.user, request.text, *texts])))
    others = sorted(_OTHERS, key=lambda name: name in words)
    return "".join(
        f"{_ASKS} {needed}.\n\n".format(user=name, request=asked)
        for name, (asked, needed) in zip(others, _EXAMPLES, strict=False)
    )


def as_read(request: Request, triple: Triple) -> tuple[float, float]:
    """Whether the request asks for the relation of a fact, and for such a kind of value."""
    question, lexicon = request.question, Lexicon.shipped()
    if question is None:
        return 0.0, 0.0
    if any(lexicon.same(triple.relation, _counted(relation)) for relation in question.relations):
        return 1.0, 1.0
    same = any(lexicon.same(triple.relation, relation) for relation in question.relations)
    wanted, kind = question.kind, lexicon.kind(triple.relation)
    value = form(told_with_article(triple))
    its = value if value in ("date", "amount") else _KINDS.get(kind, kind)
    if wanted not in _TOLD_BY_KIND or not its:
        return float(same), 0.0
    return float(same), 1.0 if its == wanted else -1.0


def _counted(relation: str) -> str:
    """What "How many children has she?" counts; empty if nothing is counted."""
    before, counts, what = relation.partition(" the number of ")
    return f"{before} the {what}" if counts else ""


def scores(evidence: Sequence[Evidence], *, encoder: bool) -> list[float]:
    """The logits of P(z|q), before anything is measured closely."""
    ranking = weights("ranking", encoder=encoder)
    return [ranking.sum(asdict(one)) for one in evidence]


def likeliest(evidence: Sequence[Evidence]) -> list[int]:
    """Which facts were measured closely."""
    return [
        i for i, one in enumerate(evidence)
        if not (math.isnan(one.information) and math.isnan(one.few_shot))
    ]


def closely(one: Evidence, logit: float) -> dict[str, float]:
    """What weighs among the likeliest; what was not measured counts nothing."""
    return {
        "likely": logit,
        "few_shot": 0.0 if math.isnan(one.few_shot) else one.few_shot,
        "information": 0.0 if math.isnan(one.information) else one.information,
    }


def weighed_closely(
    evidence: Sequence[Evidence], logits: Sequence[float], *, asks: bool, encoder: bool
) -> list[float]:
    """The logits of P(z|q) with what was measured of the likeliest few.

    They share among them what they had together. A wish, which `asks` for no relation, has weights
    of its own.
    """
    close = likeliest(evidence)
    if len(close) < 2:
        return list(logits)
    weight = weights("closely" if asks else "wish", encoder=encoder)
    new = [weight.sum(closely(evidence[i], logits[i])) for i in close]
    shift = log_sum_exp([logits[i] for i in close]) - log_sum_exp(new)
    moved = dict(zip(close, (value + shift for value in new), strict=True))
    return [moved.get(i, logit) for i, logit in enumerate(logits)]


def log_sum_exp(values: Sequence[float]) -> float:
    """log(sum(exp(values))) without overflow.

    >>> round(log_sum_exp([-1000.0, -1000.0]), 4)
    -999.3069
    """
    top = max(values)
    return top + math.log(math.fsum(math.exp(value - top) for value in values))


def softmax(log_values: Sequence[float]) -> list[float]:
    """Probabilities in proportion to exp(log_values), computed without overflow.

    >>> [round(p, 3) for p in softmax([-1000.0, -1000.0 + math.log(3)])]
    [0.25, 0.75]
    """
    if not log_values:
        return []
    total = log_sum_exp(log_values)
    return [math.exp(value - total) for value in log_values]
