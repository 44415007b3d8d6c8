"""What `import langchain_kgt` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import langchain_kgt

NAMES = [
    "Feedback", "GraphStore", "GraphUpdate", "HuggingFaceModel", "InMemoryGraph",
    "InvalidInputError", "KGTConfig", "KGTError", "KGTFeedbackHandler", "KGTMemory",
    "KGTRetriever", "KuzuGraph", "LanguageModel", "Measurement", "ModelError", "NotFoundError",
    "RecalledTriple", "StoreError", "StoreLockedError", "StoreVersionError", "StoredTriple",
    "TextTooLongError", "Triple",
]


def test_the_public_names_are_these() -> None:
    assert langchain_kgt.__all__ == NAMES
    assert all(getattr(langchain_kgt, name).__name__ == name for name in NAMES)


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys, langchain_kgt; heavy = ('torch', 'transformers', 'kuzu', 'langchain_core'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
