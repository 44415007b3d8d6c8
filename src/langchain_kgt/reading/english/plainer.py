"""Plainer questions that longer ones stand for: "Tell me the street that Anna lives in"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.clauses import Asked, asked_of, main_verb, wh_of
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.links import moves
from langchain_kgt.reading.english.phrases import text_of
from langchain_kgt.reading.english.statements import auxiliary_after

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_POLITE = (
    r"(?:(?:please|can you|could you|would you|will you|do you|hey|hi|hello|ok|okay|so|and|but|"
    r"then|now|just|well|by the way|any idea|"
    r"i (?:want|need|would like|'d like) to|i'd like to)\b[ ,:]*)*"
)
_REQUEST = regex.compile(
    _POLITE + r"(?:tell|remind|give|show|(?:let me )?know|remember|name|say|recall)\b"
    r"(?: (?:me|us)\b)?(?: again)?(?P<about> of| about)?[ ,:]*", regex.IGNORECASE,
)
_FINITE = ("VBZ", "VBP", "VBD", "MD")
_RELATIVE = frozenset("that which who whom where when".split())
_BE = frozenset("is was are were 's".split())
# Each has one of its own; "my savings account" is one account.
_OF_ONE = frozenset("name birthday age breed".split())


def noun_requested(text: str) -> str | None:
    """The noun phrase of "Tell me my address", None of what is asked otherwise.

    >>> noun_requested("Please remind me of my PIN."), noun_requested("Tell me about my dog")
    ('my PIN', None)
    """
    request = _REQUEST.match(text)
    if request is None or (request["about"] and request["about"].strip() == "about"):
        return None
    rest = text[request.end():].rstrip(" ?.!")
    return None if not rest or regex.match(r"(?:that|if|whether)\b", rest) else rest


def plainer(doc: Doc, inflect: Inflector) -> str | None:
    """The plain question of a clause in another one, of one that asks at its end, of a relative."""
    wh = wh_of(doc)
    if wh is None:
        return None
    asked = asked_of(wh)
    first = min(asked.places)
    if again := _with_apostrophe(asked, doc) or _with_what(asked, doc):
        return again
    before = [t for t in doc[:first] if not t.is_punct]
    if not before:
        return _of_relative(asked, doc, inflect)
    verbs = [t for t in before if t.pos_ in ("VERB", "AUX")]
    after = next((t for t in doc[asked.phrase_end + 1:] if t.pos_ in ("VERB", "AUX")), None)
    after = after or main_verb(wh, asked)
    if verbs and ((after is not None and asked.phrase_end < after.i) or (
        asked.phrase_end < len(doc) - 3
    )):
        return doc[first:].text
    if after is None and verbs and asked.phrase_end >= len(doc) - 2:
        return _of_end(asked, doc, wh, before)
    if after is not None and not verbs and after.i == len(doc) - 1 - doc[-1].is_punct:
        return f"{asked.word} {after.text} {text_of(before)}?"
    if after is None and not verbs and asked.word == "what":
        return f"what is {text_of(before)}?"
    return None


def _with_apostrophe(asked: Asked, doc: Doc) -> str | None:
    """"what is my sister's name" of "what is my sisters name": one verb cannot be of many."""
    be = auxiliary_after(asked, doc)
    if be is None or be.lower_ not in ("is", "was", "'s", "s"):
        return None
    for owner in doc[be.i + 1:len(doc) - 1]:
        thing = doc[owner.i + 1]
        one = kinds.is_person(owner.lemma_) or thing.lower_ in _OF_ONE
        if one and owner.tag_ == "NNS" and thing.tag_ in ("NN", "VB", "JJ") and (
            owner.nbor(-1).tag_ in ("PRP$", "DT")
        ):
            at = owner.idx + len(owner.text) - 1
            return f"{doc.text[:at]}'{doc.text[at:]}"
    return None


def _with_what(asked: Asked, doc: Doc) -> str | None:
    """"what is the date of my wedding" of "When is the date of my wedding?"."""
    be = auxiliary_after(asked, doc)
    wanted = {"when": "date", "where": "place"}.get(asked.word)
    if wanted is None or asked.link or be is None or be.lower_ not in _BE or be.i + 3 >= len(doc):
        return None
    the, noun = doc[be.i + 1], doc[be.i + 2]
    if the.lower_ != "the" or noun.nbor().lower_ != "of" or kinds.of_noun(noun.lower_) != wanted:
        return None
    return f"what {doc[be.i:].text}"


def _of_end(asked: Asked, doc: Doc, wh: Token, before: list[Token]) -> str:
    """"Which of a prompt" of a question that asks at its end: "The tower was made by whom?"."""
    be = before[-1]
    if asked.link:
        return text_of(doc[:min(asked.places) + 1])
    if be.lower_ in _BE:
        word = "who" if asked.word == "whom" else asked.word
        what = word if asked.noun is None else text_of(doc[wh.i:asked.phrase_end + 1])
        return f"{what} {be.lower_} {text_of(doc[:be.i])}?"
    words = text_of(doc[:min(asked.places)])
    if asked.noun is not None and be.lemma_ in ("have", "hold"):
        words += " the " + text_of(doc[wh.i + 1:asked.phrase_end + 1])
    return words


def _of_relative(asked: Asked, doc: Doc, inflect: Inflector) -> str | None:
    """"which year Anna died" of "What is the year that Anna died?"."""
    be = auxiliary_after(asked, doc)
    if be is None or be.lower_ not in _BE or asked.link or asked.noun is not None:
        return None
    if asked.word not in ("what", "who", "which"):
        return None
    start = be.i + 1
    relative = next((t for t in doc[start + 1:] if t.lower_ in _RELATIVE), None)
    stop = relative.i if relative is not None else _start_of_clause(doc, start)
    if stop is None:
        return _of_participle(doc, start, inflect)
    noun = list(doc[start:stop])
    link = ""
    if noun and noun[-1].pos_ == "ADP" and relative is not None:
        link = noun.pop().lower_
    clause = text_of(doc[stop + 1 if relative is not None else stop:])
    words = _bare(noun)
    if not words or not clause or not any(
        t.tag_ in _FINITE or t.tag_ == "VBN" for t in doc[stop:]
    ):
        return None
    if relative is not None and relative.lower_ in ("where", "when"):
        if relative.lower_ == "when" or kinds.is_place(noun[-1].lemma_.lower()):
            return f"{relative.lower_} {clause}?"
        link = link or ("to" if any(moves(t) for t in doc[stop:]) else "at")
    return f"{link} which {words} {clause}?".strip()


def _start_of_clause(doc: Doc, start: int) -> int | None:
    """Where a clause without a relative word begins: "Anna" of "the country Anna is from"."""
    finite = next((t for t in doc[start:] if t.tag_ in _FINITE), None)
    if finite is None or finite.i < start + 3:
        return None
    before = doc[finite.i - 1]
    if before.pos_ == "ADV":
        before = doc[finite.i - 2]
    if before.tag_ == "NNP" and doc[start].tag_ == "PRP$":
        return None  # "my stepson Kofi"
    if before.tag_ in ("PRP", "NNP"):
        at = before.i
        while at > start and doc[at - 1].lower_ == "the":
            at -= 1
    else:
        chunk = next((c for c in doc.noun_chunks if c.start < finite.i == c.end), None)
        if chunk is None:
            return None
        at = chunk.start
    return at if at > start and doc[at - 1].pos_ in ("NOUN", "PROPN", "ADJ", "NUM") else None


def _of_participle(doc: Doc, start: int, inflect: Inflector) -> str | None:
    """"which label represents Anna" of "What is the label representing Anna?"."""
    at = next((t for t in doc[start + 1:] if t.dep_ == "acl" and t.tag_ in ("VBN", "VBG", "VBD")),
              None)
    if at is None or at.i + 2 > len(doc) - 1 or doc[start].lower_ not in ("the", "a", "an"):
        return None
    words, rest = _bare(list(doc[start:at.i])), text_of(doc[at.i + 1:])
    if not words or rest in ("", "by") or (at.tag_ != "VBG" and doc[at.i + 1].lower_ != "by"):
        return None
    verb = inflect.third(at.lemma_) if at.tag_ == "VBG" else f"is {at.text}"
    return f"which {words} {verb} {rest}?"


def _bare(noun: list[Token]) -> str:
    """A noun without its article and without "the name of"."""
    words = text_of(noun)
    return regex.sub(r"^(?:the|a|an) (?:(?:\w+ )?name (?:of )?(?:the )?)?", "", words,
                     flags=regex.IGNORECASE)
