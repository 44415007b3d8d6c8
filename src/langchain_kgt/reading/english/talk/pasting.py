"""What of a message its writer only passes on: a mail below, lines that are quoted, code."""

from __future__ import annotations

import re

_PASSED_ON = re.compile(
    r"\A(?P<own>.*?\b(?:below|following|pasted|forwarded|(?:this|the) (?:e-?mail|message|text|"
    r"letter|review|post|paragraph|article|note)|e-?mail from|message from)\b[^\n]*)\n[ \t]*\n"
    r"(?P<rest>.+)\Z", re.IGNORECASE | re.DOTALL,
)
_LINES = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def own_words(text: str) -> str:
    """A message without what is pasted into it.

    >>> own_words("What does she want? The mail is below.\\n\\nHi all, I am moving to Oslo.")
    'What does she want? The mail is below.'
    >>> own_words("> I live in Rome\\nSo do I.").strip()
    'So do I.'
    """
    text = _CODE.sub(" ", _LINES.sub("", text))
    passed_on = _PASSED_ON.match(text)
    return passed_on["own"] if passed_on else text
