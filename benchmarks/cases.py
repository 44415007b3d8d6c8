"""Editing data sets in one shape: CounterFact (both layouts), ParaRel and zsRE."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """One counterfactual edit with the prompts that test it.

    `relation` is what a relation that says what was asked matches; empty where nobody says.
    """

    id: str
    subject: str
    prompt: str
    target_new: str
    target_true: str
    paraphrases: tuple[str, ...]
    neighborhood: tuple[str, ...]
    relation: str = ""

    def is_right(self, written: str) -> bool | None:
        """Whether a relation says what was asked; None where nobody says what does."""
        if not self.relation:
            return None
        return re.search(self.relation, written, re.IGNORECASE) is not None


def load_cases(path: Path, limit: int | None = None) -> list[Case]:
    """Read the first `limit` cases of a data set, in the order of the file.

    Patterns of relations stand in the cases, or beside `zsre-dev.json` in `zsre-relations.json`.
    """
    records = json.loads(path.read_text(encoding="utf-8"))[:limit]
    cases = [_case(record, str(index)) for index, record in enumerate(records)]
    patterns = path.with_name(f"{path.stem.partition('-')[0]}-relations.json")
    if not patterns.exists():
        return cases
    known = json.loads(patterns.read_text(encoding="utf-8"))
    return [c if c.relation else replace(c, relation=_pattern(c, known)) for c in cases]


def _pattern(case: Case, patterns: Sequence[dict[str, str]]) -> str:
    question = case.prompt.replace(case.subject, "S")
    matching = (p for p in patterns if re.search(p["question"], question, re.IGNORECASE))
    return next(matching, {"relation": ""})["relation"]


def _case(record: dict[str, Any], index: str) -> Case:
    if "requested_rewrite" in record:  # CounterFact as first published
        rewrite = record["requested_rewrite"]
        return Case(
            str(record.get("case_id", index)),
            rewrite["subject"],
            rewrite["prompt"].format(rewrite["subject"]),
            rewrite["target_new"]["str"].strip(),
            rewrite["target_true"]["str"].strip(),
            tuple(record.get("paraphrase_prompts", ())),
            tuple(record.get("neighborhood_prompts", ())),
        )
    neighborhood = record.get("neighborhood_prompts")
    if neighborhood is None:
        neighborhood = [record["neighbor"]["prompt"]] if record.get("neighbor") else []
    paraphrases = record.get("paraphrase_prompts", record.get("paraphrases"))
    if paraphrases is None:
        paraphrases = [record["paraphrase"]]
    return Case(
        str(record.get("case_id", index)),
        record["subject"],
        record.get("prompt") or record["question"],
        record["target_new"].strip(),
        record["target_true"].strip(),
        tuple(paraphrases),
        tuple(neighborhood),
        record.get("relation_pattern", ""),
    )
