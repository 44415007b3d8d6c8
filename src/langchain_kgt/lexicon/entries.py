"""The data of the lexicon, read and checked."""

from __future__ import annotations

import importlib
import importlib.resources
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from langchain_kgt.errors import InvalidInputError

_SHIPPED = "relations.toml"


@dataclass(frozen=True, slots=True)
class Relation:
    """What is known of one relation; `relations.toml` says what each field means."""

    name: str
    also: tuple[str, ...] = ()
    values: Literal["one", "many"] = "many"
    kind: str = ""
    kinds: Mapping[str, str] | None = None
    of_each: bool = False
    timeless: bool = False
    implies: tuple[str, ...] = ()
    opposite: tuple[str, ...] = ()
    ended_by: tuple[str, ...] = ()


_FIELDS = {field.name for field in fields(Relation)} - {"name"}
_LISTS = ("also", "implies", "opposite", "ended_by")
_SECTIONS = ("ranked", "forms", "relations", "nouns", "places")


def read(path: Path | None = None) -> dict[str, Any]:
    """What a TOML file of relations holds; the shipped one, if none is named.

    Raises `InvalidInputError` if it cannot be read.
    """
    # Python 3.10 has no tomllib of its own.
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    if path is None:
        text = importlib.resources.files(__package__).joinpath(_SHIPPED).read_text("utf-8")
        return dict(toml.loads(text))
    try:
        return dict(toml.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise InvalidInputError(f"{path} is no TOML file of relations: {error}") from error


def relation(name: str, record: Mapping[str, Any]) -> Relation:
    """One entry of the data.

    >>> relation("feeds", {"values": "one", "also": ["gives food to"]}).also
    ('gives food to',)
    """
    unknown = sorted(set(record) - _FIELDS)
    if unknown:
        raise InvalidInputError(
            f"relation {name!r}: {unknown[0]!r} is no field of a relation; "
            f"there are {', '.join(sorted(_FIELDS))}"
        )
    if record.get("values", "many") not in ("one", "many"):
        raise InvalidInputError(f"relation {name!r}: values is 'one' or 'many'")
    for key in _LISTS:
        if isinstance(record.get(key), str):
            raise InvalidInputError(f"relation {name!r}: {key} is a list")
    values: dict[str, Any] = {k: tuple(v) if k in _LISTS else v for k, v in record.items()}
    return Relation(name, **values)


def noun(name: str, record: Mapping[str, Any]) -> Relation:
    """An entry for what a subject has, by its noun."""
    also = [f"has the {other}" for other in record.get("also", ())]
    return relation(f"has the {name}", {**record, "also": also})


def given(more: Mapping[str, Any] | Path | str) -> Mapping[str, Any]:
    """Data of an app, from a mapping or a file."""
    data = more if isinstance(more, Mapping) else read(Path(more))
    unknown = sorted(set(data) - set(_SECTIONS))
    if unknown:
        raise InvalidInputError(
            f"{unknown[0]!r} is no section of a lexicon; there are {', '.join(_SECTIONS)}"
        )
    return data


def merged(data: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Two lexicons in one; what both name is as the second has it, and its wordings come first."""
    result = dict(data)
    for section, content in more.items():
        if section == "ranked":
            result[section] = list(dict.fromkeys([*data.get(section, ()), *content]))
        else:
            old = data.get(section, {})
            result[section] = {**content, **{k: v for k, v in old.items() if k not in content}}
    return result
