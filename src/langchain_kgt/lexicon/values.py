"""What a value looks like: a date, an amount, a name, a description."""

from __future__ import annotations

import functools
from typing import Literal, TypeAlias

import regex

from langchain_kgt.english import is_plural
from langchain_kgt.keys import normalize

Form: TypeAlias = Literal["date", "amount", "yes or no", "name", "definite", "indefinite", "bare"]
"""How a value is written, which tells its kind where a relation holds several."""

_INDEFINITE = frozenset({"a", "an"})
_DEFINITE = frozenset("the my our your his her its their this that".split())
_YES_OR_NO = frozenset({"yes", "no", "true", "false"})
_SEVERAL = frozenset({"we", "they", "both", "us", "them"})

_WORD = regex.compile(r"\$?£?€?[+~]?[\p{L}\p{N}]+(?:[.,:/'’-]\p{N}+|['’-]\p{L}+)*")
_DIGITS = regex.compile(r"[$£€+~]?(\d[\d.,:/'’]*)(\p{L}*)")
_NUMBER = regex.compile(
    r"zero|one|two|three|five|ten|eleven|twelve|dozen|hundred|thousand|million|half"
    r"|(?:thir|four|fif|six|seven|eigh|nine)(?:teen)?"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?|eight"
)
_ORDINAL = regex.compile(
    r"\d+(?:st|nd|rd|th)|(?:twenty-|thirty-)?(?:first|second|third|[a-z]+(?:th|ieth))"
)
_CLOCK = regex.compile(
    r"\d\d?[:.]\d\d|\d\d?(?:[:.]\d\d)?[ap]m|[1-2]\d{3}s?|\d+(?:[-/.]\d+){2}|o['’]?clock"
)
_CALENDAR = regex.compile(
    r"(?:jan|febr?)(?:uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|(?:sept?|octo?|nov|dec)(?:(?:em)?ber)?"
    r"|(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?"
    r"|spring|summer|autumn|winter|christmas|easter|today|tomorrow|yesterday|tonight"
    r"|mornings?|noon|daytime|afternoons?|evenings?|nights?|midnight|weekends?|weekdays?|am|pm"
)
_SPAN = frozenset({"year", "month", "week"})
_WHICH = frozenset({"last", "next", "this"})
_BESIDE_A_DATE = frozenset(
    "the of in on at to and until till from every early mid late past half quarter since".split()
)
_ABOUT = frozenset("about around over under nearly almost some only at least most".split())


def value(text: str) -> str:
    """The key of a value, but for its determiner.

    >>> value("The kitchen"), value("my kitchen"), value("The The")
    ('kitchen', 'kitchen', 'the')
    """
    words = normalize(text).split(" ")
    if len(words) > 1 and words[0] in _INDEFINITE | _DEFINITE and words[1][0].isalnum():
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
    words = _WORD.findall(text)
    lower = [word.lower() for word in words]
    if len(lower) == 1 and lower[0] in _YES_OR_NO:
        return "yes or no"
    if _is_date(lower):
        return "date"
    names = any(word[:1].isupper() for word in words)
    if not names and _counted(lower) is not None:
        return "amount"
    if len(words) > 1 and lower[0] in _INDEFINITE | _DEFINITE:
        if lower[0] == "the" and words[1][:1].isupper():
            return "name"
        return "indefinite" if lower[0] in _INDEFINITE else "definite"
    return "name" if names else "bare"


def unit(text: str) -> str:
    """What an amount is of; empty if the value is none, or a number alone.

    >>> unit("forty hives"), unit("20 minutes on foot"), unit("80kg"), unit("seven"), unit("Oslo")
    ('hives', 'minutes', 'kg', '', '')
    """
    if form(text) != "amount":
        return ""
    return _counted([word.lower() for word in _WORD.findall(text)]) or ""


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


def _is_date(words: list[str]) -> bool:
    """Whether all words are of a date or an hour, and one is of no number."""
    told = [w for w in words if _CALENDAR.fullmatch(w) or _CLOCK.fullmatch(w)]
    span = not (_SPAN.isdisjoint(words) or _WHICH.isdisjoint(words))
    hour = len(words) > 2 and ("past" in words or "till" in words or "until" in words)
    return bool(told or span or hour) and all(
        word in told or word in _BESIDE_A_DATE or _is_number(word) or _ORDINAL.fullmatch(word)
        or (span and word in _SPAN | _WHICH) or word in _WHICH
        for word in words
    )


def _is_number(word: str) -> bool:
    return bool(_DIGITS.fullmatch(word) or _NUMBER.fullmatch(word))


def _counted(words: list[str]) -> str | None:
    """What is counted, behind the number that a value begins with; None if it begins with none."""
    while words and words[0] in _ABOUT:
        words = words[1:]
    if not words or not _is_number(words[0]):
        return None
    digits = _DIGITS.fullmatch(words[0])
    if digits and digits[2]:
        return str(digits[2])
    rest = [word for word in words[1:] if not _is_number(word) and word not in ("and", "a")]
    return rest[0] if rest else ""
