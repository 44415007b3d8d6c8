"""Every task and method of the benchmarks stands in their table."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import registry
from benchmarks.baselines import CLASSES
from benchmarks.options import Method

ROOT = Path(__file__).parents[2]


def test_the_tables_of_the_readme_are_those_of_the_files() -> None:
    page = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    for name, table in registry.tables().items():
        assert f"<!-- {name} -->\n{table}\n<!-- /{name} -->" in page, (
            "python -m benchmarks.tables --page benchmarks/README.md"
        )


@pytest.mark.parametrize("file", registry.files(), ids=lambda file: str(file.stem))
def test_every_command_line_is_a_task_and_made(file: Path) -> None:
    runs = "typer.run(" in file.read_text(encoding="utf-8")
    assert registry.is_task(file) is (runs and file.stem != "registry")
    row = f"\n| `{file.stem}` |"
    assert (row in registry.tables()["tasks"]) is registry.is_task(file)
    if registry.is_task(file):
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert f"benchmarks.{file.stem}" in makefile or f" {file.stem} " in makefile
        assert registry.what(file)


def test_every_file_of_a_method_has_a_row_and_every_method_a_file() -> None:
    table = registry.tables()["methods"]
    files = registry.files("baselines")
    assert all(f"\n| `{file.name}` |" in table for file in files)
    named = [name for file in files for name in registry.names(file)]
    assert sorted(named) == sorted(CLASSES) == sorted(method.value for method in Method)
