"""Words that English has for a relation, where it says it with others than the question's.

"What is his name?" asks what he is named. Each table is a closed class: adjectives of measure, the
nouns of events and of what a form asks for.
"""

from __future__ import annotations

import regex

# The noun that is measured by an adjective or adverb after "how".
MEASURES = {
    "tall": "height", "high": "height", "old": "age", "young": "age", "long": "length",
    "short": "length", "heavy": "weight", "wide": "width", "broad": "width", "thick": "thickness",
    "deep": "depth", "big": "size", "large": "size", "small": "size", "fast": "speed",
    "strong": "strength", "hot": "temperature", "warm": "temperature", "cold": "temperature",
    "expensive": "price", "far": "distance", "loud": "volume",
}  # fmt: skip

# What may be had of each of these is said by a verb; an entry is (present, past).
_VERBS = {
    "name": ("is named", "was named"),
    "job": ("works as", "worked as"),
    "profession": ("works as", "worked as"),
    "occupation": ("works as", "worked as"),
    "age": ("has the age", "had the age"),
    "birthplace": ("was born in", "was born in"),
    "birth": ("was born", "was born"),
    "death": ("died", "died"),
    "end": ("ends", "ended"),
    "start": ("starts", "started"),
    "beginning": ("begins", "began"),
    "opening": ("opens", "opened"),
    "employment": ("works", "worked"),
    "work": ("works", "worked"),
    "residence": ("lives", "lived"),
}  # fmt: skip
_HAD = frozenset("name job profession occupation birthplace age".split())
_PLACES = "place|city|town|country|village|state|region|street|location|hospital"
_YEARS = "year|month|season|decade|century"
_DAYS = "date|day"
_OF = regex.compile(rf"(?:(?P<place>{_PLACES})|(?P<year>{_YEARS})|(?P<day>{_DAYS})|(?P<time>time)|"
                    r"(?P<cause>cause)) of (?:the )?(?P<noun>\w+)", regex.IGNORECASE)
_BORN = regex.compile(r"(?:birth ?(?P<day>date)|birth ?-?(?P<place>place|town|city|country))",
                      regex.IGNORECASE)
_CITIZEN = regex.compile(r"(?:country of )?citizenship", regex.IGNORECASE)


def of_noun(noun: str, *, past: bool) -> list[str]:
    """How to say that something has a noun, best first.

    >>> of_noun("date of birth", past=False), of_noun("favourite colour", past=False)
    (['was born on', 'has the date of birth'], ['has the favourite colour'])
    """
    plain = f"{'had' if past else 'has'} the {noun}"
    if noun.lower() in _HAD and noun.lower() != "age":
        return [_VERBS[noun.lower()][past], plain]
    if born := _BORN.fullmatch(noun):
        return [f"was born {'on' if born['day'] else 'in'}", plain]
    if _CITIZEN.fullmatch(noun):
        return [f"{'was' if past else 'is'} a citizen of", plain]
    if (of := _OF.fullmatch(noun)) and of["noun"].lower() in _VERBS:
        link = "in" if of["place"] or of["year"] else "on" if of["day"] else (
            "at" if of["time"] else "of")
        return [f"{_VERBS[of['noun'].lower()][past]} {link}", plain]
    return [plain]


def is_event(noun: str) -> bool:
    """Whether a noun is one of somebody's life that a verb says as well: "birth".

    >>> is_event("death"), is_event("sister")
    (True, False)
    """
    return (noun in _VERBS and noun not in _HAD) or noun in ("citizenship", "origin", "nationality")


def of_event(noun: str, link: str, *, past: bool) -> list[str]:
    """How to say when or where the noun of something was.

    >>> of_event("end", "in", past=True), of_event("wedding", "on", past=False)
    (['ended in', 'had the end in'], ['has the wedding on'])
    """
    plain = f"{'had' if past else 'has'} the {noun} {link}"
    verb = _VERBS.get(noun.lower())
    if verb and noun.lower() not in _HAD:
        return [f"{verb[past]} {link}", plain]
    return [plain]
