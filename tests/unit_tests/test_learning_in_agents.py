"""When an agent learns what its user types: before the answer, behind it, or not at all."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from langchain_kgt import InMemoryTripleStore, InvalidInputError, KGTMemory
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.reading.base import Assertion, Message
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.tools import memory_tools
from tests.unit_tests.test_talking import HOME, facts_of, memory_of

ANN, OFF = {"user_id": "ann"}, {"user_id": "ann", "learn": False}
THREAD: Any = {"configurable": {"thread_id": "1"}}
DOG = Assertion("my dog", "eats", "carrots")
MOVED, FED = "We've moved to Lisbon!", "My dog eats carrots."
AT_HOME, VEGETARIAN = "the user lives in Lisbon", "my dog eats carrots"


def told(graph: TripleStore | None = None) -> KGTMemory:
    memory, _ = memory_of(graph, **{MOVED: Message((HOME,)), FED: Message((DOG,))})
    return memory


def agent_of(middleware: KGTMiddleware, **options: Any) -> Any:
    model = ScriptedChatModel(replies=["Oh!"] * 5)
    return create_agent(model, middleware=[middleware], checkpointer=InMemorySaver(), **options)


def say(agent: Any, text: str, context: Any = ANN) -> None:
    agent.invoke({"messages": [HumanMessage(text)]}, THREAD, context=context)


def test_what_is_typed_is_learned_by_default() -> None:
    memory = told()
    say(agent_of(KGTMiddleware(memory)), MOVED)
    assert facts_of(memory) == [AT_HOME]


def test_without_a_reader_a_conversation_goes_on() -> None:
    memory = told()
    memory.reader = None
    say(agent_of(KGTMiddleware(memory)), MOVED)
    assert memory.history(user_id="ann") == []


def test_a_wrong_way_to_learn_is_named() -> None:
    with pytest.raises(InvalidInputError, match="auto, background"):
        KGTMiddleware(told(), learn="always")  # type: ignore[arg-type]


# Off.


@pytest.mark.parametrize("learn", ["auto", "background", "review"])
@pytest.mark.parametrize("context", [OFF, SimpleNamespace(user_id="ann", learn=False)])
def test_what_is_typed_while_learning_is_off_is_never_learned(learn: Any, context: Any) -> None:
    memory = told()
    middleware = KGTMiddleware(memory, learn=learn)
    agent = agent_of(middleware)
    say(agent, MOVED, context)
    say(agent, FED)
    middleware.close()
    for proposal in memory.proposals(user_id="ann"):
        memory.approve(proposal.id, user_id="ann")
    assert facts_of(memory) == [VEGETARIAN]
    assert "Lisbon" not in str(memory.export(user_id="ann"))
    mark = memory.history(user_id="ann")[0]
    assert mark.message_id
    assert not mark.digest


def test_what_was_said_before_learning_went_off_is_learned_later() -> None:
    """In the background it may not have come so far."""
    memory = told()
    said = [HumanMessage(MOVED, id="1"), AIMessage("Oh!"), HumanMessage("Psst.", id="2")]
    middleware = KGTMiddleware(memory)
    middleware.before_agent({"messages": said}, SimpleNamespace(context=OFF))
    assert [update.message_id for update in memory.history(user_id="ann")] == ["2"]
    said += [AIMessage("Oh!"), HumanMessage("Hi.", id="3")]
    middleware.before_agent({"messages": said}, SimpleNamespace(context=ANN))
    assert facts_of(memory) == [AT_HOME]


def test_only_true_and_false_switch_learning() -> None:
    memory = told()
    agent = agent_of(KGTMiddleware(memory))
    with pytest.raises(InvalidInputError, match="True or False"):
        say(agent, MOVED, {"user_id": "ann", "learn": "off"})
    say(agent, FED, {"user_id": "ann", "learn": None})
    assert VEGETARIAN in facts_of(memory)


def test_an_agents_tools_write_nothing_while_learning_is_off() -> None:
    memory = told()
    memory.tell("my dog", "eats", "meat", user_id="ann")
    calls = [
        ("remember_fact", {"subject": "my dog", "relation": "is named", "object": "Luna"}),
        ("correct_fact", {"question": "What does my dog eat?", "answer": "rice"}),
        ("list_facts", {}),
        ("undo_last", {}),
    ]
    model = ScriptedChatModel(replies=[
        AIMessage("", tool_calls=[
            {"name": name, "args": args, "id": str(n)} for n, (name, args) in enumerate(calls)
        ]), "Done.",
    ])
    agent: Any = create_agent(model, tools=memory_tools(memory))
    state = agent.invoke({"messages": [HumanMessage("Please")]}, context=OFF)
    said = [m.text for m in state["messages"] if m.type == "tool"]
    assert ["switched off" in text for text in said] == [True, True, False, False]
    assert facts_of(memory) == []


# Behind the answer.


def test_behind_the_answer_it_is_acknowledged_when_it_is_written(graph: TripleStore) -> None:
    memory, go_on = told(graph), threading.Event()
    memory.may_learn = lambda said: go_on.wait(10)
    middleware = KGTMiddleware(memory, learn="background")
    say(agent_of(middleware), MOVED)  # the answer does not wait
    assert facts_of(memory) == []
    go_on.set()
    middleware.flush()
    assert facts_of(memory) == [AT_HOME]
    middleware.close()


async def test_the_async_twins_do_the_same() -> None:
    memory = told()
    middleware = KGTMiddleware(memory, learn="background")
    agent = agent_of(middleware)
    await agent.ainvoke({"messages": [HumanMessage(MOVED)]}, THREAD, context=ANN)
    await middleware.aflush()
    assert facts_of(memory) == [AT_HOME]
    await agent.ainvoke({"messages": [HumanMessage(FED)]}, THREAD, context=OFF)
    await middleware.aclose()
    assert facts_of(memory) == [AT_HOME]


def test_what_was_not_learned_before_a_restart_is_read_again(graph: TripleStore) -> None:
    memory, saver = told(graph), InMemorySaver()

    def run(text: str, middleware: KGTMiddleware) -> None:
        create_agent(
            ScriptedChatModel(replies=["Oh!"]), middleware=[middleware], checkpointer=saver
        ).invoke({"messages": [HumanMessage(text)]}, THREAD, context=ANN)  # type: ignore[arg-type]

    killed = KGTMiddleware(memory, learn="background")
    dropped: list[Callable[[], object]] = []
    killed._worker.submit = dropped.append  # type: ignore[method-assign, union-attr]
    run(MOVED, killed)
    assert len(dropped) == 1
    assert memory.history(user_id="ann") == []
    with KGTMiddleware(memory, learn="background") as anew:
        run(FED, anew)
    assert facts_of(memory) == [AT_HOME, VEGETARIAN]


def test_flush_tells_what_went_wrong_and_the_rest_is_learned() -> None:
    memory = told()

    def fails_once(said: Assertion) -> bool:
        memory.may_learn = None
        raise ValueError("the app is broken")

    memory.may_learn = fails_once
    middleware = KGTMiddleware(memory, learn="background")
    agent = agent_of(middleware)
    say(agent, MOVED)
    with pytest.raises(InvalidInputError, match="the app is broken"):
        middleware.flush()
    assert facts_of(memory) == []
    say(agent, FED)
    middleware.flush()
    assert facts_of(memory) == [AT_HOME, VEGETARIAN]
    middleware.close()
    with pytest.raises(InvalidInputError, match="the middleware is closed"):
        say(agent, FED)


def test_an_answer_that_fails_leaves_what_was_said_for_the_next_turn() -> None:
    memory = told()
    said: list[AnyMessage] = [HumanMessage(MOVED, id="1"), HumanMessage(FED, id="2")]
    middleware = KGTMiddleware(memory, learn="background")
    broken = create_agent(ScriptedChatModel(replies=[]), middleware=[middleware])
    with pytest.raises(AssertionError):
        broken.invoke({"messages": said[:1]}, context=ANN)  # type: ignore[arg-type]
    middleware.flush()
    assert memory.history(user_id="ann") == []
    agent: Any = create_agent(ScriptedChatModel(replies=["Oh!"]), middleware=[middleware])
    agent.invoke({"messages": said}, context=ANN)
    middleware.close()
    assert facts_of(memory) == [AT_HOME, VEGETARIAN]


def test_pass_over_leaves_messages_out_for_good() -> None:
    memory = told(InMemoryTripleStore())
    said = [HumanMessage(MOVED), AIMessage(FED), HumanMessage(FED, id="2")]
    assert len(memory.pass_over(said, user_id="ann")) == 2
    assert memory.learn(said, user_id="ann") == memory.pass_over(said, user_id="ann") == []
    assert facts_of(memory) == []
    with pytest.raises(InvalidInputError, match="messages"):
        memory.pass_over([5], user_id="ann")  # type: ignore[list-item]


def test_the_code_of_the_page_about_agents_runs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "agents.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    memory = told()
    scope: dict[str, object] = {
        "create_agent": create_agent, "KGTMiddleware": KGTMiddleware, "memory": memory,
        "model": ScriptedChatModel(replies=["Oh!"] * 3), "Context": SimpleNamespace,
    }
    learned = []
    for text, block in zip(["Hi", MOVED, "Psst"], blocks, strict=True):
        exec(block.replace("tools=[...]", "tools=[]").replace("[...]", f"[{text!r}]"), scope)
        learned.append(facts_of(memory))
    assert learned == [[], [AT_HOME], [AT_HOME]]
