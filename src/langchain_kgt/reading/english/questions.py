"""A question or a cloze prompt, read into what the rest of the package asks of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import regex

from langchain_kgt.reading.base import Assertion, Kind, Question
from langchain_kgt.reading.english import asking, kinds
from langchain_kgt.reading.english.clauses import wh_of
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.names import Standins
from langchain_kgt.reading.english.phrases import (
    WE,
    I,
    Turned,
    is_stranded,
    owner_of,
    subtree,
    text_of,
    theirs,
)  # fmt: skip
from langchain_kgt.reading.english.plainer import noun_requested, plainer
from langchain_kgt.reading.english.polar import polar_of
from langchain_kgt.reading.english.prompts import noun_of_prompt, turned_prompt
from langchain_kgt.reading.english.turning import turned

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_TOPIC = regex.compile(
    r"(?:(?:and )?(?:what|how) about|(?:please |can you |could you )*(?:tell me (?:more )?about|"
    r"describe|summari[sz]e|explain))\s+(?!(?:who|whom|whose|which|what|where|when|why|how)\b)",
    regex.IGNORECASE,
)
_USER = frozenset(("i", "me", "my", "user", "the user", "myself"))


class Questions:
    """Reads questions.

    Args:
        parse: gives the parse of a text.
        inflect: the forms of verbs.
    """

    def __init__(self, parse: Callable[[str], Doc], inflect: Inflector) -> None:
        self._parse = parse
        self._inflect = inflect

    def read(self, text: str, subject: str | None = None) -> Question:
        """Read the sentence of a text that asks; turn it round to a subject that is known."""
        asked = asking.plain(asking.sentence(text, subject))
        own = subject is not None and subject.strip().casefold() in _USER
        named = subject is not None and not own and not regex.match(
            r"(?:my|our|your|his|her|their|its)\b", subject, regex.IGNORECASE
        )
        if subject is not None and named:
            hidden = Standins.of(asked, asking.plain(subject) or subject).from_subject()
        elif subject is None:
            hidden = Standins.of_names(asked)
        else:
            hidden = Standins(asked)
        found = self._read(hidden.text, "I" if own else subject, hidden)
        return _as_written(found, text, subject, hidden)

    def _read(self, text: str, subject: str | None, hidden: Standins, depth: int = 0) -> Question:
        if not text.strip() or depth > 2:
            return Question("")
        doc = self._parse(text)
        if subject is None and (place := _place_of_ours(doc)) is not None:
            told = hidden.hiding(text, place.start_char, place.end_char)
            return self._read(told.text, subject, told, depth + 1)
        span = _known(doc, subject, hidden)
        known = None if span is None else span.root
        again = self._plainer(doc, text)
        if again is not None and again != text:
            return self._read(again, subject, hidden, depth + 1)
        if topic := _TOPIC.match(text):
            return Question("", (text_of(self._parse(text[topic.end():])),))
        wh = wh_of(doc)
        if wh is not None:
            found = turned(
                wh, lambda d: _known(d, subject, hidden), self._parse, self._inflect
            )
            return _question(found, _kind(found)) if found else _topics(doc, known)
        polar = polar_of(doc, self._parse, self._inflect)
        if polar is not None:
            name = _subject_text(polar.subject)
            if polar.subject.tag_ not in ("PRP", "PRP$"):
                name = polar.phrase
            if name.lower() in ("you", "it", "there"):
                return _topics(doc, known)
            stated, denied = (
                Assertion(name, relation, polar.object)
                for relation in (polar.stated, polar.denied)
            )
            return Question("", (name,), (polar.stated,), "yes or no", stated, denied, polar.past)
        if text.rstrip()[-1:] in ".!" and not any(is_stranded(t) for t in doc[-2:]):
            return _topics(doc, known)
        prompt = turned_prompt(doc, known, self._inflect)
        return _question(prompt, _kind_of_prompt(doc)) if prompt else Question("")

    def _plainer(self, doc: Doc, text: str) -> str | None:
        """The plain question that a request, a clause or a prompt stands for."""
        if _TOPIC.match(text):
            return None
        if wh_of(doc) is not None:
            return plainer(doc, self._inflect)
        requested = noun_requested(text)
        if requested is not None:
            finite = any(t.tag_ in ("VBZ", "VBP", "VBD", "MD") for t in self._parse(requested))
            return None if finite else f"What is {requested}?"
        if polar_of(doc, self._parse, self._inflect) is not None:
            return None
        phrase = noun_of_prompt(doc)
        return f"What {phrase}?" if phrase else None


def _known(doc: Doc, subject: str | None, hidden: Standins) -> Span | None:
    """The subject that is known, in the parse."""
    if subject is None:
        return None
    own: frozenset[str] = frozenset()
    if subject == "I":
        own = I
    elif subject.lower() in ("we", "us", "our"):
        own = WE
    if own:
        places = [t for t in doc if t.lower_ in own]
        order = ("nsubj", "nsubjpass", "dobj", "dative", "pobj", "poss")
        best = min(places, key=lambda t: order.index(t.dep_) if t.dep_ in order else 9,
                   default=None)
        return None if best is None else doc[best.i:best.i + 1]
    name = next(iter(hidden.names), asking.plain(subject))
    at = doc.text.casefold().find(name.casefold())
    if at < 0:
        return None
    return doc.char_span(at, at + len(name), alignment_mode="expand")


def _place_of_ours(doc: Doc) -> Span | None:
    """What tells one of the user's things at the end of a question: "my flat in Split"."""
    end = len(doc)
    while end and doc[end - 1].is_punct:
        end -= 1
    start = end
    while start and doc[start - 1].tag_ == "NNP":
        start -= 1
    if not 1 < start < end or doc[start - 1].lower_ not in ("in", "at"):
        return None
    speaks = any(t.tag_ == "PRP" and t.lower_ in I | WE for t in doc)
    if speaks or kinds.is_calendar(doc[start:end].text):
        return None
    thing = next((c for c in doc.noun_chunks if c.end == start - 1), None)
    if thing is None or thing[0].tag_ != "PRP$" or thing.root.head.lemma_ == "be":
        return None
    if kinds.is_person(thing.root.lemma_.lower()):
        return None  # where somebody is, is no part of who it is
    return doc[thing.start:end]


