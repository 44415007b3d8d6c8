"""What the README shows is what happens."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from langchain_core.language_models import FakeListLLM
from langchain_core.prompts import PromptTemplate

from langchain_kgt import KGTMemory
from langchain_kgt.testing import ScriptedChatModel

ROOT = Path(__file__).parents[2]


def test_the_readme_code_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len(blocks) == 4
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    for block in blocks:
        exec(block, scope)
    printed = capsys.readouterr().out
    assert "+ (my neighbour Tom, lives in, Lisbon)" in printed
    assert "Lisbon" in printed.split("\n")[1]
    assert "carrots)" in printed
    answers = re.findall(r"^\((.*), (.*), (.*)\)$", printed, re.MULTILINE)
    assert [answer for _, _, answer in answers] == ["peanuts", "Lisbon", "hazelnuts"]
    assert printed.endswith(
        "the user is allergic to nuts\nthe user is allergic to shrimps\nmy dog is not neutered\n"
        f"the user lives in Lisbon [since {spring()}-21]\n"
    )
    scope["memory"].close()  # type: ignore[attr-defined]


def test_the_code_of_the_page_about_facts_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (ROOT / "docs" / "how-to" / "facts.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    scope: dict[str, object] = {}
    for block in blocks:
        exec(block, scope)
    assert capsys.readouterr().out.splitlines() == re.findall(r"^# (my .*)$", page, re.MULTILINE)


def test_the_code_of_the_page_about_recall_does_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (ROOT / "docs" / "how-to" / "recall.md").read_text()
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, scope)
    printed = capsys.readouterr().out
    asked, explained = printed.splitlines()[:3], printed.splitlines()[3:-2]
    assert "Porto" in asked[0]
    assert "peanuts" in asked[1]
    assert asked[2] == "Who painted the Mona Lisa?"
    assert any(line.startswith("+ ") and "Porto" in line for line in explained)
    assert printed.splitlines()[-2:] == re.findall(r"^# (\d.*)$", page, re.MULTILINE)


def spring() -> int:
    """The year of the last spring that is over or has begun."""
    today = date.today()
    return today.year if today.month > 5 else today.year - 1


def test_the_quickstart_is_corrected() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "quickstart.py")],
        capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "2"},
    )
    before, after = run.stdout.split("No, my dog eats carrots.")
    assert "carrots" not in before
    update, *answers = after.strip().split("\n")
    assert re.fullmatch(
        r"\+ \(my dog, likes to eat, carrots\)  log P\(a\|q\) -\d+\.\d -> -\d+\.\d ?", update
    )
    text = "\n".join(answers)
    assert text.count("carrots") >= 2
    assert "undoes" in text
    assert "facts of ann: []" in text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ["middleware.KGTMiddleware", "classic.KGTClassicMemory"])
def test_the_code_in_a_docstring_runs(memory: KGTMemory, name: str) -> None:
    """Doctest runs what begins with >>>; these need a memory and a model of the reader's."""
    from langchain.agents import create_agent
    from langchain_classic.chains import LLMChain

    module, of = name.split(".")
    public = getattr(importlib.import_module(f"langchain_kgt.{module}"), of)
    code = re.search(r"\n\n((?: {4}.*\n)+)\n", inspect.getdoc(public) or "")
    assert code is not None
    text = textwrap.dedent(code[1]).replace("tools=[...]", "tools=[]").replace("[...]", "['Hi']")
    exec(text, {
        "memory": memory, of: public, "create_agent": create_agent, "LLMChain": LLMChain,
        "Context": SimpleNamespace, "model": ScriptedChatModel(replies=["Hello"]),
        "llm": FakeListLLM(responses=[]), "prompt": PromptTemplate.from_template("{facts}{x}"),
    })
