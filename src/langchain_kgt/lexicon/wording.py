"""The words of an English relation, taken apart: what it says, when, and whether it is so."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from langchain_kgt.english import is_participle, is_plural, lemma

Tense: TypeAlias = Literal["", "past", "perfect", "ended"]
"""When it holds: now, then, some time so far ("has visited"), or no longer."""

BE = frozenset({"am", "is", "are", "was", "were", "be", "'s", "'re", "'m"})
HAVE = frozenset({"has", "have", "had", "having", "'ve"})
_PAST = frozenset({"was", "were", "had", "did"})
_ARTICLES = frozenset({"a", "an", "the"})
_OWNERS = frozenset({"my", "our", "your", "his", "her", "its", "their", "the"})
# They change nothing of what is said.
_ADVERBS = frozenset(
    "now currently presently still also already really actually just always usually".split()
)
_MODALS = frozenset("can could will would shall should may might must".split())
_STOPS = frozenset({"stop", "quit", "cease"})
_STARTS = frozenset({"start", "begin"})
_NAMED = frozenset({"named", "called"})
PREPOSITIONS = frozenset(
    "in on at to of for with from by as about into near after since until under over".split()
)
_BEFORE = "elder eldest main only first last current primary favourite next most".split()
_OVER = (" no longer ", " any more ", " any longer ")
_CONTRACTED = {
    "cannot": "can not", "can't": "can not", "won't": "will not", "cant": "can not",
    "wont": "will not", "dont": "do not", "doesnt": "does not", "didnt": "did not",
    "isnt": "is not", "arent": "are not", "wasnt": "was not", "hasnt": "has not",
    "anymore": "any more",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A relation taken apart.

    Attributes:
        base: what it says, one form for all persons and tenses, without articles: "live in",
            "is named", "has sister".
        tense: when that is so.
        denied: whether it is said not to be so.
        modal: "can" or the like before its verb; else empty.
        plural: whether the noun that it has is one of several, or its verb is "are".
        surface: of a perfect, its words.
        bare: whether the verb stands alone, so that it may be no verb: "name", "allergic to".
    """

    base: str
    tense: Tense = ""
    denied: bool = False
    modal: str = ""
    plural: bool = False
    surface: str = ""
    bare: bool = False

    @property
    def key(self) -> str:
        """A wording that is taken apart to the same again."""
        first, _, rest = self.base.partition(" ")
        no = "not " if self.denied else ""
        if self.tense == "perfect":
            return f"has {no}{self.surface}"
        if self.tense == "ended":
            return f"no longer {self.base}"
        if self.modal:
            verb = {"is": "be", "has": "have"}.get(first, first)
            return f"{self.modal} {no}{verb} {rest}".strip()
        if first == "is":
            return f"{'was' if self.tense else 'is'} {no}{rest}".strip()
        if self.denied:
            verb = "have" if first == "has" else first
            return f"{'did' if self.tense else 'does'} not {verb} {rest}".strip()
        if first == "has":
            return f"{'had' if self.tense else 'has'} {rest}".strip()
        return f"used to {self.base}" if self.tense else self.base


def take_apart(key: str, canonical: Callable[[str], str]) -> Wording:
    """Take the key of an English relation apart.

    Args:
        key: as `keys.normalize` gives it.
        canonical: the one spelling of a word, or the word.

    >>> take_apart("is living in", str)
    Wording(base='live in', tense='', denied=False, modal='', plural=False, surface='', bare=False)
    >>> take_apart("doesn't like", str).key, take_apart("was living in", str).key
    ('does not like', 'used to live in')
    """
    text = " ".join(_CONTRACTED.get(word, word) for word in key.split(" "))
    text = f" {text} ".replace("n't ", " not ")
    left = functools.reduce(lambda rest, over: rest.replace(over, " "), _OVER, text)
    ended, text = left != text, left
    words = [canonical(word) for word in text.split() if word not in _ADVERBS]
    denied = "not" in words or "never" in words
    words = [word for word in words if word not in ("not", "never")]
    if len(words) > 2 and words[0] in HAVE and words[1] == "no":
        denied, words = True, [words[0], *words[2:]]
    while len(words) > 1 and words[0] in _OWNERS:
        words = words[1:]
    if not _without_articles(words):
        return Wording(key)
    read = _clause(words, denied=denied)
    if ended:
        return replace(read, tense="ended", denied=False)
    return replace(read, denied=denied) if read.tense != "ended" else read


