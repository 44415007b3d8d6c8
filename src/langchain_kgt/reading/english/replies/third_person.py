"""The words of a verb as a relation has them: third person singular, contractions written out."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from langchain_kgt.reading.english import inflecting

_AUXILIARIES = {
    "am": "is", "'m": "is", "m": "is", "are": "is", "'re": "is", "re": "is", "were": "was",
    "have": "has", "'ve": "has", "ve": "has", "do": "does", "ca": "can", "wo": "will",
    "sha": "shall", "'ll": "will", "ll": "will", "'d": "would",
}


def third_person(lemma: str) -> str:
    """The third person singular of the present tense.

    >>> [third_person(lemma) for lemma in ("live", "watch", "study", "play", "have", "can")]
    ['lives', 'watches', 'studies', 'plays', 'has', 'can']
    """
    if lemma in {"can", "could", "will", "would", "shall", "should", "may", "might", "must"}:
        return lemma
    return inflecting.third_person(lemma)


def verb_words(verb: Token, auxiliaries: Sequence[Token], adverbs: Sequence[str] = ()) -> str:
    """A verb with its auxiliaries; adverbs stand before it, "not" behind the first auxiliary."""
    words = [auxiliary_word(token) for token in auxiliaries]
    if not words:
        if verb.lemma_ == "be":
            return " ".join([finite(verb), *adverbs])
        return " ".join([*adverbs, finite(verb)])
    if words[0] == "can" and adverbs[:1] == ("not",):
        words[0], adverbs = "cannot", adverbs[1:]
    if words[0] == "does" and not adverbs and len(words) == 1:
        return third_person(verb.lemma_)
    return " ".join([words[0], *adverbs, *words[1:], verb.lower_])


def finite(verb: Token) -> str:
    """A finite verb in the third person singular, its tense kept."""
    if verb.tag_ == "VBD" or verb.lower_ in {"was", "were"}:
        return _AUXILIARIES.get(verb.lower_, verb.lower_)
    if verb.tag_ in {"VBN", "VBZ"} and verb.lower_ not in {"'s", "’s", "s"}:
        return verb.lower_
    return third_person(verb.lemma_.lower())


def auxiliary_word(token: Token) -> str:
    """An auxiliary, written out.

    A tokenizer cuts "can't" into "ca" and "n't", "she's" into "she" and "'s".
    """
    word = token.lower_.replace("’", "'")
    if word in {"'s", "s"}:
        return "has" if token.lemma_ == "have" else "is"
    return _AUXILIARIES.get(word, word)
