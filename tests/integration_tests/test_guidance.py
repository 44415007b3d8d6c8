"""Guided decoding in a chain, against the model's own generation with the same two prompts."""

from __future__ import annotations

import pytest
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, PromptTemplate
from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline
from transformers import pipeline

from langchain_kgt import InMemoryTripleStore, InvalidInputError, KGTMemory, ModelError
from langchain_kgt.facts import Facts
from langchain_kgt.guidance import SUPPRESSED_AT_START
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.triples import RecalledTriple

TEMPLATE = "Answer the query from the facts.\nFacts:\n{facts}\n<question>: {question}\n<answer>:"
QUESTION = "Which colour does my car have?"
ANN = {"configurable": {"user_id": "ann"}}


@pytest.fixture
def llm(smollm: HuggingFaceModel) -> HuggingFacePipeline:
    pipe = pipeline(
        "text-generation", model=smollm.model, tokenizer=smollm.tokenizer, max_new_tokens=5,
        do_sample=False, return_full_text=False,
    )
    return HuggingFacePipeline(pipeline=pipe)


@pytest.fixture
def memory(smollm: HuggingFaceModel) -> KGTMemory:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
    memory.tell("my car", "is coloured", "purple", user_id="ann")
    return memory


async def test_the_facts_guide_the_answer(
    memory: KGTMemory, llm: HuggingFacePipeline, smollm: HuggingFaceModel
) -> None:
    prompt = PromptTemplate.from_template(TEMPLATE)
    plain = memory | prompt | llm
    guided = memory | memory.guide(prompt, llm) | StrOutputParser()
    facts = "- my car is coloured purple"
    [expected] = smollm.generate(
        [TEMPLATE.format(facts=facts, question=QUESTION)], max_new_tokens=5,
        without=[TEMPLATE.format(facts="- my car", question=QUESTION)], guidance=1.35,
    )
    assert "blue" in plain.invoke(QUESTION, ANN)
    assert guided.invoke(QUESTION, ANN) == expected
    assert await guided.ainvoke(QUESTION, ANN) == expected
    assert "purple" in expected
    assert "".join(guided.stream(QUESTION, ANN)).strip() == expected.strip()
    unknown = "Where does my sister live?"
    assert guided.invoke(unknown, ANN) == plain.invoke(unknown, ANN)


def test_guidance_leans_on_the_best_fact(
    smollm: HuggingFaceModel, llm: HuggingFacePipeline
) -> None:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
    memory.tell("my car", "was bought in", "Vienna", user_id="ann")
    memory.tell("my car", "is kept in", "the shed", user_id="ann")
    question = "In which place do I find my car?"
    stored = {s.triple.object: s for s in memory.facts(user_id="ann")}
    facts = Facts.of(
        [RecalledTriple(stored["the shed"], 0.6), RecalledTriple(stored["Vienna"], 0.4)],
        question, "ann",
    )
    beside, subjects = "- my car was bought in Vienna", "- my car"
    expected, even = smollm.generate(
        [TEMPLATE.format(facts=facts, question=question)] * 2, max_new_tokens=5,
        without=[TEMPLATE.format(facts=f, question=question) for f in (beside, subjects)],
        guidance=4.0, suppress_at_start=SUPPRESSED_AT_START,
    )
    guided = memory.guide(PromptTemplate.from_template(TEMPLATE), llm, scale=4.0)
    assert guided.invoke({"facts": facts, "question": question}) == expected != even
    assert "shed" in expected


def test_a_guided_answer_does_not_begin_with_a_line_break(
    memory: KGTMemory, llm: HuggingFacePipeline, smollm: HuggingFaceModel
) -> None:
    template = "Facts:\n{facts}\n{question}"
    texts = [template.format(facts="- my car is coloured purple", question=QUESTION)]
    compared = [template.format(facts="- my car", question=QUESTION)]
    [free] = smollm.generate(texts, max_new_tokens=5, without=compared, guidance=1.35)
    assert free.startswith("\n")
    guided = memory | memory.guide(PromptTemplate.from_template(template), llm)
    said = guided.invoke(QUESTION, ANN)
    assert said.strip()
    assert said[0] not in "\n<."


def test_a_chat_model_is_guided_too(
    memory: KGTMemory, llm: HuggingFacePipeline, smollm: HuggingFaceModel
) -> None:
    chat = ChatHuggingFace(llm=llm, tokenizer=llm.pipeline.tokenizer)
    prompt = ChatPromptTemplate([("system", "Facts:\n{facts}"), ("human", "{question}")])

    def text(facts: str) -> str:
        turns = [("system", f"Facts:\n{facts}"), ("user", QUESTION)]
        messages = [{"role": role, "content": content} for role, content in turns]
        return str(
            smollm.tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True
            )
        )

    [expected] = smollm.generate(
        [text("- my car is coloured purple")], max_new_tokens=5, without=[text("- my car")],
        guidance=6.0,
    )
    guided = memory | memory.guide(prompt, chat, scale=6.0)
    assert guided.invoke(QUESTION, ANN).text == expected
    assert (memory | prompt | chat).invoke(QUESTION, ANN).text != expected


def test_only_a_model_that_runs_here_is_guided(
    memory: KGTMemory, llm: HuggingFacePipeline
) -> None:
    prompt = PromptTemplate.from_template(TEMPLATE)
    with pytest.raises(ModelError, match="runs no local"):
        memory.guide(prompt, ScriptedChatModel(replies=["?"]))  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="scale"):
        memory.guide(prompt, llm, scale=0.5)
