"""What kind of answer a question calls for, where its words say so: how many, when, why.

"How old is my car?" is hardly answered by where it was bought. Questions after a quantity, a time,
a number to dial and a reason are told by their words (question classification, Li and Roth 2002),
and so are most answers of each kind. English only: other questions call for anything.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from langchain_kgt.triples import StoredTriple

_NUMBERS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred hundreds thousand thousands million millions half quarter".split()
)
_TIMES = _NUMBERS | frozenset(
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays "
    "fridays saturdays sundays today tonight tomorrow yesterday now soon morning mornings noon "
    "afternoon afternoons evening evenings night nights midnight dawn dusk sunrise sunset day days "
    "weekend weekends week weeks month months year years hour hours minute minutes spring summer "
    "autumn winter christmas easter birthday ago before after later during while until when daily "
    "weekly monthly yearly every never always often rarely seldom sometimes once twice".split()
)
_QUANTITIES = _TIMES | frozenset(
    "no none nobody nothing dozen dozens pair couple few many much little several lot lots all "
    "both free more less most too very enough full euro euros dollar dollars".split()
)


class _Kind(NamedTuple):
    """How answers of one kind are asked for, and by which words or signs they are told."""

    asked: re.Pattern[str]
    words: frozenset[str]
    sign: re.Pattern[str]


def _kind(asked: str, words: frozenset[str], sign: str = r"\d") -> _Kind:
    return _Kind(re.compile(asked, re.IGNORECASE), words, re.compile(sign))


_KINDS = (
    _kind(
        r"\bhow (many|much|old|tall|heavy|fast|long|far|big|large|high|deep|wide|often|expensive)\b"
        r"|\bwhat (do|does|did|will|would)\b.{0,200} (cost|pay)\b",
        _QUANTITIES,
    ),
    _kind(
        r"(^|[.,!] |\bsince |\buntil )when\b|\b(what|which) (time|date|day|month|year)\b", _TIMES
    ),
    _kind(r"\b(phone|mobile|serial|account|licen[cs]e) (number|plate)\b", frozenset()),
    # A reason is a clause; a name is none.
    _kind(r"(^|[.,!] )why\b", frozenset(), r"\S\s+\S+\s+\S"),
)


def could_answer(query: str, stored: StoredTriple) -> bool:
    """Whether a fact looks like what the query calls for.

    One that answered a question of the same kind does, whatever its words.

    >>> from datetime import datetime
    >>> from langchain_kgt.triples import Triple
    >>> bought = StoredTriple(
    ...     Triple("my car", "was bought in", "Rome"), "u1", datetime(2026, 1, 1),
    ...     "Where was my car bought?",
    ... )
    >>> could_answer("How old is my car?", bought), could_answer("Which city is it from?", bought)
    (False, True)
    """
    words = frozenset(re.findall(r"[a-z]+", stored.triple.object.casefold()))
    return all(
        kind.words & words or kind.sign.search(stored.triple.object)
        or kind.asked.search(stored.query)
        for kind in _KINDS if kind.asked.search(query)
    )
