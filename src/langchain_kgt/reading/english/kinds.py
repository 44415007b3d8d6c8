"""What kind of answer a question wants, by its question word and the noun beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_kgt.reading.base import Kind
from langchain_kgt.reading.english.wording import MEASURES

if TYPE_CHECKING:
    from spacy.tokens import Token

# The nouns that name the kind itself, not its members.
_PLACE = frozenset(
    "place city town village country state county province region district area neighbourhood "
    "neighborhood street road address location continent planet island room building floor "
    "birthplace home hometown house barrio capital nation".split()
)
_IN_PLACE = _PLACE - frozenset("address planet floor".split())
_YEAR = frozenset("year month season decade century week".split())
_DAY = frozenset("day date weekday birthday anniversary".split())
_TIME = frozenset("time hour o'clock".split())
_AMOUNT = frozenset(
    "number amount age height weight size length width depth price cost salary wage income rent "
    "distance speed temperature percentage quantity population duration".split()
) | frozenset(MEASURES.values())
_PERSON = frozenset(
    "person man woman boy girl lady people guy friend mother father mum mom dad parent sister "
    "brother sibling son daughter child husband wife spouse partner boyfriend girlfriend fiancé "
    "fiancée uncle aunt cousin nephew niece grandmother grandfather grandma grandpa grandson "
    "granddaughter grandparent grandchild boss colleague neighbour neighbor flatmate "
    "roommate".split()
)
_CALENDAR = frozenset(
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday christmas easter lent advent ramadan eid "
    "diwali hanukkah passover pentecost halloween thanksgiving".split()
)
_ATTRIBUTE = _AMOUNT | frozenset(
    "brand make model colour color kind type sort breed material shape flavour flavor pattern "
    "nationality".split()
)
_ACTIVITY = frozenset("hobby sport job profession occupation career activity work trade".split())


def is_place(noun: str) -> bool:
    """Whether a noun names a kind of place."""
    return noun in _PLACE


def is_calendar(name: str) -> bool:
    """Whether a name with a capital is one of the calendar.

    >>> is_calendar("August"), is_calendar("Sunday evening"), is_calendar("Split")
    (True, True, False)
    """
    return name.split()[0].lower() in _CALENDAR


def is_person(noun: str) -> bool:
    """Whether a noun names a person by kin, by sex or as such."""
    return noun in _PERSON


def is_attribute(noun: str) -> bool:
    """Whether a noun names what a thing has, not who or what it is: "brand", "weight"."""
    return noun in _ATTRIBUTE


def is_agent(noun: str) -> bool:
    """Whether a noun is made of what somebody does: "owner", "maker", "director"."""
    return noun.endswith(("er", "or", "ist", "ant", "star", "one")) and noun not in (
        "number", "colour", "color", "paper", "order", "letter", "water", "dinner", "flower",
        "computer", "weather", "summer", "winter", "floor", "door", "flavour", "flavor",
    )


def link_of(noun: str) -> str:
    """The preposition that a time or a place wants before it; empty for other nouns.

    >>> link_of("year"), link_of("day"), link_of("time"), link_of("colour")
    ('in', 'on', 'at', '')
    """
    if noun in _YEAR or noun in _IN_PLACE:
        return "in"
    return "at" if noun in _TIME or noun == "address" else (
        "on" if noun in _DAY or noun in _PLACE else ""
    )


def is_time(noun: str) -> bool:
    """Whether a noun names a stretch or a point of time."""
    return noun in _YEAR or noun in _DAY or noun in _TIME


def of_noun(noun: str) -> Kind:
    """The kind of what a noun names."""
    for kind, nouns in (
        ("place", _PLACE), ("date", _YEAR | _DAY | _TIME), ("amount", _AMOUNT),
        ("person", _PERSON), ("activity", _ACTIVITY),
    ):
        if noun in nouns:
            return kind  # type: ignore[return-value]
    return "any" if is_agent(noun) else "thing"


def of_word(word: str, noun: Token | None, verb: Token | None) -> Kind:
    """The kind that a question word with its noun and its verb asks for."""
    if word in ("how many", "how much", "how long", "how often", "how far"):
        return "amount"
    if word.startswith("how "):
        return "amount" if word[4:] in MEASURES else "any"
    fixed: dict[str, Kind] = {
        "who": "person", "whom": "person", "whose": "person", "where": "place", "when": "date",
        "why": "reason", "how": "any",
    }
    if noun is not None:
        return of_noun(noun.lemma_.lower())
    if word in fixed:
        return fixed[word]
    return "activity" if verb is not None and verb.lemma_ == "do" else "thing"
