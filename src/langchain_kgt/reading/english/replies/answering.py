"""A clause that answers with the question's own relation."""

from __future__ import annotations

import re
from dataclasses import replace

from langchain_kgt.reading.base import Assertion
from langchain_kgt.reading.english.replies import own_words, time_words, values
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.matching import same_verb
from langchain_kgt.reading.english.replies.said import Said

_ANY = re.compile(r"^any(?:where|one|body|thing)?(?: of (?:them|it|those))?$", re.IGNORECASE)
_NO_MORE = re.compile(r"\b(?:now|any ?more|any longer)\b", re.IGNORECASE)
_NAMING = frozenset({"call", "name"})
_SINGLE = frozenset({"place", "person", "date", "amount"})
_PRONOUN = re.compile(r"^(?:him|her|it|them|me|us)\s+", re.IGNORECASE)
_OFTEN = frozenset("never sometimes often rarely usually seldom".split())


def by_name(said: Said, clause: Clause, obj: str, when: str) -> None:
    """"It's Rome", "it isn't Rome", "it used to be Rome"."""
    text = clause.span.text
    value = f"{clause.preposition} {obj}".strip()
    about = Assertion(said.subject, said.relation, values.led(value)[1])
    if clause.over:
        said.end(about, text)
    elif clause.negated:
        said.denied.append(about)
    elif said.question.kind == "date":
        words = time_words.first(text) or f"{clause.preposition} {clause.object}".strip()
        said.date(values.stripped(words), text)
    elif clause.past and not said.question.past and not _past(said.relation):
        said.end(about, text)
    else:
        said.value(value, when=when, clause=text)


def by_verb(said: Said, clause: Clause, subject: str, obj: str, when: str) -> None:
    """"She lives in Rome", "she doesn't live in Rome", "she lived in Rome"."""
    question, text = said.question, clause.span.text
    naming = clause.verb.lemma_ in _NAMING
    asked = {one.casefold() for one in (said.subject, *question.subjects)}
    if not naming and subject.casefold() not in asked:
        return own_words.tell(said, clause, subject, obj, when)
    relation = next(one for one in question.relations if same_verb(clause, one))
    if clause.preposition:
        bare = values.preposition_of(relation)
        relation = values.swapped(relation, clause.preposition) if bare else (
            f"{relation} {clause.preposition}")
    if naming and clause.verb.tag_ != "VBN":
        obj, subject = _PRONOUN.sub("", obj), said.subject
    elif not obj and not clause.negated and not clause.over:
        return own_words.tell(said, clause, subject, obj, when)
    if clause.over or (clause.negated and _NO_MORE.search(text)):
        return said.end(Assertion(subject, relation, "" if _ANY.match(obj) else obj), text)
    if clause.negated:
        said.denied.append(Assertion(subject, relation, "" if _ANY.match(obj) else obj))
        # Of what has one value, that it is not this one is no news to keep.
        if question.kind not in _SINGLE:
            own_words.tell(said, clause, subject, obj, when)
        return None
    if clause.past and not question.past and not _past(relation):
        return _was(said, clause, Assertion(subject, relation, first_noun(clause, obj)))
    if question.kind == "date":
        if words := time_words.first(text):
            return said.date(words, text)
        return own_words.tell(said, clause, subject, obj, when)
    if question.kind in {"place", "person"}:
        obj = first_noun(clause, obj)
    if values.is_none(obj):
        said.denied.append(said.answered)
    if _OFTEN & set(clause.relation.split()):
        relation = f"{clause.relation} {clause.preposition}".strip()
    return said.several(subject, relation, obj, when, text)


def _past(relation: str) -> bool:
    first = relation.split(" ")[0]
    return first in {"was", "were", "did", "had"} or first.endswith("ed")


def _was(said: Said, clause: Clause, was: Assertion) -> None:
    """What was so ended, at the latest, when what is so began."""
    said.end(was, clause.span.text)
    if said.holds and not said.ended[-1].valid_until:
        said.ended[-1] = replace(said.ended[-1], valid_until=said.holds[-1].valid_from)


def begins(said: Said, value: str, when: str, text: str) -> None:
    """What holds since a change."""
    if said.question.kind == "date":
        return said.date(value, text)
    start = len(said.holds)
    said.value(value, when=when, clause=text)
    for place, new in enumerate(said.holds[start:], start):
        if new.valid_until == new.valid_from:
            # The change is over, what began with it is not.
            said.holds[place] = replace(new, valid_until="")
    return None


def first_noun(clause: Clause, obj: str) -> str:
    """A name or noun without what else the verb is said with: "Rome" of "Rome with her dog"."""
    head = next(
        (token for token in clause.span if clause.head is not None and token.i >= clause.head.i
         and token.dep_ in {"pobj", "dobj", "attr", "oprd"}), None,
    )
    if head is None or head.head.i > head.i:
        return obj
    end = max((token.i for token in head.subtree if not token.is_punct), default=head.i) + 1
    short = head.doc[head.left_edge.i : end].text
    return short if obj.startswith(short) else obj
