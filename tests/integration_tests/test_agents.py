"""An agent that talks through one model and remembers through another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langgraph.checkpoint.memory import InMemorySaver

from langchain_kgt import InvalidInputError, KGTFeedbackHandler, KGTMemory
from langchain_kgt.middleware import HEADING, KGTMiddleware
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.tools import memory_tools

QUESTION = "What does my dog like to eat?"


@dataclass
class Context:
    user_id: str


ANN, BOB = Context("ann"), Context("bob")


def asked(text: str) -> Any:
    return {"messages": [HumanMessage(text)]}


def system(model: ScriptedChatModel, call: int = -1) -> str:
    first = model.received[call][0]
    return str(first.content) if isinstance(first, SystemMessage) else ""


def agent_of(memory: KGTMemory, model: ScriptedChatModel, **options: Any) -> Any:
    middleware = [KGTMiddleware(memory), *options.pop("beside", [])]
    return create_agent(model, middleware=middleware, context_schema=Context, **options)


def test_an_agent_knows_its_user_and_nobody_else(memory: KGTMemory) -> None:
    memory.correct(QUESTION, "carrots", user_id="ann")
    model = ScriptedChatModel(replies=["Carrots!", "No idea.", "Paris."])
    agent = agent_of(memory, model, system_prompt="Be kind.")
    agent.invoke(asked(QUESTION), context=ANN)
    assert system(model).startswith(f"Be kind.\n\n{HEADING}\n- my dog ")
    assert "carrots" in system(model)
    agent.invoke(asked(QUESTION), context=BOB)
    assert system(model) == "Be kind."
    state = agent.invoke(asked("What is the capital of France?"), context=ANN)
    assert system(model) == "Be kind."
    assert [m.type for m in state["messages"]] == ["human", "ai"]


@pytest.mark.parametrize("context", [{"user_id": "ann"}, ANN])
async def test_an_async_agent_knows_its_user_too(memory: KGTMemory, context: Any) -> None:
    memory.correct(QUESTION, "carrots", user_id="ann")
    model = ScriptedChatModel(replies=["Carrots!"])
    agent = create_agent(model, middleware=[KGTMiddleware(memory)])
    await agent.ainvoke(asked(QUESTION), context=context)
    assert "carrots" in system(model)


@pytest.mark.parametrize("context", [None, {"user": "ann"}, {"user_id": ""}, {"user_id": 7}])
def test_an_agent_without_a_user_is_told_so(memory: KGTMemory, context: Any) -> None:
    agent = create_agent(ScriptedChatModel(replies=["?"]), middleware=[KGTMiddleware(memory)])
    with pytest.raises(InvalidInputError, match="whose memory"):
        agent.invoke(asked(QUESTION), context=context)


def test_a_correction_holds_from_the_next_message_of_the_thread_on(memory: KGTMemory) -> None:
    model = ScriptedChatModel(replies=["Meat.", "Sorry.", "Carrots."])
    limit = ModelCallLimitMiddleware(run_limit=5)
    agent = agent_of(memory, model, checkpointer=InMemorySaver(), beside=[limit])
    thread = {"configurable": {"thread_id": "1"}}
    memory.correct(QUESTION, "meat", user_id="ann")
    agent.invoke(asked(QUESTION), thread, context=ANN)
    assert "meat" in system(model)
    memory.correct(QUESTION, "carrots", user_id="ann")
    agent.invoke(asked("And what about the cat?"), thread, context=ANN)
    assert system(model) == ""
    agent.invoke(asked(QUESTION), thread, context=ANN)
    assert "carrots" in system(model)
    assert "meat" not in system(model)
    assert "carrots" not in str(agent.get_state(thread).values)


def test_facts_stand_in_every_call_of_a_run_with_tools(memory: KGTMemory) -> None:
    @tool
    def weather(city: str) -> str:
        """The weather of a city."""
        return "rain"

    memory.tell("my dog", "eats", "meat", user_id="ann")
    call = {"name": "weather", "args": {"city": "Rome"}, "id": "1"}
    model = ScriptedChatModel(replies=[AIMessage("", tool_calls=[call]), "Meat, and it rains."])
    agent_of(memory, model, tools=[weather]).invoke(asked(QUESTION), context=ANN)
    assert [HEADING in system(model, n) for n in (0, 1)] == [True, True]


def test_feedback_on_the_run_of_an_agent_is_learned(memory: KGTMemory) -> None:
    memory.correct(QUESTION, "meat", user_id="ann")
    agent = agent_of(memory, ScriptedChatModel(replies=["Meat."]))
    handler, run_id = KGTFeedbackHandler(memory), uuid4()
    agent.invoke(asked(QUESTION), {"callbacks": [handler], "run_id": run_id}, context=ANN)
    update = handler.record(run_id, score=0, correction="No, my dog eats carrots")
    assert [t.object for t in update.retired] == ["meat"]
    assert memory.recall(QUESTION, user_id="ann")[0].triple.object == "carrots"


def test_an_agent_decides_itself_what_to_remember(memory: KGTMemory) -> None:
    script = [
        ("remember_fact", {"subject": "my dog", "relation": "is named", "object": "Luna"}),
        ("recall_facts", {"question": "What is the name of my dog?"}),
        ("correct_fact", {"question": "What is the name of my dog?", "answer": "Bella"}),
        ("recall_facts", {"question": "What is my age?"}),
        ("forget_fact", {"subject": "my cat"}),
        ("forget_fact", {"subject": "my dog"}),
    ]
    replies: list[str | AIMessage] = [
        AIMessage("", tool_calls=[{"name": name, "args": args, "id": str(n)}])
        for n, (name, args) in enumerate(script)
    ]
    model = ScriptedChatModel(replies=[*replies, "Done."])
    agent = create_agent(model, tools=memory_tools(memory), context_schema=Context)
    state = agent.invoke(asked("Please"), context=ANN)
    told, recalled, corrected, unknown, missing, forgotten = [
        m.content for m in state["messages"] if isinstance(m, ToolMessage)
    ]
    assert told == "+ (my dog, is named, Luna)"
    assert recalled == "- my dog is named Luna"
    assert corrected.startswith("- (my dog, is named, Luna)  + (my dog, is named, Bella)")
    assert unknown == "Nothing is known about that."
    assert "no such fact" in missing
    assert forgotten == "2 facts forgotten."
    assert memory.facts(user_id="ann") == memory.facts(user_id="bob") == []


def test_feedback_on_a_run_finds_what_a_tool_recalled(memory: KGTMemory) -> None:
    memory.tell("my dog", "eats", "meat", user_id="ann")
    call = {"name": "recall_facts", "args": {"question": QUESTION}, "id": "1"}
    model = ScriptedChatModel(replies=[AIMessage("", tool_calls=[call]), "Meat."])
    agent = create_agent(model, tools=memory_tools(memory), context_schema=Context)
    handler, run_id = KGTFeedbackHandler(memory), uuid4()
    agent.invoke(asked("Feed her?"), {"callbacks": [handler], "run_id": run_id}, context=ANN)
    update = handler.record(run_id, correction="carrots")
    assert update is not None
    assert (update.query, [t.object for t in update.added]) == (QUESTION, ["carrots"])


async def test_tools_work_alone_and_no_model_sees_the_user(memory: KGTMemory) -> None:
    tools = {each.name: each for each in memory_tools(memory)}
    assert not any("user" in str(each.tool_call_schema.model_json_schema()["properties"])
                   or "config" in each.args for each in tools.values())  # type: ignore[union-attr]
    config: Any = {"configurable": {"user_id": "ann"}}
    fact = {"subject": "my dog", "relation": "eats", "object": "meat"}
    assert await tools["remember_fact"].ainvoke(fact, config) == "+ (my dog, eats, meat)"
    asked_for = {"question": QUESTION}
    assert tools["recall_facts"].invoke(asked_for, config) == "- my dog eats meat"
    with pytest.raises(InvalidInputError, match="whose memory"):
        tools["recall_facts"].invoke(asked_for)


class TestRecallTool(ToolsIntegrationTests):
    """langchain-tests' own suite for tools."""

    @pytest.fixture(autouse=True)
    def _of_memory(self, memory: KGTMemory) -> None:
        memory.tell("my dog", "eats", "meat", user_id="ann")
        self.tools = {each.name: each for each in memory_tools(memory, user_id="ann")}

    @property
    def tool_constructor(self) -> Any:
        return self.tools["recall_facts"]

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": QUESTION}


