"""Questions for yes or no: what it would be to say yes, and what to say no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from langchain_kgt.reading.english.clauses import Asked, number
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.phrases import WE, I, joined, text_of, theirs
from langchain_kgt.reading.english.statements import Statement, auxiliary_after, statement_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(frozen=True, slots=True)
class Polar:
    """A question for yes or no: its subject, its verb said and denied, and the rest."""

    subject: Token
    phrase: str
    stated: str
    denied: str
    object: str
    past: bool


def polar_of(doc: Doc, parse: Callable[[str], Doc], inflect: Inflector) -> Polar | None:
    """Read a question that opens with its auxiliary: "Does my uncle eat meat?"."""
    start = next(
        (t.i for t in doc if t.pos_ not in ("INTJ", "CCONJ", "PUNCT") and t.lower_ not in (
            "so", "then", "well")), 0,
    )
    opening = Asked("", None, "", frozenset((start - 1,)))
    if auxiliary_after(opening, doc) is None:
        return None
    told = statement_of(opening, doc, parse, None)
    if told is None:
        return None
    group, subject = replace(told.group, adverbs=_lasting(told.group.adverbs)), told.subject
    rest = _lasting(told.rest) if group.verb.lemma_ == "be" else told.rest
    if group.verb.lemma_ == "be" and (named := _of_name(told)) is not None:
        return named
    if subject.lower_ == "there":
        return _there(list(rest), past=group.past)
    plural = number(subject, group)
    said, denied = (group.turned(inflect, plural=plural, negated=no) for no in (False, True))
    if denied.startswith("must not") and not group.negated:
        # Who need not is not forbidden.
        denied = ("do" if plural else "does") + denied.replace("must not", " not have to", 1)
    ahead, value = _split(list(rest))
    phrase = text_of(told.phrase)
    if not value and ahead:
        ahead, value = "", ahead
    if not value:
        # "Can my son swim?", "Is my dog neutered?": the last word of the verb is the value.
        if len(said.split()) > 1:
            return Polar(subject, phrase, said.rsplit(" ", 1)[0], denied.rsplit(" ", 1)[0],
                         said.rsplit(" ", 1)[1], group.past)
        lemma = group.verb.lemma_.lower()
        do = "did" if group.past else "do" if plural else "does"
        return None if lemma == "be" else Polar(subject, phrase, do, f"{do} not", lemma,
                                                group.past)
    first_person = subject.lower_ in I | WE
    ahead, value = (theirs(part, first_person=first_person) for part in (ahead, value))
    return Polar(subject, phrase, joined(said, ahead), joined(denied, ahead), value, group.past)


def _of_name(told: Statement) -> Polar | None:
    """"Is my dog's name Rex?", of my dog: it is named so."""
    phrase = told.phrase
    at = next((i for i, t in enumerate(phrase) if i and t.lower_ == "name"), None)
    if at is None or phrase[at - 1].tag_ not in ("PRP$", "POS"):
        return None
    value = text_of([*phrase[at + 1 :], *told.rest])
    if not value[:1].isupper():
        return None
    owner = [t for t in phrase[:at] if t.tag_ != "POS"]
    be = "was" if told.group.past else "is"
    return Polar(owner[-1], text_of(owner), f"{be} named", f"{be} not named", value,
                 told.group.past)


def _lasting(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Without "still" and "ever": what still is so is so."""
    return tuple(t for t in tokens if t.lower_ not in ("still", "ever") or t.pos_ != "ADV")


def _split(rest: list[Token]) -> tuple[str, str]:
    """The words that still belong to the relation, and the value: "allergic to", "nuts"."""
    last = -1
    for at, token in enumerate(rest):
        if token.dep_ == "prt":
            last = at
        elif token.pos_ == "ADP" and at + 1 < len(rest):
            last = at
            break
        elif token.pos_ not in ("ADJ", "ADV") and token.tag_ != "VBN":
            break
    return text_of(rest[:last + 1]), text_of(rest[last + 1:])


def _there(rest: list[Token], *, past: bool) -> Polar | None:
    """"Is there a garden at my house?", of my house."""
    place = next((t for t in rest if t.dep_ == "pobj"), None)
    if place is None:
        return None
    gone = {t.i for t in place.head.subtree}
    value = text_of(t for t in rest if t.i not in gone)
    has = ("had", "did not have") if past else ("has", "does not have")
    return Polar(place, text_of(place.subtree), *has, value, past) if value else None
