"""langchain-tests' unit suite for each of the tools: no model is needed to build them."""

from __future__ import annotations

from typing import Any

from langchain_tests.unit_tests import ToolsUnitTests

from langchain_kgt import InMemoryTripleStore, KGTMemory
from langchain_kgt.tools import memory_tools
from tests.stub_models import Stub


class TestRecallFacts(ToolsUnitTests):
    name = "recall_facts"
    arguments = {"question": "What does my dog eat?"}  # noqa: RUF012

    @property
    def tool_constructor(self) -> Any:
        memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
        return {tool.name: tool for tool in memory_tools(memory)}[self.name]

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return self.arguments


class TestRememberFact(TestRecallFacts):
    name = "remember_fact"
    arguments = {"subject": "my dog", "relation": "eats", "object": "meat"}  # noqa: RUF012


class TestCorrectFact(TestRecallFacts):
    name = "correct_fact"
    arguments = {"question": "What does my dog eat?", "answer": "carrots"}  # noqa: RUF012


class TestForgetFact(TestRecallFacts):
    name = "forget_fact"
    arguments = {"subject": "my dog", "relation": None, "object": None}  # noqa: RUF012


class TestListFacts(TestRecallFacts):
    name = "list_facts"
    arguments = {"subject": None}  # noqa: RUF012


class TestUndoLast(TestRecallFacts):
    name = "undo_last"
    arguments: dict[str, Any] = {}  # noqa: RUF012


def tools_of(memory: KGTMemory) -> dict[str, Any]:
    return {tool.name: tool for tool in memory_tools(memory, user_id="ann")}


def empty() -> KGTMemory:
    return KGTMemory(model=Stub(), graph=InMemoryTripleStore())


def test_what_is_known_is_listed_and_what_is_left_out_is_counted() -> None:
    memory = empty()
    listed = tools_of(memory)["list_facts"]
    assert listed.invoke({}) == "Nothing is known of this user yet."
    memory.tell("I", "live in", "Porto", user_id="ann", valid_from="2019")
    for number in range(60):
        memory.tell("my dog", "likes", f"toy {number}", user_id="ann")
    lines = listed.invoke({}).split("\n")
    assert lines[0] == "11 older facts are left out; give a subject to see those about it."
    assert len(lines) == 51
    assert lines[-1] == "- my dog likes toy 59"
    assert listed.invoke({"subject": "me"}) == "- the user lives in Porto (since 2019)"
    assert listed.invoke({"subject": "my cat"}) == (
        "Nothing is known about that. Something is known about: my dog, user."
    )


def test_the_last_write_is_taken_back_and_then_the_one_before() -> None:
    memory = empty()
    undo = tools_of(memory)["undo_last"]
    memory.tell("I", "live in", "Porto", user_id="ann")
    memory.tell("I", "live in", "Lisbon", user_id="ann")
    memory.note("Where do I live?", user_id="ann", score=1)  # changes no fact
    memory.pass_over("Hi", user_id="ann")
    memory.tell("I", "live in", "Rome", user_id="bob")
    assert undo.invoke({}) == (
        "The last thing that was written is taken back. No longer so: the user lives in Lisbon. "
        "So again: the user lives in Porto."
    )
    assert "No longer so: the user lives in Porto." in undo.invoke({})
    assert "nothing to take back" in undo.invoke({})
    assert memory.facts(user_id="ann") == []


def test_what_cannot_be_taken_back_is_said_in_words() -> None:
    memory = empty()
    memory.tell("Ann", "lives in", "Cork", user_id="ann")
    memory.retire(user_id="ann", subject="Ann")
    tool = tools_of(memory)["undo_last"]
    assert "So again: Ann lives in Cork." in tool.invoke({})
    memory.graph.close()
    assert "closed" in tool.invoke({})
