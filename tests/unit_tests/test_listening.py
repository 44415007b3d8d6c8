"""A chain that remembers what it is told, by one step in front of memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableGenerator

from langchain_kgt import InvalidInputError, KGTMemory, listen
from langchain_kgt.reading.base import Assertion, Message
from tests.unit_tests.test_talking import HOME, facts_of, memory_of

MOVED, FED = "We've moved to Lisbon!", "My dog eats carrots."
AT_HOME, FED_ON = "the user lives in Lisbon", "my dog eats carrots"


def told() -> KGTMemory:
    dog = Assertion("my dog", "eats", "carrots")
    memory, _ = memory_of(**{MOVED: Message((HOME,)), FED: Message((dog,))})
    return memory


def of(user_id: str = "ann", **more: Any) -> Any:
    return {"configurable": {"user_id": user_id, **more}}


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        (MOVED, [AT_HOME]),
        ({"question": MOVED, "style": "short"}, [AT_HOME]),
        ([HumanMessage(MOVED)], [AT_HOME]),
        ({"messages": [HumanMessage(FED), AIMessage("I see."), HumanMessage(MOVED)]},
         [FED_ON, AT_HOME]),
        ({"history": [HumanMessage(FED), AIMessage("I see.")], "question": MOVED},
         [FED_ON, AT_HOME]),
        # What the assistant says is not learned, and a picture alone says nothing.
        ({"history": [AIMessage(FED)], "question": MOVED}, [AT_HOME]),
        ([HumanMessage([{"type": "image", "url": "https://example.org/a.png"}])], []),
    ],
)
def test_what_the_input_says_is_learned_and_the_input_goes_on(given: Any, facts: list[str]) -> None:
    memory = told()
    assert listen(memory).invoke(given, of()) == given
    assert facts_of(memory) == facts
    assert asyncio.run(listen(memory).ainvoke(given, of("bob"))) == given
    assert [str(f) for f in memory.facts(user_id="bob")] == facts


def test_a_message_is_learned_once() -> None:
    memory, said = told(), [HumanMessage(MOVED, id="1")]
    listen(memory).invoke(said, of())
    memory.retire(user_id="ann", subject="user")
    listen(memory).invoke([*said, AIMessage("Oh!"), HumanMessage("Thanks.", id="2")], of())
    assert facts_of(memory) == []


def test_the_very_next_answer_knows_and_streams_as_it_comes() -> None:
    memory = told()

    def answer(parts: Iterator[dict[str, Any]]) -> Iterator[str]:
        for _ in parts:
            yield from (f"{fact}; " for fact in memory.facts(user_id="ann"))

    chain = listen(memory) | memory | RunnableGenerator(answer)
    memory.learn(FED, user_id="ann")
    assert list(chain.stream(MOVED, of())) == [f"{FED_ON}; ", f"{AT_HOME}; "]
    chain.batch([MOVED, FED], [of("bob"), of("cleo")])
    assert [str(f) for f in memory.facts(user_id="bob")] == [AT_HOME]
    assert [str(f) for f in memory.facts(user_id="cleo")] == [FED_ON]


def test_a_call_that_may_not_learn_is_not_learned_later_either() -> None:
    memory, said = told(), [HumanMessage(MOVED, id="1")]
    listen(memory).invoke(said, of(learn=False))
    listen(memory).invoke([*said, AIMessage("Oh!"), HumanMessage(FED, id="2")], of())
    assert facts_of(memory) == [FED_ON]


def test_whose_it_is_has_to_be_known() -> None:
    with pytest.raises(InvalidInputError, match="whose memory"):
        listen(told()).invoke(MOVED)


def test_what_cannot_be_learned_holds_no_answer_up(caplog: pytest.LogCaptureFixture) -> None:
    memory = told()
    memory.may_learn = lambda said: 1 / 0 > 1
    with caplog.at_level(logging.INFO, "langchain_kgt"):
        assert listen(memory).invoke(MOVED, of()) == MOVED
    assert facts_of(memory) == []
    assert "was not learned" in caplog.text
