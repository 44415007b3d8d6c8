"""What a user's answer or correction to a question says."""

from __future__ import annotations

import re
from datetime import datetime

from spacy.language import Language
from spacy.tokens import Doc, Span

from langchain_kgt.reading.base import Assertion, Question, Reply
from langchain_kgt.reading.english.replies import (
    clauses,
    denials,
    nothing,
    openings,
    phrases,
    telling,
    time_words,
    turning_over,
    values,
)
from langchain_kgt.reading.english.replies.openings import Polarity
from langchain_kgt.reading.english.replies.polar import Polar
from langchain_kgt.reading.english.replies.said import Said, plain

_ABBREVIATED = re.compile(
    r"(?:^|\W)(?:mr|mrs|ms|dr|prof|st|no|rev|sgt|capt|[A-Z])\.$", re.IGNORECASE
)
# "Just two: Ada and Ben".
_COUNTED = re.compile(
    r"^(?:just |only |the |these |my |her |his )*(?:one|two|three|four|five|six|\d+|following)"
    r"(?: \w+)?:\s+",
    re.IGNORECASE,
)
# "She!", "Wrong city!"; a film may be called "Wrong Turn".
_EXCLAIMED = re.compile(r"(?i:i|you|s?he|it|we|they)|(?i:wrong) [a-z]+")
# "He's vegan" may be parsed as somebody's vegan.
_APOSTROPHE = re.compile(r"\b(s?he|it)'s\b", re.IGNORECASE)
_PART = re.compile(r"\s*[,;.!–—]")
# "No cats in the house any more"; not "No 5 High Street now", "No Time to Die now".
_NO_MORE = re.compile(
    r"[Nn]o (?P<noun>[a-z]+?)s?(?: [a-z]+){0,4}? (?:any ?more|any longer|now|left|these days)"
    r"[\s.!]*"
)
# "Not any more, I eat fish again": the first part is an answer by itself.
_OVER = re.compile(
    r"(?:no,? )?(?:not (?:any ?more|any longer)|no longer)\s*[,.;:!–—-]+\s*(?=\w)", re.IGNORECASE
)
# "Can't stand them", "love it": who says so is left out.
_ELLIPTIC = re.compile(
    r"^(?=(?:can't|cannot|couldn't|don't|won't|hate|love|loathe|adore|detest|enjoy)\b"
    r"[^.!?]*\b(?:it|them|that|those|him|her)[\s.!]*$)", re.IGNORECASE,
)
# "80.5 this morning" was weighed before.
_LATELY = re.compile(
    r"[\s,]+(?:(?P<since>since\b.*)|this (?:morning|evening|week|month|year)|today|now|these days)"
    r"[\s.!]*$", re.IGNORECASE,
)
# "I've changed my mind: Rome", "New one: 0171 222".
_MIND = re.compile(
    r"^(?:(?:i(?:'ve| have)? )?changed my mind\b[\s,.:;!–—-]*(?=\w)"
    r"|(?:the |my |a )?new (?:one|number)(?::| is|'s) (?!called|named))", re.IGNORECASE,
)
_USED_TO = re.compile(r"(?:^|(?<=[.!?;] ))used to be\b", re.IGNORECASE)
_NAME_IS = re.compile(r" name's (?=[A-Z])")
_BECAUSE = re.compile(r"^(?:because|cause|cos|'cause)\s+(?!of\b)", re.IGNORECASE)


def reply(nlp: Language, question: Question, text: str, now: datetime) -> Reply:
    """Read what somebody answers to a question.

    A value alone is taken as it is, even where the kind of answer is another: people say "Riga"
    to "When was she born?".

    Args:
        nlp: an English pipeline of spaCy.
        question: what was asked.
        text: the reply, a whole sentence or a value alone; up to 1,000 characters.
        now: when it is said.
    """
    said = Said(nlp, question, now)
    text = plain(text)
    if not any(c.isalnum() for c in text):
        return Reply(nothing="It holds no letter or digit.")
    if over := _OVER.match(text):
        return _over(said, text[over.end() :])
    if mind := _MIND.match(text):
        text, said.changed = text[mind.end() :], True
    text = _NAME_IS.sub(" name is ", _USED_TO.sub("it used to be", text))
    if question.stated is not None and question.subjects[:1] == ("I",):
        text = _ELLIPTIC.sub("I ", text)
    opened = openings.opened(openings.closed(text))
    said.also = openings.adds(text) and opened.polarity != "no"
    polar = None
    if question.stated is not None and question.denied is not None:
        polar = Polar(said, question.stated, question.denied, text)
        if polar.word(text, opened):
            return said.reply()
    rest, denied = denials.taken(question, opened.rest)
    same, *more = _PART.split(rest, maxsplit=1)
    if question.stated is None and phrases.is_same(same):
        if not more or "change" in same.casefold() or not any(c.isalnum() for c in more[0]):
            return Reply(nothing="It says that nothing has changed.")
        rest = more[0].strip()
    if turning_over.read(said, rest, _read):
        return said.reply()
    if any(c.isalnum() for c in rest):
        _read(said, rest, opened.polarity, polar)
    elif not denied and opened.polarity == "yes":
        said.reasons.append("It agrees with what was said.")
    if opened.polarity != "no" and not denied:
        _accept(said, text)
    denials.add(said, denied)
    if polar is not None:
        polar.settle(opened.polarity)
    elif opened.polarity == "no" and not (said.holds or said.ended or said.denied):
        said.denied.append(said.answered)
    return said.reply()


