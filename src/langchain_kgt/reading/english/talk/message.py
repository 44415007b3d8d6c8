"""A message read: what it asserts, what it takes back, what is left out and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from spacy.tokens import Doc, Span, Token

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.reading.base import INSTRUCTS, Assertion, Encode, Layers, LeftOut, Message, Turn
from langchain_kgt.reading.english.replies.clauses import own_subject
from langchain_kgt.reading.english.replies.said import plain
from langchain_kgt.reading.english.talk import antecedents, kinds
from langchain_kgt.reading.english.talk.clauses import Spoken, clauses
from langchain_kgt.reading.english.talk.features import (
    Context,
    features,
    of_message,
    subject_kind,
    tense,
)
from langchain_kgt.reading.english.talk.instructions import is_instruction
from langchain_kgt.reading.english.talk.pasting import own_words
from langchain_kgt.reading.english.talk.states import is_fitted_for, states
from langchain_kgt.reading.english.talk.taking_back import taken_back
from langchain_kgt.reading.english.talk.weighing import Weights, fitted, weights
from langchain_kgt.reading.english.talk.wording import name_of, text_of, worded
from langchain_kgt.reading.english.when.times import Times, times_of
from langchain_kgt.reading.excerpt import excerpt, said_last
from langchain_kgt.reading.people import from_the_other_side
from langchain_kgt.triples import FactKind, Status

# So much of what was said before may name somebody.
_BEFORE = 3
_BEFORE_CHARACTERS = 600
# Log-odds that are enough for a denial of what was said right before it, and for what is so since a
# change that the message tells: "we moved to Lisbon".
_DENIES = _BECAME = -2.0
# Likewise for a verb of what lasts, of the speaker and in the present; another says moods too, or
# what is at the moment.
_LASTS, _IS_SO = -1.0, -0.5
# Of a message that opens a conversation and has no word of its speaker: it may be of the world.
_OF_THE_WORLD = 1.0

_COPULA = re.compile(
    r"\b((?:[Mm]y|[Oo]ur) [\w-]+)'s (?=(called|named|got|been|not|an?|the|in|on|at|from|with|"
    r"allergic|just|now|still|always)\b)"
)
# A line is a sentence; a word has an end.
_LINE_ENDS = re.compile(r"([^\s.!?:;,…])[ \t]*\n\s*")
_ENDLESS_WORDS = re.compile(r"(\S{60})\S+")
_ENDLESS_SIGNS = re.compile(r"([^\w\s])(?:\s?\1){5,}")
_HAVE = frozenset({"have", "get", "own", "keep", "adopt", "buy"})
_BE = {False: "is", True: "has"}

Answer = Callable[[str, str], Sequence[Assertion]]
"""What a reply to a question says; both as texts."""


@dataclass(frozen=True)
class Candidate:
    """A clause that may be kept, as a fact in the words of who says it.

    Attributes:
        subject: empty if it does not say of whom.
        more: what is said besides of the subject: "in Cork" of "my sister in Cork".
    """

    spoken: Spoken
    subject: str
    relation: str
    object: str
    more: str
    features: frozenset[str]

    @property
    def text(self) -> str:
        """As one text."""
        return " ".join(filter(None, (self.subject, self.relation, self.object, self.more)))


def candidates(context: Context, said: Sequence[Doc]) -> list[Candidate]:
    """All clauses of a message, as facts; `said` is the parse of what was said up to here."""
    return [_candidate(spoken, context, said) for spoken in clauses(context.doc)]


def _candidate(spoken: Spoken, context: Context, said: Sequence[Doc]) -> Candidate:
    relation, value = worded(spoken)
    who, more = "I", ""
    if spoken.subject is not None:
        kind = subject_kind(spoken.subject)
        if kind == "there":
            relation = f"says there {relation}"
        elif kind not in {"I", "we"}:
            who, (_, more) = antecedents.resolve(spoken.subject, said), name_of(spoken.subject)
            who = "you" if kind == "you" else _owned(who, spoken.subject)
    elif not spoken.verbal:
        relation = "says"
    return Candidate(
        spoken, who, relation, value, more, frozenset(features(spoken, context))
    )


def _owned(who: str, subject: Token) -> str:
    """What the speaker says they have is theirs: "I've got a dog named Rex" is of "my dog"."""
    article, _, thing = who.partition(" ")
    has = subject.dep_ == "dobj" and subject.head.lemma_ in _HAVE
    if has and article in {"a", "an"} and subject_kind(own_subject(subject.head)) in {"I", "we"}:
        return f"my {thing}"
    return who


def read(
    parse: Callable[[str], Doc], answer: Answer, text: str, before: Sequence[Turn], now: datetime,
    encode: Encode | None, layers: Layers | None = None,
) -> Message:
    """Read what somebody says without being asked.

    Args:
        parse: an English parser.
        answer: reads the reply to a question of the assistant's.
        text: the message.
        before: what was said before it, oldest first.
        now: when it is said.
        encode: vectors of texts, if there is an encoder.
        layers: a model, if its states are wanted.
    """
    text, left_out = excerpt(text, before)
    doc = parse(prepared(text))
    earlier = [
        written_out(turn.text if turn.by_user else from_the_other_side(turn.text))
        for turn in before[-_BEFORE:]
    ]
    context = Context(doc, said_last(before))
    found = candidates(context, [*(parse(said[-_BEFORE_CHARACTERS:]) for said in earlier), doc])
    reading = _Reading(context, found, now, answer)
    reading.look(encode, layers)
    message = reading.message()
    return replace(message, left_out=(*message.left_out, *left_out))


def prepared(text: str) -> str:
    """A message as it is parsed: the writer's own words, on one line, without endless ones."""
    lines = _LINE_ENDS.sub(r"\1. ", own_words(text).strip())
    return written_out(_ENDLESS_SIGNS.sub(r"\1\1\1", _ENDLESS_WORDS.sub(r"\1", lines)))


