"""Whether something is at a time, since it, or until it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from langchain_kgt.reading.english.when.calendar_words import ARTICLES
from langchain_kgt.reading.english.when.clauses import Clause

Role: TypeAlias = Literal["at", "from", "until"]

_SINCE = frozenset("since from starting beginning effective after".split())
_NOT_BEFORE = frozenset("until till til".split())
_UNTIL = frozenset("by before through thru".split()) | _NOT_BEFORE
_PREPOSITIONS = _SINCE | _UNTIL | frozenset("on in at for of over during to between".split())
_ABOUT = frozenset("around about round roughly circa c ca approximately approx ~".split())
_MODIFIERS = _ABOUT | frozenset(
    "only just back probably maybe perhaps sometime some time early ever up".split()
)
_NEGATIVE = frozenset("not never no".split())

_ENDING = frozenset(
    "end ends ended ending finish finishes finished finishing stop stops stopped stopping quit "
    "quits quitting expire expires expired expiring cease ceases ceased lapse lapses lapsed "
    "resign resigns resigned retire retires retired retiring cancel cancels cancelled "
    "canceled".split()
)
_BEGINNING = frozenset(
    "start starts started starting begin begins began begun beginning commence commences commenced "
    "join joins joined joining become becomes became becoming enrol enrols enrolled enroll enrolls "
    "launch launches launched".split()
)
# Verbs that end or begin with a particle, which may stand some words behind: "gave it up".
_WITH_PARTICLE: tuple[tuple[frozenset[str], frozenset[str], int, Role], ...] = tuple(
    (frozenset(verbs.split()), frozenset(particles.split()), reach, role)  # type: ignore[misc]
    for verbs, particles, reach, role in (
        ("give gives gave given giving dry dries dried wind winds wound split splits break breaks "
         "broke broken wrap wraps wrapped", "up", 3, "until"),
        ("run runs ran running move moves moved moving drop drops dropped", "out", 3, "until"),
        ("is are was were be 's 're", "up over", 1, "until"),
        ("shut shuts close closes closed", "down", 3, "until"),
        ("take takes took taken taking sign signs signed", "up", 3, "from"),
        ("kick kicks kicked kicking", "off", 2, "from"),
        ("move moves moved moving", "to in into here there back over", 3, "from"),
    )
)  # fmt: skip


def role_of(clause: Clause, at: int) -> tuple[Role, int, bool]:
    """The role of a time that begins at a place, where its prepositions begin, and if it is about.

    A verb of beginning or ending decides where no preposition does.
    """
    words = clause.words
    at -= clause.first
    start = _before(words, at, _MODIFIERS)
    preposition = words[start - 1] if start and words[start - 1] in _PREPOSITIONS else ""
    if preposition:
        start = _before(words, start - 1, _MODIFIERS - {"up"})
        # "Up until", "as of", "starting on", "since before".
        pair = words[start - 1] if start else ""
        if (pair, preposition) in (("up", "to"), ("as", "of")) or pair in _SINCE | _NOT_BEFORE:
            start, preposition = start - 1, {"as": "from", "up": "until"}.get(pair, pair)
        elif pair == "up" and preposition in _NOT_BEFORE:
            start -= 1
    about = not _ABOUT.isdisjoint(words[start:at])
    role: Role
    if preposition in _SINCE:
        role = "from"
    elif preposition in _UNTIL:
        denied = any(word in _NEGATIVE or word.endswith("n't") for word in words[:start])
        # "It does not open until May" is from May on.
        role = "from" if denied and preposition in _NOT_BEFORE else "until"
    elif preposition in ("to", "for"):
        role = "at"
    else:
        role = _of_phrase(words, start) or turn_of(words, start)
    return role, clause.first + start, about


def _before(words: Sequence[str], at: int, kinds: frozenset[str]) -> int:
    while at and (
        words[at - 1] in kinds
        or (words[at - 1] == "." and words[at - 2 : at - 1] in (("c",), ("approx",)))
    ):
        at -= 1
    return at


def _of_phrase(words: Sequence[str], at: int) -> Role | None:
    """The role of a phrase or clause in which a time stands: "until the pit closed in 1985"."""
    for place in range(at - 1, max(at - 9, -1), -1):
        if words[place] in (",", ";") or words[place].isdigit():
            return None
        if words[place] in _NOT_BEFORE:
            return "until"
        if words[place] == "since":
            return "from"
    return None


def turn_of(words: Sequence[str], at: int) -> Role:
    """Whether the verb nearest to a place ends or begins something."""
    turns = [(place, turn) for place in range(len(words)) if (turn := _turn(words, place))]
    before = [turn for place, turn in turns if place < at]
    after = [turn for place, turn in turns if place >= at]
    return before[-1] if before else (after[0] if after else "at")


def _turn(words: Sequence[str], at: int) -> Role | None:
    word, behind = words[at], words[at + 1] if at + 1 < len(words) else ""
    if at and words[at - 1] in ARTICLES:
        return None
    if word in _ENDING:
        # "Ended up", "stopped by".
        return None if behind in ("by", "off", "over", "up") else "until"
    if word == "left" and behind[:1].isalpha() and behind not in _PREPOSITIONS:
        return "until"
    if word in _BEGINNING:
        return "from"
    for verbs, particles, reach, role in _WITH_PARTICLE:
        if word in verbs and not particles.isdisjoint(words[at + 1 : at + 1 + reach]):
            return role
    return None
