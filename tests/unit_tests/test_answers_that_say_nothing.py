"""Signs alone correct nothing: they are refused, and what was right stays."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from uuid import UUID

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_kgt import InvalidInputError, KGTFeedbackHandler, KGTMemory, TripleStore
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.tuning import turns
from tests.conftest import shown
from tests.unit_tests.test_recall_of_any_graph import Arbitrary

QUERY = "What does my dog eat?"
NOTHING = ["!!!", "...", "…", "?", "¿¡", "-", "? ! ?", "🙂", "👍🏽", "。", "\u200b.", "____"]
FACT = "(my dog, eats, meat)"
RUN = UUID(int=1)


@pytest.fixture
def memory(graph: TripleStore) -> KGTMemory:
    memory = KGTMemory(model=Arbitrary(), graph=graph)
    memory.tell("my dog", "eats", "meat", user_id="ann")
    return memory


def unchanged(memory: KGTMemory) -> bool:
    return shown(memory) == [FACT] and len(memory.history(user_id="ann")) == 1


@pytest.mark.parametrize("answer", NOTHING)
def test_no_letter_and_no_digit_is_no_answer(memory: KGTMemory, answer: str) -> None:
    with pytest.raises(InvalidInputError, match="no letter or digit"):
        memory.correct(QUERY, answer, user_id="ann", subject="my dog", relation="eats")
    assert unchanged(memory)


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("correction", NOTHING[:3])
def test_nor_is_it_one_as_feedback(
    memory: KGTMemory, correction: str, background: bool
) -> None:
    with KGTFeedbackHandler(memory, background=background) as feedback:
        config = {"configurable": {"user_id": "ann"}, "callbacks": [feedback], "run_id": RUN}
        memory.invoke(QUERY, config)  # type: ignore[arg-type]

        def learn() -> None:
            feedback.record(RUN, correction=correction)
            feedback.flush()

        with pytest.raises(InvalidInputError, match="no letter or digit"):
            learn()
    assert unchanged(memory)


def test_nor_is_it_learned_where_a_user_types_it(
    memory: KGTMemory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(turns, "corrects", lambda *_: True)
    said = [HumanMessage(QUERY), AIMessage("Meat."), HumanMessage("!!!")]
    with caplog.at_level(logging.INFO, "langchain_kgt"):
        KGTMiddleware(memory, learn="auto").before_agent(
            {"messages": said}, SimpleNamespace(context={"user_id": "ann"})
        )
    assert unchanged(memory)
    assert "no letter or digit" in caplog.text


@pytest.mark.parametrize("answer", ["5", "½", "三", "मांस", "لحم", "A+", "3!", "🙂 ok"])
def test_one_letter_or_digit_of_any_script_is_enough(memory: KGTMemory, answer: str) -> None:
    memory.correct(QUERY, answer, user_id="ann", subject="my dog", relation="eats")
    assert shown(memory) == [f"(my dog, eats, {answer})"]


def test_a_sign_may_be_told_outright(memory: KGTMemory) -> None:
    memory.tell("my dog", "has the symbol", "🐕", user_id="ann")
    assert shown(memory) == [FACT, "(my dog, has the symbol, 🐕)"]
