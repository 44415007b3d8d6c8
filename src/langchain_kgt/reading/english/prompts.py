"""Cloze prompts, "The mother tongue of Anna is": what is left out at their end is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.nouns import of_phrase
from langchain_kgt.reading.english.phrases import (
    WE,
    I,
    Turned,
    is_plural,
    is_subject,
    joined,
    owner_of,
    subtree,
    text_of,
    theirs,
)  # fmt: skip

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# Participles of what lasts.
_LASTING = frozenset("located situated based headquartered called named".split())
_BE = frozenset("is was are were am 's".split())
_FINITE = ("VBZ", "VBP", "VBD", "MD")


def noun_of_prompt(doc: Doc) -> str | None:
    """The noun phrase and the verb of a prompt that ends in "be" or has no verb at all.

    Of "The capital of France is" it is "is the capital of France", which asked after "what" is
    the question that the prompt stands for.
    """
    words = [t for t in doc if not (t.is_punct and t.text in ",:;?")]
    if not words:
        return None
    if any(t.lower_ in ("who", "which", "whose") for t in words):
        return None
    if len(words) > 2 and words[-1].tag_ == "DT" and words[-2].lower_ in _BE:
        words.pop()
    last = words[-1]
    if last.lower_ in _BE and len(words) > 1 and words[0].pos_ != "ADP":
        return f"{'is' if last.lower_ == 'am' else last.lower_} {text_of(doc[:last.i])}"
    verbless = not any(t.pos_ in ("VERB", "AUX") and t.tag_ in (*_FINITE, "VBN", "VBG")
                       for t in words)
    if verbless and words[0].tag_ == "PRP$" and "?" not in doc.text:
        return None  # a topic: "my dog"
    if verbless and words[0].pos_ == "PROPN" and last.pos_ == "NOUN" and len(words) == 2:
        return f"is {words[0].text}'s {last.text}"
    if verbless and last.pos_ in ("NOUN", "PROPN", "ADJ") and len(words) > 1:
        return f"is {text_of(doc)}"
    return None


def turned_prompt(doc: Doc, known: Token | None, inflect: Inflector) -> Turned | None:
    """A prompt, turned round; its own words are the relation."""
    root = next((t for t in doc if t.head == t and t.pos_ in ("VERB", "AUX")), None)
    subject = next((t for t in doc if is_subject(t) and (root is None or t.head == root)), None)
    if subject is not None and any(
        t.tag_ in ("WP", "WDT", "WP$") for t in (subject, *subject.children)
    ):
        subject = None
    owner = subject and owner_of(subject)
    if subject is not None and owner is not None and owner.pos_ == "PROPN" and known is None:
        known = owner
    if known is None and doc[0].pos_ == "ADP":
        known = next((c for c in doc[0].children if c.dep_ == "pobj"), None)
    if known is None and doc[0].pos_ == "PROPN" and len(doc) > 1 and doc[1].tag_ in (
        "NNS", "VBZ", "VBD"
    ):
        known = doc[0]  # "Anna premieres on", taken for a noun
    about = known or (subject if subject is not None else next(
        (c.root for c in doc.noun_chunks if c.root.tag_ not in ("WP", "WDT")), None))
    if about is None:
        return None
    finite = next((t for t in doc if t.tag_ in _FINITE and t.i > about.i), None)
    past = finite is not None and finite.tag_ == "VBD"
    end = max(t.i for t in subtree(about)
              if t == about or (t.dep_ != "punct" and not _is_clause(t, about)))
    if doc[0].pos_ == "ADP" and about.head.i == 0:
        thing = next((t for t in doc if is_subject(t)), None)
        if thing is None:
            return None
        if thing.tag_ == "PRP":
            return Turned((about,), [joined("is where", text_of(doc[thing.i:]))], past)
        return Turned((about,), [joined("had" if past else "has", text_of(subtree(thing)))], past)
    opening = [t for t in doc[:about.left_edge.i] if not t.is_punct and t.pos_ != "DET"]
    if subject is not None and subject != about and subject.is_ancestor(about) and (
        opening or any(t.tag_ == "POS" for t in about.children)
    ):
        return _of_owner(doc, subject, about, inflect, past=past)
    rest = _after(doc, end)
    relation = _after_subject(about, rest, inflect)
    phrase = text_of(t for t in doc[about.left_edge.i:end + 1] if t.tag_ != "POS")
    return Turned((about,), [relation] if relation else [], past, phrase=phrase)


def _after(doc: Doc, end: int) -> list[Token]:
    rest = [t for t in doc[end + 1:] if not (t.is_punct and t.text in ":;?\"")]
    if len(rest) > 1 and rest[-1].tag_ == "DT" and rest[-2].text != ",":
        rest.pop()  # the article of the answer
    return rest


def _is_clause(token: Token, noun: Token) -> bool:
    while token != noun:
        if token.dep_ in ("relcl", "acl", "appos", "prep", "punct", "advcl", "conj"):
            return True
        token = token.head
    return False


def _of_owner(
    doc: Doc, subject: Token, about: Token, inflect: Inflector, *, past: bool
) -> Turned:
    """"The headquarters of Anna is in", "Anna's life ended in"."""
    found = of_phrase(subject, about, inflect, past=past)
    has = next((r for r in reversed(found.relations) if r.startswith("ha")), "")
    finite = next((t for t in doc[subject.i + 1:] if t.tag_ in _FINITE), None)
    if not has:
        owner = owner_of(subject, about)
        noun = text_of(t for t in subtree(subject)
                       if t.i not in {x.i for x in subtree(about)} | {about.head.i}
                       and t.tag_ != "DT" and owner is None)
        has = f"{'had' if past else 'has'} the {noun}"
    if finite is None:
        return Turned((about, subject), [has], past)
    rest = [t for t in doc[finite.i + 1:] if not (t.is_punct and t.text in ":;?,")]
    if finite.lower_ in _BE and rest and rest[-1].pos_ == "ADP":
        return Turned((about, subject), [joined(has, text_of(rest))], past)
    that = text_of(doc[finite.i:])
    a = has.replace(" the ", " a ", 1)
    return Turned((about, subject), [f"{a} that {that}"], past)


def _after_subject(subject: Token, rest: list[Token], inflect: Inflector) -> str:
    comma = bool(rest) and rest[0].text == ","
    rest = [t for t in rest if t.text != ","]
    if rest and rest[0].lower_ in ("who", "which", "that") and len(rest) > 1:
        rest, comma = rest[1:], False
    if not rest:
        return ""
    first, words = rest[0], text_of(rest)
    if first.lower_ == "whose":
        be = next((at for at, t in enumerate(rest) if t.lower_ in _BE), None)
        return "" if be is None else joined(
            "has the", text_of(rest[1:be]), text_of(t for t in rest[be + 1:]
                                                    if t.lower_ not in ("that", "of")))
    if first.pos_ in ("VERB", "AUX") and not (comma and first.tag_ in ("VBN", "VBD", "VBG")):
        if first.tag_ in _FINITE:
            finite = _third(first, subject, inflect)
            words = joined(finite, text_of(rest[1:]))
            return theirs(words, first_person=subject.lower_ in I | WE)
        return words if first.tag_ == "VB" else f"is {words}"
    if first.tag_ in ("VBN", "VBD"):
        return f"{'is' if first.lower_ in _LASTING else 'was'} {words}"
    if first.pos_ == "ADV" and len(rest) > 1 and rest[1].tag_ in _FINITE:
        return words
    if first.tag_ == "NNS" and not comma and len(rest) > 1:
        return words
    if first.pos_ in ("NOUN", "PROPN") and first == rest[-1] and not comma:
        return f"has the {words}"
    article = first.pos_ in ("NOUN", "ADJ") and first.tag_ not in ("NNS",)
    return joined("are" if is_plural(subject) and article else "is", "a" if article else "", words)


def _third(finite: Token, subject: Token, inflect: Inflector) -> str:
    if subject.lower_ not in I | WE:
        return finite.text
    if finite.lower_ in ("am", "'m", "are", "'re"):
        return "is"
    if finite.lower_ == "were":
        return "was"
    return inflect.third(finite.lemma_.lower()) if finite.tag_ == "VBP" else finite.text
