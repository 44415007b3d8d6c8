"""The benchmark that tells facts one by one, on a few."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import tells


def test_all_that_is_told_one_by_one_is_there_after_opening_again(tmp_path: Path) -> None:
    out = tmp_path / "tells.json"
    tells.main(out, facts=1203, users=7, folder=tmp_path)
    report = json.loads(out.read_text())
    assert report["missing_afterwards"] == 0
    assert report["as_it_grew"][-1]["told"] == 1200
    # More than twice as many as a checkpoint waits for: the file took them in between.
    assert report["file_mb"] > 1
