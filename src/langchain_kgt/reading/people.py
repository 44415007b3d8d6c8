"""Who is meant: the user as one entity, whoever speaks of them, and a name to stand in for "I".

English only.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from langchain_kgt.keys import normalize

USER = "user"
"""The subject under which a user's graph keeps what is said of the user."""

CALLED = ("i", "me", "my", "mine", "myself", "we", "our", "ours", "ourselves", "user", "the user")
"""The keys of whole names that mean the user; "us" is a country too."""

# What people are called, of which the first that nobody known has stands in for "I".
_STAND_INS = ("Anna", "Maria", "Emma", "Julia", "Clara", "Helen")

# "I" and "we", with the verb that agrees; what stands for a person known by name.
_SHORT = {
    "i'm": "{} is", "i've": "{} has", "i'll": "{} will", "i'd": "{} would",
    "we're": "{} is", "we've": "{} has", "we'll": "{} will", "we'd": "{} would",
}
_WORDS = {
    "i": "{}", "me": "{}", "we": "{}", "myself": "{}", "ourselves": "{}", "mine": "{}'s",
    "ours": "{}'s", "my": "{}'s", "our": "{}'s",
}
AGREES = {"do": "does", "don't": "doesn't", "am": "is", "are": "is", "have": "has", "were": "was",
          "haven't": "hasn't", "aren't": "isn't"}
"""What stands after "I" and "we", as it stands after a name."""
_BEFORE = "|".join(sorted(AGREES, key=len, reverse=True))
_SPOKEN = re.compile(
    rf"\b(?P<short>{'|'.join(_SHORT)})\b"
    rf"|\b(?P<asked>{_BEFORE})(?P<gap>\s+)(?P<who>i|we)\b"
    r"|\b(?P<subject>i|we)(?P<space>\s+)(?P<verb>am|are|have|were|do)\b"
    rf"|\b(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b",
    re.IGNORECASE,
)

# Whoever asks is no part of what is asked.
_ASKING = re.compile(
    r"\b(tell|give|show|remind|let|help|send|inform|teach) (me|us)\b"
    r"|\bi( just| only)? (wonder|guess|think|mean|meant|said|forgot|forget|wanted to know)\b"
    r"|\b(can|could|may|do|should|must) i (ask|know|remember|recall)\b"
    r"|\bi('d| would) (like|love) to know\b|\bi( want| need| have)? to know\b",
    re.IGNORECASE,
)


NO_NAMES = frozenset(
    "after again all also although always any ask because before both bring but buy call compare "
    "congratulate contact drop either email even except feed find follow get give has help here "
    "how including introduce invite just keep let like list look maybe meet message mind neither "
    "next no nor not now once only perhaps phone pick please put read remember remind ring save "
    "say see send show since so sometimes still take teach tell text than thank then there though "
    "today tomorrow tonight unless unlike until update visit wake was watch when whenever where "
    "whether while why wish without write yes yesterday yet".split()
)
"""What may begin a sentence before a name and is no part of it: "Ask Anna", "After Anna left"."""

TITLES = frozenset(
    "actor actress album artist artwork aunt auntie author band book captain chancellor chef coach "
    "colleague colonel company cousin dame director doctor dr duke emperor film footballer friend "
    "general governor judge king lady lieutenant lord madam major mayor miss mister movie mr mrs "
    "ms mx nurse painter player poet pope president prince princess prof professor queen rabbi "
    "senator sergeant singer sir song teacher uncle writer".split()
)
"""What may stand before a whole name and is no part of it: "Professor Anna Holm"."""

# "Has a dog named", of which the value is the dog's name.
_THING_NAMED = re.compile(
    r"(?:has|have|owns?)(?: got)?(?: (?:a|an|the|one|another))? (?P<thing>.+) (?:named|called)"
)
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;&]|\band\b)\s*")