class TestCorrectTool(TestRecallTool):
    """The same suite for a tool that writes."""

    @property
    def tool_constructor(self) -> Any:
        return self.tools["correct_fact"]

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": QUESTION, "answer": "carrots"}


CORRECTION = "No, she is vegetarian."
SISTER = "What does my sister eat at parties?"
THANKS = "Thank you very much!"


def typed(*texts: str) -> Any:
    """A conversation: user, assistant, user, ..."""
    kinds = (HumanMessage, AIMessage)
    return {"messages": [kinds[n % 2](text) for n, text in enumerate(texts)]}


def auto(memory: KGTMemory, model: ScriptedChatModel, **options: Any) -> Any:
    middleware = [KGTMiddleware(memory)]
    return create_agent(model, middleware=middleware, context_schema=Context, **options)


def objects(memory: KGTMemory, user_id: str = "ann") -> list[str]:
    return [stored.triple.object for stored in memory.facts(user_id=user_id)]


def test_a_typed_correction_is_learned_and_the_answer_to_it_sees_it(memory: KGTMemory) -> None:
    model = ScriptedChatModel(replies=["Chicken.", "Sorry!", "Nice.", "Salad.", "?"])
    agent = auto(memory, model, checkpointer=InMemorySaver())
    thread = {"configurable": {"thread_id": "1"}}
    agent.invoke(asked(SISTER), thread, context=ANN)
    assert objects(memory) == []
    state = agent.invoke(asked(CORRECTION), thread, context=ANN)
    assert objects(memory) == ["vegetarian"]
    assert "vegetarian" in system(model)
    assert set(state) == {"messages"}
    assert "vegetarian" not in str(agent.get_state(thread).values["messages"][:2])
    agent.invoke(asked(THANKS), thread, context=ANN)
    assert system(model) == ""
    agent.invoke(asked(SISTER), thread, context=ANN)
    assert "vegetarian" in system(model)
    assert len(memory.history(user_id="ann")) == 1
    agent.invoke(asked(SISTER), context=BOB, config={"configurable": {"thread_id": "2"}})
    assert system(model) == ""
    assert objects(memory, "bob") == []


