"""Which of the known facts a message says to be over, or never to have been.

A logistic regression over pairs of a message and a fact; natural log-odds. What tells most is how
surely the message speaks of a change at all, and how near the fact is to what it says.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from langchain_kgt.reading.base import Encode
from langchain_kgt.triples import Triple

_LITTLE = frozenset(
    "a an and are as at be by did do does for from had has have he her his i in is it its my no "
    "not now of on or our out she so that the their they this to up user was we were with "
    "you".split()
)
_WORD = re.compile(r"\w+")


def log_odds(
    facts: Sequence[Triple], message: str, clauses: Sequence[str], changes: float,
    encode: Encode | None,
) -> list[float]:
    """The log-odds of each fact that the message ends it.

    Args:
        facts: those that hold.
        message: its words.
        clauses: what was read in it, as texts.
        changes: the log-odds that it ends anything.
        encode: vectors of texts, if there is an encoder.
    """
    given = _weights()["encoder" if encode is not None else "alone"]
    rows = evidence(facts, message, clauses, changes, encode)
    return [
        given["bias"] + sum(given[name] * value for name, value in row.items()) for row in rows
    ]


def evidence(
    facts: Sequence[Triple], message: str, clauses: Sequence[str], changes: float,
    encode: Encode | None,
) -> list[dict[str, float]]:
    """What tells whether a message ends a fact; of each fact the numbers that are weighed."""
    if not facts:
        return []
    said = _words(message)
    near: Sequence[tuple[float, float]] = [(0.0, 0.0)] * len(facts)
    if encode is not None:
        near = _near(facts, message, clauses, encode)
    changed = 1 / (1 + math.exp(-max(-30.0, min(30.0, changes))))
    found = []
    for fact, (whole, best) in zip(facts, near, strict=True):
        alone = {
            "object": _share(fact.object, said), "subject": _share(fact.subject, said),
            "relation": _share(fact.relation, said),
            "whole": float(_share(fact.object, said) == 1.0),
            "of_user": float(fact.subject in {"user", "I"}),
        }
        if encode is not None:
            alone |= {"near": whole, "nearest": best, "nearest_squared": best * best}
        found.append(
            alone | {f"{name}_if_changed": value * changed for name, value in alone.items()}
            | {"changes": changes, "changed": changed}
        )
    return found


def _near(
    facts: Sequence[Triple], message: str, clauses: Sequence[str], encode: Encode
) -> list[tuple[float, float]]:
    texts = [f"{fact.subject} {fact.relation} {fact.object}" for fact in facts]
    said: Any = encode([message, *clauses])
    cosines = encode(texts) @ said.T
    return [(float(row[0]), float(row[1:].max()) if clauses else 0.0) for row in cosines]


def _share(part: str, said: frozenset[str]) -> float:
    words = _words(part)
    return len(words & said) / len(words) if words else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _LITTLE


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    text = (files(__package__) / "ending.toml").read_text(encoding="utf-8")
    fitted: Mapping[str, Mapping[str, float]] = tomllib.loads(text)
    return fitted
