"""Memory in LCEL: every way to call a chain, the fields and names of its steps, and its cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict
from uuid import uuid4

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import ConfigurableField, RunnableLambda
from langchain_core.tracers.context import collect_runs
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import StateGraph
from pydantic import Field

from langchain_kgt import (
    InMemoryTripleStore,
    InvalidInputError,
    KGTConfig,
    KGTFeedbackHandler,
    KGTMemory,
    KGTRetriever,
)
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.testing import ScriptedChatModel
from tests.conftest import counted_tokens
from tests.stub_models import english

NAME = "What is the name of my dog?"
PROMPT = ChatPromptTemplate.from_template("{facts}|{question}")
ECHO = RunnableLambda(lambda value: AIMessage(value.to_string()), name="Echo")
USERS = {"ann": "Luna", "bob": "Rex", "cem": "Odin"}


def of(user: str, **more: Any) -> Any:
    return {"configurable": {"user_id": user, **more}}


@pytest.fixture(scope="module")
def told(smollm: HuggingFaceModel) -> KGTMemory:
    """One memory, which is only read; its model keeps what it scored, so words asked once count."""
    model = HuggingFaceModel(smollm.model, smollm.tokenizer)
    memory = KGTMemory(model=model, graph=InMemoryTripleStore(), reader=english())
    for user, name in USERS.items():
        memory.tell("my dog", "eats", "carrots", user_id=user)
        memory.tell("my dog", "is named", name, user_id=user)
    memory.recall(NAME, user_id="ann")
    return memory


class Streaming(ScriptedChatModel):
    """Streams its reply word by word, and writes down when it did."""

    log: list[str] = Field(default_factory=list)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._generate(messages).generations[0].text
        for word in reply.split():
            self.log.append(f"said {word}")
            yield ChatGenerationChunk(message=AIMessageChunk(word))


def test_no_message_that_users_paste_breaks_a_chain(told: KGTMemory) -> None:
    page = "\x0c" + NAME
    output = (told | PROMPT).invoke({"question": page}, of("ann")).to_string()
    assert output == f"Human: - my dog is named Luna|{page}"
    long = NAME + " word" * 9000
    assert (told | PROMPT).invoke({"question": long}, of("ann")).to_string() == f"Human: |{long}"


async def test_every_way_to_call_a_chain_keeps_its_users_apart(told: KGTMemory) -> None:
    chain = told | PROMPT | ECHO | StrOutputParser()
    users = [*USERS] * 2
    configs = [of(user) for user in users]
    asked: list[Any] = [{"question": NAME}] * len(users)
    expected = [f"Human: - my dog is named {USERS[user]}|{NAME}" for user in users]
    assert [chain.invoke(*call) for call in zip(asked, configs, strict=True)] == expected
    assert chain.batch(asked, configs) == expected
    assert await chain.abatch(asked, configs) == expected
    assert [await chain.ainvoke(*call) for call in zip(asked, configs, strict=True)] == expected
    assert ["".join(chain.stream(asked[0], config)) for config in configs] == expected
    for config, answer in zip(configs, expected, strict=True):
        assert "".join([chunk async for chunk in chain.astream(asked[0], config)]) == answer
    completed = dict(chain.batch_as_completed(asked, configs))
    assert [completed[n] for n in range(len(users))] == expected


async def test_one_call_without_a_user_fails_alone(told: KGTMemory) -> None:
    chain = told | PROMPT | ECHO | StrOutputParser()
    configs = [of("ann"), {}, of("bob")]
    asked: list[Any] = [NAME] * 3
    for answers in (
        chain.batch(asked, configs, return_exceptions=True),
        await chain.abatch(asked, configs, return_exceptions=True),
    ):
        first, second, third = answers
        assert "Luna" in first
        assert isinstance(second, InvalidInputError)
        assert "Rex" in third


@pytest.mark.parametrize("twin", [False, True])
async def test_a_stream_waits_for_one_recall_and_for_nothing_else(
    told: KGTMemory, smollm: HuggingFaceModel, twin: bool
) -> None:
    model = Streaming(replies=["She is Luna"])
    chain = told | PROMPT | model | StrOutputParser()
    asked = {"question": f"{'Well' if twin else 'So'}, {NAME}"}
    with counted_tokens(smollm) as passes, collect_runs() as runs:
        if twin:
            async for chunk in chain.astream(asked, of("ann")):
                model.log += [f"got {chunk}"] if chunk else []
        else:
            for chunk in chain.stream(asked, of("ann")):
                model.log += [f"got {chunk}"] if chunk else []
    words = "She", "is", "Luna"
    assert model.log == [f"{did} {word}" for word in words for did in ("said", "got")]
    assert "Luna" in str(model.received[0][0].content)
    assert [run.name for run in runs.traced_runs[0].child_runs].count("KGTMemory") == 1
    assert len(passes) == 1


async def test_a_chain_and_a_retriever_cost_one_forward_pass(
    told: KGTMemory, smollm: HuggingFaceModel
) -> None:
    chain = told | PROMPT | ECHO
    retriever = KGTRetriever(memory=told, user_id="ann")
    with counted_tokens(smollm) as passes:
        assert "Luna" in str(chain.invoke(f"Please! {NAME}", of("ann")))
        assert len(passes) == 1
        assert "Luna" in str(await chain.ainvoke(f"Again! {NAME}", of("ann")))
        assert len(passes) == 2
        assert "Luna" in str(retriever.invoke(f"Hi! {NAME}"))
        assert len(passes) == 3
        assert "Luna" in str(await retriever.ainvoke(f"Hello! {NAME}"))
        assert len(passes) == 4
        chain.invoke("Who wrote it?", of("dee"))  # who has told nothing
        chain.invoke(NAME, of("ann"))
        assert len(passes) == 4


def test_feedback_on_a_streamed_run_is_learned(told: KGTMemory) -> None:
    chain = told | PROMPT | Streaming(replies=["She is Luna"]) | StrOutputParser()
    handler, run_id = KGTFeedbackHandler(told), uuid4()
    assert list(chain.stream(NAME, {**of("ann"), "callbacks": [handler], "run_id": run_id}))
    noted = handler.record(run_id, score=1)
    assert noted is not None
    assert [t.object for t in noted.facts] == ["Luna"]


def test_fields_can_be_set_by_the_call(told: KGTMemory) -> None:
    memory = told.configurable_fields(settings=ConfigurableField(id="kgt"))
    few, many = KGTConfig(limit=1), KGTConfig(limit=2, relevance=0.0)
    facts = [memory.invoke(NAME, of("ann", kgt=kgt))["facts"] for kgt in (few, many)]
    assert facts == ["- my dog is named Luna", "- my dog is named Luna\n- my dog eats carrots"]
    assert memory.with_config(of("bob", kgt=few)).invoke(NAME)["facts"] == "- my dog is named Rex"
    retriever = KGTRetriever(memory=told, user_id="ann").configurable_fields(
        limit=ConfigurableField(id="limit"), user_id=ConfigurableField(id="user_id")
    )
    assert [len(retriever.invoke(NAME, of("bob", limit=k))) for k in (1, 2)] == [1, 2]


def test_the_steps_have_names_that_tell_what_they_are(told: KGTMemory) -> None:
    memory = told.configurable_fields(settings=ConfigurableField(id="kgt"))
    retriever = KGTRetriever(memory=told, user_id="ann")
    chain = memory.with_config(tags=["memory"]) | PROMPT | ECHO
    assert "KGTMemory" in [node.name for node in chain.get_graph().nodes.values()]
    assert "KGTRetriever" in [node.name for node in retriever.get_graph().nodes.values()]
    with collect_runs() as runs:
        chain.invoke(NAME, of("ann"))
        retriever.invoke(NAME)
    traced, retrieved = runs.traced_runs
    assert [run.name for run in traced.child_runs] == ["KGTMemory", "ChatPromptTemplate", "Echo"]
    assert "memory" in (traced.child_runs[0].tags or [])
    assert (retrieved.name, retrieved.run_type) == ("KGTRetriever", "retriever")
    assert [run.name for run in retrieved.child_runs] == ["KGTMemory"]


def test_memory_is_a_node_of_a_graph(told: KGTMemory) -> None:
    class State(TypedDict):
        question: str
        facts: str

    builder = StateGraph(State)
    builder.add_node("facts", told)
    builder.set_entry_point("facts")
    graph = builder.compile(checkpointer=InMemorySaver())
    config = of("ann", thread_id="1")
    asked: Any = {"question": NAME}
    assert graph.invoke(asked, config)["facts"] == "- my dog is named Luna"
    assert graph.get_state(config).values["facts"] == "- my dog is named Luna"
