"""Classic chains, deprecated and still around."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from langchain_core.chat_history import InMemoryChatMessageHistory
from langchain_core.language_models import FakeListLLM
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder, PromptTemplate
from langchain_core.runnables import ConfigurableFieldSpec, RunnableLambda
from langchain_core.runnables.history import RunnableWithMessageHistory

from langchain_kgt import InvalidInputError, KGTMemory
from langchain_kgt.testing import ScriptedChatModel

QUESTION = "What does my dog like to eat?"


@pytest.fixture
def classic() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import langchain_classic.chains as chains
        import langchain_classic.memory as buffers

        import langchain_kgt.classic as ours
    return chains, buffers, ours


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_llm_chain_gets_the_facts(memory: KGTMemory, classic: Any) -> None:
    chains, _, ours = classic
    memory.correct(QUESTION, "carrots", user_id="ann")
    prompt = PromptTemplate.from_template("{facts}\n{question}")
    chain = chains.LLMChain(
        llm=FakeListLLM(responses=["ok"]), prompt=prompt,
        memory=ours.KGTClassicMemory(memory=memory, user_id="ann"),
    )
    output = chain.invoke({"question": QUESTION})
    assert "carrots" in output["facts"]
    assert output["text"] == "ok"
    assert "carrots" not in chain.invoke({"question": "What is my age?"})["facts"]
    chain.memory.clear()
    assert memory.facts(user_id="ann")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_conversation_keeps_its_buffer_beside_the_facts(
    memory: KGTMemory, classic: Any
) -> None:
    chains, buffers, ours = classic
    memory.correct(QUESTION, "carrots", user_id="ann")
    both = buffers.CombinedMemory(memories=[
        buffers.ConversationBufferMemory(memory_key="history", input_key="input"),
        ours.KGTClassicMemory(memory=memory, user_id="ann", input_key="input"),
    ])
    chain = chains.ConversationChain(
        llm=FakeListLLM(responses=["one", "two"]), memory=both,
        prompt=PromptTemplate.from_template("{facts}\n{history}\n{input}"),
    )
    assert "carrots" in chain.invoke({"input": QUESTION})["facts"]
    assert QUESTION in (await chain.ainvoke({"input": "Why?"}))["history"]


def test_a_classic_memory_says_what_it_lacks(memory: KGTMemory, classic: Any) -> None:
    _, _, ours = classic
    with pytest.raises(InvalidInputError, match="whose memory"):
        ours.KGTClassicMemory(memory=memory).load_memory_variables({"question": QUESTION})
    with pytest.raises(InvalidInputError, match="input_key"):
        ours.KGTClassicMemory(memory=memory, user_id="ann").load_memory_variables(
            {"question": QUESTION, "other": "x"}
        )
    named = ours.KGTClassicMemory(memory=memory, user_id="ann", input_key="input")
    with pytest.raises(InvalidInputError, match="input_key"):
        named.load_memory_variables({"question": QUESTION})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_conversation_without_a_buffer_and_a_chain_in_lcel(
    memory: KGTMemory, classic: Any
) -> None:
    chains, _, ours = classic
    memory.tell("my dog", "eats", "carrots", user_id="ann")
    prompt = PromptTemplate.from_template("{facts}\n{input}")
    llm = FakeListLLM(responses=["ok"])
    alone = chains.ConversationChain(
        llm=llm, prompt=prompt, memory=ours.KGTClassicMemory(memory=memory, user_id="ann")
    )
    assert alone.invoke({"input": QUESTION})["facts"] == "- my dog eats carrots"
    # Inside of LCEL the user may come with the call.
    shared = chains.LLMChain(llm=llm, prompt=prompt, memory=ours.KGTClassicMemory(memory=memory))
    chain = RunnableLambda(lambda text: {"input": text}) | shared
    for user, facts in (("ann", "- my dog eats carrots"), ("bob", "")):
        config: Any = {"configurable": {"user_id": user}}
        assert chain.invoke(QUESTION, config)["facts"] == facts


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("twin", [False, True])
async def test_a_message_history_goes_with_the_facts(memory: KGTMemory, twin: bool) -> None:
    for user, food in (("ann", "carrots"), ("bob", "meat")):
        memory.tell("my dog", "eats", food, user_id=user)
    histories: dict[tuple[str, str], InMemoryChatMessageHistory] = {}

    def history(user_id: str, session_id: str) -> InMemoryChatMessageHistory:
        return histories.setdefault((user_id, session_id), InMemoryChatMessageHistory())

    prompt = ChatPromptTemplate.from_messages(
        [("system", "{facts}"), MessagesPlaceholder("history"), ("human", "{question}")]
    )
    model = ScriptedChatModel(replies=[f"reply {n}" for n in range(8)])
    chain = RunnableWithMessageHistory(
        memory | prompt | model, history,
        input_messages_key="question", history_messages_key="history",
        history_factory_config=[
            ConfigurableFieldSpec(id=key, annotation=str) for key in ("user_id", "session_id")
        ],
    )
    said: dict[tuple[str, str], int] = {}
    for user, session in [("ann", "1"), ("ann", "2"), ("bob", "1"), ("ann", "1"), ("bob", "1")]:
        config: Any = {"configurable": {"user_id": user, "session_id": session}}
        asked = {"question": QUESTION}
        if twin:
            await chain.ainvoke(asked, config)
        else:
            chain.invoke(asked, config)
        facts, *before, _ = model.received[-1]
        assert facts.content == f"- my dog eats {'carrots' if user == 'ann' else 'meat'}"
        assert len(before) == 2 * said.get((user, session), 0)
        said[user, session] = said.get((user, session), 0) + 1
    # Nothing of the facts is in the history: they are recalled anew.
    assert "carrots" not in str(histories["ann", "1"].messages)

@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("key", [None, "question"])
def test_a_message_history_without_a_place_of_its_own(memory: KGTMemory, key: str | None) -> None:
    """Then the question comes as the last of the messages."""
    memory.tell("my dog", "eats", "carrots", user_id="ann")
    memory.tell("my cat", "eats", "fish", user_id="ann")
    history = InMemoryChatMessageHistory()
    chain = RunnableWithMessageHistory(
        memory | RunnableLambda(lambda value: str(value["facts"])), lambda session_id: history,
        input_messages_key=key,
    )
    config: Any = {"configurable": {"user_id": "ann", "session_id": "1"}}
    answers = [
        chain.invoke(text if key is None else {key: text}, config)
        for text in (QUESTION, "What does my cat eat?")
    ]
    assert answers == ["- my dog eats carrots", "- my cat eats fish"]
