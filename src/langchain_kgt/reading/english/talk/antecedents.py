"""Of whom a clause speaks that says "she", "it" or "her brother"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Span, Token

from langchain_kgt.reading.english.talk.wording import name_of

_PERSON = frozenset("he she they him her them".split())
_THING = frozenset("it this that these those".split())
_POSSESSIVE = frozenset("his her its their".split())
_OWN = frozenset({"my", "our"})


def resolve(subject: Token, said: Sequence[Doc]) -> str:
    """Who a subject is; empty if a pronoun means nobody who was named.

    Args:
        subject: of a clause; its own message is the last of `said`.
        said: what was said before and up to here, oldest first, as far as it may name somebody.
    """
    name, _ = name_of(subject)
    if subject.lower_ in _PERSON | _THING and len(name.split()) == 1:
        return _latest(subject, said, person=subject.lower_ in _PERSON)
    owner = next(
        (c for c in subject.children if c.dep_ == "poss" and c.lower_ in _POSSESSIVE), None
    )
    if owner is not None:
        whose = _latest(owner, said, person=owner.lower_ != "its")
        rest = name.split(" ", 1)[-1]
        return f"{whose}'s {rest}" if whose else ""
    return name


def _latest(pronoun: Token, said: Sequence[Doc], *, person: bool) -> str:
    """The last that was named before, in the same message or else in one before it."""
    for doc in reversed(said):
        before = [
            chunk for chunk in doc.noun_chunks
            if (doc is not pronoun.doc or chunk.end <= pronoun.i) and _names(chunk, person=person)
        ]
        subjects = [chunk for chunk in before if chunk.root.dep_ in {"nsubj", "nsubjpass", "ROOT"}]
        for chunk in (*reversed(subjects), *reversed(before)):
            return name_of(chunk.root)[0]
    return ""


def _names(chunk: Span, *, person: bool) -> bool:
    root = chunk.root
    own = any(t.dep_ == "poss" and t.lower_ in _OWN for t in root.children)
    if root.pos_ == "PRON":
        return False
    if person:
        in_place = root.dep_ == "pobj" and root.head.lower_ in {"in", "at", "to", "from", "on"}
        return own or (root.pos_ == "PROPN" and not in_place)
    return own or root.pos_ in {"NOUN", "PROPN"}


def named(doc: Doc) -> Iterator[tuple[Token, str, str]]:
    """What is introduced by its owner and name at once: "my son Leo", "our dog, Rex".

    Yields where it stands, what it is, and its name.
    """
    for owner in doc:
        if owner.lower_ not in _OWN:
            continue
        end = owner.i + 1
        while end < len(doc) and doc[end].pos_ in {"ADJ", "NOUN"} and end < owner.i + 4:
            end += 1
        if end == owner.i + 1 or doc[end - 1].pos_ != "NOUN":
            continue
        first = end + 1 if end < len(doc) and doc[end].text == "," else end
        last = first
        while last < len(doc) and doc[last].pos_ == "PROPN" and doc[last].text[:1].isupper():
            last += 1
        # "my sister Leo's dog" is somebody's, and "my flat, Berlin" a place.
        if last > first and not (last < len(doc) and doc[last].tag_ == "POS"):
            noun = doc[owner.i : end].text
            yield owner, noun[0].lower() + noun[1:], doc[first:last].text
