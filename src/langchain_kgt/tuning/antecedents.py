"""Pronouns: "What does she eat?" after "My dog is ill." asks what my dog eats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_kgt.graphs.base import GraphStore
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.tuning import subjects

# So many messages before a question may name what it is about.
MESSAGES = 6
_POSSESSIVE = frozenset({"his", "hers", "its", "their", "theirs"})
# "her food" has a noun, "for her?" and "tell her to go" have none.
_HER_NOUN = re.compile(r"\s+(?!(?:to|for|in|on|at|by|from|with|and|or|when|if|now|again)\b)\w")


def resolve(
    query: str,
    history: Sequence[str],
    user_id: str,
    graph: GraphStore,
    model: LanguageModel | None = None,
) -> str:
    """The query with the name of its antecedent for each pronoun; itself if it needs none.

    The antecedent is the subject of the user's graph that was mentioned last. A query that names
    somebody before its pronoun means them. Given a model, a name that the graph does not know is
    found too, as for any correction.

    Args:
        query: what is asked.
        history: what was said before it, by anybody, oldest first.
        user_id: whose graph.
        graph: where the user's subjects are.
        model: finds new names; none is asked for those that are known.
    """
    pronoun = subjects.PRONOUN.search(query)
    if pronoun is None:
        return query
    before = query[: pronoun.start()]
    if subjects.names_before(query, len(before)) or subjects.link(before, user_id, graph):
        return query
    recent = [text for text in history[::-1][:MESSAGES] if text.strip()]
    for text in recent:
        if known := subjects.link(text, user_id, graph):
            return _replaced(query, known[-1])
    for text in recent if model is not None else ():
        if model is not None and subjects.names(text):
            return _replaced(query, subjects.find(text, user_id, graph, model))
    return query


def _replaced(query: str, name: str) -> str:
    def named(pronoun: re.Match[str]) -> str:
        word = pronoun[0].casefold()
        owns = word in _POSSESSIVE or (word == "her" and _HER_NOUN.match(query, pronoun.end()))
        return f"{name}'s" if owns else name

    return subjects.PRONOUN.sub(named, query)