def written_out(text: str) -> str:
    """On one line, with "is" and "has" where a parser would see an owner: "my flatmate's called".

    >>> written_out("My flatmate's called Ioana, my flat's in Leeds.")
    'My flatmate is called Ioana, my flat is in Leeds.'
    """
    return _COPULA.sub(lambda found: f"{found[1]} {_BE[found[2] in ('got', 'been')]} ", plain(text))


def _without(value: str, when: str) -> str:
    """A value without the words that say when, which the times hold."""
    rest = value.removesuffix(when).rstrip(" ,") if when else value
    return rest or value


class _Reading:
    def __init__(
        self, context: Context, found: Sequence[Candidate], now: datetime, answer: Answer
    ) -> None:
        self.context, self.found, self.now, self.answer = context, found, now, answer
        self.by = "alone"
        self.rows: list[list[Any]] = [[] for _ in found]
        self.whole: list[Any] = []
        self.asserted: list[Assertion] = []
        self.left_out: list[LeftOut] = []

    def look(self, encode: Encode | None, layers: Layers | None) -> None:
        """Take what a model makes of the clauses, or else an encoder, if weights are for it."""
        if not self.found:
            return
        by = fitted()
        rows: Any = None
        if layers is not None and is_fitted_for(layers.id, by["model"]):
            spoken = [candidate.spoken for candidate in self.found]
            rows = states(self.context, spoken, layers, by["depth"])
        if rows is not None and weights("keep", "states").takes(rows[0]):
            self.by, self.rows, self.whole = "states", [[row] for row in rows[:-1]], [rows[-1]]
        elif encode is not None:
            rows = encode([*(c.text for c in self.found), self.context.doc.text])
            if weights("keep", "encoder").takes(rows[0], rows[-1]):
                self.by, self.whole = "encoder", [rows[-1]]
                self.rows = [[row, rows[-1]] for row in rows[:-1]]

    def message(self) -> Message:
        back = {s.start: taken_back(s.text) for s in self.context.sentences}
        odds = self._odds(weights("keep", self.by))
        told = self._odds(weights("told", self.by))
        answered = self._answered()
        done: set[int] = set()
        for candidate, sure, happened in zip(self.found, odds, told, strict=True):
            sentence, clause = candidate.spoken.sentence, text_of(candidate.spoken.tokens)
            if back[sentence.start]:
                self._leave(clause, "it takes something back")
            elif is_instruction(sentence) and not self.context.is_quoted(candidate.spoken.head):
                if sentence.start not in done:
                    done.add(sentence.start)
                    self._instruct(sentence, sure)
            elif sentence.start in answered:
                if sentence.start not in done:
                    done.add(sentence.start)
                    self.asserted += (
                        replace(one, clause=sentence.text, confidence=sure)
                        for one in answered[sentence.start]
                    )
            elif sure <= self._least(candidate) and not self._is_over(candidate, happened):
                self._leave(clause, "it does not seem to last")
            elif candidate.subject in {"", "you"} or not any(map(str.isalnum, candidate.object)):
                self._leave(clause, "it does not say of whom, or what")
            else:
                self.asserted += self._asserted(candidate, clause, sure)
        self.asserted += self._names()
        return Message(
            tuple(dict.fromkeys(self.asserted)), tuple(filter(None, back.values())), self.changes,
            tuple(dict.fromkeys(self.left_out)),
            self.context.doc.text,
        )

    def _odds(self, of: Weights) -> list[float]:
        return [
            of.odds(c.features, *rows) for c, rows in zip(self.found, self.rows, strict=True)
        ]

    @cached_property
    def changes(self) -> float:
        """The log-odds that something known is over, or never was."""
        return weights("changes", self.by).odds(of_message(self.context), *self.whole)

    def _leave(self, clause: str, why: str) -> None:
        self.left_out.append(LeftOut(clause, why))

    def _answered(self) -> dict[int, list[Assertion]]:
        """What a fragment in front says that answers the assistant, by where it begins."""
        question = self.context.before.rstrip()
        first = self.context.sentences[0] if self.context.sentences else None
        if first is None or not question.endswith("?"):
            return {}
        fragment = any(c.spoken.sentence == first and not c.spoken.verbal for c in self.found)
        if not fragment:
            return {}
        asked = from_the_other_side(question.splitlines()[-1])
        try:
            told = [one for one in self.answer(asked, first.text) if one.relation and one.subject]
        except InvalidInputError:
            return {}
        return {first.start: told} if told else {}

    def _instruct(self, sentence: Span, sure: float) -> None:
        text = sentence.text.strip(" .!")
        self.asserted.append(
            Assertion("I", INSTRUCTS, text, kind="instruction", clause=text, confidence=sure)
        )

    def _least(self, candidate: Candidate) -> float:
        """How sure it has to be that it lasts: less, where its form says so."""
        spoken, who = candidate.spoken, subject_kind(candidate.spoken.subject)
        if self.changes <= 0 and not self.context.before and not self.context.is_own:
            return _OF_THE_WORLD
        if spoken.sentence.text.rstrip().endswith("?") or who not in {"I", "we", "my"}:
            return 0.0
        if self.changes > 0 and kinds.result_of(spoken, candidate.relation):
            return _BECAME
        # Who denies what the assistant just said, or asked, means it.
        denies = spoken.negations or any(t.lower_ == "no" for t in spoken.tokens)
        if self.context.before and denies and spoken.sentence.start == 0:
            return _DENIES
        # "I live in Porto": hardly anybody in the data speaks as plainly. What a request frames, or
        # a story, is not as plain.
        head, root = spoken.head, spoken.sentence.root
        plain = head == root or (head.dep_ == "conj" and head.head == root)
        if denies or not plain or tense(spoken) not in {"VBP", "VBZ"}:
            return 0.0
        if self.context.is_quoted(head):
            return 0.0
        lemma = spoken.verb.lemma_.lower()
        return _LASTS if lemma in kinds.LASTING and lemma != "be" else _IS_SO

    def _is_over(self, candidate: Candidate, happened: float) -> bool:
        """Whether it tells an event, or what is over, which need not last."""
        kind, status, _ = self._stands(candidate)
        asked = candidate.spoken.sentence.text.rstrip().endswith("?")
        if candidate.spoken.is_over and not asked:
            return not self.context.is_quoted(candidate.spoken.head)
        return happened > 0 and (kind == "event" or status == "ended")

    def _stands(self, candidate: Candidate) -> tuple[FactKind, Status, Times]:
        spoken = candidate.spoken
        # Of its own words: a time of another clause is not its own.
        times = times_of(text_of(spoken.tokens), self.now)
        at = bool(times.valid_from) and times.valid_from == times.valid_until
        kind, status = kinds.kind_of(spoken, dated=at)
        if at and kind == "state":
            times = replace(times, valid_from="", valid_until="")
        return kind, status, times

    def _asserted(self, candidate: Candidate, clause: str, sure: float) -> Iterator[Assertion]:
        spoken, (kind, status, times) = candidate.spoken, self._stands(candidate)
        told = Assertion(
            candidate.subject, candidate.relation, candidate.object, times.valid_from,
            times.valid_until, times.words, kind, status, clause, sure,
        )
        yield told
        if candidate.more:
            yield Assertion(
                candidate.subject, "is", candidate.more, clause=clause, confidence=sure
            )
        if state := kinds.result_of(spoken, candidate.relation):
            value = _without(candidate.object, times.words)
            yield replace(told, relation=state, object=value, kind="state", valid_until="")

    def _names(self) -> Iterator[Assertion]:
        """Who was introduced by name in what is kept."""
        for token, noun, name in antecedents.named(self.context.doc):
            if not (self.context.is_quoted(token) or taken_back(token.sent.text)):
                yield Assertion(noun, "is named", name, clause=f"{noun} {name}")

