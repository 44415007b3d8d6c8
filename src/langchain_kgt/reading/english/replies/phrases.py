"""Short replies that are no answer, told by their words alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

_THANKS = frozenset(
    "thanks thank thx ta cheers please ok okay k kk haha hahaha lol hello hi hey bye goodbye "
    "welcome sorry pardon noted understood hmm hm mhm um uh oh ah wow ugh oops yay".split()
)
_PRAISE = frozenset(
    "great cool nice good fine perfect lovely awesome alright right excellent super brilliant "
    "interesting funny sweet".split()
)
_BESIDE_PRAISE = frozenset(
    "you 're are re 's s is that it this so very much a lot for the all too well my pleasure i am "
    "'m no problem problems worries worry at not got see to know and then now just really again "
    "help there your u anyway quite question point sound sounds look looks seem seems".split()
)
_POLITE = frozenset(
    {"my pleasure", "no problem", "no worries", "got it", "i see", "good to know", "not at all"}
)
WRONG = frozenset(
    "wrong incorrect false untrue mistaken nonsense rubbish mistake error lie".split()
)
_RIGHT = frozenset("right true correct accurate exactly yes yeah yep indeed agreed so".split())
_BESIDE_WRONG = frozenset(
    "that this it you your answer is 's are 're was were be completely totally absolutely all just "
    "simply quite plain so very a an i 'm am afraid sorry no nope still again not n't one memory "
    "the".split()
)
_BESIDE_RIGHT = frozenset("that is 's you are 're it".split())


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(patterns)})[\s.!]*$", re.IGNORECASE)


_UNKNOWN = re.compile(
    r"^(?:(?:(?:i'?m|i am|am)\s+)?(?:really |still |quite )?not (?:really |entirely |quite |too )?"
    r"(?:sure|certain)|(?:i(?:'ve| have)?\s*)?(?:got )?(?:absolutely |really |honestly )?"
    r"no (?:idea|clue|comment|opinion)|idk|i ?dunno|dunno|who knows|god knows|beats me|search me|"
    r"n/?a|tb[adc]|unknown|(?:it |that )?(?:all )?depends|(?:hard|difficult) to (?:say|tell)|"
    r"undecided|your guess is as good as mine|can'?t (?:say|tell|remember))\b",
    re.IGNORECASE,
)
_OPEN = _any_of(
    r"never ?mind|nvm|later|(?:maybe |perhaps )?(?:another|some other) time|not now",
    r"forget (?:it|that|about it)|skip(?: (?:it|that|this))?|pass|next(?: question)?|drop it",
    r"leave it|(?:that's |it's )?none of your (?:business|concern)|no comment",
    r"(?:that's |it's )?(?:private|personal|a secret|confidential)",
    r"(?:i'?d |i would )?(?:rather|prefer) not\b.*|what(?:so)?ever|who cares|no matter|anything",
    r"(?:it |that )?does(?:n't| not) matter|up to you|you (?:choose|decide)|same here|me too",
    r"me neither|stop(?: it)?|wait|hold on|one (?:moment|second|sec)",
)
_SAME = _any_of(
    r"(?:it(?:'s| is) |they are |that's )?(?:still |just |exactly |always )*(?:the )?(?:very )?"
    r"same(?: (?:as|like) .{1,30}| (?:place|thing|one|answer|address|job|old|person|name|number))*",
    r"(?:just )?(?:as|like) (?:before|always|ever|usual|i said)|(?:still )?unchanged|"
    r"no changes?(?: there| here| yet)?",
    r"(?:(?:i|we|you|s?he|it|they)(?:'s|'re|'m| is| are| am)? )?still "
    r"(?:doing|at|on|with|in|there|here)(?: (?:it|that|this|them|there))?",
    r"nothing(?:'s| has)? changed",
    r"(?:(?:i|we|you|s?he|it|they) )?(?:always|still) "
    r"(?:have|has|had|do|does|did|will|is|am|are|was|were)(?: been)?",
)
_TRUE = r"true|right|correct|so|the case"
_OLD = _any_of(
    r"(?:(?:that|this|it|your)(?: \w+)?(?:'s| is| has)? )?(?:(?:long |completely |all )?(?:"
    r"outdated|out of date|old news|history|changed(?: since)?|"
    rf"no longer (?:{_TRUE}|current|valid)|"
    rf"not (?:{_TRUE}|current|valid)?\s*(?:any ?more|any longer|now)))|no longer",
    rf"(?:that|this|it) was (?:(?:{_TRUE}) )?(?:once|before|then|earlier|previously|in the past|"
    r"(?:many |a few |some |\w+ )?(?:years|months|weeks|days|ages) ago|(?:a )?long (?:time )?ago|"
    r"last \w+|back then|until \w+)",
    r"(?:things|that|it) (?:have|has|'s) changed(?: since(?: then)?)?",
)
_HYPOTHESIS = re.compile(r"^(?:what if|suppose|imagine|if|i wish|say)\b", re.IGNORECASE)


def is_unknown(text: str) -> bool:
    """Whether it says that the answer is not known: "no idea"."""
    return bool(_UNKNOWN.search(text))


def is_open(text: str) -> bool:
    """Whether it gives no answer for now: "never mind", "whatever"."""
    return bool(_OPEN.search(text))


def is_same(text: str) -> bool:
    """Whether it says that all is as it was: "same as before"."""
    return bool(_SAME.search(text))


def is_old(text: str) -> bool:
    """Whether it says that an answer was right once: "that has changed"."""
    return bool(_OLD.search(text))


def is_hypothesis(text: str) -> bool:
    """Whether it begins as what might be: "what if she moved"."""
    return bool(_HYPOTHESIS.search(text))


def is_wrong(words: Iterable[str]) -> bool:
    """Whether it says that an answer is wrong, and no more.

    >>> is_wrong(["that", "'s", "not", "right"]), is_wrong(["not", "wrong"]), is_wrong(["no"])
    (True, False, False)
    """
    words = set(words)
    if not words <= WRONG | _BESIDE_WRONG | _RIGHT:
        return False
    denies = bool({"not", "n't"} & words)
    return denies != bool(words & WRONG) and bool(words & (WRONG | _RIGHT))


def is_agreement(words: Iterable[str]) -> bool:
    """Whether it says that an answer is right: "that's right"."""
    words = set(words)
    return len(words) > 1 and bool(words & _RIGHT) and words <= _RIGHT | _BESIDE_RIGHT


_ACCEPTED = re.compile(rf"^(?:{'|'.join(sorted(_PRAISE))})(?:\s*[,.!;–—]|\s+-\s)", re.IGNORECASE)
_THANKED = re.compile(r"\b(?:thanks|thank you|thank u|thx|cheers|ta)\b", re.IGNORECASE)


def is_praised(text: str) -> bool:
    """Whether it opens with a word of praise, and goes on.

    >>> is_praised("Perfect, sent it."), is_praised("Great, but she moved")
    (True, False)
    >>> is_praised("Great-aunt Winnie")
    False
    """
    return bool(_ACCEPTED.match(text)) and " but " not in text


def is_thanked(text: str) -> bool:
    """Whether it has a word of thanks, wherever."""
    return bool(_THANKED.search(text))


def is_courtesy(text: str, words: list[str], *, as_value: bool) -> bool:
    """Whether it is a word of thanks, praise or greeting.

    Args:
        text: the reply.
        words: its words.
        as_value: whether a word of praise alone may be a value: "fine", "Nice" of a place.
    """
    known = set(words)
    if not known <= _THANKS | _PRAISE | _BESIDE_PRAISE:
        return False
    if known & _THANKS or text.lower().rstrip(" .!") in _POLITE:
        return True
    alone = len(words) == 1 and "!" not in text
    return bool(known & _PRAISE) and not (alone and (as_value or words[0] == "right"))
