"""A time at the granularity at which it was said, as an EDTF text (ISO 8601-2, levels 0 and 1)."""

from __future__ import annotations

import re
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
        """The first instant after it; of what ends with the calendar, its last one."""
        try:
            end: datetime = self.start + _LENGTHS[self.unit]
        except (OverflowError, ValueError):
            return datetime.max
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


# What `When` writes, by the length that it says.
_WRITTEN: dict[str, Unit] = {
    r"(\d{4})": "year",
    r"(\d{4})-(2[1-4])": "season",
    r"(\d{4})-(\d\d)": "month",
    r"(\d{4})-W(\d\d)": "week",
    r"\d{4}-\d\d-\d\d": "day",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d": "minute",
}


def written(text: str) -> When | None:
    """The time that an EDTF text says; none if it is no such text.

    Example:
        >>> written("2026-24").end, written("2012~").about, written("last spring")
        (datetime.datetime(2027, 3, 1, 0, 0), True, None)
    """
    said = text.removesuffix("~")
    for form, unit in _WRITTEN.items():
        if (found := re.fullmatch(form, said, re.ASCII)) is None:
            continue
        parts = [int(part) for part in found.groups()]
        try:
            if unit == "year":
                start = datetime(parts[0], 1, 1)
            elif unit == "season":
                start = datetime(parts[0], 3 * (parts[1] - 20), 1)
            elif unit == "month":
                start = datetime(parts[0], parts[1], 1)
            elif unit == "week":
                start = datetime.fromisocalendar(parts[0], parts[1], 1)
            else:
                start = datetime.fromisoformat(said)
        except ValueError:
            return None
        return When(start, unit, said != text)
    return None


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
