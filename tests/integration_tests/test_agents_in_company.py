"""Agents with memory beside stores, checkpointers, other middleware, subagents and many tools."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ModelRequest,
    ModelResponse,
    SummarizationMiddleware,
)
from langchain.tools import ToolRuntime
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.memory import InMemoryStore

from langchain_kgt import InMemoryTripleStore, InvalidInputError, KGTFeedbackHandler, KGTMemory
from langchain_kgt.middleware import HEADING, KGTMiddleware
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.tools import memory_tools
from tests.conftest import counted_tokens

NAME = "What is the name of my dog?"
NAMES = {"ann": "Luna", "bob": "Rex"}


@dataclass
class Context:
    user_id: str


@pytest.fixture
def told(smollm: HuggingFaceModel) -> KGTMemory:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
    for user, name in NAMES.items():
        memory.tell("my dog", "eats", "carrots", user_id=user)
        memory.tell("my dog", "is named", name, user_id=user)
    return memory


def asked(text: str) -> Any:
    return {"messages": [HumanMessage(text)]}


def calling(*calls: tuple[str, dict[str, Any]]) -> AIMessage:
    return AIMessage("", tool_calls=[
        {"name": name, "args": args, "id": f"{name} {n}"} for n, (name, args) in enumerate(calls)
    ])


def system(model: ScriptedChatModel, call: int = -1) -> Any:
    first = model.received[call][0]
    return first.content if isinstance(first, SystemMessage) else ""


class Says(AgentMiddleware[Any, Any]):
    """Another middleware that writes into the system message, behind what stands there."""

    def __init__(self, text: str, *, blocks: bool = False) -> None:
        super().__init__()
        self.text, self.blocks = text, blocks

    @property
    def name(self) -> str:
        return self.text

    def _said(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        before = [request.system_message.text] if request.system_message else []
        text = "\n\n".join([*before, self.text])
        content: Any = [{"type": "text", "text": text, "mark": 1}] if self.blocks else text
        return request.override(system_message=SystemMessage(content))

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        return handler(self._said(request))

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        return await handler(self._said(request))


@pytest.mark.parametrize("twin", [False, True])
async def test_middleware_before_and_after_keeps_its_words(told: KGTMemory, twin: bool) -> None:
    model = ScriptedChatModel(replies=["Luna"])
    agent = create_agent(
        model, middleware=[Says("First."), KGTMiddleware(told), Says("Last.")],
        context_schema=Context, system_prompt="Be kind.",
    )
    if twin:
        await agent.ainvoke(asked(NAME), context=Context("ann"))
    else:
        agent.invoke(asked(NAME), context=Context("ann"))
    fact = "- my dog is named Luna"
    assert system(model) == f"Be kind.\n\nFirst.\n\n{HEADING}\n{fact}\n\nLast."


def test_content_blocks_of_other_middleware_keep_their_marks(told: KGTMemory) -> None:
    model = ScriptedChatModel(replies=["Luna"])
    agent = create_agent(model, middleware=[Says("First.", blocks=True), KGTMiddleware(told)])
    agent.invoke(asked(NAME), context={"user_id": "ann"})
    first, facts = system(model)
    assert first == {"type": "text", "text": "First.", "mark": 1}
    assert facts["text"].endswith("- my dog is named Luna")


def test_a_summarised_thread_is_still_asked_its_last_question(told: KGTMemory) -> None:
    summary = ScriptedChatModel(replies=["They talked."] * 3)
    model = ScriptedChatModel(replies=["Hello", "Fine", "Luna"])
    agent = create_agent(
        model, context_schema=Context, checkpointer=InMemorySaver(),
        middleware=[
            SummarizationMiddleware(summary, trigger=("messages", 4), keep=("messages", 1)),
            KGTMiddleware(told),
        ],
    )
    thread: Any = {"configurable": {"thread_id": "1"}}
    for text in ("Hi", "How are you?", NAME):
        state = agent.invoke(asked(text), thread, context=Context("ann"))
    assert summary.received
    assert "They talked." in state["messages"][0].content
    assert system(model).endswith("- my dog is named Luna")
    assert not any(HEADING in str(message) for call in summary.received for message in call)


def test_store_checkpointer_and_memory_go_together(told: KGTMemory) -> None:
    @tool
    def visits(runtime: ToolRuntime[Context]) -> str:
        """Count the visits of the user."""
        assert runtime.store is not None
        runtime.store.put(("visits",), runtime.context.user_id, {"count": 1})
        return "one"

    store = InMemoryStore()
    model = ScriptedChatModel(replies=[calling(("visits", {})), "Luna", "Bella", "Rex"])
    agent = create_agent(
        model, tools=[visits], middleware=[KGTMiddleware(told)], context_schema=Context,
        store=store, checkpointer=InMemorySaver(),
    )
    threads: list[Any] = [{"configurable": {"thread_id": str(n)}} for n in range(2)]
    agent.invoke(asked(NAME), threads[0], context=Context("ann"))
    assert [item.key for item in store.search(("visits",))] == ["ann"]
    # A correction between two messages of one thread; the next one sees it.
    told.tell("my dog", "is named", "Bella", user_id="ann")
    state = agent.invoke(asked(NAME), threads[0], context=Context("ann"))
    assert system(model).endswith("- my dog is named Bella")
    assert [m.type for m in state["messages"]] == ["human", "ai", "tool", "ai", "human", "ai"]
    agent.invoke(asked(NAME), threads[1], context=Context("bob"))
    assert system(model).endswith("- my dog is named Rex")


@pytest.mark.parametrize("twin", [False, True])
async def test_a_subagent_knows_the_same_user(told: KGTMemory, twin: bool) -> None:
    inner = ScriptedChatModel(replies=["She is Luna."])
    expert = create_agent(
        inner, middleware=[KGTMiddleware(told)], tools=memory_tools(told), context_schema=Context
    )

    @tool
    def ask_expert(question: str) -> str:
        """Ask somebody who knows."""
        return str(expert.invoke(asked(question))["messages"][-1].text)

    @tool("ask_expert")
    async def ask_expert_async(question: str) -> str:
        """Ask somebody who knows."""
        return str((await expert.ainvoke(asked(question)))["messages"][-1].text)

    outer = ScriptedChatModel(replies=[calling(("ask_expert", {"question": NAME})), "Luna."])
    agent = create_agent(
        outer, tools=[ask_expert_async if twin else ask_expert],
        middleware=[KGTMiddleware(told)], context_schema=Context,
    )
    handler = KGTFeedbackHandler(told)
    config: Any = {"callbacks": [handler]}
    what = asked("What does my dog eat?")
    if twin:
        await agent.ainvoke(what, config, context=Context("ann"))
    else:
        agent.invoke(what, config, context=Context("ann"))
    assert system(inner).endswith("- my dog is named Luna")
    assert all(system(outer, n).endswith("- my dog eats carrots") for n in (0, 1))
    # Feedback belongs to the question of the user, not to that of the subagent.
    [run_id] = handler._runs
    noted = handler.record(run_id, score=1)
    assert noted is not None
    assert (noted.query, [t.object for t in noted.facts]) == (
        "What does my dog eat?", ["carrots"]
    )


async def test_a_subagent_can_be_given_its_user(told: KGTMemory) -> None:
    """Where the config does not travel by itself, the runtime carries it."""
    inner = ScriptedChatModel(replies=["He is Rex."])
    expert = create_agent(inner, middleware=[KGTMiddleware(told)], context_schema=Context)

    @tool
    async def ask_expert(question: str, runtime: ToolRuntime[Context]) -> str:
        """Ask somebody who knows."""
        state = await expert.ainvoke(asked(question), context=runtime.context)
        return str(state["messages"][-1].text)

    outer = ScriptedChatModel(replies=[calling(("ask_expert", {"question": NAME})), "Rex."])
    agent = create_agent(outer, tools=[ask_expert], context_schema=Context)
    await agent.ainvoke(asked("Hi"), context=Context("bob"))
    assert system(inner).endswith("- my dog is named Rex")


async def test_parallel_tool_calls_of_parallel_users_lose_nothing(told: KGTMemory) -> None:
    def remember(name: str) -> tuple[str, dict[str, Any]]:
        return "remember_fact", {"subject": "Ann", "relation": "knows", "object": name}

    async def run(user: str) -> list[str]:
        model = ScriptedChatModel(replies=[
            calling(*[remember(f"friend {n} of {user}") for n in range(4)],
                    ("recall_facts", {"question": NAME}),
                    ("forget_fact", {"subject": "nobody"})),
            "Done.",
        ])
        agent = create_agent(
            model, tools=memory_tools(told), middleware=[KGTMiddleware(told)],
            context_schema=Context,
        )
        state = await agent.ainvoke(asked("Please"), context=Context(user))
        return [str(m.content) for m in state["messages"] if isinstance(m, ToolMessage)]

    for user, said in zip(NAMES, await asyncio.gather(*map(run, NAMES)), strict=True):
        assert said[:4] == [f"+ (Ann, knows, friend {n} of {user})" for n in range(4)]
        assert said[4] == f"- my dog is named {NAMES[user]}"
        assert "no such fact" in said[5]
        known = {s.triple.object for s in told.facts(user_id=user, subject="Ann")}
        assert known == {f"friend {n} of {user}" for n in range(4)}


def test_each_call_of_the_model_costs_one_forward_pass_at_most(
    told: KGTMemory, smollm: HuggingFaceModel
) -> None:
    costs: list[int] = []
    tools = memory_tools(told)
    question = f"Twice: {NAME}"  # in words that no other test has asked
    model = ScriptedChatModel(replies=[calling(("recall_facts", {"question": question})), "Luna"])
    told.recall(NAME, user_id="ann")  # the probe of the model's first use
    with counted_tokens(smollm) as passes:

        class Counting(AgentMiddleware[Any, Any]):
            def wrap_model_call(self, request: Any, handler: Any) -> Any:
                costs.append(len(passes))
                return handler(request)

        create_agent(
            model, tools=tools, middleware=[KGTMiddleware(told), Counting()],
            context_schema=Context,
        ).invoke(asked(question), context=Context("ann"))
    assert "Luna" in system(model, 0)
    assert costs == [1, 1]  # one before the first call; what was scored is kept for the second


async def test_an_agent_without_a_context_loses_nothing(told: KGTMemory) -> None:
    model = ScriptedChatModel(replies=["Luna"])
    agent = create_agent(
        model, middleware=[KGTMiddleware(told)], context_schema=Context,
        checkpointer=InMemorySaver(),
    )
    thread: Any = {"configurable": {"thread_id": "1", "user_id": "ann"}}
    with pytest.raises(InvalidInputError, match="context"):
        agent.invoke(asked(NAME), thread)
    with pytest.raises(InvalidInputError, match="context"):
        await agent.ainvoke(asked(NAME), thread)
    assert model.received == []
    agent.invoke(asked(NAME), thread, context=Context("ann"))
    assert system(model).endswith("- my dog is named Luna")
