"""The times that a clause says, each with its role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from langchain_kgt.reading.edtf import Period, When, shifted
from langchain_kgt.reading.english.when.calendar_words import (
    ARTICLES,
    DAYS,
    MONTHS,
    SEASONS,
    WEEKDAYS,
)
from langchain_kgt.reading.english.when.clauses import Clause
from langchain_kgt.reading.english.when.clock import clock_in
from langchain_kgt.reading.english.when.cursor import Count
from langchain_kgt.reading.english.when.relative import Dates
from langchain_kgt.reading.english.when.roles import Role, role_of

_LINKS = frozenset("to - until till til through thru".split())
_ELSEWHEN = frozenset("ago old back later before after from time -".split())
_NOT_GOING_ON = _ELSEWHEN | {"of", "in"}
_ROUGHLY = frozenset("about around nearly almost over roughly more some".split())
_LEAD = _ROUGHLY | frozenset("for the past last next another coming than at least well".split())
_TO_A_CLOCK = frozenset(
    "at on from around about by between in the morning afternoon evening night lunchtime".split()
)
_ARRANGED = frozenset(
    "booked booking scheduled rescheduled arranged set planned moved postponed down".split()
)


@dataclass(frozen=True, slots=True)
class Span:
    """A time that was said, in which role, and from which word up to which.

    Attributes:
        clock: the words of its time of day, where they stand apart.
    """

    first: int
    end: int
    period: Period
    role: Role
    clock: tuple[int, int] | None = None


def spans_of(words: Sequence[str], clause: Clause, now: datetime) -> list[Span]:
    """The times that one clause of a message says.

    Args:
        words: the message.
        clause: the clause.
        now: the speaker's local time, without a zone.
    """
    return _Spans(words, clause, now).all()


class _Spans:
    def __init__(self, words: Sequence[str], clause: Clause, now: datetime) -> None:
        self.words, self.clause = words, clause
        self.dates = Dates(words, now, self._past)
        self.word = self.dates.word

    def _past(self, at: int) -> bool:
        """Whether a time that stands at a place is gone."""
        before = at
        while self.word(before - 1) in ("the", "about", "around", "early", "late", "mid", "of"):
            before -= 1
        if self.word(before - 1) in ("since", "ago"):
            return True
        if self.word(before - 1) in ("for", "to") and not _ARRANGED.isdisjoint(self.clause.words):
            return False
        return self.clause.past(at)

    def all(self) -> list[Span]:
        """Every time, in order."""
        spans: list[Span] = []
        at = self.clause.first
        while at < self.clause.stop:
            span = self._at(at)
            if span:
                spans.append(span)
            at = span.end if span else at + 1
        return self._with_clock(self._anniversary(spans))

    def _at(self, at: int) -> Span | None:
        try:
            span = self._duration(at) or self._date(at)
            # Of what reaches beyond the years 1 to 9999 ("900 decades ago") nothing can be said.
            return span if span and span.period.last.end else None
        except (ValueError, OverflowError):
            return None

    def _date(self, at: int) -> Span | None:
        ranged = self._days_of_one_month(at)
        read = ranged or self.dates.read(at)
        if read is None or self._named(at, read[1]) or self._recurring(at, read[1]):
            return None
        ranged = ranged or self._range(at, *read)
        period, end = ranged or read
        role, start, about = role_of(self.clause, at)
        if ranged:
            role = "at"
        if self.dates.says(end, "or so") or self.dates.says(end, "or thereabouts"):
            about, end = True, end + 2
        # "Coming round tomorrow" is exact.
        if about and self.word(at) not in DAYS:
            period = Period(replace(period.first, about=True), replace(period.last, about=True))
        return Span(start, min(end, self.clause.stop), period, role)

    def _days_of_one_month(self, at: int) -> tuple[Period, int] | None:
        """From one day of a month to another: "14 to 28 November", "November 14-28"."""
        dates, start = self.dates, at + (self.word(at) == "the")
        if self.word(start) in MONTHS:
            one = dates.day_of_month(start)
            if one is None or self.word(one[1]) not in _LINKS:
                return None
            begin, place = one[0].first.start, one[1] + 1
            number = dates.ordinal(place + (self.word(place) == "the"))
            if number is None or self.word(number[1]) in MONTHS:
                return None
            first_day, last_day, end = begin.day, number[0], number[1]
        else:
            number = dates.ordinal(start)
            between = {"and"} if self.word(at - 1) == "between" else set()
            if number is None or self.word(number[1]) not in _LINKS | between:
                return None
            two = dates.day_of_month(number[1] + 1)
            if two is None:
                return None
            begin, end = two[0].first.start, two[1]
            first_day, last_day = number[0], begin.day
        if first_day >= last_day:
            return None
        try:
            days = [When(begin.replace(day=day), "day") for day in (first_day, last_day)]
        except ValueError:
            return None
        return Period(*days), end

    def _range(self, at: int, period: Period, end: int) -> tuple[Period, int] | None:
        """From a time to another that stands behind it: "Oct to March", "between 2003 and 2009"."""
        link = self.word(end)
        between = self.word(at - 1) == "between" and link == "and"
        if not period.single or not (link in _LINKS or between):
            return None
        first, start = period.first, end + 1
        after = replace(self.dates, now=first.start, past=_coming)
        read = after.read(start) or after.nth(start, placed=True)
        if read is None and (number := after.ordinal(start)) and first.unit == "day":
            read = after.nth(start, placed=True) if number else None
        if read is None or not read[0].single:
            return None
        last = read[0].last
        if last.start < first.start:
            # "From March to June 2019": the year of the second is that of the first.
            again = replace(self.dates, now=last.start, past=_gone).read(at)
            if again is None or again[0].first.start > last.start:
                return None
            first = again[0].first
        return Period(first, last), read[1]

    def _named(self, at: int, end: int) -> bool:
        """Whether a word for a time is a name here: "We called the rabbit Friday"."""
        name = self.word(at)
        if end != at + 1 or not (name in WEEKDAYS or name in MONTHS or name in SEASONS):
            return False
        before = self.words[max(self.clause.first, at - 6) : at]
        naming = not {"called", "call", "named", "name", "christened"}.isdisjoint(before)
        if naming and before[-1] not in ("on", "in", "since", "until", "by"):
            return True
        if before and before[-1] in ARTICLES:
            return True
        # "Friday is my day off".
        return self.word(end) in ("is", "'s", "was") and self.word(end + 1) in ARTICLES

    def _recurring(self, at: int, end: int) -> bool:
        """Whether a time comes again and again: "every Monday", "Monday mornings"."""
        if {"every", "each", "most", "alternate"} & {self.word(at - 1), self.word(at - 2)}:
            return True
        if self.word(end) in ("mornings", "evenings", "afternoons", "nights", "lunchtimes"):
            return True
        return self.word(end) == "of" and self.word(end + 1) in ("every", "each", "the")

    def _duration(self, at: int) -> Span | None:
        """How long it has gone on, or has still to go."""
        start = at
        while self.word(start) in _LEAD:
            start += 1
        count = self.dates.count(start)
        if count is None or not self.clause.first <= count.end <= self.clause.stop:
            return None
        lead, behind = set(self.words[at:start]), self.word(count.end)
        if behind in (_ELSEWHEN if "for" in lead else _NOT_GOING_ON):
            return None
        # "Over the last three years" are three.
        about = count.vague or not _ROUGHLY.isdisjoint(lead - {"over"} if "the" in lead else lead)
        to_go = self.dates.says(count.end, "to go")
        if to_go or behind in ("left", "remaining") or lead & {"next", "another", "coming"}:
            when = self.dates.moved(count.many, count.unit, None, about)
            end = count.end + (2 if to_go else behind in ("left", "remaining"))
            return Span(at, end, Period.at(when), "until")
        now = {"now", "already"} & set(self.words[count.end : self.clause.stop])
        if not (now or self.clause.perfect or {"the", "last"} <= lead or {"the", "past"} <= lead):
            return None
        if count.unit == "minute" or self._how_often(at, start, lead):
            return None
        when = self.dates.moved(-count.many, count.unit, None, about)
        return Span(at, count.end + (behind in ("now", "already")), Period.at(when), "from")

    def _how_often(self, at: int, start: int, lead: set[str]) -> bool:
        """Whether it is no stretch that has lasted: "twice a week", "£200 a month"."""
        if self.word(at - 1) in ("in", "every", "each", "within", "once", "twice"):
            return True
        return self.word(start) in ("a", "an") and "for" not in lead

    def _anniversary(self, spans: list[Span]) -> list[Span]:
        """Since when it is if "we will be two years together next month"."""
        day = next((span for span in spans if span.role == "at" and span.period.single), None)
        if day is None or day.period.first.end <= self.dates.now:
            return spans
        for at in range(self.clause.first, self.clause.stop):
            count = self.dates.count(at)
            if count is None or day.first <= at < day.end or not self._so_old(at, count):
                continue
            since = Period.at(shifted(day.period.first, -count.many, "year"))
            span = Span(min(at, day.first), max(count.end, day.end), since, "from")
            return [*(s for s in spans if s.end <= span.first or s.first >= span.end), span]
        return spans

    def _so_old(self, at: int, count: Count) -> bool:
        if (
            count.unit != "year"
            or count.many >= self.dates.now.year
            or count.vague
            or self.word(count.end) in _ELSEWHEN
        ):
            return False
        before = self.word(at - 1)
        return before not in ("for", "in", "over", "after", "every", "within", "-", "another")

    def _with_clock(self, spans: list[Span]) -> list[Span]:
        days = [s for s in spans if s.period.single and s.period.first.unit == "day"]
        if len(days) != 1:
            return spans
        day = days[0]
        first, stop, words = self.clause.first, self.clause.stop, self.clause.words
        clock = clock_in(self.words, day.end, stop, words) or clock_in(
            self.words, first, day.first, words
        )
        if clock is None:
            return spans
        times = [
            When(day.period.first.start + timedelta(minutes=minutes), "minute")
            for minutes in (clock.minutes, clock.until)
            if minutes is not None
        ]
        between = self.words[min(day.end, clock.end) : max(day.first, clock.first)]
        period = Period(times[0], times[-1])
        if any(word[0].isalpha() and word not in _TO_A_CLOCK for word in between):
            whole = replace(day, period=period, clock=(clock.first, clock.end))
        else:
            begin, end = min(day.first, clock.first), max(day.end, clock.end)
            whole = replace(day, first=begin, end=end, period=period)
        return [whole if span is day else span for span in spans]


def _coming(_: int) -> bool:
    return False


def _gone(_: int) -> bool:
    return True
