"""What `import langchain_kgt` offers, and what it costs."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import langchain_kgt

NAMES = [
    "ChatReader", "Correction", "EnglishReader", "GraphUpdate", "HuggingFaceModel",
    "InMemoryTripleStore", "InvalidInputError", "KGTConfig", "KGTError", "KGTFeedbackHandler",
    "KGTMemory", "KGTRetriever", "KuzuTripleStore", "LanguageModel", "Measurement", "ModelError",
    "NotFoundError", "Reader", "RecalledTriple", "StoreError", "StoreLockedError",
    "StoreVersionError", "StoredTriple", "TextTooLongError", "Triple", "TripleStore",
    "listen",
]


def test_the_public_names_are_these() -> None:
    assert langchain_kgt.__all__ == NAMES
    assert all(getattr(langchain_kgt, name).__name__ == name for name in NAMES)


# What is imported from its module, because it needs an extra or is for tests.
MORE_NAMES = {
    "classic": ["KGTClassicMemory"],
    "middleware": ["KGTMiddleware"],
    "testing": ["ScriptedChatModel"],
    "tools": ["memory_tools"],
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", MORE_NAMES)
def test_the_public_names_of_a_module_are_these(name: str) -> None:
    module = importlib.import_module(f"langchain_kgt.{name}")
    own = [
        key for key, value in vars(module).items()
        if key[0] != "_" and getattr(value, "__module__", "") == module.__name__
    ]
    assert sorted(own) == MORE_NAMES[name]


def test_importing_loads_nothing_heavy_and_takes_no_time() -> None:
    code = (
        "import sys, time; start = time.perf_counter(); import langchain_kgt; "
        "print(time.perf_counter() - start); heavy = ('torch', 'transformers', 'kuzu', "
        "'langchain_core', 'langchain_huggingface', 'numpy', 'pydantic'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    seconds = []
    for _ in range(3):  # the best of them: others use the machine too
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        took, loaded = run.stdout.split("\n", 1)
        assert loaded.strip() == "[]"
        seconds.append(float(took))
    assert min(seconds) < 0.3


def test_every_example_in_a_docstring_is_run(pytestconfig: pytest.Config) -> None:
    """pytest runs those of `src` by itself; none may stand where it does not look."""
    assert pytestconfig.getoption("doctestmodules")
    assert "src" in pytestconfig.getini("testpaths")
    source = Path(langchain_kgt.__file__).parent
    finder = doctest.DocTestFinder(exclude_empty=True)
    for path in source.rglob("*.py"):
        dotted = ".".join(path.relative_to(source.parent).with_suffix("").parts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # classic chains are deprecated
            module = importlib.import_module(dotted.removesuffix(".__init__"))
        found = sum(len(test.examples) for test in finder.find(module))
        assert found == path.read_text().count(">>> "), path
