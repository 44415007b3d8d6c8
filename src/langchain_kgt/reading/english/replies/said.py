"""What has been read of a reply so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from spacy.language import Language

from langchain_kgt.english import is_participle
from langchain_kgt.reading.base import Assertion, Question, Reply
from langchain_kgt.reading.edtf import written
from langchain_kgt.reading.english.replies import time_words, values
from langchain_kgt.reading.english.when.ages import birth_year_of
from langchain_kgt.reading.english.when.times import times_of

# "meets on Friday" is again and again, "is on", "will come on" and "leaves on Friday" once.
_ONCE = frozenset(
    "is are will would shall should can could must may might has have leaves leave arrives arrive "
    "departs depart lands land flies fly starts start begins begin ends end finishes finish moves "
    "move marries marry gets get expires expire runs run returns return".split()
)
# "is collected on Friday" is done again and again, "is due on Friday" is not.
_PLANNED = re.compile(r"(?:due|booked|planned|scheduled|expected|supposed|set|fixed|born)\b")
_AGE = re.compile(r"\b(?:aged?|old)\b", re.IGNORECASE)


@dataclass
class Said:
    """Gathers what a reply says; `reply` gives it."""

    nlp: Language
    question: Question
    now: datetime
    names: tuple[str, ...] = ()
    holds: list[Assertion] = field(default_factory=list)
    ended: list[Assertion] = field(default_factory=list)
    denied: list[Assertion] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    changed: bool = False
    also: bool = False

    @property
    def subject(self) -> str:
        """Whom the question is about."""
        return self.question.subjects[0] if self.question.subjects else ""

    @property
    def relation(self) -> str:
        """What the question asks of them."""
        return self.question.relations[0] if self.question.relations else ""

    @property
    def answered(self) -> Assertion:
        """Whatever the question was answered with."""
        stated = self.question.stated
        if stated is not None:
            return replace(stated, object="")
        return Assertion(self.subject, self.relation, "")

    def end(self, ended: Assertion, clause: str = "") -> None:
        """Something is no longer so, since when its clause tells."""
        if clause:
            since, until, words = self.times(clause, ended.object)
            ended = replace(ended, valid_until=until or since, when=words)
        self.ended.append(ended)
        self.changed = True

    def value(self, text: str, *, when: str = "", clause: str = "") -> None:
        """The answer to the question: a value or a list of them."""
        for value in self._values(text):
            preposition, bare = values.led(value)
            own = values.preposition_of(self.relation)
            if preposition and own and bare:
                relation = values.swapped(self.relation, preposition)
                self.tell(self.subject, relation, bare, when, clause)
            else:
                self.tell(self.subject, self.relation, value, when, clause)

    def several(
        self, subject: str, relation: str, text: str, when: str = "", clause: str = ""
    ) -> None:
        """One assertion for each value of a list."""
        for value in self._values(text):
            self.tell(subject, relation, value, when, clause)

    def tell(
        self, subject: str, relation: str, value: str, when: str = "", clause: str = ""
    ) -> None:
        """One assertion, with its times."""
        told = self.dated(Assertion(subject, relation, value), when, clause)
        if self._is_age(told) and not told.valid_from:
            # An age holds for a year.
            told = replace(told, valid_from=f"{self.now:%Y}")
        self.holds.append(told)

    def dated(self, assertion: Assertion, when: str, clause: str) -> Assertion:
        """An assertion with the times that its clause tells."""
        since, until, words = self.times(clause or when, assertion.object)
        words = words or when
        if not words:
            return assertion
        return replace(assertion, valid_from=since, valid_until=until, when=words)

    def date(self, text: str, clause: str) -> None:
        """The answer to a question for a time, as a date where the words alone cannot tell it."""
        # "Friday", to "When did he come?", was before.
        spoken = f"it was {text}" if clause == text and self.question.past else clause
        since, until, words = self.times(spoken, text)
        if not self.question.past and time_words.comes_again(text, habit=self._is_habit):
            since, until, words = "", "", text
        shown = text
        if since and time_words.is_relative(text):
            rest = text[len(words) :] if text.startswith(words) else ""
            if time_words.of_a_month(rest):
                since = until = ""  # "the last weekend in May"
            else:
                shown = time_words.shown(since) + rest
        preposition, bare = values.led(shown)
        preposition, bare = preposition or time_words.preposition_of(shown), bare or shown
        relation = self.relation
        if preposition in {"in", "on", "at"} and values.preposition_of(relation) and bare:
            relation, shown = values.swapped(relation, preposition), bare
        self.holds.append(Assertion(self.subject, relation, shown, since, until, words or text))

    @property
    def _is_habit(self) -> bool:
        """Whether the question asks for what is done again and again, as far as its verb tells."""
        first, _, rest = self.relation.partition(" ")
        done = first in ("is", "are") and is_participle(rest.partition(" ")[0])
        return first not in _ONCE or (done and not _PLANNED.match(rest))

    def times(self, text: str, about: str) -> tuple[str, str, str]:
        """Since when, until when, and the words that say so."""
        if not text:
            return "", "", ""
        found = times_of(text, self.now, about)
        return found.valid_from, found.valid_until, found.words

    def answers(self, held: Assertion) -> bool:
        """Whether an assertion answers the question, wherever its preposition leads."""
        return held.subject == self.subject and bool(self.relation) and (
            values.swapped(held.relation, "in") == values.swapped(self.relation, "in")
        )

    def _values(self, text: str) -> list[str]:
        parts = values.split(text, self.question, self.nlp, self.names)
        return [part for part in (values.soft(values.stripped(part)) for part in parts) if part]

    def _births(self, held: Assertion) -> Iterator[Assertion]:
        """Who is seven was born about so many years ago: that stays so."""
        year = birth_year_of(f"is {held.object}", self.now) if self._is_age(held) else ""
        if held.relation.startswith("will "):
            return
        if year:
            said = f"about {year[:-1]}" if year.endswith("~") else year
            yield Assertion(held.subject, "was born in", said, year, year)

    def _is_age(self, held: Assertion) -> bool:
        asked = f"{self.question.text} {held.relation}"
        return self.question.kind == "amount" and bool(_AGE.search(asked))

    def _is_planned(self, held: Assertion) -> bool:
        """Whether it is yet to come, in other words than what was asked, which stays so."""
        if self.answers(held) or not held.valid_from:
            return False
        begins = written(held.valid_from)
        return begins is not None and begins.start > self.now.replace(tzinfo=None)

    def reply(self) -> Reply:
        """The values, each once."""
        holds, ended, denied = (
            tuple(dict.fromkeys(said)) for said in (self.holds, self.ended, self.denied)
        )
        if any(self.answers(held) for held in holds):
            ended = tuple(over for over in ended if over.object)
        holds += tuple(born for held in holds for born in self._births(held))
        if not (holds or ended or denied):
            return Reply(nothing=self.reasons[0] if self.reasons else "It holds no answer.")
        planned = bool(holds) and all(self._is_planned(held) for held in holds)
        return Reply(holds, ended, denied, changed=self.changed, also=self.also or planned)


_SLOPPY = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|had|would|should|could|ca|wo)nt\b", re.IGNORECASE
)
_SHORT = re.compile(
    r"\b(?:(i)(m|ve)|(she|he|that|there|what|who)(s)|(they|you)(re|ve|ll))\b",
    re.IGNORECASE,
)
_ITS = re.compile(r"^((?:\w+,\s+)?)its(?=\s+\S)", re.IGNORECASE)


def plain(text: str) -> str:
    """On one line, with the apostrophes that people leave out.

    >>> plain("its  cheese, he doesnt like it"), plain("It’s O’Brien")
    ("it's cheese, he doesn't like it", "It's O’Brien")
    """
    text = " ".join(text.split())
    text = re.sub(r"(?<=\w)’(?=(?:s|t|re|ve|ll|d|m)\b)", "'", text)
    text = _SLOPPY.sub(r"\1n't", text)
    text = _SHORT.sub(lambda m: f"{m[1] or m[3] or m[5]}'{m[2] or m[4] or m[6]}", text)
    return _ITS.sub(lambda m: f"{m[1]}{'It' if m[0][len(m[1])] == 'I' else 'it'}'s", text)
