"""Whether what a model would say by itself is another answer."""

from __future__ import annotations

import regex

from langchain_kgt.recalling.names import DETERMINERS, bare


def says_otherwise(own: str, query: str, answer: str) -> bool:
    """Whether the model's own answer, cut off after a few tokens, is another than the user's.

    It is not as long as it agrees with it, or only repeats words of the query, behind which any
    answer may still come: "The home ground of Porto is". What a query gives to choose from is one.

    >>> query = "What is the home ground of Porto?"
    >>> says_otherwise("The home", query, "Antas"), says_otherwise("Ant", query, "Antas")
    (False, False)
    >>> says_otherwise("The Drag", query, "Antas"), says_otherwise("Antas Park", query, "Antas")
    (True, False)
    >>> says_otherwise("black", "Is my cat black or white?", "white")
    True
    """
    said, wanted, asked = bare(own), bare(answer), _words(query)
    if not said or said.startswith(wanted) or wanted.startswith(said):
        return False
    words = _words(own) or [said]
    # The article may be new, and the last word is cut off.
    *whole, last = words[1:] if len(words) > 1 and words[0] in DETERMINERS else words
    repeats = set(whole) <= set(asked) and any(word.startswith(last) for word in asked)
    return not repeats or "or" in asked


def _words(text: str) -> list[str]:
    return regex.findall(r"\w+", text.casefold())
