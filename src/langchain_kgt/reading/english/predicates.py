"""What a question says of its subject, but for the answer: "works in" of "Where do I work?"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.clauses import Asked, Group, left_over, number
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.links import links
from langchain_kgt.reading.english.phrases import is_stranded, joined, subtree, text_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def predicates(
    asked: Asked, group: Group, subject: Token, inflect: Inflector
) -> list[str]:
    """What is said of a subject, but for the answer."""
    plural = number(subject, group)
    verb = group.verb
    taken = set(asked.places) | {t.i for t in subtree(subject)} | group.places
    rest = left_over(verb, taken)
    stranded = [t for t in rest if is_stranded(t) and t.dep_ != "prt"]
    rest = [t for t in rest if t not in stranded]
    perfect = asked.link == "since" and not group.past
    head = group.turned(inflect, plural=plural, perfect=perfect)
    lemma = verb.lemma_.lower()
    if lemma == "do" and _is_living(asked, group, rest):
        return [head.replace("does", "works").replace("did", "worked") + " as", head]
    if _is_naming(asked, group):
        be = inflect.be("past" if group.past else "present", plural=plural)
        return [f"{be} named", f"{be} called"]
    tail = text_of(rest)
    noun = _counted(asked)
    if noun is None and asked.noun is not None and lemma in ("have", "hold"):
        noun = f"the {noun_text(asked)}"
    if noun is not None:
        return [joined(head, tail, _since(noun, group), asked.link)]
    if stranded:
        return [joined(head, tail, text_of(stranded))]
    has_object = any(t.dep_ in ("dobj", "obj") and t.head == verb for t in rest)
    found = [
        joined(head, tail, link) for link in links(asked, group, has_object=has_object)
    ]
    if asked.word == "whose" and asked.noun is not None:
        return [joined(head, tail, "the", noun_text(asked), "of")]
    return found


def noun_text(asked: Asked) -> str:
    """The noun of a question phrase with what belongs to it: "shoe size" of "what shoe size"."""
    if asked.noun is None:
        return ""
    doc = asked.noun.doc
    words = [doc[i] for i in sorted(asked.places) if doc[i].tag_ not in ("WP", "WDT", "WRB", "WP$")]
    words = [t for t in words if t.pos_ not in ("DET",) and not (t.i == min(asked.places)
             and t.pos_ == "ADP")]
    if words and words[0].lower_ in ("kind", "type", "sort") and len(words) > 2:
        words = words[2:] if words[1].lower_ == "of" else words
    return text_of(words).removeprefix("many ").removeprefix("much ")


def _counted(asked: Asked) -> str | None:
    if asked.noun is None or asked.word not in ("how many", "how much"):
        return None
    return f"the {'number' if asked.word == 'how many' else 'amount'} of {noun_text(asked)}"


def _since(noun: str, group: Group) -> str:
    """Of a stretch of time that lasts: "for the number of years"."""
    last = noun.split()[-1].rstrip("s")
    perfect = any(a.lemma_ == "have" for a in group.auxiliaries)
    return f"for {noun}" if perfect and (kinds.is_time(last) or last == "minute") else noun


def _is_living(asked: Asked, group: Group, rest: Sequence[Token]) -> bool:
    """Whether "do" asks for somebody's work."""
    if asked.noun is not None:
        return asked.noun.lemma_.lower() in ("job", "work", "profession", "occupation")
    if asked.word != "what":
        return False
    said = text_of(rest).lower()
    return said in ("for a living", "for work", "for a job", "professionally", "as a job") or (
        not group.past and len(group.auxiliaries) == 1
        and said in ("", "these days", "now", "at present", "nowadays", "currently")
    )


def _is_naming(asked: Asked, group: Group) -> bool:
    lemma = group.verb.lemma_.lower()
    return (
        group.is_passive and lemma in ("call", "name") and asked.word in ("what", "how")
        and asked.noun is None and not any(c.dep_ in ("prep", "prt") for c in group.verb.children)
    )
