"""Where the default model is found."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from langchain_kgt.models import default


def test_the_environment_chooses_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(default.ENVIRONMENT_VARIABLE, "some/model")
    assert default.default_model_path() == "some/model"


def test_without_the_package_it_comes_from_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(default.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert default.default_model_path() == default.HUB_ID


def test_the_package_is_converted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(default.ENVIRONMENT_VARIABLE, raising=False)
    path = Path(default.default_model_path())
    written = (path / "model.safetensors").stat().st_mtime_ns
    assert default.default_model_path() == str(path)
    assert (path / "model.safetensors").stat().st_mtime_ns == written
    assert [p for p in path.parent.iterdir() if p.name.startswith("tmp")] == []
