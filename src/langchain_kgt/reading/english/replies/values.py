"""A value as it stands in a reply: without the signs around it, and a list taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from spacy.language import Language
from spacy.tokens import Token

from langchain_kgt.reading.base import Question

_PREPOSITION = re.compile(
    r"(?:in|at|on|to|by|with|from|for|near|of|into|under|over|behind|beside|outside|inside|next to|"
    r"close to|opposite|above|below|around|about|between|off|after|before|since|until|as|without|"
    r"through|across|along|among|within|towards?)",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"({_PREPOSITION.pattern})\s+(?=\S)", re.IGNORECASE)
_TRAILING = re.compile(rf"^(.*?)\s+({_PREPOSITION.pattern})$", re.IGNORECASE)
_SOFT = re.compile(
    r"^(?:(?:just|mostly|mainly|simply|currently|still|also|only|now|but|and|then|either)\s+)+"
    r"(?=\S)",
    re.IGNORECASE,
)
_NONE = re.compile(r"^(?:nothing|nobody|no[- ]?one|nowhere|none)$", re.IGNORECASE)
_COMMA = re.compile(r",\s+(?:and\s+|plus\s+)?|\s+and\s+|\s+plus\s+|\s+as well as\s+", re.IGNORECASE)
# "Black coffee, no sugar" is one.
_BELONGS = re.compile(r"(?:no|without) ", re.IGNORECASE)
_TITLE = re.compile(r"\b(?:mr|mrs|ms|dr|prof|st)\.?$", re.IGNORECASE)
_QUANTITY = re.compile(r"\b(?:between|half|quarter|\d+|hundred|thousand|one|two|three)\b", re.I)


def stripped(text: str) -> str:
    """Without the signs around it that are not its own.

    >>> stripped('"Rome".'), stripped(".5 kg!"), stripped("+43 1"), stripped("Ada (8)")
    ('Rome', '.5 kg', '+43 1', 'Ada (8)')
    """
    text = text.strip()
    while text and (text[-1] in ",;:.!?…*" or text[-1].isspace()):
        if text[-1] == "." and re.search(r"\b(?:[A-Z]|[ap]\.m|Jr|Sr|Inc|Ltd|etc)\.$", text):
            break
        text = text[:-1]
    text = re.sub(r"^(?:[\s,;:!?…*]|\.(?!\d)|[-–—]+\s)+", "", text)
    for left, right in ('""', "“”", "‘’", "''", "«»", "()"):
        if len(text) > 2 and text[0] == left and text[-1] == right and right not in text[1:-1]:
            return stripped(text[1:-1])
    return text


def soft(text: str) -> str:
    """Without words before a value that only stress it: "just", "mostly"."""
    return _SOFT.sub("", text)


def is_none(text: str) -> bool:
    """Whether a value says that there is none.

    >>> is_none("Nobody"), is_none("No sugar")
    (True, False)
    """
    return bool(_NONE.match(text))


def led(text: str) -> tuple[str, str]:
    """The preposition a value begins with, and the value.

    >>> led("near the harbour"), led("the harbour")
    (('near', 'the harbour'), ('', 'the harbour'))
    """
    found = _LEADING.match(text)
    return (found[1].lower(), text[found.end() :]) if found else ("", text)


def swapped(relation: str, preposition: str) -> str:
    """A relation with another preposition at its end.

    >>> swapped("lives in", "near"), swapped("is", "in"), swapped("lives in", "")
    ('lives near', 'is in', 'lives in')
    """
    if not preposition:
        return relation
    found = _TRAILING.match(relation)
    return f"{found[1] if found else relation} {preposition}"


def preposition_of(relation: str) -> str:
    """The preposition at the end of a relation."""
    found = _TRAILING.match(relation)
    return found[2].lower() if found else ""


def wants(nlp: Language, question: Question) -> Literal["one", "many", ""]:
    """Whether a question asks for one thing or for several, as the number of its noun says."""
    root = next((t for t in nlp(question.text) if t.dep_ == "ROOT"), None)
    if root is None:
        return ""
    for token in root.doc:
        if token.tag_ in {"WDT", "WP"} and token.dep_ in {"det", "nmod"}:
            return _number(token.head)
    if any(child.dep_ in {"acomp", "prep"} and child.i > root.i and (
        child.nbor(-1).pos_ != "NOUN" or _is_open(child)
    ) for child in root.children):
        return ""
    asked = [t for t in root.doc if t.dep_ in {"nsubj", "nsubjpass", "attr"} and t.pos_ in {
        "NOUN", "PROPN"}]
    if asked and (root.lemma_ == "be" or root.lemma_ in {"call", "name"}):
        return _number(asked[0])
    return ""


def _is_open(adjective: Token) -> bool:
    """Whether what is asked for stands behind its preposition: "scared of" what."""
    return any(c.dep_ == "prep" and not list(c.children) for c in adjective.children)


def _number(noun: Token) -> Literal["one", "many"]:
    return "many" if noun.tag_ in {"NNS", "NNPS"} else "one"


def split(text: str, question: Question, nlp: Language, names: Sequence[str] = ()) -> list[str]:
    """The values of a list, or the one value.

    Three and more are a list. Two that "and" joins are one where one thing was asked for ("What is
    my favourite film?", "Pride and Prejudice"), where they are a place, where they are written
    large and no persons, or where a name among `names` holds both; else they are two.
    """
    if question.kind in {"amount", "reason"}:
        return [text]
    parts = _parts(text)
    joints = [found[0] for found in _COMMA.finditer(text)]
    if len(parts) < 2 or any(len(part.split()) > 5 for part in parts):
        return [_first(text, parts)]
    if any(_TITLE.search(part) or not any(c.isalnum() for c in part) for part in parts):
        return [text]
    large = all(soft(led(part)[1])[:1].isupper() for part in parts)
    if len(parts) == 2 and not any("and" in joint or "plus" in joint or "as well" in joint
                                   for joint in joints):
        small = not any(led(part)[1][:1].isupper() for part in parts)
        if question.kind == "person" and parts[0].startswith(("the ", "a ", "an ")) and all(
            t.pos_ == "PROPN" for t in nlp(parts[1])
        ):
            return [parts[1]]  # "the trainee, Solène"
        if question.kind in {"place", "date"} or wants(nlp, question) == "one":
            return [text if large or question.kind == "date" else parts[0]]
        same = (large or small) and all(len(part.split()) <= 2 for part in parts)
        return parts if same else [parts[0]]
    if any(" and " in name and name in text for name in names):
        return [text]
    if len(parts) > 2 and not (large and wants(nlp, question) == "one"):
        return parts
    if _QUANTITY.search(text) and question.kind == "date":
        return [text]
    asked = wants(nlp, question)
    if asked == "many":
        return parts
    if asked == "one" or question.kind == "date":
        return [text]
    if question.kind == "place":
        # "Trinidad and Tobago" is one place, "in Porto and in Faro" are two.
        return parts if all(led(part)[0] for part in parts) else [text]
    if large and question.kind != "person":
        return [text]
    return parts


def _parts(text: str) -> list[str]:
    """Apart at commas and "and" that stand in no brackets."""
    parts, start = [], 0
    for found in _COMMA.finditer(text):
        before = text[start : found.start()]
        if before.count("(") == before.count(")") and not _BELONGS.match(text, found.end()):
            parts.append(before)
            start = found.end()
    return [part for part in (stripped(part) for part in [*parts, text[start:]]) if part]


def _first(text: str, parts: Sequence[str]) -> str:
    """A value with an explanation behind a comma, without it."""
    if len(parts) > 1 and "," in text and len(parts[0].split()) <= 5:
        head = text.split(", ")[0]
        return head if " and " not in head else text
    return text
