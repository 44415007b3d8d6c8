"""Questions for yes or no: what it would be to say yes, and what to say no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_kgt.reading.english.clauses import Group, left_over, number, subject_of
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.phrases import joined, subtree, text_of, theirs

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(frozen=True, slots=True)
class Polar:
    """A question for yes or no: its subject, its verb said and denied, and the rest."""

    subject: Token
    stated: str
    denied: str
    object: str
    past: bool


def polar_of(doc: Doc, inflect: Inflector) -> Polar | None:
    """Read a question that opens with its auxiliary: "Does my uncle eat meat?"."""
    first = next((t for t in doc if t.pos_ not in ("INTJ", "CCONJ", "PUNCT", "ADV")), None)
    if first is None or first.lower_ not in _OPENERS or first.i + 1 >= len(doc):
        return None
    verb = first
    while verb.dep_ in ("aux", "auxpass") and verb.head != verb:
        verb = verb.head
    subject = subject_of(verb)
    copular = verb == first
    if subject is None and copular:
        subject = next((c for c in verb.children if c.i > verb.i and c.dep_ in ("attr", "dobj")),
                       None)
    if subject is None:
        subject = next((c.root for c in doc.noun_chunks if c.start > first.i), None)
    if subject is None or subject.i < first.i:
        return None
    if subject.lower_ == "there":
        return _there(doc, verb, first, inflect)
    group = Group.of(verb)
    plural = number(subject, group)
    start = max(subject.i, verb.i) if copular else verb.i
    taken = {t.i for t in subtree(subject) if not copular or t.i <= _end_of(subject, verb)}
    rest = [t for t in doc[min(start, subject.i) + 1:] if t.i not in taken | group.places
            and not (t.is_punct and t.text in "?.!,;:\"") and t.i > subject.i
            and t.lower_ not in ("n't", "not")]
    said, denied = (
        group.turned(inflect, plural=plural, negated=no) for no in (False, True)
    )
    ahead, value = _split(rest)
    if not value:
        # "Can my son swim?", "Is my dog neutered?": the last word of the group is the value.
        if len(said.split()) > 1:
            return Polar(subject, *(s.rsplit(" ", 1)[0] for s in (said, denied)),
                         said.rsplit(" ", 1)[1], group.past)
        lemma = verb.lemma_.lower()
        do = "did" if group.past else "do" if plural else "does"
        return Polar(subject, do, f"{do} not", lemma, group.past)
    first_person = subject.lower_ in ("i", "we")
    ahead, value = (theirs(part, first_person=first_person) for part in (ahead, value))
    return Polar(subject, joined(said, ahead), joined(denied, ahead), value, group.past)


def _split(rest: list[Token]) -> tuple[str, str]:
    """The words that still belong to the relation, and the value: "allergic to", "nuts"."""
    last = -1
    for at, token in enumerate(rest):
        if token.dep_ == "prt" or token.pos_ == "ADP" and at + 1 < len(rest):
            last = at
            break
        if token.pos_ in ("ADJ", "ADV") or token.tag_ == "VBN":
            continue
        break
    return text_of(rest[:last + 1]), text_of(rest[last + 1:])


def _end_of(subject: Token, verb: Token) -> int:
    """Where a subject after "be" ends, whatever else the parse hangs on it."""
    end = subject.i
    for child in subject.children:
        if child.i > subject.i and child.dep_ in ("prep", "poss", "case", "relcl", "conj", "cc",
                                                  "appos", "nummod"):
            if child.dep_ == "prep" and child.lower_ != "of":
                break
            end = max(end, child.right_edge.i)
    return end


def _there(doc: Doc, verb: Token, first: Token, inflect: Inflector) -> Polar | None:
    """"Is there a garden at my house?", of my house."""
    place = next((t for t in doc if t.dep_ == "pobj" and t.i > verb.i), None)
    if place is None:
        return None
    gone = {t.i for t in place.head.subtree}
    value = text_of(t for t in doc[first.i + 2:] if t.i not in gone)
    past = first.lower_ in ("was", "were")
    if not value:
        return None
    has = ("had", "did not have") if past else ("has", "does not have")
    return Polar(place, *has, value, past)


_OPENERS = frozenset(
    "am is are was were do does did has have had can could may might must shall should will would "
    "ca wo need".split()
)