async def test_an_async_agent_learns_a_typed_correction(memory: KGTMemory) -> None:
    model = ScriptedChatModel(replies=["Sorry!"])
    await auto(memory, model).ainvoke(typed(SISTER, "Chicken.", CORRECTION), context=ANN)
    assert objects(memory) == ["vegetarian"]
    assert "vegetarian" in system(model)


def test_a_typed_correction_is_learned_once_whatever_tools_are_called(memory: KGTMemory) -> None:
    @tool
    def menu(day: str) -> str:
        """What is served on a day."""
        return "chicken"

    def call(n: str, text: str = "") -> AIMessage:
        return AIMessage(text, tool_calls=[{"name": "menu", "args": {"day": "Monday"}, "id": n}])

    model = ScriptedChatModel(replies=[call("2"), "Salad, then."])
    before = [
        HumanMessage(SISTER), call("1", "Let me look."), ToolMessage("chicken", tool_call_id="1"),
        AIMessage("Chicken."), HumanMessage(CORRECTION),
    ]
    auto(memory, model, tools=[menu]).invoke({"messages": before}, context=ANN)
    assert len(memory.history(user_id="ann")) == 1
    assert ["vegetarian" in system(model, n) for n in (0, 1)] == [True, True]


def test_a_correction_of_a_correction_belongs_to_the_question(memory: KGTMemory) -> None:
    first = (SISTER, "Chicken.", CORRECTION)
    model = ScriptedChatModel(replies=["Sorry!", "Oh, fish."])
    agent = auto(memory, model)
    agent.invoke(typed(*first), context=ANN)
    agent.invoke(typed(*first, "Sorry, vegetarian.", "No, she eats fish."), context=ANN)
    assert objects(memory) == ["fish"]
    assert {u.query for u in memory.history(user_id="ann")} == {SISTER}


@pytest.mark.parametrize(
    "conversation",
    [
        (SISTER, "She is vegetarian.", THANKS),
        (CORRECTION,),
        ("Good morning!", "Good morning. Chicken for your sister?", CORRECTION),
        (SISTER, "Chicken.", CORRECTION, "Sorry!"),
    ],
    ids=["thanks", "nothing before", "no question", "not the last message"],
)
def test_what_corrects_no_answer_is_not_learned(
    memory: KGTMemory, conversation: tuple[str, ...]
) -> None:
    auto(memory, ScriptedChatModel(replies=["?"])).invoke(typed(*conversation), context=ANN)
    assert memory.history(user_id="ann") == []


def test_an_agent_learns_nothing_by_itself_if_told_so(memory: KGTMemory) -> None:
    middleware = [KGTMiddleware(memory, learn="explicit")]
    agent = create_agent(ScriptedChatModel(replies=["?"]), middleware=middleware)
    agent.invoke(typed(SISTER, "Chicken.", CORRECTION), context=ANN)  # type: ignore[arg-type]
    assert memory.history(user_id="ann") == []
    with pytest.raises(InvalidInputError, match="explicit"):
        KGTMiddleware(memory, learn="always")  # type: ignore[arg-type]


def test_a_correction_that_cannot_be_learned_ends_no_conversation(
    memory: KGTMemory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="langchain_kgt")
    model = ScriptedChatModel(replies=["Sorry!"])
    state = auto(memory, model).invoke(typed("???", "Chicken.", CORRECTION), context=ANN)
    assert state["messages"][-1].text == "Sorry!"
    assert memory.history(user_id="ann") == []
    assert "cannot tell what '???' is about" in caplog.text
