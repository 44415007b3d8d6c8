"""KGTRetriever: LangChain's own standard tests, and what they miss."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.runnables import ConfigurableField
from langchain_tests.integration_tests import RetrieversIntegrationTests

from langchain_kgt import InMemoryTripleStore, KGTMemory, KGTRetriever
from langchain_kgt.models.huggingface import HuggingFaceModel


@pytest.fixture
def told(smollm: HuggingFaceModel) -> KGTMemory:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
    for relation, value in (
        ("eats", "carrots"), ("is named", "Luna"), ("sleeps in", "the hall"), ("likes", "rain"),
    ):
        memory.tell("my dog", relation, value, user_id="ann")
    memory.tell("my dog", "eats", "meat", user_id="bob")
    return memory


class TestStandard(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _told(self, told: KGTMemory) -> None:
        type(self).memory = told  # type: ignore[attr-defined]

    @property
    def retriever_constructor(self) -> type[KGTRetriever]:
        return KGTRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"memory": self.memory, "user_id": "ann"}  # type: ignore[attr-defined]

    @property
    def num_results_arg_name(self) -> str:
        return "limit"

    @property
    def retriever_query_example(self) -> str:
        return "What is the name of my dog?"


def test_the_metadata_says_where_a_fact_comes_from(told: KGTMemory) -> None:
    retriever = KGTRetriever(memory=told, user_id="ann")
    [document] = retriever.invoke("What is the name of my dog?", limit=1)
    assert document.page_content == "my dog is named Luna"
    stored = told.facts(user_id="ann")[1]
    assert document.metadata == {
        "score": document.metadata["score"], "subject": "my dog", "relation": "is named",
        "object": "Luna", "update_id": stored.update_id, "time": stored.time.isoformat(),
    }
    assert 0 < document.metadata["score"] <= 1


async def test_async_and_k(told: KGTMemory) -> None:
    retriever = KGTRetriever(memory=told, user_id="ann", limit=2)
    query = "Where does my dog sleep?"
    assert await retriever.ainvoke(query) == retriever.invoke(query)
    assert len(await retriever.ainvoke(query, limit=3)) == 3
    assert (await retriever.ainvoke(query, limit=1))[0].metadata["object"] == "the hall"
    # Who asks for two gets two; by default nothing is wanted.
    assert len(retriever.invoke("What is the capital of France?")) == 2
    retriever = KGTRetriever(memory=told, user_id="ann")
    assert retriever.invoke("What is the capital of France?") == []


def test_the_user_can_be_a_field_of_the_call(told: KGTMemory) -> None:
    retriever = KGTRetriever(memory=told, user_id="ann").configurable_fields(
        user_id=ConfigurableField(id="user_id")
    )
    documents = retriever.invoke("What does my dog eat?", {"configurable": {"user_id": "bob"}})
    assert [d.page_content for d in documents] == ["my dog eats meat"]
