"""Names but for their determiners: "my dog", "the dog" and "the dog of mine" are one dog.

And "my mum" is "my mother". English only.
"""

from __future__ import annotations

from functools import lru_cache

from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.reading.people import CALLED, USER, is_user

DETERMINERS = ("my", "our", "the", "a", "an", "this")
_OWN = ("mine", "ours")


@lru_cache(maxsize=65536)
def bare(name: str) -> str:
    """The key of a name without its determiner and "of mine": what English takes for one name.

    >>> bare("My dog"), bare("the dog of mine"), bare("The The"), bare("A+"), bare("I")
    ('dog', 'dog', 'the', 'a +', 'user')
    >>> bare("my mum")
    'mother'
    """
    return Lexicon.shipped().kin(_undetermined(name))[0]


def _undetermined(name: str) -> str:
    if is_user(name):
        return USER
    words = normalize(name).split(" ")
    # "a +" is a grade, and no plus.
    if len(words) > 1 and words[0] in DETERMINERS and (words[0] != "a" or words[1][0].isalnum()):
        words = words[1:]
    if len(words) > 2 and words[-2] == "of" and words[-1] in _OWN:
        words = words[:-2]
    return " ".join(words)


def variants(name: str) -> list[str]:
    """The keys that a name can be stored under, its own first.

    >>> variants("The dog")[:5]
    ['the dog', 'dog', 'my dog', 'our dog', 'a dog']
    """
    rest = _undetermined(name)
    determined = [f"{determiner} {rest}" for determiner in DETERMINERS]
    of_mine = [f"{known} of {own}" for known in (rest, *determined[2:]) for own in _OWN]
    called = CALLED if rest == USER else ()
    kin = [
        key for noun in Lexicon.shipped().kin(rest) if noun != rest
        for key in (f"my {noun}", noun, f"our {noun}", f"the {noun}")
    ]
    return list(dict.fromkeys([normalize(name), rest, *called, *determined, *of_mine, *kin]))
