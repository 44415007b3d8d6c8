"""What is asked with a noun phrase: "my sister's favourite colour", "the year that Anna died"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import regex

from langchain_kgt.reading.english import kinds, wording
from langchain_kgt.reading.english.clauses import Asked, Group, left_over, subject_of
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.phrases import (
    Turned, is_plural, is_stranded, joined, owner_of, subtree, text_of, without_owner,
)  # fmt: skip
from langchain_kgt.reading.english.predicates import predicates

if TYPE_CHECKING:
    from spacy.tokens import Token

_RELATIVE = ("WDT", "WP", "WRB", "IN", "WP$")
# How a verb makes the noun of what is done, and of who does it.
_MADE = ((r"ment$", ("",)), (r"ification$", ("ify",)), (r"ation$", ("e", "ate", "")),
         (r"duction$", ("duce",)), (r"ion$", ("e", "")), (r"ing$", ("", "e")))  # fmt: skip


def of_phrase(
    noun: Token, known: Token | None, inflect: Inflector, *, past: bool
) -> Turned:
    """What a noun phrase asks for, of its owner or of the known subject."""
    clause = next((c for c in noun.children if c.dep_ in ("relcl", "acl")), None)
    if clause is not None and (known is None or clause.is_ancestor(known) or clause == known):
        found = _of_clause(noun, clause, known, inflect, past=past)
        if found is not None:
            return found
    owner = owner_of(noun, known)
    if owner is None or known == noun:
        be = inflect.be("past" if past else "present", plural=is_plural(noun))
        return Turned((noun,), [be], past)
    if noun.lemma_.lower() in ("name", "kind", "type", "one", "identity") and (
        _asks_on(owner, known, named=noun.lemma_.lower() == "name")
    ):
        found = of_phrase(owner, known, inflect, past=past)
        if known is None:
            return found.or_about(owner)
        return found
    words = text_of(without_owner(noun, owner))
    if known is not None and owner != known and owner.is_ancestor(known) and (
        owner_of(owner, known) is not None
    ):
        inner = of_phrase(owner, known, inflect, past=past)
        be = inflect.be("past" if past else "present")
        return Turned(inner.subjects, [f"{r} whose {words} {be}" for r in
                                       (re_article(inner.relations[-1]),)], past)
    relations = wording.of_noun(words, past=past)
    relations = [_agreeing(r, owner, inflect) for r in relations]
    if made := verb_of(noun, inflect, agent=True):
        be = inflect.be("past" if past else "present", plural=is_plural(owner))
        relations.append(f"{be} {inflect.participle(made)} by")
    return Turned((owner, noun), relations, past)


def re_article(relation: str) -> str:
    """"has the dog" as "has a dog"."""
    return regex.sub(r"^(has|had|have) the ", r"\1 a ", relation)


def _agreeing(relation: str, owner: Token, inflect: Inflector) -> str:
    if owner.tag_ == "PRP$" or not is_plural(owner):
        return relation
    plural = {"has": "have", "is": "are", "was": "were", "works": "work", "lives": "live"}
    first, _, rest = relation.partition(" ")
    return joined(plural.get(first, first), rest)


def _asks_on(owner: Token, known: Token | None, *, named: bool) -> bool:
    """Whether the name of something is asked only to say which: "the name of Anna's team"."""
    inner = owner_of(owner, known)
    clause = any(c.dep_ in ("relcl", "acl") for c in owner.children)
    if known is not None:
        return owner != known and owner.is_ancestor(known)
    if not named:
        return inner is not None or clause
    return clause or inner is not None and inner.pos_ == "PROPN"


def _of_clause(
    noun: Token, clause: Token, known: Token | None, inflect: Inflector, *, past: bool
) -> Turned | None:
    """"the year that Anna died", "the person that is the mother of Anna"."""
    group = Group.of(clause)
    relative = next(
        (t for t in clause.subtree if t.tag_ in _RELATIVE and t.i < clause.i
         and t.lower_ in ("that", "which", "who", "whom", "where", "when")), None,
    )
    link = ""
    taken: set[int] = set()
    if relative is not None:
        taken.add(relative.i)
        before = relative.nbor(-1)
        if before.pos_ == "ADP" and before.i > noun.i:
            link = before.lower_
            taken.add(before.i)
    word = relative.lower_ if relative is not None and relative.lower_ in ("where", "when") else (
        "what")
    asked = Asked(word, noun, link, frozenset(taken or {noun.i}))
    if word == "where":
        asked = replace(asked, noun=None)
    subject = subject_of(clause, asked)
    if subject is not None and subject.lower_ in ("that", "which", "who"):
        subject = None
    if subject is None:
        if clause.lemma_ == "be":
            inner = next((c for c in clause.children if c.dep_ in ("attr", "nsubj")
                          and c.i > clause.i), None)
            return None if inner is None else of_phrase(inner, known, inflect, past=past)
        from langchain_kgt.reading.english.objects import from_agent

        return from_agent(asked, group, known, inflect)
    if clause.lemma_ == "be" and not group.is_passive:
        rest = text_of(t for t in left_over(clause, taken | group.places | {
            t.i for t in subtree(subject)}))
        be = inflect.be("past" if group.past else "present", plural=is_plural(subject))
        where = link or (kinds.link_of(noun.lemma_.lower()) or "in" if not rest.split()[-1:]
                         or not _ends_stranded(clause) else "")
        return Turned((subject,), [joined(be, rest, where)], group.past, asked, clause)
    return Turned((subject,), predicates(asked, group, subject, inflect), group.past, asked,
                  clause)


def _ends_stranded(clause: Token) -> bool:
    return any(is_stranded(t) for t in clause.subtree)


def verb_of(noun: Token, inflect: Inflector, *, agent: bool = False) -> str:
    """The verb that a noun is made of: "develop" of "development", of "developer"."""
    word = noun.lemma_.lower()
    endings = ((r"(er|or)$", ("", "e")),) if agent else _MADE
    for ending, verbs in endings:
        if regex.search(ending, word):
            for last in verbs:
                if inflect.is_verb(stem := regex.sub(ending, last, word)) and len(stem) > 3:
                    return stem
    return ""
