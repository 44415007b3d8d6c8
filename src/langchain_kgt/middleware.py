"""KGTMiddleware: an agent that knows the facts of the user it talks to (extra `agents`)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AnyMessage, SystemMessage
from langchain_core.runnables import RunnableConfig, ensure_config

from langchain_kgt._async import lane_of, run_apart
from langchain_kgt.checks import readable
from langchain_kgt.errors import InvalidInputError, KGTError
from langchain_kgt.facts import Facts
from langchain_kgt.inputs import said_in
from langchain_kgt.memory import KGTMemory
from langchain_kgt.models.guarded import guarded
from langchain_kgt.recalling.templates import is_question
from langchain_kgt.tuning import answers, turns
from langchain_kgt.tuning.antecedents import resolve

logger = logging.getLogger(__name__)

# The words of the paper's T_reasoning. Of six headings tried on SmolLM2-135M-Instruct, this and one
# other gave 11 of 16 right answers, the rest 3 to 9 (docs/decisions.md).
HEADING = "Answer the query considering the user's personalized facts.\nFacts:"


class KGTMiddleware(AgentMiddleware[Any, Any]):
    """Puts the facts that the last question asks for into the system message of each model call.

    The user is `runtime.context.user_id` of the agent's call, or `context["user_id"]`. A question
    that asks for no fact leaves the request as it is. Facts are recalled anew for each call, so
    what was corrected in a conversation holds from its next message on; nothing of them stays in
    the agent's state.

    With `learn="auto"` what the user types is learned, once, before the model is called, so that
    the very next answer knows: "we've moved to Lisbon", as `KGTMemory.learn` learns it, and a
    correction, "No, she is vegetarian" behind the answer to a question, as `KGTMemory.correct`
    does. The call that follows a correction sees the facts for that question. The memory's model
    decides what is a correction; the small default one is wrong in one of five
    (docs/benchmarks.md). What cannot be learned is logged.

        agent = create_agent(model, tools=[...], middleware=[KGTMiddleware(memory)],
                             context_schema=Context)
        agent.invoke({"messages": [...]}, context=Context(user_id="ann"))

    Args:
        memory: whose facts; its model scores, whatever model the agent talks with.
        learn: "explicit", by feedback or tools only, or "auto", from what the user types too.
    """

    def __init__(
        self, memory: KGTMemory, *, learn: Literal["explicit", "auto"] = "explicit"
    ) -> None:
        super().__init__()
        if learn not in ("explicit", "auto"):
            raise InvalidInputError(f'learn is {learn!r}; give "explicit" or "auto"')
        self.memory = memory
        self.learn = learn

    def before_agent(self, state: Any, runtime: Any) -> None:
        """Learn what the user typed last, if `learn` is "auto"."""
        said = _said(state["messages"])
        asked = self._typed(said, state)
        if asked is not None:
            self._learn(said, asked, user_of_context(runtime.context))
        elif self._talks:
            self._learn_talk(state["messages"], user_of_context(runtime.context))

    async def abefore_agent(self, state: Any, runtime: Any) -> None:
        """Async twin of `before_agent`."""
        said = _said(state["messages"])
        asked = await run_apart(None, self._typed, said, state)
        if asked is not None:
            user_id = user_of_context(runtime.context)
            lane = lane_of(self.memory.graph, user_id)
            await run_apart(lane, self._learn, said, asked, user_id)
        elif self._talks:
            user_id = user_of_context(runtime.context)
            lane = lane_of(self.memory.graph, user_id)
            await run_apart(lane, self._learn_talk, state["messages"], user_id)

    @property
    def _talks(self) -> bool:
        """Whether it learns from plain talk, which needs a reader."""
        return self.learn == "auto" and self.memory.reader is not None

    def _learn_talk(self, messages: Sequence[AnyMessage], user_id: str) -> None:
        """What the user said in any message that was not learned yet."""
        try:
            for update in self.memory.learn(messages, user_id=user_id):
                logger.debug("learned: %s", update)
        except KGTError as error:
            logger.info("what was said in a conversation was not learned: %s", error)

    def _typed(self, said: Sequence[AnyMessage], state: Any) -> int | None:
        """Which question's answer the message that came last corrects, if it does."""
        if not said or said[-1] is not state["messages"][-1]:
            return None
        return self._corrected(said)

    def _learn(self, said: Sequence[AnyMessage], asked: int, user_id: str) -> None:
        """The answer in the last message to the question that was asked."""
        model, history = guarded(self.memory.model), said_in(said[:asked])
        question, reply = readable(said[asked].text), readable(said[-1].text)
        try:
            question = resolve(question, history, user_id, self.memory.graph, model)
            # A reader reads the reply itself, denials and times included.
            answer = reply if self.memory.reader else answers.find(question, reply, model)
            self.memory.correct(
                question, answer, user_id=user_id, message_id=said[-1].id or ""
            )
        except KGTError as error:
            logger.info("a correction in a conversation was not learned: %s", error)

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Add the facts, then call the model."""
        asked, config = self._asked(request), _config(request)
        if not asked:
            return handler(request)
        facts = self.memory.invoke(asked, config)["facts"]
        return handler(_informed(request, facts))

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Async twin of `wrap_model_call`."""
        asked, config = await run_apart(None, self._asked, request), _config(request)
        if not asked:
            return await handler(request)
        facts = (await self.memory.ainvoke(asked, config))["facts"]
        return await handler(_informed(request, facts))

    def _asked(self, request: ModelRequest[Any]) -> list[AnyMessage]:
        """The conversation up to what facts are recalled for.

        That is the user's last message, or the question that it corrects. Whether it corrects one
        is measured anew, so that no state has to carry it from `before_agent` to here; the model
        keeps the scores.
        """
        said = _said(request.messages)
        asked = self._corrected(said)
        return said if asked is None else said[: asked + 1]

    def _corrected(self, said: Sequence[AnyMessage]) -> int | None:
        """Which question's answer the last message corrects, if it does and `learn` is "auto".

        It is the last question before. What the user said to it since was corrections too.
        """
        texts = [readable(message.text) for message in said]
        asked = [n for n, m in enumerate(said[:-1]) if m.type == "human" and is_question(texts[n])]
        if self.learn == "explicit" or not asked:
            return None
        since, model = range(asked[-1] + 1, len(said)), guarded(self.memory.model)
        if [said[n].type for n in since] != ["ai", "human"] * (len(since) // 2):
            return None
        turned = [(texts[n], texts[n + 1]) for n in since[::2]]
        if all(turns.corrects(texts[asked[-1]], *turn, model) for turn in turned):
            return asked[-1]
        return None


def user_of_context(context: Any) -> str:
    """The user of an agent's call.

    Raises `InvalidInputError` if the context has no user id: whose memory would it be?
    """
    found = context.get("user_id") if isinstance(context, Mapping) else getattr(
        context, "user_id", None
    )
    if not isinstance(found, str) or not found:
        raise InvalidInputError(
            "whose memory? give the agent a context with a user id: create_agent(..., "
            'context_schema=Context) and agent.invoke(..., context=Context(user_id="ann"))'
        )
    return found


def _config(request: ModelRequest[Any]) -> RunnableConfig:
    """A config in which memory runs as a step of the agent's run, for the agent's user."""
    user_id = user_of_context(getattr(request.runtime, "context", None))
    config = ensure_config()
    configurable = {**config.get("configurable", {}), "user_id": user_id}
    return {"callbacks": config.get("callbacks"), "configurable": configurable}


def _said(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """What user and assistant said, up to the user's last message.

    Messages without text are left out, and of several of the assistant in a row, with calls of
    tools between them, all but the last: its answer.
    """
    said: list[AnyMessage] = []
    for message in messages:
        if message.type in ("human", "ai") and message.text.strip():
            if said and said[-1].type == message.type == "ai":
                said.pop()
            said.append(message)
    while said and said[-1].type != "human":
        said.pop()
    return said


def _informed(request: ModelRequest[Any], facts: Facts) -> ModelRequest[Any]:
    if not facts:
        return request
    block, said = f"{HEADING}\n{facts}", request.system_message
    if said is None:
        return request.override(system_message=SystemMessage(block))
    # A str stays one: the chat templates of small models know nothing else. Content blocks stay
    # blocks: they may carry marks, such as those for a provider's cache.
    content = (
        f"{said.content}\n\n{block}" if isinstance(said.content, str)
        else [*said.content, {"type": "text", "text": block}]
    )
    return request.override(system_message=said.model_copy(update={"content": content}))
