"""What a benchmark needs of a method; as it stands, a model without any memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from langchain_kgt import StoredTriple, Triple
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.templates import Fact

if TYPE_CHECKING:
    from benchmarks.harness import Records, Run


class Method:
    """A model, what it was corrected by, and the facts that a query brings up.

    A method that edits weights never brings up facts: it counts its edits, and gives back the
    model as it was within `unedited`.

    Attributes:
        reasoning: how facts and a query become a prompt.
        ranks: whether the first of the facts is the one that should answer.
        edits_weights: whether `model` is what remembers.
        edits: how often its weights were changed.
        seed: of what it draws at random, if anything.
    """

    ranks = False
    edits_weights = False
    seed: int | None = None

    def __init__(self, model: HuggingFaceModel, run: Run, records: Records) -> None:
        self.model = model
        self.reasoning: Callable[[str, Sequence[Fact]], str] = templates.reasoning
        self.edits = 0

    def update(
        self, question: str, answer: str, *, user_id: str, subject: str | None
    ) -> dict[str, Any]:
        """Take one correction; what is returned stands in the record of the step."""
        return {"added": 0, "removed": 0, "preferred": None}

    def again(self, question: str, answer: str, *, user_id: str) -> None:
        """Take a correction that a run that was stopped had taken."""

    def facts(self, query: str, *, user_id: str, subject: str | None = None) -> Sequence[Fact]:
        """What goes into the prompt for this query of this user."""
        return []

    def parsed(self, question: str, subject: str) -> str | None:
        """The relation that a reader of the question alone would write, if there is one."""
        return None

    def stored(self, user_id: str) -> list[Triple]:
        """All that is kept of this user."""
        return []

    def unedited(self) -> AbstractContextManager[None]:
        """The model as it was before the first update."""
        return nullcontext()

    def settings(self) -> dict[str, Any]:
        """The numbers of the method, for the report."""
        return {}

    def close(self) -> None:
        """Release what is open."""


class Stated(Method):
    """Keeps what each user said, word for word: a question and its answer are one fact."""

    def update(
        self, question: str, answer: str, *, user_id: str, subject: str | None
    ) -> dict[str, Any]:
        self.again(question, answer, user_id=user_id)
        return {"added": 1, "removed": 0, "preferred": None}


def stated(question: str, answer: str) -> Triple:
    """The words of a user as a line of the facts: "What does my dog eat? carrots"."""
    return Triple(question, "", answer)


def as_triple(fact: Fact) -> Triple:
    """The triple of a fact, stored or not."""
    return fact.triple if isinstance(fact, StoredTriple) else fact
