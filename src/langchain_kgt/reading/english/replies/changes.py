"""Verbs that say that something changed, so that what was said before was right in its time."""

from __future__ import annotations

import re

from spacy.tokens import Span, Token

ENDS = frozenset(
    "abandon ban bury cancel cease close collapse die discontinue dismiss divorce drop dump end "
    "expire finish fire forget give leave lose pass quit resign retire sack scrap sell separate "
    "split stop throw vanish widow".split()
)
"""Verbs after which a state is over. "Give" and "pass" need their particle."""

SHIFTS = frozenset(
    "become change convert emigrate graduate join marry migrate move postpone promote "
    "push reassign relocate rename replace reschedule return shift start swap switch transfer turn "
    "upgrade".split()
)
"""Verbs after which another state holds, which "to" introduces."""

_AGO = re.compile(r"\s+(?:\w+\s+)?(?:ages?|years?|months?|weeks?|days?)$")
_WITH_PARTICLE = {
    "give": {"up", "away"}, "pass": {"away", "on"}, "throw": {"away", "out"}, "get": {"rid"},
    "break": {"up", "down", "off"}, "move": {"out", "away"},
}


WAYS = frozenset({"up", "down"})
"""Where amounts go: "he went up to", "I'm down to"."""

_ALTERS = frozenset("climb decrease drop fall grow increase jump rise shrink sink".split())


def alters(verb: Token) -> bool:
    """Whether an amount is another since: "it rose to 820 euros", "it went up"."""
    return verb.tag_ in {"VBD", "VBN"} and (
        verb.lemma_ in _ALTERS or (verb.lemma_ == "go" and any(
            child.lower_ in WAYS for child in verb.children))
    )


def ends(verb: Token) -> bool:
    """Whether a verb ends a state: "she sold it", "they broke up", "he got divorced"."""
    if verb.lemma_ == "get":
        return any(
            child.lemma_ in ENDS or child.lower_ in {"divorced", "rid", "fired", "widowed"}
            for child in verb.children
            if child.dep_ in {"acomp", "xcomp", "oprd", "advmod", "ccomp", "attr"}
        )
    if verb.lemma_ == "break" and not any(c.dep_ == "dobj" for c in verb.children):
        return _happened(verb)
    if verb.lemma_ in _WITH_PARTICLE:
        return any(
            child.lower_ in _WITH_PARTICLE[verb.lemma_] for child in verb.children
        )
    return verb.lemma_ in ENDS and verb.tag_ in {"VBD", "VBN", "VBZ", "VBP", "VB"}


def shifts(verb: Token) -> bool:
    """Whether a verb begins another state: "she moved", "it was changed to Friday"."""
    back = verb.lemma_ in {"go", "come"} and any(
        token.lower_ in {"back", "over"} for token in verb.children
    )
    return (back or verb.lemma_ in SHIFTS) and _happened(verb)


def towards(clause: Span, verb: Token) -> str:
    """Where a change goes: "Rome" of "she moved her dog to Rome"."""
    for token in clause:
        if token.i > verb.i and token.lower_ in {"to", "into", "onto"}:
            noun = next((child for child in token.children if child.dep_ == "pobj"), None)
            if noun is not None:
                end = max((t.i for t in noun.subtree if not t.is_punct), default=noun.i) + 1
                place = clause.doc[noun.left_edge.i : end].text
                # "Octopus ages ago"
                return _AGO.sub("", place) if clause.doc[end : end + 1].text == "ago" else place
    return ""


def _happened(verb: Token) -> bool:
    """Not "she is going to move", "she will be moved", "she has not moved"."""
    return verb.tag_ in {"VBD", "VBN"} and not any(
        child.tag_ == "MD" or child.dep_ == "neg" for child in verb.children
    )
