"""Dates counted from now: "the day after tomorrow", "last week", "three weeks ago today"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from langchain_kgt.reading.edtf import Period, Unit, When, holding, shifted
from langchain_kgt.reading.english.when.calendar_words import DAYS
from langchain_kgt.reading.english.when.cursor import Mode
from langchain_kgt.reading.english.when.dates import CalendarDates, Read

_PARTS_OF_A_TIME = frozenset("beginning start end middle close".split())
# "This time last year" is a month.
_A_UNIT_AGO: tuple[tuple[Unit, Unit], ...] = (("year", "month"), ("month", "week"), ("week", "day"))
_STEPS: dict[Mode, int] = {"last": -1, "this": 0, "next": 1, "coming": 1}


@dataclass(frozen=True, slots=True)
class Dates(CalendarDates):
    """Every date that can be said."""

    def read(self, at: int) -> Read | None:
        """The longest date that begins at a place, and the place behind it."""
        word = self.word(at)
        if len(word) == 1 and not word.isalnum():
            return None
        ways = (
            self.written, self.weekday, self.day_of_month, self.month, self.season, self.feast,
            self.day, self.stretch, self.ago, self.ahead, self.decade, self.year_alone, self.nth,
        )  # fmt: skip
        places = {at, self._whole(at)}
        found = [read for way in ways for place in places if (read := way(place))]
        return max(found, key=lambda read: read[1], default=None)

    def _whole(self, at: int) -> int:
        """Where that begins of which a part is named: early 2019, the end of June."""
        if self.word(at) in ("early", "mid", "late", "earlier", "later"):
            return at + 1 + (self.word(at + 1) in ("-", "in"))
        start = at + (self.word(at) == "the")
        start += self.word(start) in ("very", "tail", "back")
        if self.word(start) in _PARTS_OF_A_TIME and self.word(start + 1) == "of":
            return start + 2
        return at

    def day(self, at: int) -> Read | None:
        """Today, last night, the day after tomorrow, this time last year."""
        start = at + (self.word(at) == "the")
        if not (self.says(start, "day after") or self.says(start, "day before")):
            return self._day(at)
        base = self._day(start + 2) or self.feast(start + 2) or self.day_of_month(start + 2)
        way = 1 if self.word(start + 1) == "after" else -1
        return (Period.at(shifted(base[0].first, way, "day")), base[1]) if base else None

    def _day(self, at: int) -> Read | None:
        if self.word(at) in DAYS:
            return Period.at(shifted(self.today, DAYS[self.word(at)], "day")), at + 1
        if self.word(at) == "this" and self.word(at + 1) in ("morning", "afternoon", "evening"):
            return Period.at(self.today), at + 2
        if self.says(at, "last night"):
            return Period.at(shifted(self.today, -1, "day")), at + 2
        if self.says(at, "this time") and self.word(at + 2) in ("last", "next"):
            many = 1 if self.word(at + 2) == "next" else -1
            for unit, whole in _A_UNIT_AGO:
                if self.word(at + 3) == unit:
                    return Period.at(self.moved(many, unit, holding(self.now, whole))), at + 4
        return None

    def stretch(self, at: int) -> Read | None:
        """Last week, the year before last, this weekend, the new year."""
        mode, start = self.mode(at)
        end = start + 1
        if self.word(start) in ("weekend", "wknd"):
            return self._weekend(at, mode, end)
        unit: Unit
        if self.word(start) in ("week", "month", "year"):
            unit = self.word(start)  # type: ignore[assignment]
        elif self.says(start, "new year") and self.word(at) == "the":
            year = self.now.year + (not self.past(at))
            return Period.at(When(datetime(year, 1, 1), "year")), end + 1
        else:
            return None
        if self.word(at) == "the":
            if mode:
                return None
            if self.says(end, "before last"):
                return Period.at(self.moved(-2, unit)), end + 2
            if self.says(end, "after next"):
                return Period.at(self.moved(2, unit)), end + 2
            mode = "this" if self.word(at - 1) == "of" else ""
        return (Period.at(self.moved(_STEPS[mode], unit)), end) if mode else None

    def _weekend(self, at: int, mode: Mode, end: int) -> Read | None:
        if not mode and self.word(at) != "the":
            return None
        mode, weeks, end = self._behind(end, mode)
        before = self.past(at) and mode in ("", "this") and self.now.weekday() < 5
        weeks += (mode == "next") - (mode == "last" or before)
        saturday = holding(self.now, "week").start + timedelta(weeks=weeks, days=5)
        first = When(saturday, "day")
        return Period(first, shifted(first, 1, "day")), end

    def ago(self, at: int) -> Read | None:
        """Two years ago, three weeks ago today, ten years ago next month."""
        count = self.count(at)
        if count is None or self.word(count.end) not in ("ago", "back"):
            return None
        end = count.end + 1
        if count.unit not in ("minute", "day"):
            on = end + (self.word(end) in ("on", "in"))
            base = self.day(on) or self.stretch(on) or self.month(on) or self.weekday(on)
            if base:
                when = self.moved(-count.many, count.unit, base[0].first, count.vague)
                return Period.at(when), base[1]
        return Period.at(self.moved(-count.many, count.unit, None, count.vague)), end

    def ahead(self, at: int) -> Read | None:
        """In two weeks, three months from now, a week on Friday, two days before Christmas."""
        start = at + (self.word(at) == "in")
        count = self.count(start)
        if count is None:
            return None
        link = self.word(count.end)
        linked = link in ("from", "before", "after", "on")
        end = count.end + linked
        alone = Period.at(self.moved(count.many, count.unit, None, count.vague))
        if link == "time" or (link == "from" and self.word(end) == "now"):
            return alone, count.end + 1 + (link == "from")
        if start == at and self.word(at - 1) != "for" and (linked or count.unit == "week"):
            base = self.day(end) or self.feast(end) or self.day_of_month(end) or self.weekday(end)
            if base:
                back = link == "before" or (not linked and self.word(end) in ("last", "yesterday"))
                many = -count.many if back else count.many
                return Period.at(self.moved(many, count.unit, base[0].first)), base[1]
        # "We built it in two years" is how long it took.
        return (alone, count.end) if start > at and not self.past(at) else None
