"""e_a: the answer that a user's reply gives."""

from __future__ import annotations

import re

from langchain_kgt.errors import TextTooLongError
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.recalling import templates

MAX_CHARACTERS = 1000
"""A longer reply holds more than an answer, and is refused."""

_MAX_ANSWER_WORDS = 8
# So many spans of a reply are scored: all of one of fifteen words.
_MAX_SPANS = 100
# A span of a longer one neither begins nor ends with such a word.
_FUNCTION_WORDS = frozenset(
    "about actually also and are as at be because been but by did do does for from had has have he "
    "her his i if in is it its me my no not of on or our she so than that their then there they "
    "this to was we were what when where which who with would you your".split()
)
_SIGNS = ",;:.!?\"“”"
# What a correction opens with, before the point. "No sugar", "Well done" and "No. 5" are themselves
# the point: such words open only before a sign, or before a word that begins a sentence.
_OPENING = re.compile(
    r"(?:(?:(?:no|wrong|well)(?=\s*[,;:!—–]|\s+-\s|\.(?!\s*\d)|\s+(?:i|you|he|she|it|we|they|my|your|"
    r"his|her|our|their|the|a|an|this|that|not|no|is|was|in|on|at|actually|sorry|wrong|well)\b)|"
    r"(?:nope|incorrect|actually|sorry|not (?:right|true|correct)|in fact|"
    r"that(?:['’]s| is) (?:wrong|not right|not true|incorrect|not correct)|i meant|it(?:['’]s| is) "
    r"not [^,.;:!]+|it(?:['’]s| is)(?! not\b))\b)(?:[\s,;:!—–-]|\.(?!\d))+)+",
    re.IGNORECASE,
)
# "Rome, not Oslo", "Not black tea, white tea", "at 9:30, not 8:15": what is denied is no answer.
_DENIED = re.compile(
    r"(?:^|(?<=[,.;:!?]))\s*not\s+"
    r"(?:[^,.;:!?]|[.,:](?=\d)|(?:(?<=\b[dm]r)|(?<=\bm[rs]s)|(?<=\bms)|(?<=\bst))\.)+[,.;:!?]*",
    re.IGNORECASE,
)


def find(query: str, reply: str, model: LanguageModel) -> str:
    """The answer in a reply: "vegetarian" in "No, she is vegetarian".

    A reply of one or two words is the answer. Otherwise the model scores log P(span, end of line |
    three examples, query, reply) for every span of up to eight words; where those are more than a
    hundred, for the shortest of those that neither begin nor end with a function word.

    Raises `TextTooLongError` for a reply of more than 1,000 characters.
    """
    if len(reply) > MAX_CHARACTERS:
        raise TextTooLongError(
            f"the correction has {len(reply):,} characters; give at most {MAX_CHARACTERS:,}, or "
            "the right answer alone"
        )
    text = reply.strip()
    text = _OPENING.sub("", text, count=1) if _OPENING.match(text) else text
    text = _stripped(_DENIED.sub("", text)) or _stripped(text) or reply.strip()
    candidates = _spans(text)
    if len(text.split()) <= 2 or len(candidates) < 2:
        return text
    prompt = Prompt(templates.says(query, reply.strip()), tuple(f" {c}\n" for c in candidates))
    scores = model.log_probabilities([prompt])[0]
    return candidates[max(range(len(candidates)), key=lambda i: scores[i].value)]


def _stripped(text: str) -> str:
    """Without the signs around it; ".5" keeps its own."""
    end = len(text)
    while end and (text[end - 1].isspace() or text[end - 1] in _SIGNS):
        end -= 1
    return re.sub(r"^(?:[\s,;:!?\"“”]|\.(?!\d))+", "", text[:end])


def _spans(text: str) -> list[str]:
    words = [match.span() for match in re.finditer(r"\S+", text)]
    spans = {
        _stripped(text[words[i][0] : words[j][1]]): None
        for i in range(len(words))
        for j in range(i, min(i + _MAX_ANSWER_WORDS, len(words)))
    }
    said = [span for span in spans if any(c.isalnum() for c in span)]
    if len(said) <= _MAX_SPANS:
        return said
    whole = [span for span in said if _FUNCTION_WORDS.isdisjoint(_ends(span))] or said
    return sorted(whole, key=lambda span: len(span.split()))[:_MAX_SPANS]


def _ends(span: str) -> set[str]:
    """The first and the last word, as they stand in a list."""
    words = span.casefold().split()
    return {words[0].strip(_SIGNS), words[-1].strip(_SIGNS)}
