"""A clause as it stands, where it answers with another relation than the question's."""

from __future__ import annotations

from spacy.tokens import Token

from langchain_kgt.english import is_plural
from langchain_kgt.reading.english.replies import time_words
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.said import Said
from langchain_kgt.reading.english.replies.subjects import PERSONS, SPEAKERS, THINGS
from langchain_kgt.reading.english.replies.third_person import finite
from langchain_kgt.reading.people import is_user

_FIRST = frozenset("is was has can cannot will does did got".split())
# Their participle is not their past tense.
_PARTICIPLES = {
    "begin": "begun", "break": "broken", "come": "come", "fall": "fallen", "give": "given",
    "go": "gone", "grow": "grown", "run": "run", "swim": "swum", "write": "written",
}  # fmt: skip


def tell(said: Said, clause: Clause, subject: str, obj: str, when: str) -> None:
    """Add what a clause says in its own words."""
    subject = _who(said, clause, subject)
    if said.subject and subject.casefold() in PERSONS | THINGS:
        said.reasons.append("It does not say of whom.")
        return
    relation = f"{clause.relation} {clause.preposition}".strip()
    time = obj and not clause.preposition and time_words.first(obj) == obj
    if time and said.question.kind != "date":
        obj, when = "", obj
    if obj.casefold() in PERSONS | {"it"}:
        obj = _meant(said, subject, obj)
    if "there" in {clause.preposition.split(" ")[0], obj.casefold()}:
        return  # "She moved there in May" tells nothing but when.
    if not obj:
        if relation.startswith("would") or clause.verb.lemma_ in {"be", "do", "have"}:
            return
        relation, obj = _without_object(clause)
    said.tell(subject or said.subject, relation, obj, when, clause.span.text)


def _who(said: Said, clause: Clause, subject: str) -> str:
    """Of whom it speaks: "he" and "it" may be what was asked for, "my doctor", "Tom's wife"."""
    pronoun = clause.subject.lower_ if clause.subject is not None else ""
    noun = said.relation.removeprefix("has the ")
    if noun == said.relation or clause.negated or (is_plural(noun) and pronoun != "they"):
        return subject
    unknown = subject.casefold() in PERSONS | THINGS
    of_owner = clause.verb.lemma_ == "have" or said.question.kind != "person"
    if unknown or (pronoun in PERSONS and not of_owner):
        return f"my {noun}" if is_user(said.subject) else f"{said.subject}'s {noun}"
    return subject


def _meant(said: Said, subject: str, pronoun: str) -> str:
    """What "it" is: what was asked of the subject, or whom the question is about."""
    stated = said.question.stated
    if stated is not None and subject == stated.subject:
        return stated.object or pronoun
    if said.subject.casefold() in {subject.casefold(), *SPEAKERS, ""}:
        return pronoun
    return said.subject


def _without_object(clause: Clause) -> tuple[str, str]:
    """A verb that takes nothing, as relation and object: "has | died", "does not | smoke"."""
    words = clause.relation.split(" ")
    if len(words) > 1 and words[0] in _FIRST:
        cut = 2 if words[1] in {"not", "never"} and len(words) > 2 else 1
        return " ".join(words[:cut]), " ".join(words[cut:])
    particles = words[1:] if words[0] == finite(clause.verb) else []
    if clause.verb.tag_ == "VBD":
        return "has", " ".join([_participle(clause.verb), *particles])
    return "does", " ".join([clause.verb.lemma_, *particles])


def _participle(verb: Token) -> str:
    return _PARTICIPLES.get(verb.lemma_, verb.lower_)