def _subject_text(token: Token) -> str:
    if token.tag_ == "PRP$" or token.lower_ in I | WE | {"mine", "ours"}:
        return {"my": "I", "mine": "I", "me": "I", "myself": "I", "i": "I", "our": "we", "us": "we",
                "ours": "we", "your": "you", "his": "he", "her": "she", "its": "it",
                "their": "they"}.get(token.lower_, token.text)
    loose = {t.i for t in token.subtree if is_stranded(t) or (t.tag_ == "POS" and t.head == token)}
    for child in token.children:
        aside = child.dep_ == "appos" and child.left_edge.nbor(-1).is_punct
        if child.i > token.i and (aside or child.dep_ in ("relcl", "acl", "punct", "advmod")):
            loose |= {t.i for t in child.subtree}
    words = text_of(subtree(token, loose))
    return regex.sub(r"'s?$", "", words) if token.pos_ == "PROPN" else words


def _question(found: Turned, kind: Kind) -> Question:
    heads = list(found.subjects)
    for token in found.subjects:
        owner = owner_of(token)
        if owner is not None:
            heads.append(owner)
    texts = [_subject_text(t) for t in heads]
    if found.phrase and texts and heads[0].tag_ not in ("PRP", "PRP$"):
        texts[0] = found.phrase
    subjects = tuple(dict.fromkeys(texts))
    first_person = bool(heads) and (
        heads[0].lower_ in I | WE
    )
    relations = tuple(dict.fromkeys(
        theirs(r.strip(), first_person=first_person) for r in found.relations if r.strip()
    ))
    return Question("", subjects, relations, kind, past=found.past)


def _topics(doc: Doc, known: Token | None) -> Question:
    """What is spoken of, where nothing is asked of it."""
    heads = [known] if known is not None else [
        c.root for c in doc.noun_chunks
        if c.root.pos_ != "PRON" or c.root.lower_ in I | WE
    ]
    return Question("", tuple(dict.fromkeys(filter(None, map(_subject_text, heads)))))


def _kind(found: Turned | None) -> Kind:
    if found is None or found.asked is None:
        return "any"
    word, noun = found.asked.word, found.asked.noun
    if noun is None and word in ("what", "which") and found.verb is not None and (
        found.verb.lemma_ == "be" and len(found.subjects) > 1
    ):
        return kinds.of_noun(found.subjects[1].lemma_.lower())
    if found.asked.link == "since":
        return "date"
    return kinds.of_word(word, noun, found.verb)


def _kind_of_prompt(doc: Doc) -> Kind:
    last = [t for t in doc if t.pos_ in ("NOUN", "ADP") and not t.is_punct][-2:]
    nouns = [t.lemma_.lower() for t in last if t.pos_ == "NOUN"]
    return kinds.of_noun(nouns[-1]) if nouns and kinds.of_noun(nouns[-1]) != "thing" else "any"


def _as_written(
    found: Question, text: str, subject: str | None, hidden: Standins
) -> Question:
    """With the names in it, and its subjects as the text spells them."""

    def restored(part: str) -> str:
        part = hidden.restored(part).replace(asking.HYPHEN, "-")
        at = text.casefold().find(part.casefold())
        same = at >= 0 and len(text.casefold()) == len(text) and part not in ("I", "we")
        return text[at:at + len(part)] if same else part

    def named(part: str) -> str:
        return hidden.restored(part).replace(asking.HYPHEN, "-")

    def said(one: Assertion | None) -> Assertion | None:
        return one and Assertion(restored(one.subject), named(one.relation), named(one.object))

    subjects = [restored(s) for s in found.subjects]
    if subject is not None:
        subjects.insert(0, subject)
    return Question(
        text, tuple(dict.fromkeys(subjects)), tuple(map(named, found.relations)),
        found.kind, said(found.stated), said(found.denied), found.past,
    )
