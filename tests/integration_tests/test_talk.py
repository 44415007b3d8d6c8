"""A person talks, and is remembered: the real model, the real database, the weights that ship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from langchain_kgt import HuggingFaceModel, KGTMemory, KuzuTripleStore
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.testing import ScriptedChatModel
from tests.stub_models import english

ROOT = Path(__file__).parents[2]


@dataclass
class Context:
    user_id: str


@pytest.fixture
def talking(smollm: HuggingFaceModel, tmp_path: Path) -> Iterator[KGTMemory]:
    """The real model, the real reader, the real database."""
    graph = KuzuTripleStore(tmp_path / "memory.kuzu")
    with KGTMemory(model=smollm, graph=graph, reader=english()) as memory:
        yield memory


def known(memory: KGTMemory) -> list[str]:
    return [str(fact) for fact in memory.facts(user_id="ann")]


TOLD = [
    ("My daughter Mia is allergic to peanuts.", "peanuts"),
    ("I'm a nurse at the children's hospital in Leeds.", "nurse"),
    ("We live in a small flat above a bakery with our two cats.", "bakery"),
    ("My husband drives a tram and works nights.", "tram"),
]


@pytest.mark.parametrize(("message", "object"), TOLD)
def test_what_lasts_is_kept(talking: KGTMemory, message: str, object: str) -> None:
    talking.learn(message, user_id="ann")
    assert any(object in fact for fact in known(talking))
    assert talking.facts(user_id="bob") == []


NOTHING = [
    "Thanks a lot!", "What's the capital of France?", "Ugh, it's raining again.",
    "Write me a story about a pirate who lives on the moon.",
    "If I lived in Rome, would I need a car?",
    'Translate this into French: "I live in Berlin and I have two sons."',
    "Könntest du mir bitte sagen, wie spät es gerade in Berlin ist?",
]


@pytest.mark.parametrize("message", NOTHING)
def test_what_does_not_last_is_left_out_and_the_receipt_says_why(
    talking: KGTMemory, message: str
) -> None:
    [update] = talking.learn(message, user_id="ann")
    assert known(talking) == []
    assert update.reasons
    assert all(reason.startswith("left out: ") for reason in update.reasons)


def test_a_move_ends_the_old_home(talking: KGTMemory) -> None:
    talking.tell("I", "live in", "Porto", user_id="ann")
    talking.learn("We've just moved to Lisbon!", user_id="ann")
    facts = known(talking)
    assert any("lives in Lisbon" in fact for fact in facts)
    assert not any("Porto" in fact for fact in facts)
    assert talking.recall("Where do I live?", user_id="ann")[0].triple.object == "Lisbon"


def test_what_is_told_in_passing_is_known_in_the_next_answer(talking: KGTMemory) -> None:
    model = ScriptedChatModel(replies=["Nice!", "Carrots."])
    agent: Any = create_agent(
        model, middleware=[KGTMiddleware(talking, learn="auto")], context_schema=Context
    )
    said = agent.invoke(
        {"messages": [HumanMessage("My dog Rex is a vegetarian and eats carrots.")]},
        context=Context("ann"),
    )["messages"]
    agent.invoke(
        {"messages": [*said, HumanMessage("What does my dog Rex eat?")]}, context=Context("ann")
    )
    system = model.received[-1][0]
    assert isinstance(system, SystemMessage)
    assert "carrots" in system.text
    assert len([u for u in talking.history(user_id="ann") if u.added]) == 1


def test_what_the_assistant_says_is_never_learned(talking: KGTMemory) -> None:
    said = [AIMessage("You live in Paris with your three daughters."), HumanMessage("Thank you.")]
    talking.learn(said, user_id="ann")
    assert known(talking) == []


def test_the_code_of_the_page_about_talk_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "how-to" / "talk.md").read_text()
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, scope)
    printed = capsys.readouterr().out
    assert "peanuts" in printed
    assert "Lisbon" in printed
    assert "\nthe user lives in Lissabon [since 2026-03]\n" in printed
    assert re.search(r"^- .*Lisbon.*Porto.*Cork.*\(only proposed\)$", printed, re.MULTILINE)
