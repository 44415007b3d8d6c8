"""English words: whether one is, and what it is a form of. Loads its dictionary when first asked."""

from __future__ import annotations

import functools

# Words of no other language that writes its relations in Latin letters.
_ENGLISH = frozenset({"the", "of", "with", "from", "does", "did", "doesn't", "didn't", "named"})
_IRREGULAR_PLURALS = frozenset({"children", "men", "women", "people", "feet", "teeth", "mice"})


@functools.lru_cache(maxsize=8192)
def is_english(word: str) -> bool:
    """Whether a dictionary of English has the word."""
    import simplemma

    return simplemma.is_known(word, lang="en")


def reads_as_english(words: tuple[str, ...]) -> bool:
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

    found = str(simplemma.lemmatize(word, lang="en"))
    if found == word:
        for ending in ("ing", "ed"):
            stem = word.removesuffix(ending)
            if stem != word and len(stem) > 1:
                shorter = stem[:-1] if stem[-1] == stem[-2] else stem
                for base in (stem + "e", shorter, stem):
                    if is_verb_like(base):
                        return base
    return found


def is_verb_like(word: str) -> bool:
    """Whether a word can be what an ending was put to: it is known, and has a vowel."""
    return len(word) > 1 and not set("aeiouy").isdisjoint(word) and is_english(word)


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
