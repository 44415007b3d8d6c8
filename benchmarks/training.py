"""The messages of `daily-train.json`, and what is made of them to fit on.

Its people are chatty: what they say in four words is small talk. So that length does not tell what
lasts, their facts are said plainly too ("I work as a plumber."), and so are their clauses, right
and wrong, each as a message of its own. And since they hardly say what they like, nor what they
need right now, `data/plain-lasting.txt` and `data/plain-moments.txt` hold sentences written for
this fit, in pairs with one verb: "I have migraines", "I have a headache".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from benchmarks.harness import progress
from benchmarks.learned import holds
from langchain_kgt.english import lemma
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.reading.english.parser import Parser
from langchain_kgt.reading.english.replies.clauses import own_subject
from langchain_kgt.reading.english.talk.clauses import Spoken
from langchain_kgt.reading.english.talk.features import Context, of_message
from langchain_kgt.reading.english.talk.message import candidates, prepared, written_out
from langchain_kgt.reading.english.talk.wording import text_of
from langchain_kgt.reading.people import from_the_other_side
from langchain_kgt.triples import Triple

PASSING, PLAIN = "passing", "plain"
"""Kinds of messages that are made: a request and a statement in one; one clause alone."""

Parse = Callable[[str], Doc]
# In so many other words each fact is said.
_WORDINGS = 3
# Of so many facts the object of one is also said to be liked, or disliked.
_OF_A_FEW = 5
_USERS = re.compile(r"\b(the )?user's\b")
# Of these, nothing that lasts is said in any clause that asserts.
_SMALL = frozenset({"request", "question", "remark", "thanks", "negated"})


@dataclass
class Said:
    """A message of the data, as it is read."""

    person: int
    kind: str
    text: str
    context: Context
    spoken: list[Spoken] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    features: list[frozenset[str]] = field(default_factory=list)
    words: frozenset[str] = frozenset()
    right: list[bool] = field(default_factory=list)
    facts: list[Triple] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)


def read(people: Sequence[dict[str, Any]]) -> Iterator[Said]:
    """All of them, with what is made of them."""
    parse = Parser()
    with progress(len(people), "people") as advance:
        for number, person in enumerate(people):
            told: list[Triple] = []
            before = ""
            plain: dict[str, list[str]] = {}
            of_all: list[dict[str, Any]] = []
            for turn in [*person["turns"], *_in_passing(person["turns"])]:
                if turn["role"] != "user":
                    before = turn["content"]
                    continue
                said, new = _said(parse, number, turn, before)
                if turn["kind"] != PASSING:
                    # What memory would know of them, were every clause kept that tells a fact.
                    objects = [text for fact in turn["facts"] for text in fact["any_of"]]
                    said.facts = told
                    said.ended = [
                        holds(str(fact), turn["retires"]) and not holds(str(fact), objects)
                        for fact in told
                    ]
                    kept = [f for f, over in zip(told, said.ended, strict=True) if not over]
                    told = [*kept, *(fact for fact in new if fact not in kept)]
                    plain |= _plainly(parse, turn, said)
                    of_all += turn["facts"]
                before = ""
                yield said
            plain |= _liked(parse, of_all)
            for text, names in plain.items():
                turn = {"kind": PLAIN, "content": text, "facts": [{"any_of": names}]}
                yield _said(parse, number, turn, "")[0]
            advance()
    for number, (text, lasts) in enumerate(plain_sentences()):
        yield _plain(parse, len(people) + number, text, lasts=lasts)


def plain_sentences() -> Iterator[tuple[str, bool]]:
    """The sentences written for the fit, and whether each says something that lasts."""
    folder = Path(__file__).with_name("data")
    for name, lasts in (("plain-lasting.txt", True), ("plain-moments.txt", False)):
        for text in (folder / name).read_text(encoding="utf-8").splitlines():
            yield text, lasts


def _plain(parse: Parse, number: int, text: str, *, lasts: bool) -> Said:
    """A sentence written for the fit; what has a verb in it says what lasts, or does not."""
    said, _ = _said(parse, number, {"kind": PLAIN, "content": text, "facts": []}, "")
    verbal = any(one.verbal for one in said.spoken)
    said.right = [lasts and (one.verbal or not verbal) for one in said.spoken]
    return said


def _said(
    parse: Parse, number: int, turn: dict[str, Any], before: str
) -> tuple[Said, list[Triple]]:
    """A message as it is read, and the facts that its right clauses would be."""
    doc = parse(prepared(turn["content"]))
    earlier = [parse(written_out(from_the_other_side(before)))] if before else []
    context = Context(doc, before)
    said = Said(number, turn["kind"], doc.text, context, words=frozenset(of_message(context)))
    new = []
    for one in candidates(context, [*earlier, doc]):
        said.clauses.append(one.text)
        said.spoken.append(one.spoken)
        said.features.append(one.features)
        said.right.append(any(holds(one.text, f["any_of"]) for f in turn["facts"]))
        if said.right[-1]:
            new.append(Triple(one.subject, one.relation, f"{one.object} {one.more}"))
    return said, new


def _in_passing(turns: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Requests with a fact in passing, of which there are few: a request and a statement in one."""
    asking = [turn for turn in turns if turn.get("kind") in {"request", "question"}]
    stating = [turn for turn in turns if turn.get("kind") == "statement"]
    for number, (asks, states) in enumerate(zip(asking, stating, strict=False)):
        both = [asks["content"], states["content"]]
        yield states | {
            "content": " ".join(both if number % 2 else both[::-1]), "kind": PASSING,
        }