def _clause(
    words: list[str], *, denied: bool = False, tense: Tense = "", infinitive: bool = False
) -> Wording:
    """The verb group, from the left."""
    first, rest = words[0], words[1:]
    second = rest[0] if rest else ""
    if not rest:
        return _alone(first, tense, infinitive)
    if first in ("do", "does", "did") and denied:
        return _clause(rest, tense="past" if first == "did" else tense, infinitive=True)
    if first == "used" and second == "to" and rest[1:]:
        return _clause(rest[1:], tense="past", infinitive=True)
    if first in _MODALS:
        return replace(_clause(rest, infinitive=True), modal=first)
    if first in BE:
        return _be(first, rest, tense)
    if first in HAVE:
        return _have(first, rest, tense)
    verb = first if infinitive else lemma(first)
    if verb == "give" and second == "up" and rest[1:]:
        verb, second, rest = "stop", rest[1], rest[1:]
    if second.endswith("ing") and lemma(second) != second:
        if verb in _STOPS:
            return _doing(rest, "ended")
        if verb in _STARTS:
            return _doing(rest, tense)
    at = next((i for i, word in enumerate(rest, 1) if word in BE), 0)
    if at:
        # "name is", "birthday is on".
        return _noun(words[:at] + words[at + 1 :], "past" if words[at] in _PAST else tense)
    return _verb(words, tense, infinitive)


def _doing(words: list[str], tense: Tense) -> Wording:
    """What somebody is doing is what they do."""
    verb = [lemma(words[0]), *words[1:]]
    return replace(_clause(verb, tense=tense, infinitive=True), bare=False)


def _alone(word: str, tense: Tense, infinitive: bool) -> Wording:
    known = "is" if word in BE else "has" if word in HAVE else None
    if known is None:
        return _verb([word], tense, infinitive)
    return Wording(known, "past" if word in _PAST else tense)


def _verb(words: list[str], tense: Tense, infinitive: bool) -> Wording:
    first = words[0]
    verb = first if infinitive else lemma(first)
    past = verb != first and not first.endswith(("s", "ing"))
    base = " ".join([verb, *_without_articles(words[1:])])
    return Wording(base, "past" if past else tense, bare=True)


def _be(first: str, rest: list[str], tense: Tense) -> Wording:
    tense = "past" if first in _PAST else tense
    second = rest[0]
    if second == "going" and rest[1:2] == ["to"] and rest[2:]:
        return replace(_clause(rest[2:], infinitive=True), modal="will")
    if second.endswith("ing") and lemma(second) != second:
        return _doing(rest, tense)
    kept = _without_articles(rest)
    kept = [lemma(w) if w != kept[-1] and is_plural(w) else w for w in kept]
    return Wording(" ".join(["is", *kept]), tense, plural=first in ("are", "were"))


def _have(first: str, rest: list[str], tense: Tense) -> Wording:
    tense = "past" if first == "had" else tense
    if rest[0] == "got" and rest[1:]:
        rest = rest[1:]
    if rest[0] == "to" and rest[1:]:
        return replace(_clause(rest[1:], tense=tense, infinitive=True), modal="must")
    if rest[0] == "been" and rest[1:]:
        second = rest[1]
        if second.endswith("ing") and lemma(second) != second:
            return _doing(rest[1:], tense)
        surface = " ".join(["been", *_without_articles(rest[1:])])
        return Wording(" ".join(["is", *_without_articles(rest[1:])]), "perfect", surface=surface)
    if is_participle(rest[0]):
        base, surface = (
            " ".join([verb, *_without_articles(rest[1:])]) for verb in (lemma(rest[0]), rest[0])
        )
        return Wording(base, "perfect", surface=surface)
    return _noun(rest, tense)


def _noun(words: list[str], tense: Tense) -> Wording:
    """What a subject has: "a wife named", "as favourite colour", "two sisters"."""
    words = _without_articles(words)
    if len(words) > 1 and words[-1] in _NAMED:
        words = words[:-1]
    if len(words) > 1 and words[0] == "as":
        words = words[1:]
    at = head(words)
    plural = bool(words) and is_plural(words[at])
    if plural:
        words = [*words[:at], lemma(words[at]), *words[at + 1 :]]
    return Wording(" ".join(["has", *words]), tense, plural=plural)


def head(words: list[str]) -> int:
    """Where the noun stands that the others go with: the last before a preposition.

    >>> head(["best", "friend", "in", "town"]), head(["phone", "number"])
    (1, 1)
    """
    end = next((i for i, word in enumerate(words) if i and word in PREPOSITIONS), len(words))
    return max(end - 1, 0)


def _without_articles(words: list[str]) -> list[str]:
    return [word for word in words if word not in _ARTICLES]


def is_the_only(words: list[str]) -> bool:
    """Whether the words before a noun leave one of it: "best", "eldest", "favourite", "main".

    >>> is_the_only(["oldest"]), is_the_only(["guest"]), is_the_only(["red"])
    (True, False, False)
    """
    return any(
        word in _BEFORE or (word.endswith("est") and (lemma(word) != word or word == "best"))
        for word in words
    )
