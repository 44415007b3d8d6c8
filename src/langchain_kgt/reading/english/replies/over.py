"""What a verb of ending ends."""

from __future__ import annotations

import re

from langchain_kgt.reading.base import Assertion
from langchain_kgt.reading.english.replies import changes, time_words, values
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.matching import of_question
from langchain_kgt.reading.english.replies.said import Said
from langchain_kgt.reading.english.replies.subjects import PERSONS, SPEAKERS, THINGS, resolved
from langchain_kgt.reading.english.replies.third_person import third_person

_FORMER = re.compile(r"(?:my|his|her|their|our|an?) (?:ex\b|former\b)", re.IGNORECASE)
_NAMED = frozenset({"person", "thing", "any"})
_WORK = re.compile(r"\b(?:work|job|do|employ\w*|company|living|profession)\b")


def ended(said: Said, clause: Clause, obj: str) -> Assertion | None:
    """What is over: "Oslo" of "she left Oslo", the answer of "she died", "he sold it"."""
    question = said.question
    if question.kind == "place" and obj[:1].isupper() and said.relation:
        return Assertion(said.subject, said.relation, obj)
    if (done := activity(said, clause)) is not None:
        return done
    return (question.stated or said.answered) if _ends_answer(said, clause, obj) else None


def named_gone(said: Said, clause: Clause, obj: str) -> Assertion | None:
    """What is over of those who answered: "Tom is my ex", "the hamster died", "Dr Lis retired"."""
    question, subject = said.question, clause.subject
    if subject is None or subject.lower_ in PERSONS | THINGS | SPEAKERS or clause.negated:
        return None
    if question.stated is not None or not said.relation or question.kind not in _NAMED:
        return None
    name = resolved(subject, said.subject)
    if said.subject.casefold() == name.casefold() or name.casefold() in question.text.casefold():
        return None
    former = clause.verb.lemma_ == "be" and bool(_FORMER.match(obj))
    if former or (not obj and changes.ends(clause.verb)):
        return Assertion(said.subject, said.relation, name)
    return None


def activity(said: Said, clause: Clause) -> Assertion | None:
    """What is over in "he stopped eating meat", "she gave up smoking"."""
    verb = next(
        (child for child in clause.verb.children
         if child.dep_ in {"xcomp", "pcomp", "dobj", "ccomp"}
         and child.tag_ in {"VBG", "NN"} and child.lower_.endswith("ing")), None,
    )
    if verb is None:
        return None
    lemma = verb.lower_[:-3] if verb.lemma_.endswith("ing") else verb.lemma_
    stated = said.question.stated
    if stated is not None and lemma in f"{stated.relation} {stated.object}":
        return stated
    rest = [token for token in verb.subtree if token.i > verb.i]
    text = verb.doc[rest[0].i : rest[-1].i + 1].text if rest else ""
    preposition, bare = values.led(values.stripped(time_words.without(text)[0]))
    relation = f"{third_person(lemma)} {preposition}".strip()
    return Assertion(said.subject, relation, bare) if bare else None


def _ends_answer(said: Said, clause: Clause, obj: str) -> bool:
    """Whether what ends is what was asked: "she died", "I sold it", "she quit her job"."""
    if not obj or time_words.first(obj) == obj:
        return of_question(said, clause)
    if obj.casefold() in THINGS | PERSONS:
        return True
    head = clause.head
    if head is None:
        return False
    noun = head.head if head.dep_ in {"det", "poss", "amod"} else head
    asked = said.question.text.casefold()
    if noun.lemma_ in {"job", "work", "position", "post"}:
        return bool(_WORK.search(asked))
    return noun.lemma_.casefold() in asked
