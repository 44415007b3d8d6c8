"""What a reply denies in passing: "Rome, not Oslo", "9:30 rather than 8:15"."""

from __future__ import annotations

import re

from langchain_kgt.reading.base import Assertion, Question
from langchain_kgt.reading.english.replies import values
from langchain_kgt.reading.english.replies.said import Said

# What "not" belongs to, where nothing is denied: "not far from Rome", "not really".
_KEPT = (
    r"really|any|yet|sure|certain|now|at all|so|true|right|correct|exactly|quite|much|that|only|"
    r"too|very|bad|badly|far|long|until|before|since|every|all|always|often|even|just|entirely|"
    r"particularly|especially|a (?:clue|chance)|the (?:same|case)|what|who|how|more|less|for|good|"
    r"great|well|know|telling|saying|going|gonna|my problem"
)
# Up to a sign that ends it; those of "3.5", "8:15" and "Dr. Max" end nothing.
_VALUE = (
    r"(?P<value>(?:(?!\s+but\b)(?:[^,.;:!?]|[.,:](?=\d)|"
    r"(?:(?<=\b[dm]r)|(?<=\bm[rs]s)|(?<=\bms)|(?<=\bst))\.))+)"
)
_DENIED = re.compile(
    r"(?:\s(?:rather than|instead of)|(?:^|(?<=[,.;:!?–—]))\s*(?:and |but )?"
    r"(?:(?P<over>no longer|no more(?!\s+than\b))|"
    rf"not|never(?=\s+(?:in|at|on|to|with|from)\b)))\s+(?!(?:{_KEPT})\b){_VALUE}(?P<end>[,.;:!?]+|\s+but\b)?",
    re.IGNORECASE,
)
_ANY_MORE = re.compile(r"\s+(?:any ?more|any longer)\b[\s.!]*", re.IGNORECASE)


def taken(question: Question, text: str) -> tuple[str, list[tuple[str, bool]]]:
    """A reply without what it denies, and that: each value, and whether it was so once.

    >>> taken(Question("Where does she live?"), "Rome, not Oslo. I asked her.")
    ('Rome. I asked her.', [('Oslo', False)])
    """
    found = list(_DENIED.finditer(text))
    rest = _DENIED.sub(_end, text).strip(" ,")
    # "Not spicy" to "How do I like it?" says how.
    says_how = question.text.casefold().startswith("how") or question.kind == "yes or no"
    if not found or (says_how and not any(c.isalnum() for c in rest)):
        return text, []
    rest = re.sub(r"\s*,?\s*(?=[.!?]\s)", "", " ".join(rest.split()))
    return rest, [_denied(match) for match in found]


def _end(match: re.Match[str]) -> str:
    end = match["end"] or ""
    return f"{end if end in '.!?' else ''} "


def _denied(match: re.Match[str]) -> tuple[str, bool]:
    value = values.stripped(match["value"])
    over = bool(match["over"] or _ANY_MORE.search(value))
    return values.stripped(_ANY_MORE.sub("", value)), over


def add(said: Said, denied: list[tuple[str, bool]]) -> None:
    """Add what was denied, of the same as what holds instead of it."""
    for value, over in denied:
        base = Assertion(said.subject, said.relation, "")
        if said.holds and not over:
            # What is no longer so was the answer, whatever else is said.
            base = said.holds[-1]
        relation = said.relation if said.answers(base) else base.relation
        preposition, bare = values.led(value)
        if preposition and values.preposition_of(relation):
            relation, value = values.swapped(relation, preposition), bare
        if over:
            said.end(Assertion(base.subject, relation, value))
        else:
            said.denied.append(Assertion(base.subject, relation, value))
