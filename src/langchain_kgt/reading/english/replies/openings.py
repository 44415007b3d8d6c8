"""What a reply opens and closes with, before and behind the point."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

Polarity: TypeAlias = Literal["yes", "no", ""]

_YES = (
    r"yes|yeah|yea|yep|yup|aye|sure|of course|certainly|definitely|absolutely|indeed|exactly|"
    r"correct|true|that(?:'s| is) (?:right|true|correct)"
)
_NO = (
    r"no|nope|nah|wrong|incorrect|false|not (?:right|true|correct|quite|at all)|no way|"
    r"(?:that|this|it)(?:'s| is) (?:wrong|not (?:quite )?(?:right|true|correct)|incorrect|false)|"
    r"you(?:'re| are) wrong|you(?:'ve| have)? got (?:it|that|this) wrong"
)
_FILLER = (
    r"well|actually|sorry|oh|ah|hm+|um+|uh|er|hey|hi|hello|look|listen|so|okay|ok|please|thanks|"
    r"thank you|in fact|to be (?:honest|exact)|honestly|as I said|like I said|by the way|wait|"
    r"ha(?:ha)*|ugh|and|but|typo|my (?:mistake|bad|fault)|apologies|pardon|excuse me|oops|"
    r"correction"
)
_THINK = (
    r"(?:i(?:'d| would)? (?:think|guess|believe(?! in\b)|suppose|reckon|assume|meant?|said|say|"
    r"told you)|as far as i know|the (?:right |correct )?answer is|make (?:it|that)|it should be|"
    r"(?:that|it)(?:'d| would) be(?=\s+(?:(?-i:[A-Z])|\d|my|our|his|her|their|the)))(?: that)?"
)
_HEDGE = r"maybe|perhaps|probably|possibly|likely|presumably"
# "No sugar", "Well done", "No. 5" are the point: such words open only before a sign, or before a
# word that begins a sentence.
_BEGINS = (
    r"(?=\s*[,;:!—–…]|\s+-\s|\s*\.(?!\s*\d)|\s*$|\s+(?:i|you|he|she|it|we|they|my|your|his|her|our|"
    r"their|this|that|there|not|no|yes|is|was|in|at|actually|sorry|wrong|well|but)\b)"
)
_SIGNS = r"(?:[\s,;:!—–…-]|\.(?!\d))*"
_PART = re.compile(
    rf"(?:(?P<yes>{_YES})\b{_BEGINS}|(?P<no>{_NO})\b{_BEGINS}|(?P<filler>{_FILLER})\b{_BEGINS}|"
    rf"(?P<loose>nope|nah|actually|sorry|in fact|i meant)\b|"
    rf"(?P<think>{_THINK})\b(?=[\s,:]+"
    r"(?!(?:so|not|of|about|already|before)\b|(?:that|this|it)[\s.!]*$)\S)|"
    rf"(?P<hedge>{_HEDGE})\b(?=[\s,]+(?!not\b)\S)){_SIGNS}",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:[\s,;–—-]+(?:actually|though|you know|of course|to be honest|honestly|as far as i know|"
    r"if i (?:remember|recall)(?: (?:right|correctly|rightly|well))?|i (?:think|guess|believe|"
    r"suppose|reckon|assume|mean)|i'm (?:afraid|sure|pretty sure)|by the way|btw|please|thanks|"
    r"thank you|sorry|anyway|didn't i (?:tell|say|mention)(?: (?:it|that|so))?(?: to)?(?: you)?\??|"
    r"mostly|mainly|for now|lol|haha|"
    r"(?:right|yes|no|okay|ok)(?=[.!?\s]*$)|"
    r"(?:is|are|was|were|do|does|did|has|have|can|wo|would|ca)n't (?:i|he|she|it|we|they)))+"
    r"[\s.!?…]*$",
    re.IGNORECASE,
)
# Only behind a sign: a value may end with such a word.
_LOOSE_ENDING = re.compile(
    r"(?:,\s*(?:dear|love|mate|mostly|mainly|usually|normally|sadly|luckily|too|as well|now|right|"
    r"yes|no)|\s+(?:or so|actually|though|instead|please|(?<!\bme )too|as well|"
    r"in my (?:whole |entire )?life|I (?:think|guess|believe)))+[\s.!?]*$",
    re.IGNORECASE,
)

# "In Rome, I think, by the river."
_ASIDE = re.compile(
    r",\s*i (?:think|guess|believe|suppose|reckon|assume)(?=\s*[.,;!?…])", re.IGNORECASE
)

# "Rome! 👍"
_AFTERWARDS = re.compile(r"(?<=[.!?])[^\w\"”'’)\]]+$")


# "I'm also allergic to latex", "latex too", "and latex", "another one is latex".
_ADDING = re.compile(
    r"\balso\b(?! known)|\b(?:in addition|additionally|besides|another)\b|^(?:and|plus)\b|"
    r"\b(?:(?<!\bme )too|as well)[\s.!]*$",
    re.IGNORECASE,
)


def adds(text: str) -> bool:
    """Whether what a reply says stands beside what was said before.

    >>> adds("Latex too."), adds("I'm also allergic to latex"), adds("Too much"), adds("Me too")
    (True, True, False, False)
    """
    return bool(_ADDING.search(text))


class Opened(NamedTuple):
    """A reply without its opening, and which way that went."""

    polarity: Polarity
    rest: str


def opened(text: str) -> Opened:
    """Cut off what a reply opens with.

    >>> opened("No, sorry, I meant Rome"), opened("No sugar")
    (Opened(polarity='no', rest='Rome'), Opened(polarity='', rest='No sugar'))
    """
    polarity: Polarity = ""
    place = 0
    while found := _PART.match(text, place):
        if found.end() == place:
            break
        if found.end() == len(text) and not (found["yes"] or found["no"]):
            break
        place = found.end()
        if not polarity:
            polarity = "yes" if found["yes"] else "no" if found["no"] or found["loose"] in {
                "nope", "nah"} else ""
    return Opened(polarity, text[place:])


def closed(text: str) -> str:
    """Cut off what a reply closes with.

    >>> closed("It's Nadia, actually."), closed("Rome, I think"), closed("Rome, right?")
    ("It's Nadia", 'Rome', 'Rome')
    """
    text = _ASIDE.sub("", _AFTERWARDS.sub("", text))
    for pattern in (_ENDING, _LOOSE_ENDING):
        found = pattern.search(text)
        if found and (found.start() and (pattern is _LOOSE_ENDING or text[found.start()] != " ")):
            text = text[: found.start()]
    return text
