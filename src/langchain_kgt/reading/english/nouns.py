"""What is asked with a noun phrase: "my sister's favourite colour", "the year that Anna died"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from langchain_kgt.reading.english import kinds, wording
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.phrases import (
    Turned,
    is_plural,
    joined,
    owner_of,
    text_of,
    without_owner,
)  # fmt: skip

if TYPE_CHECKING:
    from spacy.tokens import Token

# How a verb makes the noun of what is done, and of who does it.
_MADE = ((r"ment$", ("",)), (r"ification$", ("ify",)), (r"ation$", ("e", "ate", "")),
         (r"duction$", ("duce",)), (r"ion$", ("e", "")), (r"ing$", ("", "e")))  # fmt: skip


def of_phrase(
    noun: Token, known: Token | None, inflect: Inflector, *, past: bool
) -> Turned:
    """What a noun phrase asks for, of its owner or of the known subject."""
    owner = owner_of(noun, known)
    if owner is None and (
        kinds.is_person(noun.lemma_) or kinds.is_agent(noun.lemma_)
    ):
        # "the Petit Palais director"
        owner = next((c for c in noun.children if c.dep_ == "compound" and c.pos_ == "PROPN"), None)
    if owner is None or known == noun:
        be = inflect.be("past" if past else "present", plural=is_plural(noun))
        return Turned((noun,), [be], past)
    if noun.lemma_.lower() in ("name", "kind", "type", "one", "identity") and (
        owner.dep_ != "poss" and _asks_on(owner, known, named=noun.lemma_.lower() == "name")
    ):
        found = of_phrase(owner, known, inflect, past=past)
        if known is None:
            return found.or_about(owner)
        return found
    words = text_of(without_owner(noun, owner))
    inner_owner = owner_of(owner, known)
    if inner_owner is not None and owner != known and (
        wording.is_event(owner.lemma_.lower()) or (owner.tag_ == "NN" and not any(
            c.dep_ in ("det", "poss") for c in owner.children
        ))
    ):
        # "city of birth of Anna", "cause of Anna's death".
        words = f"{words} of {text_of(without_owner(owner, inner_owner))}"
        owner = inner_owner
    if known is not None and owner != known and owner.is_ancestor(known) and (
        owner_of(owner, known) is not None
    ):
        inner = of_phrase(owner, known, inflect, past=past)
        be = inflect.be("past" if past else "present")
        return Turned(inner.subjects, [f"{r} whose {words} {be}" for r in
                                       (re_article(inner.relations[-1]),)], past)
    relations = wording.of_noun(words, past=past)
    relations = [_agreeing(r, owner, inflect) for r in relations]
    if kinds.is_agent(noun.lemma_.lower()) and (made := verb_of(noun, inflect, agent=True)):
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
    return clause or (inner is not None and inner.pos_ == "PROPN")


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
