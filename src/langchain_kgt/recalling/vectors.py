"""Sentence vectors of facts and requests, by whatever encoder the app has."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any, Protocol

import numpy as np

_KEPT = 16384


class Encoder(Protocol):
    """What memory needs of an encoder: any `Embeddings` of langchain_core."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector a text."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""


class Vectors:
    """Each text is encoded once; the latest are kept."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def near(self, query: str, texts: Sequence[str]) -> list[float]:
        """The cosine of a query and each text, between -1 and 1."""
        asked = _unit(self._encoder.embed_query(query))
        rows = self.of(texts)
        found: list[float] = (rows @ asked).tolist() if len(rows) else []
        return found

    def of(self, texts: Sequence[str]) -> Any:
        """Vectors of length one, a row a text."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if new:
                vectors = self._encoder.embed_documents(new)
                self._known.update(zip(new, map(_unit, vectors), strict=True))
            rows = [self._known[text] for text in texts]
            for text in texts:
                self._known.move_to_end(text)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)


def _unit(vector: Sequence[float]) -> Any:
    numbers = np.asarray(vector, dtype=np.float32)
    return numbers / (float(np.linalg.norm(numbers)) or 1.0)
