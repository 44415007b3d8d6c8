"""A reply that says what is over and what is so instead: "I sold the Golf and bought a Zoe"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from spacy.tokens import Doc

from langchain_kgt.reading.base import Assertion
from langchain_kgt.reading.english.replies import (
    answering,
    changes,
    clauses,
    own_words,
    time_words,
    values,
)
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.matching import of_question
from langchain_kgt.reading.english.replies.openings import Polarity
from langchain_kgt.reading.english.replies.said import Said
from langchain_kgt.reading.english.replies.subjects import PERSONS, THINGS, resolved

# Who is good at chess, or wants a house, may have sold a car and bought another.
_STANDING = re.compile(
    r"(?:(?:is|are)(?! \w+ing\b)|does|do|wants?|needs?|likes?|loves?|hates?|thinks?|knows?|says?)\b"
)
_TAKES = frozenset("adopt buy start switch".split())
_GETS = frozenset("get find take".split())
# "Finished it, now on Hyperion"; "I gave up coffee, tea now".
_NOW = re.compile(
    r"(?P<before>.+?)[,;.]\s+(?:(?:so|and|but)\s+)?"
    r"(?:now\s+(?:it's\s+|on\s+(?:to\s+)?)?(?P<first>[^,;.!]+)|(?P<last>[^,;.!]+?)\s+now)[\s.!]*",
    re.IGNORECASE,
)
# "I got a raise, 3500": a bare amount, and no year.
_AMOUNT = re.compile(
    r"(?P<before>.+?)[,;.]\s+(?:(?:so|and|but|now|it's|to)\s+)*"
    r"(?P<first>(?!(?:19|20)\d\d\b)[^\w\s]?\d[\d.,]*k?)(?:\s+now)?[\s.!]*",
    re.IGNORECASE,
)
# "Marco went back to Italy so Jess does it"; not "so far", "so I think".
_SO = re.compile(
    r"(?P<before>\S+(?: \S+)+?)(?<!\b(?:and|was|are|not))(?<!\bis)(?<!\bam)(?<!'[mst]),?\s+so\s+"
    r"(?!(?:far|much|many|that|do|does|did|is|are|am|was|were|has|have|can|will|would)\b"
    r"|i (?:think|guess|suppose)\b)(?P<after>.+)", re.IGNORECASE,
)


def read(said: Said, text: str, rest: Callable[[Said, str, Polarity, None], None]) -> bool:
    """Add what a reply of this kind says; whether it is one.

    Args:
        said: what was read so far.
        text: the reply.
        rest: reads what is so, where that is a clause.
    """
    question = said.question
    if question.stated is not None or question.past or question.kind in ("date", "reason"):
        return False
    if not said.relation:
        return False
    standing = _STANDING.match(said.relation)
    other = not standing and (_with_tail(said, text) or _in_two_clauses(said, text))
    return other or _with_so(said, text, rest)


def _with_tail(said: Said, text: str) -> bool:
    """What changed, and behind a comma the new value alone."""
    amount = said.question.kind == "amount" and " age" not in said.relation
    found = (_AMOUNT if amount else _NOW).fullmatch(text)
    if found is None:
        return False
    value = found["first"] or found["last"]
    before = _clauses(said, found["before"])
    was = all((one.past or one.over) and of_question(said, one) for one in before)
    over = amount or any(one.over or changes.ends(one.verb) for one in before)
    if not (before and was and over) or not (amount or _is_noun(said, value)):
        return False
    _so(said, value)
    for clause in before:
        _over(said, clause)
    return True


def _in_two_clauses(said: Said, text: str) -> bool:
    found = _clauses(said, text)
    if len(found) != 2 or said.question.kind == "place":
        return False
    old, new = found
    # The Zoe of "got a Zoe", not the price of "got a good price".
    head = new.head.head if new.head is not None and new.head.dep_ == "det" else new.head
    by_name = head is not None and head.pos_ == "PROPN"
    takes = (
        (
            new.verb.lemma_ in _TAKES or "up" in new.relation.split()
            or (by_name and new.verb.lemma_ in _GETS)
        )
        and new.past and not new.negated and bool(new.object)
        and new.object.casefold() not in THINGS | PERSONS
    )
    one = resolved(old.subject, said.subject) == resolved(new.subject, said.subject)
    if not (takes and one and changes.ends(old.verb) and old.object and of_question(said, old)):
        return False
    _over(said, old)
    _so(said, answering.first_noun(new, new.object))
    return True


def _with_so(
    said: Said, text: str, rest: Callable[[Said, str, Polarity, None], None]
) -> bool:
    """"Marco went back to Italy so Jess does it"."""
    found = _SO.fullmatch(text)
    if found is None or not _has_verb(said.nlp(found["after"])):
        return False
    before, after = (replace(said, holds=[], ended=[], denied=[], reasons=[]) for _ in range(2))
    rest(after, found["after"], "", None)
    rest(before, found["before"], "", None)
    if not any(map(after.answers, after.holds)) or any(map(before.answers, before.holds)):
        return False
    said.holds += [*after.holds, *before.holds]
    said.ended += [*before.ended, *after.ended]
    said.denied += [*before.denied, *after.denied]
    said.changed = True
    return True


def _clauses(said: Said, text: str) -> list[Clause]:
    doc = said.nlp(text)
    if doc and doc[0].lemma_.lower() in changes.ENDS and doc[0].tag_ in ("VBD", "VBN"):
        doc = said.nlp(f"I {text[:1].lower()}{text[1:]}")  # "Sold the Golf"
    return [clause for sentence in doc.sents for clause in clauses.read(sentence)]


def _is_noun(said: Said, value: str) -> bool:
    """Whether it could be a value: "tea", not "much better", "two years", "none"."""
    doc = said.nlp(values.led(value)[1])
    if not any(t.is_alpha for t in doc):
        return False
    root = next(iter(doc.sents)).root
    kinds = ("PROPN",) if said.question.kind == "person" else ("PROPN", "NOUN")
    return (
        root.pos_ in kinds and len(doc) < 5 and not _has_verb(doc)
        and not values.is_none(value) and not value.casefold().startswith("no ")
        and not time_words.first(value) and not any(t.like_num for t in doc)
    )


def _has_verb(doc: Doc) -> bool:
    return any(t.pos_ in ("VERB", "AUX") for t in doc)


def _over(said: Said, clause: Clause) -> None:
    """What ended, of the answer; what else happened, in its own words."""
    text, amount = clause.span.text, said.question.kind == "amount"
    obj = values.stripped(time_words.without(clause.object)[0])
    it = obj.casefold() in THINGS | PERSONS
    if clause.over or (changes.ends(clause.verb) and not amount):
        told = obj and not it
        said.end(Assertion(said.subject, said.relation, obj) if told else said.answered, text)
    elif not it:
        own_words.tell(said, clause, resolved(clause.subject, said.subject), obj, "")


def _so(said: Said, value: str) -> None:
    said.changed = True
    bare = values.preposition_of(said.relation)
    answering.begins(said, value if bare else values.led(value)[1], "", value)
