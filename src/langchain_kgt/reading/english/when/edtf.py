"""A time at the granularity at which it was said, as an EDTF text (ISO 8601-2, levels 0 and 1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

Unit: TypeAlias = Literal["year", "season", "month", "week", "day", "minute"]

_LENGTHS: dict[Unit, relativedelta] = {
    "year": relativedelta(years=1),
    "season": relativedelta(months=3),
    "month": relativedelta(months=1),
    "week": relativedelta(weeks=1),
    "day": relativedelta(days=1),
    "minute": relativedelta(minutes=1),
}


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of the calendar, in the speaker's local time.

    Seasons are those of the north; a winter has the year in which it begins.

    Attributes:
        start: its first instant, without a time zone.
        unit: how long it is.
        about: whether it was said to be approximate.

    Example:
        >>> str(When(datetime(2026, 3, 1), "season")), str(When(datetime(2012, 1, 1), "year", True))
        ('2026-21', '2012~')
    """

    start: datetime
    unit: Unit
    about: bool = False

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        end: datetime = self.start + _LENGTHS[self.unit]
        return end

    def __str__(self) -> str:
        start = self.start
        if self.unit == "year":
            text = f"{start.year:04}"
        elif self.unit == "season":
            text = f"{start.year:04}-{20 + start.month // 3}"
        elif self.unit == "month":
            text = f"{start.year:04}-{start.month:02}"
        elif self.unit == "week":
            year, week, _ = start.isocalendar()
            text = f"{year:04}-W{week:02}"
        elif self.unit == "day":
            text = f"{start:%Y-%m-%d}"
        else:
            text = f"{start:%Y-%m-%dT%H:%M}"
        return text + "~" * self.about


def holding(instant: datetime, unit: Unit, about: bool = False) -> When:
    """The stretch of that length which holds an instant.

    Example:
        >>> str(holding(datetime(2026, 1, 30, 18), "season"))
        '2025-24'
    """
    if unit == "minute":
        return When(instant.replace(second=0, microsecond=0), unit, about)
    day = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        day -= timedelta(days=day.weekday())
    elif unit == "month":
        day = day.replace(day=1)
    elif unit == "season":
        day = day.replace(day=1) - relativedelta(months=day.month % 3)
    elif unit == "year":
        day = day.replace(month=1, day=1)
    return When(day, unit, about)


def shifted(when: When, count: int, unit: Unit | Literal["decade"]) -> When:
    """The same stretch so many units later, or earlier if negative.

    Example:
        >>> str(shifted(When(datetime(2024, 2, 29), "day"), -1, "year"))
        '2023-02-28'
    """
    length = relativedelta(years=10) if unit == "decade" else _LENGTHS[unit]
    return replace(when, start=when.start + length * count)


@dataclass(frozen=True, slots=True)
class Period:
    """From one time until another; a single time has both alike."""

    first: When
    last: When

    @classmethod
    def at(cls, when: When) -> Period:
        """A single time."""
        return cls(when, when)

    @property
    def single(self) -> bool:
        """Whether it is one time."""
        return self.first == self.last
