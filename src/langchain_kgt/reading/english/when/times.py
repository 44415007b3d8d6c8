"""Since when, until when or at what time a message says that something is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.reading.edtf import Period
from langchain_kgt.reading.english.when.clauses import (
    Clause,
    Token,
    clauses_of,
    place_of,
    tokens_of,
)
from langchain_kgt.reading.english.when.spans import Span, spans_of

# What stands for a time that was said before.
_BEFORE_THEN = ("before that", "before then", "until then", "till then", "previously", "beforehand")
_SINCE_THEN = ("since then", "after that", "from then on", "ever since", "afterwards", "since")


@dataclass(frozen=True, slots=True)
class Times:
    """When something is so, as the words say it; each empty where they do not.

    Attributes:
        valid_from: since when, as an EDTF text at the granularity of the words: `2019`, `2026-03`,
            `2026-21` (a spring), `2026-W10`, `2026-03-14`, `2026-03-14T15:00`, `2012~` (about).
        valid_until: until when. What is at a time has both alike.
        words: the words that said so, as they stand; "; " stands between two places.
    """

    valid_from: str = ""
    valid_until: str = ""
    words: str = ""


def times_of(text: str, now: datetime, about: str = "") -> Times:
    """Read the times in the clause of a message that holds some words.

    Args:
        text: the message.
        now: when it is said, with the speaker's time zone.
        about: the words whose clause is meant. Where they are empty or not in the message, its
            first clause with a time.

    Raises:
        InvalidInputError: if `now` has no time zone.

    Example:
        >>> from datetime import timezone
        >>> now = datetime(2026, 1, 16, 12, tzinfo=timezone.utc)
        >>> times_of("Optician next Tuesday at 3 pm.", now).valid_from
        '2026-01-20T15:00'
        >>> times_of("We have lived in Porto since last spring.", now, about="Porto")
        Times(valid_from='2025-21', valid_until='', words='since last spring')
        >>> times_of("She moved last year, but before that lived in Faro.", now, "Faro").valid_until
        '2025'
    """
    if now.utcoffset() is None:
        raise InvalidInputError("now has no time zone: give datetime.now(timezone.utc), say")
    tokens = tokens_of(text)
    message = _Message(tokens, now.replace(tzinfo=None))
    place = place_of(text, tokens, about)
    spans = message.first() if place is None else message.chosen(place)
    first = next((s.period.first for s in spans if s.role != "until"), "")
    last = next(
        (s.period.last if s.role == "at" else s.period.first for s in spans if s.role != "from"), ""
    )
    return Times(str(first), str(last), _words(text, tokens, spans))


def _words(text: str, tokens: Sequence[Token], spans: Sequence[Span]) -> str:
    parts = [(span.first, span.end) for span in spans]
    parts += [span.clock for span in spans if span.clock]
    return "; ".join(
        text[tokens[first].start : tokens[end - 1].end] for first, end in sorted(parts)
    )


class _Message:
    def __init__(self, tokens: Sequence[Token], now: datetime) -> None:
        self.words = [token.text for token in tokens]
        self.now = now
        self.clauses = clauses_of(tokens)

    def first(self) -> list[Span]:
        """The times of the first clause that has some."""
        for clause in self.clauses:
            if spans := self._spans(clause):
                return self._about(spans, spans[0].first)
        return []

    def chosen(self, place: int) -> list[Span]:
        """The times of the clause that holds a place."""
        at = next(i for i, clause in enumerate(self.clauses) if place < clause.stop)
        spans = self._about(self._spans(self.clauses[at]) or self._fragments(at), place)
        return spans or self._then(at)

    def _spans(self, clause: Clause) -> list[Span]:
        return spans_of(self.words, clause, self.now)

    def _about(self, spans: list[Span], place: int) -> list[Span]:
        """The time nearest to a place, or one that says it more exactly; and its other end."""
        if not spans:
            return []

        def distance(span: Span) -> tuple[int, int]:
            low, high = sorted((span.first, place))
            marks = sum(word in (",", ";", "-") for word in self.words[low:high])
            return marks, min(abs(span.first - place), abs(span.end - place))

        best = min(spans, key=distance)
        for span in spans:
            inside = (
                span.role == best.role
                and best.period.first.start <= span.period.first.start
                and span.period.last.end <= best.period.last.end
            )
            ranged = best.role == "at" and best.period.single and not span.period.single
            best = span if inside or ranged else best
        if best.role == "at":
            return [best]
        for span in spans:
            if {best.role, span.role} == {"from", "until"}:
                begin, end = sorted((best, span), key=lambda s: s.role)
                if begin.period.first.start <= end.period.first.start:
                    return [begin, end]
        return [best]

    def _fragments(self, at: int) -> list[Span]:
        """The times beside a clause without any: "An optician. Next Tuesday at 3." """
        clause = self.clauses[at]
        before = self.clauses[at - 1] if at else None
        if before and clause.words[0] in ("when", "that") and before.words[0] == "it":
            # "It was in 2010 that we bought it."
            return self._spans(before)
        for beside in self.clauses[at + 1 : at + 2]:
            if not beside.verbal and (spans := self._spans(beside)):
                return spans
        return []

    def _then(self, at: int) -> list[Span]:
        """A time that is meant by "before that" or "since then", said in a clause before."""
        said = f" {' '.join(self.clauses[at].words)} "
        before = any(f" {words} " in said for words in _BEFORE_THEN)
        if not before and not any(f" {words} " in said for words in _SINCE_THEN):
            return []
        for clause in reversed(self.clauses[:at]):
            if spans := self._spans(clause):
                last = spans[-1]
                time = last.period.first if before else last.period.last
                return [Span(last.first, last.end, Period.at(time), "until" if before else "from")]
        return []
