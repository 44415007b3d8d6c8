"""Whether a clause tells a state, an event or what is over, and what a change leads to."""

from __future__ import annotations

from langchain_kgt.reading.english.talk.clauses import Spoken
from langchain_kgt.triples import FactKind, Status

# Verbs of what lasts: in the past tense they tell what is over.
LASTING = frozenset(
    "be have live work own teach study play drive keep run belong smoke coach speak wear love "
    "like hate know rent share serve volunteer train sing cook farm date see manage".split()
)
_GOES_ON = frozenset({"since", "for", "always", "never", "ever"})
# What somebody does, and what is so since: with which words it is introduced, and the state.
_RESULTS = {
    ("move", "to"): "lives in", ("move", "into"): "lives in", ("move", "in"): "lives in",
    ("relocate", "to"): "lives in", ("emigrate", "to"): "lives in", ("join", ""): "is with",
    ("buy", ""): "has", ("get", ""): "has", ("adopt", ""): "has", ("become", ""): "is",
    ("switch", "to"): "uses", ("marry", ""): "is married to", ("start", "at"): "works at",
}  # fmt: skip


def kind_of(spoken: Spoken, *, dated: bool) -> tuple[FactKind, Status]:
    """What a clause tells.

    Args:
        spoken: the clause.
        dated: whether its words name one time at which it is.
    """
    if not spoken.verbal:
        return "state", "holds"
    if spoken.is_over:
        return "state", "ended"
    finite, lemma = spoken.finite, spoken.verb.lemma_.lower()
    if finite is None:
        return ("event" if dated else "state"), "holds"
    perfect = any(a.lemma_ == "have" for a in spoken.auxiliaries)
    passive = any(a.dep_ == "auxpass" for a in spoken.auxiliaries)
    if perfect:
        lasts = lemma in LASTING or any(t.lower_ in _GOES_ON for t in spoken.tokens)
        return ("state" if lasts else "event"), "holds"
    # "They run a van" may be parsed as what they did.
    if finite.tag_ == "VBD" and (finite.lower_ != finite.lemma_.lower() or dated):
        born = lemma == "bear"
        if born or spoken.negations:
            return "state", "holds"
        if lemma in LASTING and not passive and not dated:
            return "state", "ended"
        return "event", "holds"
    return ("event" if dated else "state"), "holds"


def result_of(spoken: Spoken, relation: str) -> str:
    """What is so since something happened: "lives in" of "we moved to Lisbon"; empty if nothing."""
    if spoken.negations or not spoken.verbal:
        return ""
    finite = spoken.finite
    happened = spoken.verb.tag_ in {"VBD", "VBN"} and (finite is None or finite.tag_ != "MD")
    preposition = relation.rsplit(" ", 1)[-1]
    lemma = spoken.verb.lemma_.lower()
    direct = any(c.dep_ in {"dobj", "attr"} for c in spoken.verb.children)
    if not happened:
        return ""
    return _RESULTS.get((lemma, preposition)) or (
        _RESULTS.get((lemma, ""), "") if direct else ""
    )
