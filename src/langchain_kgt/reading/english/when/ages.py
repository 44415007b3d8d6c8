"""The year of birth of somebody whose age is said."""

from __future__ import annotations

from datetime import datetime

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.reading.english.when.calendar_words import unit_of
from langchain_kgt.reading.english.when.clauses import Clause, clauses_of, place_of, tokens_of
from langchain_kgt.reading.english.when.cursor import Cursor
from langchain_kgt.reading.english.when.spans import spans_of

_BE = frozenset("is 's are 're am 'm be being was were".split())
_TURN = frozenset("turn turns turned turning".split())
_ADVERBS = frozenset("only just nearly almost now already about still going to on".split())


def birth_year_of(text: str, now: datetime, about: str = "") -> str:
    """The year in which whoever is spoken of was born, or nothing.

    Args:
        text: the message.
        now: when it is said, with the speaker's time zone.
        about: the words whose clause is meant; if empty or not there, the first with an age.

    Returns:
        An EDTF text: `2019~` for who is seven in 2026, `1990` where the year itself is said.

    Raises:
        InvalidInputError: if `now` has no time zone.

    Example:
        >>> from datetime import timezone
        >>> birth_year_of("My daughter is 7 now.", datetime(2026, 3, 1, tzinfo=timezone.utc))
        '2019~'
    """
    if now.utcoffset() is None:
        raise InvalidInputError("now has no time zone: give datetime.now(timezone.utc), say")
    tokens = tokens_of(text)
    words = [token.text for token in tokens]
    local = now.replace(tzinfo=None)
    place = place_of(text, tokens, about)
    for clause in clauses_of(tokens):
        meant = place is None or clause.first <= place < clause.stop
        if meant and (year := _year(words, clause, local)):
            return year
    return ""


def _year(words: list[str], clause: Clause, now: datetime) -> str:
    spans = spans_of(words, clause, now)
    if "born" in clause.words and spans:
        return str(spans[0].period.first)[:4]
    cursor = Cursor(words, now, clause.past)
    for at in range(clause.first, clause.stop):
        number = cursor.number(at)
        # "An" is no age; in figures as in words from one on.
        if number is None or words[at] in ("a", "an") or not 0 < number[0] < 120:
            continue
        age, end = number
        if not (turned := _said_as(cursor, clause, at, end)):
            continue
        said = next((s.period.first for s in spans if s.role == "at"), None)
        year = said.start.year if said else now.year
        exact = said is not None and turned == "turns"
        return f"{year - age:04}" + "~" * (not exact)
    return ""


def _said_as(cursor: Cursor, clause: Clause, at: int, end: int) -> str:
    """How an age is said there: "turns 7", "is 7", or not at all."""
    old = end + (cursor.word(end) == "-")
    if unit_of(cursor.word(old)) == ("year", 1):
        old += 1
        old += cursor.word(old) == "-"
        return "is" if cursor.word(old) in ("old", "olds") else ""
    before = at - 1
    while before > clause.first and cursor.word(before) in _ADVERBS:
        before -= 1
    verb = cursor.word(before)
    if verb in _TURN or (verb in _BE and {"will", "'ll"} & set(cursor.words[before - 2 : before])):
        return "turns"
    ends = not cursor.word(end)[:1].isalpha() or cursor.word(end) in (
        "now", "and", "in", "on", "but", "so", "today", "this", "next", "already", "tomorrow",
    )  # fmt: skip
    if verb in ("aged", "age") or (verb in _BE and ends):
        return "is"
    return ""
