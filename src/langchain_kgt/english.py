"""English words and their forms, by a dictionary that is loaded when first asked."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import regex

# Words of no other language that writes its relations in Latin letters.
_ENGLISH = frozenset(
    "the of with from does doesn't did didn't his her their your named called".split()
)
# The dictionary takes these for words of their own.
_IRREGULAR = {
    "bent": "bend", "bit": "bite", "broke": "break", "drunk": "drink", "felt": "feel",
    "left": "leave", "shook": "shake", "shot": "shoot", "thought": "think", "won": "win",
}
_VOWEL = regex.compile("[aeiouy]")
# One vowel and one consonant, which "-ing" doubles: "writing" is not of "writ".
_WOULD_DOUBLE = regex.compile("(?:^|[^aeiou])[aeiouy][^aeiouwxy]$")
# The dictionary has "playe" for "playing", "singe" for "singing".
_TAKES_NO_E = regex.compile("(?:..[wxy]|nk|rd|ld|ft|nch|ing|[aeiou]{2}[mrlndk])$")
_ENDS_IN_Y = regex.compile("[^aeiou]y$")
_IRREGULAR_PLURALS = frozenset({"children", "men", "women", "people", "feet", "teeth", "mice"})


@functools.lru_cache(maxsize=8192)
def is_english(word: str) -> bool:
    """Whether a dictionary of English has the word."""
    import simplemma

    return bool(word) and simplemma.is_known(word, lang="en")


def reads_as_english(words: Sequence[str]) -> bool:
    """Whether a wording is English: all of its words are, or one that only English has.

    >>> reads_as_english(("works", "as")), reads_as_english(("wohnt", "in"))
    (True, False)
    """
    return not _ENGLISH.isdisjoint(words) or all(map(is_english, words))


@functools.lru_cache(maxsize=8192)
def lemma(word: str) -> str:
    """The form of a verb or noun that a dictionary lists; the word itself, where it knows none.

    >>> lemma("lives"), lemma("living"), lemma("sitting"), lemma("ate"), lemma("children")
    ('live', 'live', 'sit', 'eat', 'child')
    """
    import simplemma

    if word in _IRREGULAR or word.endswith("wives"):
        return _IRREGULAR.get(word, word[:-3] + "fe")
    found = str(simplemma.lemmatize(word, lang="en"))
    stem = word.removesuffix("ing") if word.endswith("ing") else word.removesuffix("ed")
    if stem == word or word.endswith("eed") or not _VOWEL.search(stem):
        return found
    if _TAKES_NO_E.search(stem) and is_english(stem):
        return stem
    if found != word:
        return found
    # The dictionary takes it for a noun or an adjective too.
    return next(filter(is_english, _before_an_ending(stem)), word)


def _before_an_ending(stem: str) -> tuple[str, ...]:
    """What "-ing" or "-ed" may have been put to, by the rules of spelling."""
    if _WOULD_DOUBLE.search(stem):
        return stem + "e", stem
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "flsz":
        return stem[:-1], stem
    return stem, stem + "e"


def third_person(words: str) -> str:
    """What "she" does; the words themselves, where that would not lead back to them.

    >>> third_person("rent out"), third_person("teach"), third_person("carry")
    ('rents out', 'teaches', 'carries')
    """
    verb, _, rest = words.partition(" ")
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        told = verb + "es"
    else:
        told = verb[:-1] + "ies" if _ENDS_IN_Y.search(verb) else verb + "s"
    return f"{told} {rest}".strip() if lemma(told) == verb else words


def is_plural(word: str) -> bool:
    """Whether a noun is a plural.

    >>> is_plural("dogs"), is_plural("children"), is_plural("boss"), is_plural("dog")
    (True, True, False, False)
    """
    if word.endswith(("children", "women")) or word in _IRREGULAR_PLURALS:
        return True
    return word.endswith("s") and lemma(word) != word


def is_participle(word: str) -> bool:
    """Whether a word after "has" says what was done: "has visited", not "has kids".

    >>> is_participle("visited"), is_participle("written"), is_participle("kids")
    (True, True, False)
    """
    if is_plural(word) or word.endswith(("s", "ing", "er", "est")):
        return word == "been"
    return lemma(word) != word or word in _UNCHANGED


# Participles that are their own lemma here, or a word of another kind too.
_UNCHANGED = frozenset("been had put set cut hit let shut hurt read run come become left".split())
