"""Messages word for word: those nearest to a question by all-MiniLM-L6-v2, the last 20, or all.

What a chat has without a memory that reads: nothing is written down, and what is superseded is
found like anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from benchmarks.baselines.vector import MiniLM
from benchmarks.conversations import Said
from langchain_kgt.recalling.vectors import Vectors

LAST = 20
_TOGETHER = 32


class Messages:
    """What people said, oldest first."""

    def __init__(self, said: Sequence[Said], vectors: Vectors | None = None) -> None:
        self.said = said
        self.texts = [one.text for one in said]
        self.vectors = vectors or Vectors(MiniLM())
        for start in range(0, len(said), _TOGETHER):
            self.vectors.of(self.texts[start : start + _TOGETHER])

    def nearest(self, question: str) -> list[str]:
        """The ids of all messages, the nearest first."""
        return [self.said[i].id for i in nearest(self.vectors, question, self.texts)]

    def last(self, when: datetime) -> list[str]:
        """The ids of the last messages said by then, the newest first."""
        return [one.id for one in self.said if one.when <= when][: -LAST - 1 : -1]


def nearest(vectors: Vectors, question: str, texts: Sequence[str]) -> list[int]:
    """The places of texts by their cosine with a question, the nearest first."""
    near = vectors.near(question, texts)
    return sorted(range(len(texts)), key=lambda i: -near[i])
