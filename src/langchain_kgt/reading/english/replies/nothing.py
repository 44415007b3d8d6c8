"""What is no answer, and why; and what says only that an answer is wrong, or of old."""

from __future__ import annotations

from typing import Literal, NamedTuple

from spacy.tokens import Span, Token

from langchain_kgt.reading.base import Question
from langchain_kgt.reading.english.replies import phrases

_KNOWING = frozenset(
    "know remember recall decide care mind tell say answer understand guess hear think".split()
)
_MIXING = frozenset("mix confuse mistake misunderstand mishear swap muddle misread".split())
_WISHING = frozenset("like love prefer rather hate".split())
_SAYING = frozenset("tell say mention answer".split())
_DELAYING = frozenset("tell ask check look find let see think".split())
_MAYBE = frozenset("would 'd might may could should".split())
_THAT = frozenset("that so this it".split())


class Judged(NamedTuple):
    """What a sentence is besides an answer, and for nothing, why."""

    verdict: Literal["nothing", "wrong", "old", "answer"]
    why: str = ""


def judged(sentence: Span, question: Question) -> Judged:
    """Whether a sentence holds an answer, says that the one given is wrong or old, or nothing."""
    text = sentence.text.strip().replace("’", "'")
    words = [t.lower_.replace("’", "'") for t in sentence if any(c.isalnum() for c in t.text)]
    if phrases.is_old(text):
        return Judged("old")
    if phrases.is_wrong(words) or _blames(sentence.root):
        return Judged("wrong")
    why = _why(sentence, text, words, question)
    return Judged("nothing", why) if why else Judged("answer")


def _why(sentence: Span, text: str, words: list[str], question: Question) -> str:
    """Why a sentence is no answer, or nothing."""
    root = sentence.root
    as_value = question.kind == "place" or question.text.casefold().startswith("how")
    if not words:
        return "It holds no letter or digit."
    if text.rstrip(" !.\"'").endswith("?") or _asks(sentence):
        return "It asks something itself."
    if phrases.is_open(text) or _delays(root):
        return "It leaves the question open."
    if phrases.is_unknown(text) or _does_not_know(root, question):
        return "It says that the answer is not known."
    if phrases.is_same(text):
        return "It says that nothing has changed."
    if phrases.is_courtesy(text, words, as_value=as_value):
        return "It is a word of courtesy."
    if _refers_back(root):
        return "It refers to what was said before."
    if phrases.is_agreement(words):
        return "It agrees with what was said."
    if phrases.is_hypothesis(text) or _is_conditional(root):
        return "It says what might be, not what is."
    if _commands(sentence):
        return "It asks for something."
    if _subject(root) == "you" and not any(
        subject.casefold().startswith("you") for subject in question.subjects
    ):
        return "It speaks of the assistant."
    return ""


def _asks(sentence: Span) -> bool:
    """A question without its mark: "what's the difference", "is it late"."""
    words = [token for token in sentence if not token.is_punct]
    if len(words) < 3:
        return False
    first, second = words[:2]
    if first.tag_ in {"WP", "WRB"}:
        return second.pos_ == "AUX"
    return first.pos_ == "AUX" and first.tag_ in {"VBZ", "VBP", "VBD", "MD"} and any(
        child.dep_ == "nsubj" and child.i > first.i for child in sentence.root.children
    )


def _subject(root: Token) -> str:
    return next((c.lower_ for c in root.children if c.dep_ in {"nsubj", "nsubjpass"}), "")


def _denies(root: Token) -> bool:
    return any(child.dep_ == "neg" for child in root.children)


def _blames(root: Token) -> bool:
    """"You're mixing her up", "I never said that", "That's not what I said"."""
    subject = _subject(root)
    if subject == "you":
        return root.lemma_ in _MIXING or any(
            child.lemma_ in phrases.WRONG | _MIXING for child in root.children
        )
    if not _denies(root):
        return False
    if subject == "i" and root.lemma_ in {"say", "mean"}:
        return any(child.lower_ in _THAT for child in root.children)
    return subject in _THAT and any(
        token.lower_ in {"i", "we"} and token.head.lemma_ in {"say", "mean", "tell", "ask"}
        for child in root.children if child.dep_ in {"ccomp", "attr", "acomp"}
        for token in child.subtree
    )


def _does_not_know(root: Token, question: Question) -> bool:
    if root.lemma_ == "forget" and root.tag_ in {"VBD", "VBP", "VBN"}:
        return not any(
            child.dep_ in {"dobj", "xcomp"} and child.pos_ in {"NOUN", "PROPN"}
            for child in root.children
        )
    if root.lemma_ not in _KNOWING or not _denies(root):
        return False
    if _subject(root) not in {"i", "we", ""} or any(c.lower_ == "so" for c in root.children):
        return False
    # "I don't know Tom" answers whom I know; "I don't think he smokes" whether he does.
    asked = any(root.lemma_ in relation for relation in question.relations)
    claims = root.lemma_ in {"think", "say"} and any(c.dep_ == "ccomp" for c in root.children)
    return not asked and not claims


def _refers_back(root: Token) -> bool:
    """"I told you already", "I said so"."""
    said = {
        child.lower_ for child in root.children
        if child.dep_ in {"dobj", "dative", "ccomp", "prep", "oprd"}
    }
    return _subject(root) in {"i", "we"} and root.lemma_ in _SAYING and said <= _THAT | {"you"}


def _delays(root: Token) -> bool:
    """"I'll tell you tomorrow", "I have to check"."""
    verb = root
    if root.lemma_ in {"have", "need", "go", "want"}:
        verb = next((child for child in root.children if child.dep_ == "xcomp"), root)
    ahead = verb != root or any(child.tag_ == "MD" for child in root.children)
    return ahead and verb.lemma_ in _DELAYING and _subject(root) in {"i", "we"}


def _is_conditional(root: Token) -> bool:
    if any(child.dep_ == "aux" and child.lower_ in _MAYBE for child in root.children):
        return root.lemma_ not in _WISHING
    return any(
        child.dep_ == "advcl" and any(g.dep_ == "mark" and g.lower_ == "if" for g in child.children)
        for child in root.children
    )


def _commands(sentence: Span) -> bool:
    """An imperative to the assistant: "ask me later", "let me check", "don't worry"."""
    root = sentence.root
    if root.tag_ not in {"VB", "VBP"} or any(
        (child.dep_ in {"nsubj", "nsubjpass", "expl"} and child.i < root.i)
        or (child.dep_ == "aux" and child.tag_ in {"MD", "TO", "VBZ"})
        for child in root.children
    ):
        return False
    before = sentence.doc[sentence.start : root.i]
    if any(token.lower_ in {"do", "please", "never", "just"} for token in before):
        return True
    if any(token.pos_ in {"NOUN", "PROPN"} for token in before):
        return False
    return root.lemma_ == "let" or any(
        token.lower_ in {"me", "us", "it", "that", "this", "again", "later"}
        for token in root.subtree if root.i < token.i <= root.i + 3
    )
