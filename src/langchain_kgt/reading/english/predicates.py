"""What a question says of its subject, but for the answer: "works in" of "Where do I work?"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.clauses import Asked, Group, noun_text, number
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.links import links, named
from langchain_kgt.reading.english.phrases import is_stranded, joined, text_of
from langchain_kgt.reading.english.statements import Statement

if TYPE_CHECKING:
    from spacy.tokens import Token


def predicates(asked: Asked, told: Statement, inflect: Inflector) -> list[str]:
    """What is said of the subject, but for the answer."""
    group = told.group
    plural = number(told.subject, group)
    lemma = group.verb.lemma_.lower()
    stranded = [t for t in told.rest if is_stranded(t)]
    rest = [t for t in told.rest if t not in stranded]
    perfect = asked.link == "since" and not group.past
    head = group.turned(inflect, plural=plural, perfect=perfect)
    if lemma == "do" and _is_living(asked, group, rest):
        return [head.replace("does", "works").replace("did", "worked") + " as", head]
    if _is_naming(asked, told):
        be = inflect.be("past" if group.past else "present", plural=plural)
        return [f"{be} named", f"{be} called"]
    tail = text_of(rest)
    noun = _counted(asked)
    if noun is None and asked.noun is not None and lemma in ("have", "hold") and not asked.link:
        noun = f"the {noun_text(asked)}"
    if noun is not None:
        tail = joined(tail, text_of(stranded))
        how_often = tail if _is_rate(rest) and not stranded else ""
        before = "" if how_often else tail
        return [joined(head, before, _since(noun, group), how_often, asked.link)]
    if stranded:
        return [joined(head, tail, link) for link in named(text_of(stranded), asked)]
    has_object = any(t.dep_ in ("dobj", "obj") and t.head == group.verb for t in rest)
    found = [
        joined(head, tail, link) for link in links(asked, group, has_object=has_object)
    ]
    if asked.word == "whose" and asked.noun is not None and not asked.link:
        return [joined(head, tail, "the", noun_text(asked), "of")]
    return found


def _counted(asked: Asked) -> str | None:
    if asked.noun is None or asked.word not in ("how many", "how much"):
        return None
    return f"the {'number' if asked.word == 'how many' else 'amount'} of {noun_text(asked)}"


def _is_rate(words: Sequence[Token]) -> bool:
    """"a week" of "How many eggs do my hens lay a week?"."""
    return (
        len(words) == 2 and words[0].lower_ in ("a", "an", "per", "each", "every")
        and kinds.is_time(words[1].lemma_.lower())
    )


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


def _is_naming(asked: Asked, told: Statement) -> bool:
    return (
        told.group.is_passive and told.group.verb.lemma_.lower() in ("call", "name")
        and asked.word in ("what", "how") and asked.noun is None and not told.rest
    )
