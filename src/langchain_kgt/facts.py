"""The facts that a chain gets from memory."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_kgt.reading.base import Turn
from langchain_kgt.recalling import templates
from langchain_kgt.triples import RecalledTriple


class Facts(str):
    """The facts for a prompt, one line each, with what they were made of.

    Attributes:
        triples: the recalled triples, best first.
        query: the question they were recalled for.
        user_id: whose they are.
        history: what was said before the question, where it has a pronoun that is not understood.
        control: the control tokens of memory's model, which stand in them as text.
    """

    triples: tuple[RecalledTriple, ...]
    query: str
    user_id: str
    history: tuple[Turn, ...]
    control: tuple[str, ...]

    @classmethod
    def of(
        cls,
        triples: Sequence[RecalledTriple],
        query: str,
        user_id: str,
        history: Sequence[Turn] = (),
        control: Sequence[str] = (),
    ) -> Facts:
        """Render recalled triples."""
        facts = cls(templates.facts_block([r.shown for r in triples], control))
        facts.triples, facts.query, facts.user_id = tuple(triples), query, user_id
        facts.history, facts.control = tuple(history), tuple(control)
        return facts
