"""What can be the name of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langchain_kgt.errors import InvalidInputError


def check_path(path: Any) -> None:
    """A file name, in which the operating system takes no NUL and no half characters."""
    if not isinstance(path, (str, Path)):
        raise InvalidInputError(f"the path is a {type(path).__name__}; give a string or a Path")
    try:
        named = "\0" not in str(path) and bool(str(path).encode())
    except UnicodeEncodeError:
        named = False
    if not named:
        raise InvalidInputError(
            f"no file can be called {str(path)!r}; give a name without NUL and half characters"
        )
