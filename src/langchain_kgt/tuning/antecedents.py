"""Pronouns: "What does she eat?" after "My dog is ill." asks what my dog eats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex as re

from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.reading.base import Question, Turn
from langchain_kgt.reading.people import from_the_other_side, is_user
from langchain_kgt.recalling import subjects
from langchain_kgt.recalling.sentences import sentence_starts
from langchain_kgt.recalling.templates import MAX_QUERY_CHARACTERS

# So many messages before a question may name what it is about, and so much of each is looked at.
MESSAGES = 6
_CHARACTERS = 500
_FORMS = ("he him his", "she her hers", "it its", "they them their theirs")
_POSSESSIVE = frozenset({"his", "hers", "its", "their", "theirs"})
# "her food" has a noun, "for her?" and "give her a book" have none.
_NO_NOUN = frozenset(
    "a about again an and any at by for from how if in last more my next not now on one or our "
    "some that the there this to today tomorrow tonight two very what when where which who why "
    "with yesterday your".split()
)
_NEXT_WORD = re.compile(r"\s+([\w'’]+)")
# "What time is it?", "It's nice", "Is it raining?" mean nobody; "Does it like rain?" does.
_EXPLETIVE = re.compile(
    r"\b(time|day|date|month|year) (is|was) it\b|\bit['’]s\b"
    r"|\b(is|was|will) it (be|like|possible|true|(rain|snow|hail|freez|pour|storm|thunder)\w*)\b"
    r"|\b(does|did|will) it (matter|mean|rain|snow)\b|\bhow long (does|did|will) it take\b",
    re.IGNORECASE,
)


def pronoun_in(query: str) -> re.Match[str] | None:
    """The first pronoun that stands for somebody whom the query does not name itself.

    >>> pronoun_in("What does she eat?")[0], pronoun_in("Does Anna like her dog?")
    ('she', None)
    """
    found = next(_pronouns(query), None)
    return None if found is None or subjects.names_before(query, found.start()) else found


def _pronouns(query: str) -> Iterator[re.Match[str]]:
    """Those that are more than grammar, and no part of a name ("Make Them Suffer")."""
    idle = {place for found in _EXPLETIVE.finditer(query) for place in range(*found.span())}
    begins = set(sentence_starts(query))
    for found in subjects.PRONOUN.finditer(query):
        in_name = found[0][0].isupper() and found.start() not in begins
        if not in_name and found.start() not in idle:
            yield found


def resolve(
    query: str,
    history: Sequence[Turn],
    user_id: str,
    graph: TripleStore,
    model: LanguageModel | None = None,
) -> str:
    """The query with the name of its antecedent for a pronoun; itself if it needs none.

    The antecedent is the subject of the user's graph that was mentioned last. Given a model, a
    name that the graph does not know, but the user mentioned, is found too, as for any correction.

    Args:
        query: what is asked.
        history: what was said before it, oldest first.
        user_id: whose graph.
        graph: where the user's subjects are.
        model: finds new names; none is asked for those that are known.
    """
    # What is too long to be read is refused by whoever reads it.
    pronoun = pronoun_in(query) if len(query) <= MAX_QUERY_CHARACTERS else None
    if pronoun is None or _others(query[: pronoun.start()], user_id, graph):
        return query
    recent = history[::-1][:MESSAGES]
    for said in recent:
        text = said.text[-_CHARACTERS:]
        text = text if said.by_user else from_the_other_side(text)
        if known := _others(text, user_id, graph):
            return _replaced(query, pronoun[0], known[-1])
    if model is None:
        return query
    for said in recent:
        text = said.text[-_CHARACTERS:]
        if said.by_user and subjects.names(text):
            return _replaced(
                query, pronoun[0], subjects.find(Question(text), user_id, graph, model)
            )
    return query


def _others(text: str, user_id: str, graph: TripleStore) -> list[str]:
    """The subjects that a text mentions, but for the user, whom no "she" stands for."""
    return [name for name in subjects.link(text, user_id, graph, shared=False) if not is_user(name)]


def _replaced(query: str, pronoun: str, name: str) -> str:
    [forms] = (forms for forms in map(str.split, _FORMS) if pronoun.casefold() in forms)
    meant = {found.start() for found in _pronouns(query)}

    def named(found: re.Match[str]) -> str:
        word, following = found[0].casefold(), _NEXT_WORD.match(query, found.end())
        if word not in forms or found.start() not in meant:
            return found[0]
        noun = following is not None and following[1].casefold() not in _NO_NOUN
        return f"{name}'s" if word in _POSSESSIVE or (word == "her" and noun) else name

    return subjects.PRONOUN.sub(named, query)
