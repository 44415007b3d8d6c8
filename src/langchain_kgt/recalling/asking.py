"""Whether a query asks for a fact: one that no fact answers gets none.

Recall finds what is nearest, and something always is: "What colour is my cat?" is near "my cat is
named Luna". Three things tell, in nats, how far a query q asks for a fact (s, r, o):

    log P(r|q) - log P(r)  +  log P(o|q) - log P(o)  +  20 corr(m(q), m(q_z))

The prior of r is that after the subject alone, and that of o the one where anything about the
subject is asked for. q_z is the query that the fact answered, or the fact without its object, and
m(q) the log-probabilities of fifty words as what q means in one word. Where the words of the query
call for another kind of answer (`answer_types.py`), ten nats are taken off. docs/decisions.md has
the ablation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation

import regex

from langchain_kgt.models.base import LogProbability, Prompt
from langchain_kgt.recalling import relations, templates
from langchain_kgt.recalling.answer_types import could_answer
from langchain_kgt.recalling.sentences import from_subject, without_remark
from langchain_kgt.recalling.templates import Templates
from langchain_kgt.triples import StoredTriple

# What questions about persons and things are mostly about.
_MEANINGS = (
    " name", " age", " size", " weight", " colour", " material", " shape", " birth", " death",
    " home", " address", " city", " country", " place", " street", " language", " religion",
    " job", " company", " boss", " school", " subject", " hobby", " sport", " team", " food",
    " drink", " music", " instrument", " book", " film", " pet", " breed", " father", " wife",
    " children", " friend", " owner", " maker", " price", " number", " time", " date", " year",
    " season", " duration", " reason", " illness", " fear", " car",
)  # fmt: skip
_WEIGHT = 20.0
_OTHER_KIND = 10.0

# "Tell me about my dog", "Who is my dog?", "What do you know about my dog?"
_TOPIC = frozenset("about describe know remember summarise summarize who".split())
_FILLERS = frozenset(
    "a all and any anything can could do else everything have i is me more my of or our please "
    "should some something tell that the there these this those us we what would you".split()
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a model is asked to tell how far a query asks for some facts: `prompts`, then `read`.

    So it can be asked together with what else is measured.
    """

    query: str
    facts: tuple[StoredTriple, ...]
    prompts: tuple[Prompt, ...]

    @classmethod
    def of(cls, query: str, facts: Sequence[StoredTriple], templates_: Templates) -> Asking:
        """Six prompts a fact."""
        asked: list[Prompt] = []
        for stored in facts:
            r, o = stored.triple.relation, (f" {stored.triple.object}",)
            of, s = relations.spoken(query, stored.triple.subject, templates_)
            asked_then, _ = relations.spoken(stored.query, stored.triple.subject, templates_)
            last = from_subject(without_remark(of, [s]), [s])
            asked += (
                *relations.with_and_without(last, s, [r], templates_),
                Prompt(templates.reasoning(last, []), o), Prompt(templates.anything(s), o),
                Prompt(templates.in_one_word(last), _MEANINGS),
                Prompt(templates.in_one_word(asked_then or f"{s} {r}"), _MEANINGS),
            )
        return cls(query, tuple(facts), tuple(asked))

    def read(self, rows: Sequence[Sequence[LogProbability]]) -> dict[StoredTriple, float]:
        """How far the query asks for each fact, in nats."""
        values = iter([[score.value for score in row] for row in rows])
        found: dict[StoredTriple, float] = {}
        for stored in self.facts:
            [relation], [before], [object_], [anyway], meaning, answered = (
                next(values) for _ in range(6)
            )
            alike = _WEIGHT * _correlation(meaning, answered)
            off = 0.0 if could_answer(self.query, stored) else _OTHER_KIND
            found[stored] = relation - before + object_ - anyway + alike - off
        return found


def in_general(query: str, names: Sequence[str]) -> bool:
    """Whether a query asks for nothing in particular about what it names.

    >>> in_general("What do you know about my dog?", ["my dog"]), in_general("My dog", ["my dog"])
    (True, True)
    >>> in_general("Who feeds my dog?", ["my dog"])
    False
    """
    named = {word for name in names for word in _words(name)}
    left = set(_words(query)) - named
    return not left or (left <= _TOPIC | _FILLERS and not left.isdisjoint(_TOPIC))


def _words(text: str) -> list[str]:
    return regex.findall(r"\w+", text.casefold())


def _correlation(left: Sequence[float], right: Sequence[float]) -> float:
    try:
        return correlation(left, right)
    except StatisticsError:  # all words are equally likely: nothing is alike
        return 0.0
