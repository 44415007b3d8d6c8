"""Memory for LangChain in which a correction corrects: Knowledge Graph Tuning."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_kgt.config import KGTConfig as KGTConfig
    from langchain_kgt.errors import InvalidInputError as InvalidInputError
    from langchain_kgt.errors import KGTError as KGTError
    from langchain_kgt.errors import ModelError as ModelError
    from langchain_kgt.errors import NotFoundError as NotFoundError
    from langchain_kgt.errors import StoreError as StoreError
    from langchain_kgt.errors import StoreLockedError as StoreLockedError
    from langchain_kgt.errors import StoreVersionError as StoreVersionError
    from langchain_kgt.errors import TextTooLongError as TextTooLongError
    from langchain_kgt.feedback import KGTFeedbackHandler as KGTFeedbackHandler
    from langchain_kgt.graphs.base import TripleStore as TripleStore
    from langchain_kgt.graphs.in_memory import InMemoryTripleStore as InMemoryTripleStore
    from langchain_kgt.graphs.kuzu import KuzuTripleStore as KuzuTripleStore
    from langchain_kgt.listening import listen as listen
    from langchain_kgt.memory import KGTMemory as KGTMemory
    from langchain_kgt.models.base import LanguageModel as LanguageModel
    from langchain_kgt.models.huggingface import HuggingFaceModel as HuggingFaceModel
    from langchain_kgt.reading.base import Reader as Reader
    from langchain_kgt.reading.chat import ChatReader as ChatReader
    from langchain_kgt.reading.english.reader import EnglishReader as EnglishReader
    from langchain_kgt.retriever import KGTRetriever as KGTRetriever
    from langchain_kgt.triples import Correction as Correction
    from langchain_kgt.triples import GraphUpdate as GraphUpdate
    from langchain_kgt.triples import Measurement as Measurement
    from langchain_kgt.triples import RecalledTriple as RecalledTriple
    from langchain_kgt.triples import StoredTriple as StoredTriple
    from langchain_kgt.triples import Triple as Triple

# Where each public name lives. They are imported on first use: `import langchain_kgt` loads
# neither torch nor transformers nor kuzu.
_HOMES = {
    "ChatReader": "reading.chat",
    "Correction": "triples",
    "EnglishReader": "reading.english.reader",
    "GraphUpdate": "triples",
    "HuggingFaceModel": "models.huggingface",
    "InMemoryTripleStore": "graphs.in_memory",
    "InvalidInputError": "errors",
    "KGTConfig": "config",
    "KGTError": "errors",
    "KGTFeedbackHandler": "feedback",
    "KGTMemory": "memory",
    "KGTRetriever": "retriever",
    "KuzuTripleStore": "graphs.kuzu",
    "LanguageModel": "models.base",
    "Measurement": "triples",
    "ModelError": "errors",
    "NotFoundError": "errors",
    "Reader": "reading.base",
    "RecalledTriple": "triples",
    "StoreError": "errors",
    "StoreLockedError": "errors",
    "StoreVersionError": "errors",
    "StoredTriple": "triples",
    "TextTooLongError": "errors",
    "Triple": "triples",
    "TripleStore": "graphs.base",
    "listen": "listening",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
