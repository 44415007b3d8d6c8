"""A step of a chain that learns what its user says, and hands the input on as it came."""

from __future__ import annotations

import logging
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from langchain_kgt._async import lane_of, run_apart
from langchain_kgt.conversation import correction_in, learn_turn, of_this_turn
from langchain_kgt.errors import KGTError
from langchain_kgt.inputs import learns, messages_of, question_of, user_of
from langchain_kgt.memory import KGTMemory

logger = logging.getLogger(__name__)


def listen(memory: KGTMemory) -> Runnable[Any, Any]:
    """A step in front of memory, by which a chain remembers what it is told.

        chain = listen(memory) | memory | prompt | llm
        chain.invoke("I'm allergic to nuts. What shall I cook?", ann)

    The input is what memory takes: a text, messages, or a dict with these and a history; it goes on
    unchanged. As in an agent, a correction of the answer before is learned as one, and all else as
    talk, before the answer is written; what cannot be learned is logged. The user is
    `config["configurable"]["user_id"]`; with `learn=False` beside it nothing of the call is
    learned, then or later.
    """

    def step(value: Any, config: RunnableConfig) -> Any:
        _learn(value, config, memory)
        return value

    async def astep(value: Any, config: RunnableConfig) -> Any:
        lane = lane_of(memory.graph, user_of(config))
        return await run_apart(lane, step, value, config)

    return RunnableLambda(step, astep, name="listen")


def _learn(value: Any, config: RunnableConfig, memory: KGTMemory) -> None:
    user_id, messages = user_of(config), _conversation(value, memory.input_key)
    if not messages:
        return
    if not learns(config.get("configurable")):
        memory.pass_over(of_this_turn(messages), user_id=user_id)
        return
    try:
        asked = correction_in(messages, memory)
        for update in learn_turn(messages, asked, memory, user_id=user_id):
            logger.debug("learned: %s", update)
    except KGTError as error:
        logger.info("what was said in a chain was not learned: %s", error)


def _conversation(value: Any, input_key: str) -> list[BaseMessage]:
    """All messages of an input, of which the question is the last."""
    question, output = question_of(value, input_key)
    said = messages_of(output)
    ends = bool(said) and said[-1].type == "human" and said[-1].text == question
    return said if ends or not question.strip() else [*said, HumanMessage(question)]
