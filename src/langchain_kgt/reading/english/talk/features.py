"""What the parse knows of a clause, by which it is weighed whether it is worth keeping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc, Span, Token

from langchain_kgt.reading.english.replies.clauses import own_subject
from langchain_kgt.reading.english.talk.clauses import Spoken

_GRAMMAR = frozenset("ADV ADP PRON DET AUX SCONJ CCONJ PART INTJ".split())
_QUESTION_WORDS = frozenset({"WP", "WRB", "WDT"})
_FINITE = frozenset("VBZ VBP VBD MD".split())
_PRONOUNS = {
    "i": "I", "we": "we", "you": "you", "he": "he", "she": "he", "they": "they", "it": "it",
    "that": "that", "this": "that", "these": "that", "those": "that", "there": "there",
    "who": "who", "which": "who", "what": "what", "everyone": "every", "everybody": "every",
    "one": "one",
}  # fmt: skip
_OWN = frozenset("i im ive we my me our us mine ours myself".split())
_QUOTED = re.compile(
    r"\"[^\"]+\"|“[^”]+”|'(?=\w)[^']{12,}'(?!\w)|‘(?=\w)[^’]{12,}’(?!\w)|«[^»]+»|```.*?```",
    re.DOTALL,
)


_CONTENT = re.compile(r"\w{4,}")


@dataclass(frozen=True)
class Context:
    """What is the same for all clauses of a message.

    Attributes:
        doc: the parse of the message.
        before: what the assistant said before it; empty if nothing.
    """

    doc: Doc
    before: str = ""

    @cached_property
    def sentences(self) -> list[Span]:
        """Its sentences."""
        return list(self.doc.sents)

    @cached_property
    def is_own(self) -> bool:
        """Whether who writes it speaks of themselves anywhere in it."""
        return any(token.lower_ in _OWN for token in self.doc)

    @cached_property
    def asks(self) -> bool:
        """Whether one of them is a question."""
        return any(sentence.text.rstrip().endswith("?") for sentence in self.sentences)

    @cached_property
    def _quotations(self) -> list[tuple[int, int]]:
        return [found.span() for found in _QUOTED.finditer(self.doc.text)]

    @property
    def quotes(self) -> bool:
        """Whether something in it is quoted."""
        return bool(self._quotations)

    def is_quoted(self, token: Token) -> bool:
        """Whether a word stands in quotation marks."""
        return any(begin <= token.idx < end for begin, end in self._quotations)


def features(spoken: Spoken, context: Context) -> set[str]:
    """The names of all that is so of a clause."""
    return {
        *_of_verb(spoken), *_of_words(spoken), *_of_sentence(spoken), *_of_place(spoken, context)
    }


def of_message(context: Context) -> set[str]:
    """Likewise, of a message as a whole: its words."""
    return {
        f"said={token.lemma_.lower()}" for token in context.doc if not token.is_punct
    } | {f"before={'something' if context.before else 'nothing'}"}


def subject_kind(subject: Token | None) -> str:
    """Who it is about, in one word: "I", "my", "name", "he"."""
    if subject is None:
        return "none"
    if subject.lower_ in _PRONOUNS:
        return _PRONOUNS[subject.lower_]
    owners = [child.lower_ for child in subject.children if child.dep_ == "poss"]
    if owners:
        return "my" if {"my", "our"} & set(owners) else "poss"
    if subject.pos_ == "PROPN":
        return "name"
    determiners = [child.lower_ for child in subject.children if child.dep_ == "det"]
    if determiners:
        return "the" if "the" in determiners else "a"
    return "clause" if subject.pos_ in {"VERB", "AUX"} else "bare"


def tense(spoken: Spoken) -> str:
    """The tense, with what is perfect, progressive or passive: "VBZ+perf"."""
    finite = spoken.finite
    if finite is None:
        told = "none"
    else:
        told = f"MD:{finite.lower_}" if finite.tag_ == "MD" else finite.tag_
    auxiliaries = spoken.auxiliaries
    if any(a.lemma_ == "have" for a in auxiliaries):
        told += "+perf"
    if spoken.verb.tag_ == "VBG" and auxiliaries:
        told += "+prog"
    if any(a.dep_ == "auxpass" for a in auxiliaries):
        told += "+pass"
    return told


def _of_verb(spoken: Spoken) -> Iterator[str]:
    head, who = spoken.head, subject_kind(spoken.subject)
    lemma, when = head.lemma_.lower(), tense(spoken)
    yield f"verbal={spoken.verbal}"
    yield f"dep={head.dep_}"
    yield f"tag={head.tag_}"
    yield f"who={who}"
    yield f"dep={head.dep_} who={who}"
    yield f"tense={when}"
    yield f"who={who} tense={when}"
    yield f"lemma={lemma}"
    yield f"lemma={lemma} who={who}"
    yield f"lemma={lemma} tense={when}"
    if spoken.subject is not None:
        yield f"subject={spoken.subject.lemma_.lower()}"
    if spoken.negations:
        yield "not"
        yield f"not who={who}"
    yield from (f"aux={a.lower_}" for a in spoken.auxiliaries)
    own = set(spoken.tokens)
    for child in head.children:
        if child in own:
            yield f"with={child.dep_}:{child.lower_}" if child.dep_ == "prep" else (
                f"with={child.dep_}"
            )
        if child.dep_ == "mark":
            yield f"mark={child.lower_}"


def _of_words(spoken: Spoken) -> Iterator[str]:
    words = [token for token in spoken.tokens if not token.is_punct]
    for token in words:
        grammar = token.pos_ in _GRAMMAR
        yield f"little={token.lower_}" if grammar else f"word={token.lemma_.lower()}"
        if token.pos_ in {"PROPN", "NUM"}:
            yield f"has={token.pos_}"
        if token.lower_ in {"my", "our"}:
            yield "has=my"
    count = len(words)
    yield f"length={count}" if count < 4 else f"length={4 + min((count - 4) // 3, 5)}"


def _of_sentence(spoken: Spoken) -> Iterator[str]:
    head, sentence = spoken.head, spoken.sentence
    root, who = sentence.root, subject_kind(spoken.subject)
    text = sentence.text.rstrip()
    first = next((token for token in sentence if not token.is_punct), sentence[0])
    yield f"first={first.lower_}"
    if text.endswith("?"):
        yield "asked"
        yield f"asked who={who}"
        yield f"asked dep={head.dep_}"
    if text.endswith("!"):
        yield "exclaimed"
    if first.tag_ in _QUESTION_WORDS or (first.tag_ in _FINITE and first.pos_ == "AUX"):
        yield "asks"
        yield f"asks dep={head.dep_}"
    if root.tag_ == "VB" and own_subject(root) is None:
        yield "imperative"
        yield f"imperative dep={head.dep_}"
        yield f"imperative={root.lemma_.lower()}"
    if root != head:
        yield f"root={root.lemma_.lower()}"
        yield f"root who={subject_kind(own_subject(root))}"
        yield f"under={head.head.lemma_.lower()} dep={head.dep_}"
    if any(token.lower_ == "if" for token in sentence):
        yield "if"
    above = [head, *head.ancestors]
    if any(c.dep_ == "mark" and c.lower_ in {"if", "unless"} for a in above for c in a.children):
        yield "under if"


def _of_place(spoken: Spoken, context: Context) -> Iterator[str]:
    doc, sentences = context.doc, context.sentences
    place, count = sentences.index(spoken.sentence), len(sentences)
    where = "first" if place == 0 else "last" if place == count - 1 else "middle"
    yield "sentence=only" if count == 1 else f"sentence={where}"
    yield f"sentences={min(count, 5)}"
    if context.asks:
        yield "message asks"
    if context.quotes:
        yield "message quotes"
    if context.is_quoted(spoken.head):
        yield "quoted"
    if ":" in doc.text[: spoken.head.idx]:
        yield "behind colon"
    yield f"message={next((t for t in doc if not t.is_punct), doc[0]).lower_}"
    if doc.text[:1].islower():
        yield "lower case"
    before = "nothing"
    if context.before:
        before = "question" if context.before.rstrip().endswith("?") else "statement"
        yield f"before={before} sentence={'first' if place == 0 else 'later'}"
        yield f"before={before} verbal={spoken.verbal}"
        yield from _echoes(spoken, context.before, before)
    yield f"before={before}"


def _echoes(spoken: Spoken, before: str, what: str) -> Iterator[str]:
    """Whether it takes up words of what the assistant said, to agree or to contradict."""
    said = set(_CONTENT.findall(before.casefold()))
    own = {t.lower_ for t in spoken.tokens if _CONTENT.fullmatch(t.lower_)}
    if own & said:
        yield f"echoes {what}"
        yield f"echoes {what} not={bool(spoken.negations)}"
    yield f"before={what} not={bool(spoken.negations)} who={subject_kind(spoken.subject)}"
