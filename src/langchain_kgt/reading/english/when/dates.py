"""Dates by their names: "next Friday", "the 5th of June", "Christmas Day", "the nineties"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

import regex

from langchain_kgt.reading.edtf import Period, Unit, When, holding, shifted
from langchain_kgt.reading.english.when.calendar_words import (
    AMBIGUOUS,
    ARTICLES,
    DECADES,
    FEASTS,
    MONTHS,
    ORDINALS,
    PARTS_OF_DAY,
    PLACED,
    SEASONS,
    WEEKDAYS,
    feast_key,
)  # fmt: skip
from langchain_kgt.reading.english.when.cursor import Cursor, Mode

Read: TypeAlias = tuple[Period, int]
"""What time was read, and the place behind it."""

# What can follow "on the 5th" if it is a day, and "Christmas" if it is no Christmas tree.
_GOES_ON = frozenset(
    "and or but so at in on with for to from until till because cos if when which that i we he she "
    "they you it is was are were has have had will would could can 's 'm 've 'll 're please this "
    "of last next the my our just".split()
)


@dataclass(frozen=True, slots=True)
class CalendarDates(Cursor):
    """Dates by their names: weekdays, days, months, seasons, feasts, decades, years."""

    def written(self, at: int) -> Read | None:
        """2024-12-18, 18/12/2024, 12/18/24."""
        numbers = [int(number) for number in regex.findall("[0-9]+", self.word(at))]
        if len(numbers) != 3:
            return None
        first, second, third = numbers
        if first > 31:
            return _day(first, second, third, at + 1)
        year = third + 2000 * (third < 100)
        if second > 12:
            return _day(year, first, second, at + 1)
        if first > 12 or first == second or "." in self.word(at):
            return _day(year, second, first, at + 1)
        # Britain writes the day first, America the month: only the year is sure.
        return _one(datetime(year, 1, 1), "year", at + 1) if year else None

    def weekday(self, at: int) -> Read | None:
        """Friday, last Friday, Friday week, Friday of next week, Friday the 13th."""
        mode, start = self.mode(at)
        start += self.word(start) in ORDINALS
        name = self.word(start)
        if name not in WEEKDAYS:
            return None
        end = start + 1 + (self.word(start + 1) == "." and len(name) < 6)
        day_at = end + (self.word(end) == ",")
        if not mode and (exact := self._exact(day_at, WEEKDAYS[name])):
            return exact
        if in_month := self._of_month(at, start, WEEKDAYS[name]):
            return in_month
        of = end + (self.word(end) == "of")
        turn = self.word(of)
        if self.word(of + 1) == "week" and turn in ("last", "this", "next"):
            weeks = {"last": -1, "this": 0, "next": 1}[turn]
            monday = holding(self.now, "week").start
            return _one(monday + timedelta(weeks=weeks, days=WEEKDAYS[name]), "day", of + 2)
        mode, weeks, end = self._behind(end, mode)
        # "The Saturday job", "I sat".
        named = name in AMBIGUOUS or start > at
        if named and not mode and self.word(at - 1) not in PLACED:
            return None
        day = shifted(self._weekday(WEEKDAYS[name], mode, at), weeks, "week")
        return Period.at(day), end

    def _exact(self, at: int, weekday: int) -> Read | None:
        """The date behind a weekday, in the year or month in which it falls on one."""
        for past in (self.past, lambda _: True, lambda _: False):
            dates = replace(self, past=past)
            read = dates.day_of_month(at) or dates.nth(at, placed=True)
            if read is None or read[0].first.start.weekday() == weekday:
                return read
        return self.day_of_month(at) or self.nth(at, placed=True)

    def _of_month(self, at: int, start: int, weekday: int) -> Read | None:
        """The first Monday of May, the last Saturday in September."""
        which = self.ordinal(start - 1) if self.word(start - 1).isalpha() else None
        last = self.word(start - 1) == "last"
        if not (which or last) or self.word(start + 1) not in ("of", "in"):
            return None
        month = replace(self, words=[*self.words[: start + 1], "in", *self.words[start + 2 :]])
        read = month.month(start + 2)
        if read is None:
            return None
        month_of = read[0].first
        if last:
            end = month_of.end - timedelta(days=1)
            day = end - timedelta(days=(end.weekday() - weekday) % 7)
        else:
            begin = month_of.start
            weeks = which[0] - 1 if which else 0
            day = begin + timedelta(days=(weekday - begin.weekday()) % 7, weeks=weeks)
        return _one(day, "day", read[1]) if day < month_of.end else None

    def _behind(self, end: int, mode: Mode) -> tuple[Mode, int, int]:
        """What stands behind a weekday or weekend: its mode, how many weeks more, its end."""
        for words, says, weeks in (
            ("just gone", "last", 0), ("gone", "last", 0), ("past", "last", 0), ("last", "last", 0),
            ("before last", "last", -1), ("after next", "next", 1), ("week", "coming", 1),
            ("fortnight", "coming", 2), ("coming", "coming", 0), ("next", "next", 0),
        ):  # fmt: skip
            if self.says(end, words) and not (mode and words in ("week", "last", "next")):
                return says, weeks, end + len(words.split())  # type: ignore[return-value]
        return mode, 0, end

    def _weekday(self, weekday: int, mode: Mode, at: int) -> When:
        if mode == "next":
            return When(holding(self.now, "week").end + timedelta(days=weekday), "day")
        ahead = (weekday - self.now.weekday()) % 7
        if mode == "last" or (mode in ("", "this") and self.past(at)):
            return shifted(self.today, ahead - 7, "day")
        return shifted(self.today, ahead if mode == "this" else ahead or 7, "day")

    def day_of_month(self, at: int) -> Read | None:
        """5 June, June 5th, the fifth of June 2019, the 5th of next month."""
        start = at + (self.word(at) == "the")
        if number := self.ordinal(start):
            day, end = number
            of = self.word(end) == "of"
            name, end = self.word(end + of), end + of + 1
            if of and self.word(end) == "month" and name in ("last", "this", "next"):
                away = {"last": -1, "this": 0, "next": 1}[name]
                month = shifted(holding(self.now, "month"), away, "month").start
                return _day(month.year, month.month, day, end + 1)
        else:
            name, start = self.word(at), at + 1
            start += self.word(start) == "." and len(name) < 5
            number = self.ordinal(start + (self.word(start) == "the"))
            if name not in MONTHS or number is None or self.word(number[1]) in MONTHS:
                return None
            day, end = number
        if name not in MONTHS:
            return None
        end += self.word(end) == "." and self.word(end - 1) in MONTHS and len(name) < 5
        return self._of_year(at, end, lambda year: date(year, MONTHS[name], day), "day")

    def nth(self, at: int, placed: bool = False) -> Read | None:
        """The 5th, where a preposition says that it is a day."""
        start = at + (self.word(at) == "the")
        number = self.ordinal(start)
        if number is None or (not placed and (start == at or self.word(start).isdigit())):
            return None
        day, end = number
        behind = self.word(end)
        if behind[:1].isalpha() and behind not in _GOES_ON | PARTS_OF_DAY:
            return None
        if not placed and self.word(at - 1) not in PLACED - {"in", "of", "during", "for"}:
            return None
        candidates = []
        for away in range(-8, 9):
            month = shifted(holding(self.now, "month"), away, "month").start
            if found := _day(month.year, month.month, day, end):
                candidates.append(found[0].first)
        when = self.nearest(candidates, at)
        return (Period.at(when), end) if when else None

    def month(self, at: int) -> Read | None:
        """March 2019, last March, and March where a preposition says that it is no name."""
        mode, start = self.mode(at)
        name = self.word(start)
        if name not in MONTHS or (start > at and not mode):
            return None
        end = start + 1 + (self.word(start + 1) == "." and len(name) < 5 and name != "may")
        if mode or self.year_behind(end) or self.word(at - 1) in PLACED or self._beside(at):
            return self._of_year(at, end, lambda year: date(year, MONTHS[name], 1), "month", mode)
        return None

    def season(self, at: int) -> Read | None:
        """In the spring, last spring, spring 2019."""
        mode, start = self.mode(at)
        name, end = self.word(start), start + 1
        if name not in SEASONS:
            return None
        year = self.year_behind(end) or self.says(end, "before last")
        behind = self.word(end)
        if not (mode or year) and (
            (self.word(at - 1) not in PLACED and not self._beside(at))
            or (self.word(at - 1) == "for" and start == at)
            or (behind[:1].isalpha() and behind not in _GOES_ON | PLACED)
        ):
            return None
        if mode == "this" and SEASONS[name] == 12 and self.now.month < 3:
            return Period.at(holding(self.now, "season")), end
        return self._of_year(at, end, lambda year: date(year, SEASONS[name], 1), "season", mode)

    def _beside(self, at: int) -> bool:
        """Whether the words around say that a month or season is one."""
        return self.word(at - 1) in ("early", "mid", "late", "between", "around", "about", "-") or (
            self.word(at + 1) in ("to", "-", "until", "till", "through")
            and self.word(at + 2) in MONTHS
        )

    def feast(self, at: int) -> Read | None:
        """Christmas Day, last Easter, Halloween 2019."""
        mode, start = self.mode(at)
        for length in (5, 4, 3, 2, 1):
            words = self.words[start : start + length]
            if len(words) < length or words[-1] == ".":
                continue
            name = feast_key(words)
            if name not in FEASTS:
                continue
            end = start + length
            behind, before_last = self.word(end), self.says(end, "before last")
            year = self.year_behind(end) or before_last
            placed = mode or self.word(at - 1) in PLACED | {"at", "over"}
            goes_on = not behind[:1].isalpha() or behind in _GOES_ON | PARTS_OF_DAY
            owned = not mode and (start > at or self.word(at - 1) in ARTICLES)
            if (owned and behind != "of" and not before_last) or not (placed or goes_on or year):
                return None
            return self._of_year(at, end, FEASTS[name], "day", mode)
        return None

    def _of_year(
        self, at: int, end: int, make: Callable[[int], date], unit: Unit, mode: Mode = ""
    ) -> Read | None:
        """That time of the year which stands behind it, or else of the year that is meant."""
        years, behind = range(max(self.now.year - 9, 1), self.now.year + 10), None
        if behind := self.year_behind(end):
            years, end = range(behind[0], behind[0] + 1), behind[1]
        candidates = []
        for year in years:
            try:
                day = make(year)
            except ValueError:
                continue
            candidates.append(When(datetime(day.year, day.month, day.day), unit))
        if self.says(end, "just gone"):
            mode, end = "last", end + 2
        if self.says(end, "before last"):
            last = self.nearest(candidates, at, "last")
            candidates = [when for when in candidates if last and when.start < last.start]
            mode, end = "last", end + 2
        if behind:
            when = candidates[0] if candidates else None
        else:
            when = self.nearest(candidates, at, mode)
        return (Period.at(when), end) if when else None

    def decade(self, at: int) -> Read | None:
        """The nineties, the early 90s, the 1990s."""
        the = self.word(at) == "the"
        start = at + the
        start += self.word(start) in ("early", "mid", "late")
        start += self.word(start) == "-"
        word = self.word(start)
        if match := regex.fullmatch("('?)([0-9]{2}|[0-9]{4})'?s", word):
            year = int(match[2])
            if year < 100 and not (match[1] or the):
                return None
            year += (2000 if year <= 20 else 1900) * (year < 100)
        elif word in DECADES and the:
            year = DECADES[word]
        else:
            return None
        if year % 10 or not 1000 <= year <= self.now.year + 50:
            return None
        first = When(datetime(year, 1, 1), "year")
        return Period(first, shifted(first, 9, "year")), start + 1

    def year_alone(self, at: int) -> Read | None:
        """2019, '04."""
        year = self.year(at)
        return _one(datetime(year, 1, 1), "year", at + 1) if year else None


def _one(start: datetime, unit: Unit, end: int) -> Read:
    return Period.at(When(start, unit)), end


def _day(year: int, month: int, day: int, end: int) -> Read | None:
    try:
        return _one(datetime(year, month, day), "day", end)
    except ValueError:
        return None
