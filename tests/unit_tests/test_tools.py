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
