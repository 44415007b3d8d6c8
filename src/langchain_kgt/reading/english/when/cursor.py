"""What dates are made of: numbers, so many of a unit, "last" and "next", a year behind a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

import regex

from langchain_kgt.reading.edtf import Unit, When, holding, shifted
from langchain_kgt.reading.english.when.calendar_words import (
    NUMBERS,
    ORDINALS,
    TENS,
    AnyUnit,
    unit_of,
)  # fmt: skip

Mode: TypeAlias = Literal["", "last", "this", "next", "coming"]
_MODES: dict[str, Mode] = {
    "coming": "coming", "following": "coming", "upcoming": "coming", "next": "next",
    "last": "last", "past": "last", "previous": "last",
}  # fmt: skip
_WAYS = {"last": -1, "this": 0, "next": 1}


@dataclass(frozen=True, slots=True)
class Count:
    """So many of a unit, where the words for it end, and whether they are vague."""

    many: int
    unit: AnyUnit
    end: int
    vague: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """Reads the parts of a date at places of a message.

    Attributes:
        words: the message, in lower case.
        now: the speaker's local time, without a zone.
        past: whether what happens at that place has happened.
    """

    words: Sequence[str]
    now: datetime
    past: Callable[[int], bool]

    def word(self, at: int) -> str:
        """The word at a place, or nothing outside."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def says(self, at: int, text: str) -> bool:
        """Whether those words stand at a place."""
        words = text.split()
        return list(self.words[at : at + len(words)]) == words

    @property
    def today(self) -> When:
        """This day."""
        return holding(self.now, "day")

    def nearest(self, candidates: Sequence[When], at: int, mode: Mode = "") -> When | None:
        """Of a time that comes again and again, in order, the one that is meant at a place."""
        today = self.today
        if mode == "this":
            return next((when for when in candidates if when.start.year == self.now.year), None)
        if mode == "last":
            gone = [when for when in candidates if when.end <= today.start]
        elif mode in ("next", "coming"):
            return next((when for when in candidates if when.start >= today.end), None)
        elif self.past(at):
            gone = [when for when in candidates if when.start <= today.start]
        else:
            return next((when for when in candidates if when.end > today.start), None)
        return gone[-1] if gone else None

    def moved(
        self, many: int, unit: AnyUnit, base: When | None = None, vague: bool = False
    ) -> When:
        """So many units from now, as long as the unit; from another time, as long as that."""
        whole: Unit = "year" if unit == "decade" else unit
        base = base or holding(self.now, whole)
        return replace(shifted(base, many, unit), about=vague or base.about)

    def mode(self, at: int) -> tuple[Mode, int]:
        """Last, this or next, and where that to which they belong begins."""
        start = at + (self.word(at) in ("the", "this"))
        if mode := _MODES.get(self.word(start)):
            return mode, start + 1
        return ("this" if self.word(at) == "this" else ""), start

    def number(self, at: int) -> tuple[int, int] | None:
        """A number below a thousand in figures or words, and where it ends."""
        word = self.word(at)
        if regex.fullmatch("[0-9]{1,3}", word):
            return int(word), at + 1
        if word in TENS:
            end = at + 1 + (self.word(at + 1) == "-")
            more = NUMBERS.get(self.word(end), 0)
            return (TENS[word] + more, end + 1) if more > 1 else (TENS[word], at + 1)
        return (NUMBERS[word], at + 1) if word in NUMBERS else None

    def count(self, at: int) -> Count | None:
        """So many of a unit: "three weeks", "a year and a half", "half an hour"."""
        half_of = unit_of(self.word(at + 2))
        if self.says(at, "half a") or self.says(at, "half an"):
            if half_of == ("year", 1):
                return Count(6, "month", at + 3, False)
            return Count(30, "minute", at + 3, False) if half_of == ("minute", 60) else None
        couple = at + (self.word(at) == "a")
        vague = self.word(couple) == "couple"
        number = (2, couple + 1 + (self.word(couple + 1) == "of")) if vague else self.number(at)
        if number is None:
            return None
        many, end = number
        half = self.says(end, "and a half")
        unit = unit_of(self.word(end + 3 * half))
        if unit is None:
            return None
        end += 3 * half + 1
        if self.says(end, "and a half"):
            half, end = True, end + 3
        name, factor = unit
        many *= factor
        if half and name == "year":
            return Count(many * 12 + 6, "month", end, vague)
        return Count(many + 30 * (half and factor == 60), name, end, vague or half)

    def ordinal(self, at: int) -> tuple[int, int] | None:
        """A day of a month, "5", "5th" or "fifth", and where it ends."""
        word = self.word(at)
        if match := regex.fullmatch("([0-9]{1,2})(?:st|nd|rd|th)?", word):
            return (int(match[1]), at + 1) if 1 <= int(match[1]) <= 31 else None
        if word in ("twenty", "thirty"):
            end = at + 1 + (self.word(at + 1) == "-")
            more = ORDINALS.get(self.word(end), 0)
            return (TENS[word] + more, end + 1) if 1 <= more <= 9 else None
        return (ORDINALS[word], at + 1) if word in ORDINALS else None

    def year(self, at: int) -> int:
        """A year in figures, or 0."""
        word = self.word(at)
        if regex.fullmatch("1[5-9][0-9]{2}|20[0-9]{2}", word):
            return int(word)
        if not regex.fullmatch("'[0-9]{2}", word):
            return 0
        year = 2000 + int(word[1:])
        return year if year <= self.now.year + 10 else year - 100

    def year_behind(self, at: int) -> tuple[int, int] | None:
        """The year behind a month or feast, "2019", "of last year", "a year ago"; where it ends."""
        at += self.word(at) == ","
        at += self.word(at) in ("of", "in")
        if year := self.year(at):
            return year, at + 1
        the = at + (self.word(at) == "the")
        if self.says(the, "year before last"):
            return self.now.year - 2, the + 3
        if self.word(at + 1) == "year" and self.word(at) in _WAYS:
            return self.now.year + _WAYS[self.word(at)], at + 2
        count = self.count(at)
        if count and count.unit == "year" and self.word(count.end) in ("ago", "back"):
            return self.now.year - count.many, count.end + 1
        return None
