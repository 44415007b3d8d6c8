"""The closed classes of English words for times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Literal, TypeAlias

from dateutil.easter import easter  # type: ignore[import-untyped]
from dateutil.relativedelta import MO, TH, relativedelta, weekday  # type: ignore[import-untyped]

from langchain_kgt.reading.edtf import Unit

_MONTH_NAMES = (
    "january february march april may june july august september october november december"
).split()
MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}

_WEEKDAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()
WEEKDAYS = {name: number for number, name in enumerate(_WEEKDAY_NAMES)}
WEEKDAYS |= {name[:3]: number for name, number in WEEKDAYS.items()}
WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}

# Short forms that are words of their own: only with a preposition or a day beside them.
AMBIGUOUS = frozenset("mon wed sat sun mar may march jan dec spring fall august".split())

SEASONS = {"spring": 3, "springtime": 3, "summer": 6, "summertime": 6, "autumn": 9, "fall": 9}
SEASONS |= {"winter": 12, "wintertime": 12}

AnyUnit: TypeAlias = Unit | Literal["decade"]
_UNITS: dict[str, tuple[AnyUnit, int]] = {
    "minute": ("minute", 1), "min": ("minute", 1), "hour": ("minute", 60), "hr": ("minute", 60),
    "day": ("day", 1), "night": ("day", 1), "week": ("week", 1), "wk": ("week", 1),
    "fortnight": ("week", 2), "month": ("month", 1), "mth": ("month", 1),
    "year": ("year", 1), "yr": ("year", 1), "decade": ("decade", 1),
}  # fmt: skip


def unit_of(word: str) -> tuple[AnyUnit, int] | None:
    """The unit a word names, and how many of it ("fortnight": two weeks)."""
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))


_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
NUMBERS = {word: number for number, word in enumerate(_SMALL, 1)} | {"a": 1, "an": 1}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
TENS = {word: number * 10 for number, word in enumerate(_TENS, 2)}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINALS = {word: number for number, word in enumerate(_ORDINALS, 1)} | {"thirtieth": 30}

DECADES = {
    "twenties": 2020, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960,
    "seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000, "aughts": 2000,
}  # fmt: skip

DAYS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
DAYS |= {"tonite": 0, "tmrw": 1, "tmr": 1, "tmw": 1, "tomoz": 1, "tomo": 1, "2moro": 1}
DAYS |= {"2day": 0, "2nite": 0, "yday": -1}

# Before a month, season, short weekday or "the 5th" these say that it is one.
PLACED = frozenset(
    "on in since until till til by from before after during over to of for through thru".split()
)
ARTICLES = frozenset("a an the my your his her its our their".split())
# What begins or ends, in the present: verbs without which a clause in a message often has none.
TURNING = frozenset(
    "start starts begin begins join joins finish finishes end ends stop stops quit quits expire "
    "expires leave leaves move moves".split()
)
PARTS_OF_DAY = frozenset(
    "morning afternoon evening night lunchtime teatime noon midday midnight eve".split()
)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _nth(month: int, day: weekday, more: int = 0) -> Callable[[int], date]:
    return lambda year: date(year, month, 1) + relativedelta(weekday=day) + timedelta(days=more)


_FEASTS: dict[str, Callable[[int], date]] = {
    "new years day": _fixed(1, 1), "new year": _fixed(1, 1), "twelfth night": _fixed(1, 5),
    "epiphany": _fixed(1, 6), "burns night": _fixed(1, 25), "groundhog day": _fixed(2, 2),
    "valentines": _fixed(2, 14), "valentines day": _fixed(2, 14), "st davids day": _fixed(3, 1),
    "st patricks day": _fixed(3, 17), "st paddys day": _fixed(3, 17),
    "april fools day": _fixed(4, 1), "st georges day": _fixed(4, 23), "anzac day": _fixed(4, 25),
    "may day": _fixed(5, 1), "juneteenth": _fixed(6, 19), "canada day": _fixed(7, 1),
    "independence day": _fixed(7, 4), "bastille day": _fixed(7, 14), "halloween": _fixed(10, 31),
    "all saints day": _fixed(11, 1), "all souls day": _fixed(11, 2),
    "bonfire night": _fixed(11, 5), "guy fawkes": _fixed(11, 5), "guy fawkes night": _fixed(11, 5),
    "armistice day": _fixed(11, 11), "veterans day": _fixed(11, 11),
    "st andrews day": _fixed(11, 30), "christmas eve": _fixed(12, 24), "xmas eve": _fixed(12, 24),
    "christmas": _fixed(12, 25), "xmas": _fixed(12, 25), "christmas day": _fixed(12, 25),
    "xmas day": _fixed(12, 25), "boxing day": _fixed(12, 26), "st stephens day": _fixed(12, 26),
    "hogmanay": _fixed(12, 31), "new years eve": _fixed(12, 31), "nye": _fixed(12, 31),
    "mardi gras": _from_easter(-47), "shrove tuesday": _from_easter(-47),
    "pancake day": _from_easter(-47), "pancake tuesday": _from_easter(-47),
    "ash wednesday": _from_easter(-46), "palm sunday": _from_easter(-7),
    "maundy thursday": _from_easter(-3), "good friday": _from_easter(-2),
    "holy saturday": _from_easter(-1), "easter": _from_easter(0), "easter sunday": _from_easter(0),
    "easter monday": _from_easter(1), "ascension day": _from_easter(39),
    "whit sunday": _from_easter(49), "pentecost": _from_easter(49),
    "whit monday": _from_easter(50), "corpus christi": _from_easter(60),
    "martin luther king day": _nth(1, MO(3)), "mlk day": _nth(1, MO(3)),
    "presidents day": _nth(2, MO(3)), "labor day": _nth(9, MO(1)), "columbus day": _nth(10, MO(2)),
    "memorial day": lambda year: date(year, 5, 31) + relativedelta(weekday=MO(-1)),
    "thanksgiving": _nth(11, TH(4)), "thanksgiving day": _nth(11, TH(4)),
    "black friday": _nth(11, TH(4), 1), "cyber monday": _nth(11, TH(4), 4),
}  # fmt: skip


def feast_key(words: Iterable[str]) -> str:
    """A feast without what is written in many ways: "St. Patrick 's Day", "Saint Patricks day"."""
    kept = (word.replace("'", "").rstrip("s") for word in words if word not in ("'s", "."))
    return " ".join("st" if word == "saint" else word for word in kept)


FEASTS = {feast_key(name.split()): day_in for name, day_in in _FEASTS.items()}
