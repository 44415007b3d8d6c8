"""e_a: the answer that a user's reply gives."""

from __future__ import annotations

import re

from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.tuning import templates

_MAX_ANSWER_WORDS = 8
# What a correction opens with, before it comes to the point.
_OPENING = re.compile(
    r"(?:(?:no|nope|wrong|incorrect|actually|sorry|not (?:right|true|correct)|well|in fact|"
    r"that(?:'s| is) (?:wrong|not right|not true|incorrect|not correct)|i meant|it(?:'s| is) not "
    r"[^,.;:!]+|it(?:'s| is)(?! not\b))\b[\s,.;:!—–-]+)+",
    re.IGNORECASE,
)
# "Rome, not Oslo", "Not black tea, white tea": what is denied is no answer.
_DENIED = re.compile(r"(?:^|(?<=[,.;:!?]))\s*not\s+[^,.;:!?]+[,.;:!?]*", re.IGNORECASE)


def find(query: str, reply: str, model: LanguageModel) -> str:
    """The answer in a reply: "vegetarian" in "No, she is vegetarian".

    A reply of one or two words is the answer. Otherwise the model scores log P(span, end of line |
    three examples, query, reply) for every span of the reply, the whole of it among them.
    """
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
    return text.strip(" \t\n,.!\"“”")


def _spans(text: str) -> list[str]:
    words = [match.span() for match in re.finditer(r"\S+", text)]
    spans = {
        text[words[i][0] : words[j][1]].strip(" ,;:.!?\"“”"): None
        for i in range(len(words))
        for j in range(i, min(i + _MAX_ANSWER_WORDS, len(words)))
    }
    return [span for span in spans if any(c.isalnum() for c in span)]