def _over(said: Said, text: str) -> Reply:
    """What was asked is over; what follows says when, or what is so instead."""
    stated = said.question.stated
    of_it = re.match(r"(?:it|that|this|they)\b", text, re.IGNORECASE) is not None
    said.end(stated or said.answered, text if of_it or time_words.first(text) else "")
    # "Not any more, sadly."
    is_clause = any(t.dep_ in ("nsubj", "nsubjpass") for t in said.nlp(text))
    if not of_it and (stated is None or is_clause):
        _read(said, text, "", None)
    return said.reply()


def _accept(said: Said, text: str) -> None:
    """Who praises or thanks has what they want; what they say besides is no answer."""
    how = said.question.text.casefold().startswith("how")
    # "Nice, in France" is where somebody lives.
    place = said.question.kind == "place" and text.startswith("Nice,")
    praised = phrases.is_praised(text) and not how and not place
    if praised or phrases.is_thanked(text):
        said.holds = [
            held for held in said.holds
            if (said.answers(held) or not (held.relation or praised))
            and not (praised and text.startswith(held.object))
        ]
        said.reasons.append("It is a word of courtesy.")


def _read(said: Said, text: str, polarity: Polarity, polar: Polar | None) -> None:
    doc = said.nlp(text)
    if any((t.tag_ == "POS" or t.dep_ == "case") and t.i and t.nbor(-1).tag_ == "PRP" for t in doc):
        doc = said.nlp(_APOSTROPHE.sub(r"\1 is", text))
    said.names = tuple(entity.text for entity in doc.ents)
    for sentence in _sentences(doc):
        verdict, why = nothing.judged(sentence, said.question)
        if polar is not None and verdict != "old" and polar.sentence(sentence, polarity):
            continue
        if verdict == "nothing":
            said.reasons.append(why)
        elif verdict == "wrong":
            said.denied.append(said.answered)
        elif verdict == "old":
            said.end(said.question.stated or said.answered)
        elif said.question.kind == "reason":
            reason = values.stripped(sentence.text)
            if said.relation.endswith("because"):
                reason = _BECAUSE.sub("", reason)
            said.holds.append(Assertion(said.subject, said.relation, reason))
        else:
            _sentence(said, sentence, polarity, polar)


def _sentences(doc: Doc) -> list[Span]:
    """The sentences; "Dr." ends none."""
    spans: list[Span] = []
    for sentence in doc.sents:
        if spans and _ABBREVIATED.search(spans[-1].text):
            spans[-1] = doc[spans[-1].start : sentence.end]
        else:
            spans.append(sentence)
    return spans


def _sentence(said: Said, sentence: Span, polarity: Polarity, polar: Polar | None) -> None:
    found = clauses.read(sentence)
    start = len(said.holds)
    for clause in found:
        telling.tell(said, clause)
    rest = said.holds[start:]
    text = _ahead(said, sentence, found) if found else values.stripped(sentence.text)
    if not text or any(said.answers(held) for held in rest):
        return
    del said.holds[start:]
    if polar is not None:
        polar.fragment(text, polarity)
    else:
        _fragment(said, text)
    said.holds += rest


def _ahead(said: Said, sentence: Span, found: list[clauses.Clause]) -> str:
    """A value before a clause that says more of it: "drums, she hated the cello"."""
    comma = next((t for t in sentence if t.text in {",", ";", ":", "-", "–", "—"}), None)
    if comma is None or found[0].subject is None or found[0].subject.i < comma.i:
        return ""
    before = sentence.doc[sentence.start : comma.i]
    value = any(t.pos_ in {"NOUN", "PROPN", "NUM", "ADJ"} for t in before)
    # A place or a time stands behind its preposition.
    led = said.question.kind in {"place", "date"} and before[0].pos_ == "ADP"
    verbal = any(t.pos_ in {"VERB", "AUX", "ADP", "SCONJ", "INTJ"} for t in before[led:])
    if not value or verbal or len(before) > 5 or time_words.first(before.text):
        return ""
    return values.stripped(before.text)


def _says_else(said: Said, text: str) -> bool:
    """Whether it is what somebody did, no value: "Got the place to myself", "spelt without h"."""
    root = next(said.nlp(text).sents).root
    small = all(token.is_lower for token in root.doc[1:] if token.is_alpha)
    if root.i != 0 or not root.tag_.startswith("VB") or not small:
        return False
    does = said.question.kind == "person" or root.tag_ == "VBD"
    takes = any(child.dep_ == "dobj" for child in root.children)
    return (does and takes) or said.relation.endswith((" named", " called"))


def _fragment(said: Said, text: str) -> None:
    """A value without a verb."""
    kind = said.question.kind
    if _EXCLAIMED.fullmatch(text):
        said.denied.append(said.answered)
        return
    if (gone := _NO_MORE.fullmatch(text)) and gone["noun"] in said.question.text.casefold():
        return said.end(said.answered)
    if len(text.split()) > 2 and _says_else(said, text):
        said.reasons.append("It says something else than was asked.")
        return
    text = _COUNTED.sub("", text)
    words = time_words.first(text)
    if kind == "date" and words and (len(words) * 2 > len(text) or not text.startswith(words)):
        return said.date(text, text)
    when = ""
    if kind == "amount" and (lately := _LATELY.search(text)):
        text, when, said.changed = text[: lately.start()], lately["since"] or "", True
    elif kind not in {"date", "amount"}:
        rest, when = time_words.without(text)
        text = rest or text
        said.changed = said.changed or time_words.tells_change(when)
    if values.is_none(text):
        said.denied.append(said.answered)
    return said.value(text, when=when)
