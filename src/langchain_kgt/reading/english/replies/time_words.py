"""The words of a reply that say when."""

from __future__ import annotations

import re
from datetime import date

_MONTH = (
    r"(?:january|february|(?-i:March)|april|(?-i:May)|june|july|august|september|october|november|"
    r"december|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_FEAST = r"(?:christmas|easter|new year(?:'s)?|halloween|thanksgiving|ramadan|passover)"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_UNIT = (
    r"(?:second|minute|hour|day|night|week|weekend|fortnight|month|year|decade|century|morning|"
    rf"afternoon|evening|term|semester|{_SEASON}|{_DAY}|{_MONTH}|{_FEAST})s?"
)
_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|"
    r"thirty|forty|fifty|half an?|(?:a )?few|several|many|some|a couple(?: of)?|a good)"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_HOUR = (
    r"(?:\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\b\.?|o'clock|h\b)|\d{1,2}:\d\d|noon|midnight|"
    r"(?:half|quarter) (?:past|to) \w+|"
    r"half (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))"
)
_PLAIN = rf"""
    \d{{4}}-\d\d(?:-\d\d)? | \d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}
  | (?:the\ )?day\ (?:before\ yesterday|after\ tomorrow)
  | (?:yesterday|today|tomorrow|tonight)(?:\ (?:morning|afternoon|evening|night))?
  | (?:early\ |late\ )?(?:last|next|this(?:\ coming)?
      | (?:the\ )?(?:following|previous|past|coming))\ {_UNIT}
  | {_NUMBER}\ {_UNIT}\ (?:ago|back|from\ now|later|earlier)
  | (?:a\ )?(?:long\ (?:time\ )?|while\ |(?:years?|months?|weeks?|ages|days?)\ )ago
  | (?:the\ )?{_NTH}\ (?:of\ )?{_MONTH}(?:,?\ {_YEAR})?
  | {_MONTH}\ (?:the\ )?{_NTH}\b(?:,?\ {_YEAR})?
  | (?:early\ |late\ |mid-?\ ?)?{_MONTH}\ {_YEAR} | (?:{_SEASON}|{_FEAST})\ (?:of\ )?{_YEAR}
  | {_DAY}s?(?:\ (?:morning|afternoon|evening|night)s?)? | {_HOUR}
"""
_PREPOSITION = r"(?:in|on|at|by|since|until|till|from|around|about|before|after|as\ of)"
# What is a time only behind such a word: "in May", "in 2019", "in spring", "at three".
_LED = rf"""
  (?:{_PREPOSITION}|over|during)\ (?:about\ |around\ |the\ |early\ |late\ )*
    (?:{_MONTH} | (?-i:March|May|march|may)\b | {_YEAR} | (?:{_SEASON}|{_FEAST})
      | {_NTH}\b(?!\ \w) | {_NUMBER}\ {_UNIT})
  | (?:since|until|till)\ (?:then|now|recently|always|birth|childhood|[^,.;]{{1,40}}?(?=$|[,.;]))
"""
_ONE = rf"(?:(?:{_PREPOSITION}\ )?(?:the\ )?(?:{_PLAIN})|{_LED})"
_JOINT = r"(?:,?\ |,?\ (?:at|to|until|till|and)\ |\s?[-–]\s?)"
_TIME = re.compile(
    rf"(?<![\w'])(?:{_ONE})(?:{_JOINT}(?:{_ONE}))*(?![\w'])", re.IGNORECASE | re.VERBOSE,
)
_NOW = re.compile(
    r"[\s,]*\b(?:(?:right )?now(?:adays)?|these days|currently|at the moment|at present|today|"
    r"any ?more|any longer|already|again|instead|still|since then)\b[\s,.!]*$",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:yesterday|today|tomorrow|tonight|ago|last|next|this|from now|in (?:a|an|\d+|one|two|"
    r"three|four|five|six) \w+s?)\b",
    re.IGNORECASE,
)

_PART_OF_DAY = r"(?:morning|afternoon|evening|night|noon|midday|lunchtime)"
_WEEKDAY = re.compile(
    rf"(?:(?:on|every|each)\ )?{_DAY}s?(?:(?:\ and|,)\ {_DAY}s?)*(?:\ {_PART_OF_DAY}s?)?"
    rf"(?:,?\ (?:at\ )?(?:{_HOUR}|\d{{1,2}}))?",
    re.IGNORECASE | re.VERBOSE,
)
_EACH = r"(?:of|in)\ (?:(?:the|each|every|a)\ )?(?:week|month|quarter|year|term)"
_ORDINAL = r"(?:first|second|third|fourth|last|other|1st|2nd|3rd|4th)"
_DATED = rf"(?:(?:week|working\ |bank\ )?day|week(?:end)?|{_DAY})"
# "the first and third Tuesday of the month", "the 25th of each month"; not "last Friday".
_AGAIN = re.compile(
    rf"""
    (?:on\ )?(?:(?:every|each|the)\ |(?!last\b|other\b))
    (?:{_ORDINAL}(?:\ and\ {_ORDINAL})?\ {_DATED}(?:\ {_PART_OF_DAY})?(?:\ {_EACH})?
      | {_NTH}\ {_EACH})
    (?!\ (?:of|in)\ (?:{_MONTH}|{_SEASON}|{_YEAR}))(?!\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def comes_again(text: str, *, habit: bool) -> bool:
    """Whether a time is one of many: no date can be told from it.

    Args:
        text: the time, and nothing else.
        habit: whether it says when something is done, over and over, as far as that was read.

    >>> comes_again("the last Friday of the month", habit=False)
    True
    >>> comes_again("last Friday", habit=True)
    False
    >>> comes_again("Friday", habit=True), comes_again("Friday", habit=False)
    (True, False)
    """
    return bool(_AGAIN.fullmatch(text) or (habit and _WEEKDAY.fullmatch(text)))


def preposition_of(time: str) -> str:
    """What leads a clock time, a year, a month or a season; nothing where that is not told.

    >>> preposition_of("10 am"), preposition_of("2023"), preposition_of("Friday")
    ('at', 'in', '')
    """
    if re.fullmatch(_HOUR, time, re.IGNORECASE):
        return "at"
    long = rf"{_YEAR}(?:-\d\d)?|(?:{_SEASON}|{_MONTH})(?: {_YEAR})?"
    return "in" if re.fullmatch(long, time, re.IGNORECASE) else ""


def of_a_month(rest: str) -> bool:
    """Whether what stands behind a time says in which month or season it is.

    >>> of_a_month(" in May"), of_a_month(" in Rome")
    (True, False)
    """
    return re.match(rf" (?:in|of) (?:{_MONTH}|{_SEASON})\b", rest, re.IGNORECASE) is not None


def first(text: str) -> str:
    """The first words that say when, or nothing.

    >>> first("I bought it on 3 May 2020 in Rome"), first("It's next Tuesday at 3 pm")
    ('on 3 May 2020', 'next Tuesday at 3 pm')
    >>> first("It meets the first Thursday of the month"), first("the last Friday in June")
    ('the first Thursday of the month', 'the last Friday in June')
    """
    found = _AGAIN.search(text) or _TIME.search(text)
    return re.sub(r"(?<=\b[ap]m)\.$", "", found[0]) if found else ""


def without(text: str) -> tuple[str, str]:
    """A text without the time at its end or its beginning, and that time.

    >>> without("Porto since last year"), without("Porto now"), without("in May")
    (('Porto', 'since last year'), ('Porto', 'now'), ('in May', ''))
    """
    when = ""
    for time in reversed(list(_TIME.finditer(text))):
        rest = text[: time.start()].rstrip(" ,") if not text[time.end() :].strip(" ,.!") else ""
        if rest and not rest.casefold().endswith((" between", " of", " the", " a", "'s")):
            text, when = rest, time[0]
        break
    if found := _NOW.search(text):
        rest = text[: found.start()].rstrip()
        if rest.casefold() not in {"", "not", "no"}:
            return rest, when or found[0].strip(" ,.!")
    return text, when


def tells_change(text: str) -> bool:
    """Whether words say that something is so now, and was not before.

    >>> tells_change("she lives there now"), tells_change("none at the moment")
    (True, False)
    """
    return bool(re.search(r"\b(?:now|nowadays|these days|no longer)\b", text, re.IGNORECASE))


def is_now(text: str) -> bool:
    """Whether a text says only that something is so now, or no more.

    >>> is_now("any more"), is_now("right now"), is_now("now in Rome")
    (True, True, False)
    """
    return bool(_NOW.fullmatch(text))


def shown(edtf: str) -> str:
    """A time as people read it.

    >>> shown("2026-03-17T15:00"), shown("2025-21"), shown("2026-W09"), shown("2026-03")
    ('2026-03-17 15:00', 'spring 2025', 'the week of 2026-02-23', '2026-03')
    """
    if found := re.fullmatch(r"(\d{4})-(2[1-4])", edtf):
        return f"{('spring', 'summer', 'autumn', 'winter')[int(found[2]) - 21]} {found[1]}"
    if found := re.fullmatch(r"(\d{4})-W(\d\d)", edtf):
        return f"the week of {date.fromisocalendar(int(found[1]), int(found[2]), 1)}"
    return edtf.replace("T", " ")


def is_relative(words: str) -> bool:
    """Whether a time can be told only by who knows when it was said.

    >>> is_relative("last Friday"), is_relative("3 May 2020")
    (True, False)
    """
    return bool(_RELATIVE.search(words))
