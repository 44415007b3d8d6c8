"""The preposition between a statement and the answer, where the question has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.clauses import Asked, Group, noun_text

if TYPE_CHECKING:
    from spacy.tokens import Token

# Nouns for whatever is asked, which say nothing.
_GENERAL = frozenset("company firm business organisation organization thing one group".split())
_TO = frozenset("go move travel fly drive walk send head emigrate relocate commute cycle".split())
# After "how" these want a manner, not a means: "I take my coffee black".
_MANNER = frozenset(
    "take like prefer want spell feel look sleep pronounce write have drink".split()
)
_FILLED = frozenset("take last need require cost".split())
_STAYING = frozenset(
    "live work die reside stay study grow play sit sleep eat shop train stand bear base locate "
    "bury situate hold find marry meet found be keep buy park".split()
)
# The direct object of these may be a time or a place.
_LIKING = frozenset("like love prefer choose hate want mean visit say see know".split())


def moves(verb: Token) -> bool:
    """Whether a verb leads somewhere: "go"."""
    return verb.pos_ == "VERB" and verb.lemma_.lower() in _TO


def links(asked: Asked, group: Group, *, has_object: bool) -> list[str]:
    """What may follow the verb, best first; "" for nothing."""
    lemma = group.verb.lemma_.lower()
    if asked.noun is not None and not asked.word.startswith("how "):
        link = asked.link or _of_noun(
            asked.noun.lemma_.lower(), lemma, group, has_object=has_object
        )
        return named(link, asked) if link else [""]
    if asked.link:
        return [asked.link]
    match asked.word:
        case "where":
            return ["to"] if lemma in _TO else ["in", "at"]
        case "when":
            dated = lemma in ("bear", "die") or not (group.past and group.is_passive)
            return ["on", "in", "at"] if dated else ["in", "on"]
        case "why":
            return ["because of"]
        case "how":
            return [""] if lemma in _MANNER else ["by"]
        case "how long":
            return [""] if lemma in _FILLED else ["for"]
        case "how far":
            return ["at a distance of"] if lemma == "live" else [""]
    return [""]


def named(link: str, asked: Asked) -> list[str]:
    """A preposition with the noun of the question, where that says more than the preposition.

    Places, times and persons are told by the answer; "is with the bank" says more than "is with".
    """
    if asked.noun is None or asked.word.startswith("how ") or not link:
        return [link]
    if asked.word == "whose":
        return [f"{link} the {noun_text(asked)} of"]
    noun = asked.noun.lemma_.lower()
    if (kinds.of_noun(noun) in ("place", "date", "person") and not kinds.is_agent(noun)) or (
        noun in _GENERAL
    ):
        return [link]
    return [f"{link} the {noun_text(asked)}", link]


def _of_noun(noun: str, lemma: str, group: Group, *, has_object: bool) -> str:
    if lemma in _LIKING:
        return ""
    if (kinds.is_time(noun) and lemma != "have" and lemma != "take") or (
        kinds.is_place(noun) and (group.is_passive or has_object or lemma in _STAYING)
    ):
        return kinds.link_of(noun)
    return ""
