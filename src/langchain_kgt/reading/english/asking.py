"""Which sentence of a text asks, spelled so that a parse can read it."""

from __future__ import annotations

import regex

# A question is short; what is longer is cut, so that reading is bounded.
_LONGEST = 400
_END = regex.compile(r"(?<=[.!?…][\"”')]*)\s+(?=[\"“'(¿-]*[\p{Lu}\p{N}])|\n+")
# A point after these ends no sentence: titles, initials, "e.g.".
_ABBREVIATED = regex.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|No|vs|etc|Mt|Ft|\p{Lu}|e\.g|i\.e)\.)$"
)
_REQUEST = regex.compile(
    r"(?:please |can you |could you )*(?:tell|remind|give|name|show|say|do you (?:know|remember)|"
    r"what|who|whom|whose|which|where|when|why|how)\b", regex.IGNORECASE,
)
_REPLACED = str.maketrans("’‘ʼ`´“”", "'''''\"\"")
_I = regex.compile(r"\bi(?='(?:m|ve|d|ll)\b|\b(?![.'\w-]))")
# "whats", "wheres": the apostrophe that haste leaves out.
_WH_IS = regex.compile(r"\b(what|where|who|when|how|that)s\b(?=\s+\w)", regex.IGNORECASE)
# What follows an auxiliary without an article is a name.
_AFTER = regex.compile(
    r"\b((?:do|does|did|is|are|was|were|has|have|had|can|will) )"
    r"(?!(?:i|you|he|she|it|we|they|my|your|his|her|its|our|their|the|a|an|this|that|these|those|"
    r"there|in|on|at|to|of|for|by|not)\b)(\p{L}+)"
)
_HOW_COME = regex.compile(r"^how come\b", regex.IGNORECASE)
_YOU = regex.compile(r"\bu\b(?![.'-])")
# What is said by the way, at the end.
_ASIDE = regex.compile(
    r",\s*(?:so to (?:say|speak)|please|again|exactly|by the way|right|then|now|huh|mate|thanks)"
    r"(?=[?.! ]*$)|(?<=^(?:what|who|where|when)(?:'s|s| is| was)\b.*) again(?=\?*$)",
    regex.IGNORECASE,
)
# A tokenizer parts words at a hyphen, but not at this one: "my ex-wife" is one word.
HYPHEN = "\u2011"
_HYPHENED = regex.compile(r"(?<=\p{L})-(?=\p{L})")
_OPENING = regex.compile(r"^[^\p{L}\p{N}\"'(]+|[\s\"]+$")


def sentence(text: str, subject: str | None = None) -> str:
    """The sentence that asks: the last with a question mark, or that requests, or the last.

    With a subject, the last that names it: a prompt may follow any other sentence.

    >>> sentence("I have a flat. Where does Dr. Lis live? It is late.")
    'Where does Dr. Lis live?'
    >>> sentence("The city is old. Anna lives in", "Anna")
    'Anna lives in'
    """
    text = text.strip()
    if subject:
        at = text.casefold().rfind(subject.casefold())
        if at >= 0:
            before = _sentences(text[max(0, at - _LONGEST):at] + "X")[-1]
            after = _sentences(subject + text[at + len(subject):][:_LONGEST])[0]
            return _cut(before[:-1] + text[at:at + len(after)])
    sentences = _sentences(text[-8 * _LONGEST:])
    for asks in (lambda s: "?" in s, _REQUEST.match):
        found = [s for s in sentences if asks(s)]
        if found:
            return _cut(found[-1])
    return _cut(sentences[-1])


def _sentences(text: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if not _ABBREVIATED.search(text, start, end.start()):
            parts.append(text[start:end.start()])
            start = end.end()
    parts.append(text[start:])
    return [part for part in parts if part.strip()] or [""]


def _cut(asked: str) -> str:
    if len(asked) <= _LONGEST:
        return asked
    return asked[:_LONGEST].rsplit(None, 1)[0]


def plain(asked: str) -> str:
    """The same in the spelling that a parser knows: straight quotes, "I", no shouting.

    >>> plain("whats my dog’s name"), plain("WHERE DO I LIVE?")
    ("what's my dog's name", 'where do I live?')
    """
    asked = asked.encode("utf-8", "ignore").decode()
    asked = regex.sub(r"\s+", " ", _OPENING.sub("", asked.translate(_REPLACED)))
    if not regex.search(r"\p{Ll}", asked):
        asked = _AFTER.sub(lambda m: m[1] + m[2].capitalize(), asked.lower())
    asked = _HOW_COME.sub("why", asked)
    asked = _I.sub("I", _WH_IS.sub(r"\1's", _YOU.sub("you", _ASIDE.sub("", asked))))
    return _HYPHENED.sub(HYPHEN, asked)
