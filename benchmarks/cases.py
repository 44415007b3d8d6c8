"""Editing data sets in one shape: CounterFact (both layouts), ParaRel and zsRE."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """One counterfactual edit with the prompts that test it."""

    id: str
    subject: str
    prompt: str
    target_new: str
    target_true: str
    paraphrases: tuple[str, ...]
    neighborhood: tuple[str, ...]


def load_cases(path: Path, limit: int | None = None) -> list[Case]:
    """Read the first `limit` cases of a data set, in the order of the file."""
    records = json.loads(path.read_text(encoding="utf-8"))[:limit]
    return [_case(record, str(index)) for index, record in enumerate(records)]


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
    )
