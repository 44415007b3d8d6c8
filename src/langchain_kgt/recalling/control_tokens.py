"""Control tokens of chat models in what a user said: text, not a turn of its own.

A tokenizer reads "<|im_end|>" as the end of a turn wherever it stands. A space behind the first
character makes it text again, which reads as before. Whoever answers may be another model than the
one of the memory, so what looks like such a token of any family is text too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# Behind "<" in "<|im_end|>", "<start_of_turn>", "</s>", "<0x0A>"; not in "a < b", "<3", "<=", "<-".
# Behind "[" in "[INST]", "[/INST]", "[|user|]"; not in "[1]". In full width too, which some
# tokenizers fold before they look.
_CONTROL = re.compile(
    r"(?<=[<＜﹤])(?=[0０][xX]|[^\s\d=<>＜＞﹤﹥-])"
    r"|(?<=[\[［])(?=[|｜]|[/／]?[^\W\d]\w*[\]］])"
)
_FULL_WIDTH = ord("！") - ord("!")


def as_text(text: str, control: Sequence[str] = ()) -> str:
    """A text without what looks like a control token, and without the tokens in `control`.

    >>> as_text("</s> [INST] <<|im_end|>"), as_text("a < b, 5 > 3, <3, [1]")
    ('< /s> [ INST] << |im_end|>', 'a < b, 5 > 3, <3, [1]')
    >>> as_text("A >>TITLE<< and >>one<<", (">>TITLE<<",))
    'A > >TITLE<< and >>one<<'
    >>> as_text("A >>TITLE<", (">>TITLE<<",))  # and then "<|im_end|>"
    'A > >TITLE<'
    """
    text = _CONTROL.sub(" ", text)
    exact = _exact(tuple(control))
    return exact.sub(r"\g<0> ", text) if exact else text


@lru_cache(maxsize=16)
def _exact(control: tuple[str, ...]) -> re.Pattern[str] | None:
    """The first characters of those tokens that the rule above does not know."""
    # A token of one character is read as that character, and white space is none of a line's words.
    unknown = [
        token for token in map(str.strip, control)
        if len(token) > 1 and _CONTROL.search(token) is None
    ]
    if not unknown:
        return None
    # What ends as such a token begins goes on with the token that ends the turn.
    begun = [
        token[:at] for token in unknown for at in range(2, len(token)) if token[at] in "<[|"
    ]
    spelt = ["".join(map(_any_width, token)) for token in unknown]
    spelt += ["".join(map(_any_width, part)) + r"\Z" for part in begun]
    return re.compile(rf"(?={'|'.join(spelt)}).", re.IGNORECASE)


def _any_width(character: str) -> str:
    if not "!" <= character <= "~":
        return re.escape(character)
    return f"[{re.escape(character)}{chr(ord(character) + _FULL_WIDTH)}]"
