"""Which tasks and methods there are: each file says so itself, in the first line of its docstring.

A task is a module here with a command line; its data are those that the Makefile gives it, or its
own. A method is a file in `baselines`, by its name on the command line if it has one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from benchmarks.baselines import CLASSES

_HERE = Path(__file__).parent
_DATA = re.compile(r"(?:\$\(DATA\)|benchmarks/data)/([\w.-]+)(?![\w$.-])")
_OWN = re.compile(r'/ "data" / "([\w.-]+)"')


def tables() -> dict[str, str]:
    """The tables of benchmarks/README.md by their names."""
    makefile = (_HERE.parent / "Makefile").read_text(encoding="utf-8")
    tasks = (
        f"| `{file.stem}` | {what(file)} | {', '.join(f'`{one}`' for one in data(file, makefile))} "
        f"| {'yes' if takes_a_method(file) else ''} |"
        for file in files() if is_task(file)
    )
    methods = (
        f"| `{file.name}` | {', '.join(f'`{name}`' for name in names(file))} | {what(file)} |"
        for file in files("baselines")
    )
    return {
        "tasks": _table("task | what it is | data | `--method`", tasks),
        "methods": _table("file | `--method` | what it is", methods),
    }


def _table(head: str, rows: Iterable[str]) -> str:
    rule = "| --- " * len(head.split(" | ")) + "|"
    return "\n".join([f"| {head} |", rule, *rows])


def files(folder: str = ".") -> list[Path]:
    """The modules of a folder, by name."""
    return sorted(f for f in (_HERE / folder).glob("*.py") if f.stem != "__init__")


def is_task(file: Path) -> bool:
    """Whether a module has a command line."""
    return "typer.run(main)" in file.read_text(encoding="utf-8").splitlines()[-1]


def takes_a_method(file: Path) -> bool:
    """Whether it is a benchmark of any method, not of this package alone."""
    source = file.read_text(encoding="utf-8")
    return "options.MethodOption" in source or "benchmarks.editing import command" in source


def what(file: Path) -> str:
    """The first line of its docstring, without the full stop."""
    says = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return says.partition("\n")[0].rstrip(".")


def data(file: Path, makefile: str) -> list[str]:
    """The data sets that a task is run on."""
    lines = [line for line in makefile.splitlines() if f"benchmarks.{file.stem} " in line]
    found = [name for line in lines for name in _DATA.findall(line)]
    if any("--data $(DATA) " in line for line in lines):
        found.append(f"{file.stem}-*-dev.json")
    return list(dict.fromkeys([*found, *_OWN.findall(file.read_text(encoding="utf-8"))]))


def names(file: Path) -> list[str]:
    """The methods of a file, as they are called on the command line."""
    return [name for name, (module, _) in CLASSES.items() if module == file.stem]
