"""Whether a clause speaks of what was asked."""

from __future__ import annotations

import re

from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.replies import time_words, values
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.said import Said
from langchain_kgt.reading.english.replies.subjects import (
    PERSONS,
    SPEAKERS,
    THINGS,
    resolved,
    whole,
)
from langchain_kgt.reading.english.replies.third_person import finite, third_person
from langchain_kgt.reading.english.replies.yes_no import elliptical

_LIGHT = frozenset(
    "is are was were has have had does do did will can not cannot never been be got gets a an "
    "the".split()
)
# Who has a doctor sees, uses or goes to one.
_HAVING = frozenset("have see use go get".split())
# Verbs for another: "My aunt takes her out" to who walks the dog.
_STANDING_IN = frozenset("do handle manage mind sort take".split())
_HAS = re.compile(r"\b(?:have|has|got)\b", re.IGNORECASE)
_TAKEN_UP = re.compile(
    r"\b(?:work\w*|job|employ\w*|company|study|studies|studying|school|college|university)\b",
    re.IGNORECASE,
)
_INVERTED = frozenset("do does did is are was were am can will has have".split())


def same_verb(clause: Clause, relation: str) -> bool:
    """Whether a clause has the verb of a relation: "she lived there" of "lives in"."""
    words = relation.casefold().split()
    content = [w for w in words if w not in _LIGHT and not values.led(f"{w} x")[0]]
    verb = clause.verb
    if not content:
        # "He is engaged to her" has words of its own.
        bare = len(clause.positive.split()) == 1
        return bare and verb.lemma_ == "be" and words[:1] in (["is"], ["are"], ["was"], ["were"])
    forms = {verb.lemma_, verb.lower_, third_person(verb.lemma_), finite(verb)}
    if forms & {"call", "name"}:
        forms |= {"named", "called"}
    # The adjective of "is allergic to" is what that speaks of.
    return content[0] in forms | set(clause.positive.split()[1:]) - _LIGHT


def of_question(said: Said, clause: Clause) -> bool:
    """Whether a clause is about whom the question is about."""
    if clause.subject is None or clause.subject.lower_ in THINGS | PERSONS:
        return True
    if resolved(clause.subject, said.subject).casefold() == said.subject.casefold():
        return True
    return any(
        token.dep_ in {"dobj", "pobj"} and token.lower_ in PERSONS | {"it"} for token in clause.span
    )


def subject_answers(said: Said, clause: Clause) -> bool:
    """Whether the subject is the answer: "Tom does" to "Who feeds her?"."""
    subject = clause.subject
    if subject is None or subject.lower_ in THINGS | PERSONS or clause.negated:
        return False
    if whole(subject).casefold() == said.subject.casefold():
        return False
    asked = said.question.text.casefold().replace("who's ", "who is ").split()
    if len(asked) < 2 or asked[0] not in {"who", "what", "which", "whose"}:
        return False
    verb = clause.verb
    # "Tom is", "Tom does it".
    short = elliptical(clause) or (verb.lemma_ == "do" and clause.object in {"it", "that", "so"})
    if asked[1] in _INVERTED:
        return asked[0] == "who" and asked[1] in {"is", "are"} and verb.lemma_ == "be" and short
    forms = {third_person(verb.lemma_), verb.lower_, finite(verb)}
    # "My aunt takes her out" to "Who walks my dog?".
    instead = (
        asked[0] == "who" and clause.object.casefold() in PERSONS | {"it"}
        and verb.lemma_ in _STANDING_IN and subject.pos_ in {"NOUN", "PROPN"}
        and clause.past == said.question.past
    )
    return bool(forms & set(asked[1:4])) or short or clause.cleft or instead


def names_value(said: Said, clause: Clause) -> bool:
    """Whether a clause with "be" names the answer: "it's Rome", "her name is Ada", "she is 7"."""
    question, head = said.question, clause.head
    if clause.verb.lemma_ != "be" or head is None or clause.cleft or question.stated is not None:
        return False
    if clause.relation.split(" ")[0] not in {"is", "was"}:
        return False
    number = any(token.like_num for token in clause.span)
    timed = clause.preposition or time_words.first(clause.span.text)
    if question.kind == "date" and not timed:
        return number
    subject = clause.subject
    adjective = head.dep_ == "acomp" and head.pos_ == "ADJ"
    if subject is None or subject.lower_ in THINGS:
        return not adjective or question.kind in {"thing", "any", "amount"}
    if not question.relations:
        return False
    if subject.lower_ in PERSONS or resolved(subject, said.subject) == said.subject:
        if clause.preposition:
            return question.kind in {"place", "date"}
        if question.kind == "amount":
            return number
        words = said.relation.split(" ")
        return head.dep_ != "acomp" and (words[-1] == "as" or words in (["is"], ["are"], ["was"]))
    return subject.lower_ not in SPEAKERS and _is_asked_for(said, subject.lemma_.casefold())


def means_another(said: Said, clause: Clause) -> bool:
    """Whether it says that this is so of another: "that's my sister" to where somebody lives."""
    return (
        clause.subject is not None and clause.subject.lower_ in {"that", "this"}
        and clause.verb.lemma_ == "be" and not clause.negated and clause.head is not None
        and said.question.kind in {"place", "date", "amount"}
        and clause.head.tag_ == "PRP$" and kinds.is_person(clause.head.head.lemma_.lower())
        and clause.object.split(" ")[1:] == [clause.head.head.text]
    )


def has_value(said: Said, clause: Clause, subject: str, obj: str) -> bool:
    """Whether it tells what somebody has, or now has, who was asked for it.

    "I have a snake" to "What pets do I have?", "now I see Dr Lis" to "Who is my doctor?".
    """
    question, head = said.question, clause.head
    if clause.negated or clause.over or not obj or head is None:
        return False
    got = clause.past and clause.verb.lemma_ in {"get", "buy", "adopt"}
    if clause.past and not got:
        return False
    if subject != said.subject or not said.relation.startswith("has the ") or obj in {
        "one", "it", "them", "none"
    }:
        return False
    if question.kind == "person" and time_words.tells_change(clause.span.text):
        return clause.verb.lemma_ in _HAVING and head.pos_ == "PROPN"
    asked = bool(_HAS.search(question.text)) and question.kind not in {"amount", "date"}
    return asked and (got or clause.verb.lemma_ == "have") and not clause.preposition


def takes_up(said: Said, clause: Clause) -> bool:
    """Whether a work or a school is taken up, which was asked for: "I started at the bank"."""
    question, verb = said.question, clause.verb
    return (
        verb.lemma_ in {"start", "begin", "join"} and verb.tag_ in {"VBD", "VBN"}
        and (verb.lemma_ == "join" or clause.preposition in {"at", "in", "with", "for"})
        and question.stated is None and bool(_TAKEN_UP.search(question.text))
        and question.kind in {"place", "thing", "any"} and of_question(said, clause)
    )


def _is_asked_for(said: Said, noun: str) -> bool:
    """Whether the question has the noun of "her name is Ada", "the capital is Oslo"."""
    asked = f"{said.question.text} {' '.join(said.question.relations)}".casefold()
    if noun == "name":
        return "name" in asked or "call" in asked
    return bool(re.search(rf"\b{re.escape(noun)}s?\b", asked)) and not (
        said.subject.casefold().endswith(noun)
    )
