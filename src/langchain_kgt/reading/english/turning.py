"""A question turned round: what stands between its subject and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_kgt.reading.english.clauses import Asked, Group, asked_of, main_verb, subject_of
from langchain_kgt.reading.english.copulas import turned_copula
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.objects import from_agent, from_object, object_worth_asking
from langchain_kgt.reading.english.phrases import Turned, is_stranded, subtree, text_of
from langchain_kgt.reading.english.predicates import predicates

if TYPE_CHECKING:
    from spacy.tokens import Token


def turned(wh: Token, known: Token | None, inflect: Inflector) -> Turned | None:
    """A question with a question word, turned round to its subject or to the known one."""
    asked = asked_of(wh)
    verb = main_verb(wh, asked)
    if verb is None:
        return None
    group = Group.of(verb)
    if verb.lemma_ == "be" and not group.is_passive:
        return turned_copula(asked, group, known, inflect)
    subject = subject_of(verb, asked)
    if subject is None:
        return from_agent(asked, group, known, inflect)
    if known is None:
        worth = object_worth_asking(asked, group, subject)
        if worth is not None:
            found = from_object(asked, group, subject, worth, inflect)
            if found.relations:
                return found.or_about(subject)
    elif known != subject and not known.is_ancestor(subject):
        if subject.is_ancestor(known):
            return _of_owner(asked, group, subject, known, inflect)
        return from_object(asked, group, subject, known, inflect)
    return Turned(
        (subject,), predicates(asked, group, subject, inflect), group.past, asked, verb
    )


def _of_owner(
    asked: Asked, group: Group, subject: Token, known: Token, inflect: Inflector
) -> Turned:
    """"Where did Anna's father work?", of Anna."""
    noun = text_of(t for t in subtree(subject) if t.i not in {x.i for x in subtree(known)}
                   and t.tag_ not in ("DT", "PRP$", "POS") and not is_stranded(t)
                   and t.head != known and not (t.pos_ == "ADP" and known in t.children))
    has = "had" if group.past else "has"
    relations = [
        f"{has} a {noun} that {relation}"
        for relation in predicates(asked, group, subject, inflect)
    ]
    return Turned((known, subject), relations, group.past, asked, group.verb)
