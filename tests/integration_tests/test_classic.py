"""Classic chains, deprecated and still around."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from langchain_core.language_models import FakeListLLM
from langchain_core.prompts import PromptTemplate

from langchain_kgt import InvalidInputError, KGTMemory

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
