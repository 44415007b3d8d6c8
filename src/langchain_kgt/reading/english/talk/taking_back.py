"""What is not to be known any more: "forget what I said about Leo"."""

from __future__ import annotations

import re

_VERBS = (
    r"forget|scrap|scratch|strike|disregard|ignore|erase|delete|wipe|scrub|remove|drop|unlearn|"
    r"never ?mind|take back"
)
_SAID = r"(?:what|all|everything|anything|whatever) (?:i|we)(?:'ve|'d)? (?:\w+ ){0,3}?"
_TOLD = re.compile(
    rf"\b(?:{_VERBS})\b(?: (?:about|off|out))?[\s,]+(?P<what>[^.!?;\n]{{2,120}})", re.IGNORECASE
)
_ABOUT = re.compile(
    rf"^(?:{_SAID}(?:said|told|mentioned|wrote|gave)(?: you| u)? (?:about|of|on)? ?|"
    r"(?:the |that |those |these |my |this )?(?:bit|bits|part|thing|stuff|business|detail|line|"
    r"fact)s? (?:about|on|with|of) )", re.IGNORECASE,
)
# A request to the user or of the moment: "don't forget the milk".
_NOT = re.compile(
    r"\b(?:don't|do not|never|can't|cannot|won't|to|i|he|she|they|we|always) "
    rf"(?:\w+ )?(?:{_VERBS})\b", re.IGNORECASE,
)


def taken_back(sentence: str) -> str:
    """What a sentence takes back, in its own words; empty if nothing.

    >>> taken_back("Please forget what I told you about Leo.")
    'Leo'
    >>> taken_back("Forget the Ballincollig bit."), taken_back("Don't forget the milk.")
    ('the Ballincollig bit', '')
    """
    if sentence.rstrip().endswith("?") or _NOT.search(sentence):
        return ""
    found = _TOLD.search(sentence)
    return _ABOUT.sub("", found["what"].strip()).strip(" ,") if found else ""
