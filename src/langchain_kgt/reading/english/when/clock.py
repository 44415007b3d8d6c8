"""Times of day: "8.15am", "half past three", "at 7 tonight"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_kgt.reading.english.when.calendar_words import NUMBERS, TENS

_AM_PM = {"am": "am", "a.m": "am", "a.m.": "am", "pm": "pm", "p.m": "pm", "p.m.": "pm"}
_LATE = frozenset("afternoon evening tonight night teatime tonite".split())
_BEHIND_HOUR = frozenset(
    "on in for with and but so at to until till til today tonight tomorrow this next sharp ish "
    "latest if because when".split()
)


_LINKS = frozenset("to - until till til and".split())


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, or two; and from which token to which it stands."""

    minutes: int
    until: int | None
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Hour:
    hour: int
    minute: int
    half: str
    sure: bool
    end: int


def clock_in(words: Sequence[str], first: int, stop: int, beside: Sequence[str]) -> Clock | None:
    """The first time of day among those words; what stands beside them tells morning from night."""
    texts = words[first:stop]
    for at in range(len(texts)):
        placed = at > 0 and texts[at - 1] in ("at", "@", "from", "around", "about", "between")
        linked = len(texts) > at + 2 and texts[at + 1] in _LINKS
        hour = _hour(texts, at, placed or linked)
        if hour is None:
            continue
        if hour.end < len(texts) and texts[hour.end] in _LINKS:
            later = _hour(texts, hour.end + 1, placed=hour.sure or placed)
        else:
            later = None
        if not (hour.sure or placed or (later and later.sure)):
            continue
        half = hour.half or (later.half if later and later.hour > hour.hour else "")
        minutes = _minutes(hour, half, beside)
        until = _minutes(later, later.half, beside) if later else None
        if until is not None and until <= minutes:
            until = until + 720 if until + 720 > minutes and until < 720 else None
        return Clock(minutes, until, first + at - placed, first + (later or hour).end)
    return None


def _minutes(hour: _Hour, half: str, beside: Sequence[str]) -> int:
    value = hour.hour
    if not half and value <= 12 and not (value == 12 and hour.half):
        if "morning" in beside:
            half = "am"
        elif any(text in _LATE for text in beside):
            half = "pm"
        elif 1 <= value <= 6:
            # Nobody has an appointment at half past three in the night.
            half = "pm"
    if half == "pm" and value < 12:
        value += 12
    elif half == "am" and value == 12:
        value = 0
    return value * 60 + hour.minute


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(text)
    number = NUMBERS.get(text) or TENS.get(text)
    return number if number and text not in ("a", "an") else None


def _hour(texts: Sequence[str], at: int, placed: bool) -> _Hour | None:
    def word(place: int) -> str:
        return texts[place] if place < len(texts) else ""

    text = word(at)
    if text in ("noon", "midday", "midnight"):
        return _Hour(0 if text == "midnight" else 12, 0, "24", True, at + 1)
    start, minute, sign = at, 0, 0
    if text == "half":
        start = at + 1 + (word(at + 1) == "-")
        start += word(start) == "past"
        minute, sign = 30, 1
        if word(start) in ("a", "an"):
            return None
    else:
        step = at + (text == "a" and word(at + 1) == "quarter")
        many = 15 if word(step) == "quarter" else _number(text)
        step += 1 + (word(step + 1) in ("minutes", "mins"))
        if (
            many
            and word(step) in ("past", "after", "to", "of")
            and (word(at) == "quarter" or word(step - 1) == "quarter" or many in (5, 10, 20, 25))
        ):
            sign = 1 if word(step) in ("past", "after") else -1
            start, minute = step + 1, many
    text = word(start)
    if sign:
        hour = _number(text)
        if hour is None or not 1 <= hour <= 12:
            return None
        half, end = _behind(texts, start + 1)
        if sign < 0:
            hour, minute = (hour - 2) % 12 + 1, 60 - minute
        return _Hour(hour, minute, half, True, end)
    left, _, right = text.replace(".", ":").partition(":")
    if right.isdigit() and left.isdigit() and int(left) < 24 and int(right) < 60:
        half, end = _behind(texts, start + 1)
        if not half and (int(left) > 12 or left[0] == "0"):
            half = "24"
        sure = bool(half) or ":" in text
        return _Hour(int(left), int(right), half, sure, end)
    hour = _number(text)
    if hour is None or hour > 23:
        return None
    half, end = _behind(texts, start + 1)
    if word(start + 1) == "o'clock":
        half, end = _behind(texts, start + 2)
        return _Hour(hour, 0, half, True, end)
    if half:
        return _Hour(hour, 0, half, True, end) if 1 <= hour <= 12 else None
    behind = word(end)
    if not placed or (behind[:1].isalpha() and behind not in _BEHIND_HOUR | _LINKS):
        return None
    return _Hour(hour, 0, "24" if hour > 12 else "", False, end)


def _behind(texts: Sequence[str], at: int) -> tuple[str, int]:
    at += at < len(texts) and texts[at] == "ish"
    if at < len(texts) and texts[at] in _AM_PM:
        return _AM_PM[texts[at]], at + 1
    return "", at
