"""Models that are no models, where a test is about something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from langchain_kgt import EnglishReader, InMemoryTripleStore, KGTConfig, KGTMemory, LanguageModel
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.models.base import LogProbability, Prompt


class Stub(LanguageModel):
    """Finds everything equally likely, and does something first, such as sleeping or raising."""

    id = "stub"
    max_tokens = 1000

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        self.first = first

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self.first()
        return [tuple(LogProbability(-1.0, 1) for _ in p.continuations) for p in prompts]

    def generate(self, prompts: Sequence[str], **kwargs: object) -> list[str]:
        self.first()
        return ["" for _ in prompts]


@cache
def english() -> EnglishReader:
    """One reader for all tests: its pipeline takes a second to load."""
    return EnglishReader()


def reading_memory(graph: TripleStore | None = None) -> KGTMemory:
    """A memory in which the reader alone decides."""
    return KGTMemory(
        model=Stub(), graph=graph or InMemoryTripleStore(), reader=english(),
        settings=KGTConfig(rival_tokens=0),
    )
