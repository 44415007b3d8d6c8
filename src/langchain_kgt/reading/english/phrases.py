"""What several files ask of a parse: phrases, owners, number, person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from spacy.tokens import Token

    from langchain_kgt.reading.english.clauses import Asked

I = frozenset("i me my mine myself".split())  # noqa: E741
WE = frozenset("we us our ours ourselves".split())
_THEIRS = {
    "my": "their", "our": "their", "me": "them", "us": "them", "mine": "theirs", "ours": "theirs",
    "myself": "themselves", "ourselves": "themselves", "i": "they", "we": "they",
}
_OWNING = ("of", "for", "from", "in")
_PLURAL = frozenset("they these those".split())


def subtree(token: Token, without: Collection[int] = ()) -> list[Token]:
    """A phrase in the order of the text, less the tokens at some places."""
    return [t for t in token.subtree if t.i not in without]


def text_of(tokens: Iterable[Token]) -> str:
    """As it is written, one space where there is any."""
    said = ""
    last = None
    for token in tokens:
        gap = last is not None and (last.whitespace_ or token.i != last.i + 1)
        said += (" " if gap and token.tag_ != "POS" else "") + token.text
        last = token
    return regex.sub(r"\s+", " ", said).strip(" ,;:?!\"")


def joined(*words: str) -> str:
    """Words with a space between, empty ones left out."""
    return " ".join(word for word in words if word)


def is_subject(token: Token) -> bool:
    """Whether a token is the subject of its verb."""
    return token.dep_ in ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")


def is_stranded(token: Token) -> bool:
    """Whether a preposition has lost its object: "from" of "Where are you from?"."""
    return ((token.pos_ == "ADP" and token.dep_ not in ("prt", "aux", "mark", "cc")) or (
        token.lower_ == "about"
    )) and not any(
        c.dep_ in ("pobj", "pcomp", "prep") and c.tag_ not in ("WP", "WDT", "WRB")
        for c in token.children
    )


def owner_of(noun: Token, known: Token | None = None) -> Token | None:
    """Whose a thing is: "my" of "my job", "Anna" of "Anna's job" and "the job of Anna"."""
    for child in noun.children:
        if child.dep_ == "poss" and child.tag_ != "WP$":
            return child
    links = [c for c in noun.children if c.dep_ == "prep" and c.lower_ in _OWNING]
    owners = [
        o for c in links for o in c.children
        if o.dep_ in ("pobj", "pcomp") and o.tag_ not in ("WP", "WDT")
    ]
    for owner in owners:
        if known is not None and (owner == known or owner.is_ancestor(known)):
            return owner
    for owner in owners:
        if owner.pos_ == "PROPN" or (len(owners) == 1 and owner.head.lower_ != "in"):
            return owner
    if owners and known is None and owners[0].head.lower_ != "in":
        return owners[0]
    if known is not None and known.head == noun and known.dep_ in ("compound", "nmod", "amod"):
        return known
    return None


def without_owner(noun: Token, owner: Token) -> list[Token]:
    """A noun phrase less its owner and its article: "first name" of "the first name of my dog"."""
    link = owner.head if owner.head.dep_ == "prep" else owner
    dropped = {t.i for t in link.subtree}
    return [
        t for t in subtree(noun)
        if (t.i not in dropped and t.tag_ not in ("DT", "PRP$", "POS") and not t.is_punct)
        or (t.text == "-" and t.i not in dropped)
    ]


def is_plural(noun: Token, verb: Token | None = None) -> bool:
    """Whether a subject takes a verb in the plural; the user, who is one, does not."""
    if noun.lower_ in _PLURAL or any(c.dep_ == "conj" for c in noun.children):
        return True
    if noun.pos_ == "PROPN" and verb is not None:
        return verb.lower_ in ("are", "were", "do", "have", "'re")
    return noun.tag_ in ("NNS", "NNPS")


def theirs(text: str, *, first_person: bool) -> str:
    """What stands between a subject in the third person and its object.

    >>> theirs("met my wife in", first_person=True)
    'met their wife in'
    """
    if not first_person:
        return text
    return regex.sub(
        r"\b(my|our|me|us|mine|ours|myself|ourselves|I|we)\b", lambda m: _THEIRS[m[0].lower()], text
    )


@dataclass(frozen=True, slots=True)
class Turned:
    """A question turned round.

    Attributes:
        subjects: the heads of what it could be about, likeliest first.
        relations: what stands between the first and the answer, best first.
        past: whether it asks for what was.
        asked: its question phrase; None of a prompt that is to be gone on with.
        verb: its verb.
        phrase: the first subject as a phrase, where its head does not tell.
    """

    subjects: tuple[Token, ...]
    relations: list[str]
    past: bool
    asked: Asked | None = None
    verb: Token | None = None
    phrase: str = ""

    def or_about(self, *others: Token) -> Turned:
        """The same with others that it could be about, less likely."""
        return replace(self, subjects=(*self.subjects, *others))
