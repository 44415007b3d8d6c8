"""The data of the lexicon, read and checked."""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Callable, Mapping
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
    naming: bool = False
    kin: bool = False
    called: bool = False
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
    if path is None:
        text = importlib.resources.files(__package__).joinpath(_SHIPPED).read_text("utf-8")
        return dict(tomllib.loads(text))
    try:
        return dict(tomllib.loads(path.read_text("utf-8")))
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


def given(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a lexicon, checked; its nouns are among the relations, as what a subject has.

    >>> given({"nouns": {"keeper": {"also": ["minder"]}}})
    {'relations': {'has the keeper': {'also': ['has the minder']}}}
    """
    unknown = sorted(set(data) - set(_SECTIONS))
    if unknown:
        raise InvalidInputError(
            f"{unknown[0]!r} is no section of a lexicon; there are {', '.join(_SECTIONS)}"
        )
    nouns = {
        f"has the {noun}": {**record, "also": [f"has the {n}" for n in record.get("also", ())]}
        for noun, record in data.get("nouns", {}).items()
    }
    relations = {**data.get("relations", {}), **nouns}
    for name, record in relations.items():
        relation(name, record)
    kept = {section: content for section, content in data.items() if section != "nouns"}
    return {**kept, "relations": relations}


def merged(
    data: Mapping[str, Any], more: Mapping[str, Any], name: Callable[[str], str]
) -> dict[str, Any]:
    """Two lexicons in one; the second says more of a relation, or says otherwise.

    Args:
        name: what the first calls a relation, in whatever words.
    """
    relations = dict(data.get("relations", {}))
    for wording, record in more.get("relations", {}).items():
        known = name(wording)
        old = relations.pop(known, {})
        also = [*record.get("also", ()), *old.get("also", ())]
        # Its wordings are the first to be asked.
        entry = {**old, **record, "also": also}
        relations = {known if old else wording: entry, **relations}
    return {
        "ranked": list(dict.fromkeys([*data.get("ranked", ()), *more.get("ranked", ())])),
        "forms": {**data.get("forms", {}), **more.get("forms", {})},
        "relations": relations,
        "places": more.get("places") or data.get("places", {}),
    }
