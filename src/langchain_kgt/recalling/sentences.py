"""Where a sentence begins, and which one of a query asks."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TITLES = frozenset(
    "capt col dr ft gen gov hon lt mr mrs ms mt pres prof rep rev sen sgt st".split()
)
# A word from its beginning on: a long one is not read again from each of its letters.
_END = re.compile(r"(?<!\S)(?P<word>\S*)(?P<sign>[.!?])\s+(?=(?P<lower>[a-z])?)|\n+")


def is_abbreviation(word: str) -> bool:
    """Whether a word, without the full stop behind it, is one that a name may begin with.

    >>> is_abbreviation("Dr"), is_abbreviation("J"), is_abbreviation("U.S"), is_abbreviation("Rome")
    (True, True, True, False)
    """
    return (len(word) == 1 and word.isalpha()) or "." in word or word.casefold() in _TITLES


def sentence_start(text: str, position: int) -> int:
    """Where the sentence begins that a position is in.

    >>> sentence_start("I sold my car. Who made it?", 23)
    15
    >>> sentence_start("In the U.S. state of Dr. Smith", 26)
    0
    """
    return max(start for start in sentence_starts(text) if start <= max(position, 0))


def sentence_starts(text: str) -> list[int]:
    """Where each sentence begins.

    >>> sentence_starts("I sold my car. Who made it?")
    [0, 15]
    """
    return [0, *(found.end() for found in _END.finditer(text) if _ends(found))]


def _ends(found: re.Match[str]) -> bool:
    """Whether this is no full stop within a sentence."""
    if found["sign"] != ".":
        return True
    return not (found["lower"] or is_abbreviation(found["word"].strip("(\"'“.!?")))


def from_subject(query: str, names: Iterable[str]) -> str:
    """A query from the sentence on that names one of these, or else its last sentence.

    What stands before says little of what is asked, and leads a small model away.

    >>> from_subject("It rained. Anna was there. She speaks", ["Anna"])
    'Anna was there. She speaks'
    >>> from_subject("It rained. Anna speaks", ["my dog"])
    'Anna speaks'
    """
    places = [
        found[-1].start() for name in names if name
        if (found := list(re.finditer(re.escape(name), query, re.IGNORECASE)))
    ]
    return query[sentence_start(query, min(places, default=len(query.rstrip()))) :]


def without_remark(query: str, names: Iterable[str] = ()) -> str:
    """A query up to its question, where a remark follows that is not about these names instead.

    >>> without_remark("What does my dog eat? My dog looks hungry.", ["my dog"])
    'What does my dog eat?'
    >>> without_remark("Is it hot? I wonder what my dog eats.", ["my dog"])
    'Is it hot? I wonder what my dog eats.'
    """
    head, sign, remark = query.rpartition("?")
    if not sign or not remark.rstrip().endswith((".", "!")):
        return query
    elsewhere = any(
        name.casefold() in remark.casefold() and name.casefold() not in head.casefold()
        for name in names
    )
    return query if elsewhere else head + sign
