"""Who the subject of a clause is."""

from __future__ import annotations

from spacy.tokens import Token

from langchain_kgt.reading.people import is_user

THINGS = frozenset("it that this there those these".split())
"""What may stand for the answer: "it's Rome"."""

PERSONS = frozenset("he she they him her them".split())
SPEAKERS = frozenset("i we me us you".split())
_POSSESSIVES = frozenset("his her its their".split())
_DETERMINERS = frozenset("my our the a an your his her their its this that these those".split())


def resolved(token: Token | None, asked: str) -> str:
    """Who a subject is: a pronoun is whom the question is about, "I" is the user.

    Args:
        token: the subject of a clause; one without is about the same.
        asked: whom the question is about.
    """
    if token is None:
        return asked
    text = whole(token)
    words = set(text.casefold().split())
    if words == {token.lower_} and token.lower_ in SPEAKERS:
        # Who is asked where they live may say where "we" do.
        if is_user(token.text) and is_user(asked):
            return asked
        return "I" if token.lower_ == "i" else token.lower_
    third = bool(asked) and asked.casefold() not in SPEAKERS
    if token.lower_ in THINGS | PERSONS and words <= {token.lower_, "both", "all", "each", "too"}:
        return asked if third else text
    first, _, rest = text.partition(" ")
    if first.casefold() in _POSSESSIVES and rest and third:
        return f"{asked}'s {rest}"
    # "Tom" of "my neighbour Tom", but not of "Tom and Ann".
    if " and " not in asked and words <= set(asked.casefold().split()):
        return asked
    if first.casefold() in _DETERMINERS:
        return first.lower() + text[len(first) :]
    return text


def whole(token: Token | None) -> str:
    """A noun with what belongs to it, up to a comma or a clause about it."""
    if token is None:
        return ""
    tokens: list[Token] = []
    ends = {child.left_edge for child in token.subtree if child.dep_ == "relcl"}
    for part in token.subtree:
        if part in ends or (part.text == "," and tokens):
            break
        tokens.append(part)
    kept = [part for part in tokens if not part.is_punct or part.text in "-'’."]
    return token.doc[kept[0].i : kept[-1].i + 1].text if kept else token.text
