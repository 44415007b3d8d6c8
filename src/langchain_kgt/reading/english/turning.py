"""A question turned round: what stands between its subject and the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from langchain_kgt.reading.english.clauses import Asked, Group, asked_of, main_verb
from langchain_kgt.reading.english.copulas import of_complement, turned_copula
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.objects import from_agent, from_object, object_worth_asking
from langchain_kgt.reading.english.phrases import Turned, is_stranded, subtree, text_of
from langchain_kgt.reading.english.predicates import predicates
from langchain_kgt.reading.english.statements import Statement, statement_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token


def turned(
    wh: Token,
    locate: Callable[[Doc], Span | None],
    parse: Callable[[str], Doc],
    inflect: Inflector,
) -> Turned | None:
    """A question with a question word, turned round to its subject or to the known one.

    Args:
        wh: its question word.
        locate: the known subject in a parse.
        parse: gives the parse of a text.
        inflect: the forms of verbs.
    """
    doc = wh.doc
    asked = asked_of(wh)
    if asked.word in ("how many", "how much") and doc[wh.i + 2:wh.i + 3].text == "of":
        return None  # how many of several: nobody's relation
    told = statement_of(asked, doc, parse, locate(doc))
    if told is None:
        verb = main_verb(wh, asked)
        if verb is None:
            return None
        group = Group.of(verb)
        if verb.lemma_ == "be" and not group.is_passive:
            return of_complement(asked, group, _head(locate(doc)), inflect)
        return from_agent(asked, group, _head(locate(doc)), inflect)
    known = _head(locate(told.subject.doc))
    if told.is_copula:
        return turned_copula(asked, told, known, inflect)
    subject = told.subject
    if known is None:
        worth = object_worth_asking(asked, told)
        if worth is not None:
            found = from_object(asked, told, worth, inflect)
            if found.relations:
                return found
    elif known != subject and not known.is_ancestor(subject):
        if known in told.phrase:
            return _of_owner(asked, told, known, inflect)
        return from_object(asked, told, known, inflect)
    relations = predicates(asked, told, inflect)
    return Turned(
        (subject,), relations, told.group.past, asked, told.group.verb, text_of(told.phrase)
    )


def _head(known: Span | None) -> Token | None:
    """The head of a subject; of "the film Anna" the film, if the parse says so."""
    if known is None:
        return None
    head = known.root.head
    if known.root.dep_ in ("appos", "flat") and head.i < known.start and head.pos_ == "NOUN":
        return head
    return known.root


def _of_owner(asked: Asked, told: Statement, known: Token, inflect: Inflector) -> Turned:
    """"Where did Anna's father work?", of Anna."""
    gone = {t.i for t in subtree(known)}
    noun = text_of(
        t for t in told.phrase if t.i not in gone and t.tag_ not in ("DT", "PRP$", "POS")
        and not is_stranded(t) and not (t.pos_ == "ADP" and known in t.children)
    )
    has = "had" if told.group.past else "has"
    relations = [f"{has} a {noun} that {said}" for said in predicates(asked, told, inflect)]
    return Turned((known, told.subject), relations, told.group.past, asked, told.group.verb)
