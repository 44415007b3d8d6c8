"""Every example runs as it stands, and prints what it is there to show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
PRINTED = {
    "lcel_chain": ["invoke: ", "Porto", "batch: ", "Oslo", "stream: ", "async: "],
    "agent": ["before: ", "+ (my sister, lives in, Porto)", "after: ", "Porto"],
    "agent_with_api_model": ["Facts:\n- my sister lives in Porto", "(my sister, lives in, Porto)"],
    "rag_plus_memory": ["noon", "Who runs our canteen? -> ", "Priya"],
    "langgraph_feedback": ["learned: + (our canteen, is run by, Priya)", "next answer:  Priya"],
    "classic_conversation": ["- my uncle plays the cello", "cello"],
    "langsmith_feedback": ["-> no idea", "carrots)", "-> - my dog likes to eat carrots"],
    "many_users": ["user 0: (my sister, lives in, Lima)", "user 7: (my sister, lives in, Hanoi)"],
    "background_learning": ["before: no idea", "after:  - my boss speaks Greek"],
}


def test_no_example_is_left_out() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {*PRINTED, "quickstart"}


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_shows_what_it_says(name: str) -> None:
    run = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "2"}, check=False,
    )
    assert run.returncode == 0, run.stderr
    rest = run.stdout
    for part in PRINTED[name]:
        assert part in rest, run.stdout
        rest = rest.split(part, 1)[1]
