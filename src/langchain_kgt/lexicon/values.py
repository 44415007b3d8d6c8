"""What a value looks like: a date, an amount, a name, a description."""

from __future__ import annotations

import functools
from typing import Literal, TypeAlias

import regex

from langchain_kgt.keys import normalize
from langchain_kgt.lexicon.english import is_plural

Form: TypeAlias = Literal[
    "date", "amount", "yes or no", "name", "definite", "indefinite", "bare"
]
"""How a value is written, which tells its kind where a relation holds several."""

_INDEFINITE = ("a", "an")
_DEFINITE = ("the", "my", "our", "your", "his", "her", "its", "their", "this", "that")
_NUMBER = (
    r"(?:[-+]?\d[\d.,:/]*|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]\w+)?"
    r"|hundred|thousand|million|half|dozen)"
)
_NAMED_DAY = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?"
    r"|spring|summer|autumn|winter|christmas|easter|today|tomorrow|yesterday|tonight"
    r"|mornings?|noon|afternoons?|evenings?|nights?|midnight|weekends?|weekdays?)"
)
_DATE = regex.compile(
    # A year, 2026-05-03, 3/5/2026, 15:30, 3 pm, "half past three", "five o'clock".
    rf"(?:c\.? ?)?[12]\d\d\d(?:s|[-/.]\d\d?){{0,2}}|\d\d?[/.]\d\d?[/.]\d{{2,4}}"
    r"|\d\d?(?:[:.]\d\d)(?: ?[ap]\.?m\.?)?|\d\d? ?[ap]\.?m\.?"
    rf"|(?:half|quarter) (?:past|to) {_NUMBER}|{_NUMBER} o'?clock"
    # Words of the calendar, with what stands beside them.
    rf"|(?:(?:\d\d?(?:st|nd|rd|th)?|[12]\d\d\d|{_NAMED_DAY}|the|of|in|on|at|to|and|until|till|from"
    r"|every|early|mid|late|last|next|this|year|month|week)[ ,.'-]*)+",
    regex.IGNORECASE,
)
_CALENDAR = regex.compile(rf"\d|\b{_NAMED_DAY}\b|\b(?:last|next|this) (?:year|month|week)\b", regex.I)
_AMOUNT = regex.compile(
    rf"(?:about|around|over|under|nearly|almost|some|at least|at most|~)? ?[$€£¥]?{_NUMBER}"
    rf"(?: (?:and a )?{_NUMBER})*(?: ?[\p{{L}}²³°%€$£/]+){{0,2}}",
    regex.IGNORECASE,
)
_YES_OR_NO = frozenset({"yes", "no", "true", "false"})
_SEVERAL = frozenset({"we", "they", "both", "us", "them"})


def value(text: str) -> str:
    """The key of a value, but for its determiner.

    >>> value("The kitchen"), value("my kitchen"), value("The The")
    ('kitchen', 'kitchen', 'the')
    """
    words = normalize(text).split(" ")
    if len(words) > 1 and words[0] in (*_INDEFINITE, *_DEFINITE) and words[1][0].isalnum():
        words = words[1:]
    return " ".join(words)


@functools.lru_cache(maxsize=4096)
def form(text: str) -> Form:
    """How a value is written.

    >>> form("May 3, 1990"), form("80 kg"), form("Oslo"), form("the attic"), form("a flat")
    ('date', 'amount', 'name', 'definite', 'indefinite')
    >>> form("nurse"), form("The Hague"), form("12 Hill Road"), form("3 pm"), form("seven")
    ('bare', 'name', 'name', 'date', 'amount')
    """
    text = " ".join(text.split()).strip(" .!")
    if normalize(text or ".") in _YES_OR_NO:
        return "yes or no"
    if _DATE.fullmatch(text) and _CALENDAR.search(text):
        return "date" if not text.isdigit() or len(text) == 4 else "amount"
    words = text.split()
    names = [word for word in words if word[:1].isupper()]
    if not names and _AMOUNT.fullmatch(text):
        return "amount"
    first = words[0].lower() if words else ""
    if len(words) > 1 and first in (*_INDEFINITE, *_DEFINITE):
        if first == "the" and words[1][:1].isupper():
            return "name"
        return "indefinite" if first in _INDEFINITE else "definite"
    return "name" if names else "bare"


def are_several(subject: str) -> bool:
    """Whether a subject is more than one: a plural, or names with an "and".

    >>> are_several("my dogs"), are_several("Rex and Luna"), are_several("James")
    (True, True, False)
    """
    words = subject.split()
    if not words:
        return False
    last = words[-1].strip(".,")
    return "and" in words or last.lower() in _SEVERAL or (last.islower() and is_plural(last))