def thing_named(relation: str) -> str | None:
    """What somebody has whose name a relation gives.

    >>> thing_named("has a dog named"), thing_named("has two dogs called"), thing_named("has a")
    ('dog', 'two dogs', None)
    """
    found = _THING_NAMED.fullmatch(relation)
    return found and found["thing"]


def listed(names: str) -> tuple[str, ...]:
    """The names of a list.

    >>> listed("Rex, Luna and Bo")
    ('Rex', 'Luna', 'Bo')
    """
    return tuple(name for name in _BETWEEN_NAMES.split(names) if name)


def is_user(name: str) -> bool:
    """Whether a whole name means the user: "I", "me", "my", "we", "user", "the user".

    >>> is_user("I"), is_user("The user"), is_user("my dog"), is_user("US")
    (True, True, False, False)
    """
    return normalize(name) in CALLED


def stand_in(known: Callable[[str], bool]) -> str:
    """A person's name that nobody has whom the user's graph knows.

    >>> stand_in(lambda name: name == "Anna")
    'Maria'
    """
    return next((name for name in _STAND_INS if not known(name)), "Someone")


def as_third_person(text: str, name: str) -> str:
    """What a person says of themselves, as somebody else would say it of a person of this name.

    Small models rank relations after "I" by grammar, and after a name by what they mean.

    >>> as_third_person("Where do I live with my dog?", "Anna")
    "Where does Anna live with Anna's dog?"
    >>> as_third_person("Am I tall? I'm not sure we are.", "Anna")
    'Is Anna tall? Anna is not sure Anna is.'
    """

    def named(found: re.Match[str]) -> str:
        if short := found["short"]:
            return _SHORT[short.casefold().replace("’", "'")].format(name)
        if asked := found["asked"]:
            verb = AGREES[asked.casefold()]
            verb = verb.capitalize() if asked[0].isupper() else verb
            return f"{verb}{found['gap']}{name}"
        if found["subject"]:
            return f"{name}{found['space']}{AGREES[found['verb'].casefold()]}"
        return _WORDS[found["word"].casefold()].format(name)

    return _SPOKEN.sub(named, text.replace("’", "'"))


_OTHER_SIDE = {
    "you": "I", "your": "my", "yours": "mine", "yourself": "myself", "i": "you", "me": "you",
    "my": "your", "mine": "yours", "myself": "yourself", "our": "your", "ours": "yours",
}
_SIDES = re.compile(rf"\b({'|'.join(_OTHER_SIDE)})\b", re.IGNORECASE)


def from_the_other_side(text: str) -> str:
    """What is said to the user, with the user's own words for who is meant.

    >>> from_the_other_side("Your dog is like my own.")
    'my dog is like your own.'
    """
    return _SIDES.sub(lambda found: _OTHER_SIDE[found[0].lower()], text)


_YOU = re.compile(r"\b(you|your|yours|yourself)\b", re.IGNORECASE)


def said_to_user(name: str) -> str:
    """A name that the assistant gives, whose "you" is the user.

    >>> said_to_user("you"), said_to_user("your dog"), said_to_user("my dog")
    ('I', 'my dog', 'my dog')
    """
    return _YOU.sub(lambda found: _OTHER_SIDE[found[0].lower()], name)


def spans_of_asking(text: str) -> list[tuple[int, int]]:
    """Where a text speaks of who asks, and of nothing that is asked.

    >>> spans_of_asking("Tell me about my dog")
    [(0, 7)]
    """
    return [found.span() for found in _ASKING.finditer(text.replace("’", "'"))]


def speaks_of_user(text: str) -> bool:
    """Whether a text speaks of who says it, other than as an owner or as the one who asks.

    >>> speaks_of_user("Where do I live?"), speaks_of_user("What does my dog eat?")
    (True, False)
    >>> speaks_of_user("Tell me where Anna lives"), speaks_of_user("I wonder who made my car")
    (False, False)
    """
    return any(
        found["word"] is None or found["word"].casefold() not in ("my", "our")
        for found in _SPOKEN.finditer(_ASKING.sub("", text.replace("’", "'")))
    )
