"""How to answer from now on: "call me Nadia", "always in two lines"."""

from __future__ import annotations

import re

from spacy.tokens import Span

# What makes a request one for good.
_FOR_GOOD = re.compile(
    r"\b(?:always|never|ever|from (?:now|here) on|going forward|in (?:the )?future|every time|"
    r"each time|by default|as a rule|at all times|whenever you)\b", re.IGNORECASE,
)
_ONCE = re.compile(r"\b(?:this time|just this once|for now|this one|today)\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"\b(?:i|we|my|our|he|she|they|it)\b", re.IGNORECASE)
_FRONT, _SHORT = 4, 9
"""So many words may stand before what makes it one for good, and in "Everybody calls me Wren"."""
_CALL = re.compile(
    r"\b(?:call(?:s)?|address(?:es)?|name) me [A-Z]\w+|\bgoes by [A-Z]\w+|"
    r"\b(?:call me|just call me) \w+", re.IGNORECASE,
)
# Of what an answer is made, and how it is given.
_OF_ANSWERS = re.compile(
    r"\b(?:answer|answers|reply|replies|respond|response|responses|write|spell|spelling|speak|"
    r"talk|say|use|give|keep|skip|drop|stop|start|call|put|add|bullet|bullets|emoji|emojis|"
    r"sentences?|words?|lines?|units?|metric|celsius|english|tone|formal|jokes?|list|lists)\b",
    re.IGNORECASE,
)


def is_instruction(sentence: Span) -> bool:
    """Whether a sentence says how to answer, for good."""
    text = sentence.text
    if text.rstrip().endswith("?") or _ONCE.search(text):
        return False
    if _CALL.search(text) and len(text.split()) <= _SHORT:
        return True
    good, of_answers = _FOR_GOOD.search(text), _OF_ANSWERS.search(text)
    if good is None or of_answers is None:
        return False
    # Who tells of themselves says "I always write with my left hand".
    speaks = _SOMEBODY.search(text)
    return speaks is None or (
        speaks.start() > good.start() and len(text[: good.start()].split()) < _FRONT
    )