def _plainly(parse: Parse, turn: dict[str, Any], said: Said) -> dict[str, list[str]]:
    """What is said in a message, one clause at a time, with the objects that are named in it."""
    found = {
        sentence: fact["any_of"] for fact in turn["facts"] for sentence in _sentences(parse, fact)
    }
    for spoken, right in zip(said.spoken, said.right, strict=True):
        asserts = spoken.verbal and own_subject(spoken.head) is not None and spoken.finite
        framed = said.context.is_quoted(spoken.head) or any(
            token.lower_ == "if" for token in spoken.sentence
        )
        asked = spoken.sentence.text.rstrip().endswith("?")
        if asserts and not framed and not asked and (right or turn["kind"] in _SMALL):
            names = [text for fact in turn["facts"] for text in fact["any_of"]]
            found[_capital(text_of(spoken.tokens)) + "."] = names
    return found


def _sentences(parse: Parse, fact: dict[str, Any]) -> list[str]:
    """A fact as its user would say it, and in the lexicon's other words, its opposite too.

    >>> _sentences(Parser(), {"subject": "user", "relation": "lives in", "object": "Cork"})
    ['I live in Cork.', 'I reside in Cork.', 'I dwell in Cork.']
    """
    lexicon, relation = Lexicon.shipped(), fact["relation"]
    against = [one for one in lexicon.wordings if lexicon.opposite(relation, one)]
    said = [relation, *_worded(relation)]
    if against:
        said += _worded(max(against, key=lambda one: len(lexicon.synonyms(one))))
    found = (_sentence(parse, fact["subject"], one, fact["object"]) for one in said)
    return list(dict.fromkeys(filter(None, found)))


def _worded(relation: str) -> tuple[str, ...]:
    """The first few wordings of a relation in the lexicon."""
    return Lexicon.shipped().synonyms(relation)[:_WORDINGS]


def _liked(parse: Parse, facts: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """What people like and dislike, which these hardly say, of what they speak of."""
    words = [one for relation in ("likes", "loves", "hates") for one in _worded(relation)]
    some = facts[::_OF_A_FEW]
    return {
        _sentence(parse, "user", words[n % len(words)], fact["object"]): fact["any_of"]
        for n, fact in enumerate(some)
    }


def _sentence(parse: Parse, subject: str, relation: str, value: str) -> str:
    """A fact as its user would say it; empty if its relation is no verb to begin with."""
    if subject != "user":
        return _capital(_USERS.sub("my", f"{subject} {relation} {value}."))
    verb = parse(f"He {relation} {value}.")[1]
    if verb.tag_ not in {"VBZ", "MD"}:
        return ""
    first = verb.lower_ if verb.tag_ == "MD" else lemma(verb.lower_)
    plain = "am" if first == "be" else first
    rest = _USERS.sub("my", " ".join([*relation.split(" ")[1:], value]))
    return f"I {plain} {rest}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
