"""KGTMiddleware: an agent that knows the facts of the user it talks to (extra `agents`)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Literal, Self, TypeAlias, get_args

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import BaseMessage, SystemMessage
from langchain_core.runnables import RunnableConfig, ensure_config

from langchain_kgt._async import async_twin, lane_of, run_apart
from langchain_kgt.conversation import (
    corrected,
    correction_in,
    learn_turn,
    of_this_turn,
    said_by_both,
    until_asked,
)
from langchain_kgt.errors import InvalidInputError, KGTError
from langchain_kgt.facts import Facts
from langchain_kgt.inputs import learns
from langchain_kgt.inputs import user_of_context as user_of_context
from langchain_kgt.memory import KGTMemory
from langchain_kgt.worker import Worker

logger = logging.getLogger(__name__)

# The words of the paper's T_reasoning. Of six headings tried on SmolLM2-135M-Instruct, this and one
# other gave 11 of 16 right answers, the rest 3 to 9 (docs/decisions.md).
HEADING = "Answer the query considering the user's personalized facts.\nFacts:"

Learning: TypeAlias = Literal["auto", "background", "review", "explicit"]


class KGTMiddleware(AgentMiddleware[Any, Any]):
    """Puts the facts that the last question asks for into the system message of each model call.

    The user is `runtime.context.user_id` of the agent's call, or `context["user_id"]`. A question
    that asks for no fact leaves the request as it is. Facts are recalled anew for each call, so
    what was corrected in a conversation holds from its next message on; nothing of them stays in
    the agent's state.

    What the user types is learned, once, as `KGTMemory.learn` and, behind the answer to a question,
    as `KGTMemory.correct` learn it: "we've moved to Lisbon", "No, she is vegetarian". The memory's
    model decides what is a correction; the small default one is wrong in one of five
    (docs/benchmarks.md). Without a reader corrections alone are learned. A call whose context has
    `learn=False` learns nothing, and what the user types in it is never learned later.

        agent = create_agent(model, tools=[...], middleware=[KGTMiddleware(memory)],
                             context_schema=Context)
        agent.invoke({"messages": [...]}, context=Context(user_id="ann"))

    Args:
        memory: whose facts; its model scores, whatever model the agent talks with.
        learn: "auto", before the model is called, so that the very next answer knows; what cannot
            be learned is logged. "background", behind the answer: `flush` waits for it, and raises
            what went wrong. What did not come so far is learned in the next turn of its
            conversation. "review", behind the answer too, but what is said is only proposed, for
            `KGTMemory.approve` or `reject` to decide. "explicit", by feedback or tools only.
        max_pending: how many turns may wait behind the answer; then the answer waits too.
    """

    def __init__(
        self, memory: KGTMemory, *, learn: Learning = "auto", max_pending: int = 1000
    ) -> None:
        super().__init__()
        if learn not in get_args(Learning):
            raise InvalidInputError(
                f"learn is {learn!r}; give one of {', '.join(get_args(Learning))}"
            )
        self.memory = memory
        self.learn = learn
        self._worker = Worker(
            max_pending, what="what was said", owner="middleware"
        ) if learn in ("background", "review") else None

    def before_agent(self, state: Any, runtime: Any) -> None:
        """Learn what the user typed last, if `learn` is "auto"."""
        context = getattr(runtime, "context", None)
        if learn := self._before(context):
            learn(state["messages"], user_of_context(context))

    async def abefore_agent(self, state: Any, runtime: Any) -> None:
        """Async twin of `before_agent`."""
        context = getattr(runtime, "context", None)
        if learn := self._before(context):
            user_id = user_of_context(context)
            lane = lane_of(self.memory.graph, user_id)
            await run_apart(lane, learn, state["messages"], user_id)

    def _before(self, context: Any) -> Callable[[Sequence[BaseMessage], str], object] | None:
        """What there is to do with what the user typed, before the model is called."""
        if self.learn == "explicit":
            return None
        if not learns(context):
            return self._pass_over
        return self._learn if self.learn == "auto" else None

    def _pass_over(self, messages: Sequence[BaseMessage], user_id: str) -> None:
        self.memory.pass_over(of_this_turn(messages), user_id=user_id)

    def _learn(self, messages: Sequence[BaseMessage], user_id: str) -> None:
        asked = correction_in(messages, self.memory)
        try:
            for update in learn_turn(messages, asked, self.memory, user_id=user_id):
                logger.debug("learned: %s", update)
        except KGTError as error:
            logger.info("what was said in a conversation was not learned: %s", error)

    def after_agent(self, state: Any, runtime: Any) -> None:
        """Hand over what the user typed last, if it is to be learned behind the answer."""
        context = getattr(runtime, "context", None)
        if self._worker is not None and learns(context):
            self._hand_over(until_asked(state["messages"]), user_of_context(context))

    async def aafter_agent(self, state: Any, runtime: Any) -> None:
        """Async twin of `after_agent`."""
        if self._worker is not None:
            # It may have to wait, and must not do so on the event loop.
            await run_apart(self._own_lane(), self.after_agent, state, runtime)

    def _hand_over(self, messages: Sequence[BaseMessage], user_id: str) -> None:
        def learn() -> None:
            asked = correction_in(messages, self.memory)
            review = self.learn == "review"
            learn_turn(messages, asked, self.memory, user_id=user_id, review=review)

        if messages and self._worker is not None:
            self._worker.submit(learn)

    def flush(self) -> None:
        """Wait until all that was said so far is written, and raise the first error since then.

        The rest is learned all the same. Where nothing is learned behind the answer there is
        nothing to wait for.
        """
        if self._worker is not None:
            self._worker.flush()

    def close(self) -> None:
        """Flush, and end the thread that learns behind the answer."""
        if self._worker is not None:
            self._worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _own_lane(self) -> Hashable:
        return id(self)

    aflush = async_twin(flush, _own_lane)
    aclose = async_twin(close, _own_lane)

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

    def _asked(self, request: ModelRequest[Any]) -> list[BaseMessage]:
        """The conversation up to what facts are recalled for.

        That is the user's last message, or the question that it corrects. Whether it corrects one
        is measured anew, so that no state has to carry it from `before_agent` to here; the model
        keeps the scores.
        """
        said = said_by_both(request.messages)
        if self.learn != "auto" or not learns(getattr(request.runtime, "context", None)):
            return said
        asked = corrected(said, self.memory)
        return said if asked is None else said[: asked + 1]


def _config(request: ModelRequest[Any]) -> RunnableConfig:
    """A config in which memory runs as a step of the agent's run, for the agent's user."""
    user_id = user_of_context(getattr(request.runtime, "context", None))
    config = ensure_config()
    configurable = {**config.get("configurable", {}), "user_id": user_id}
    return {"callbacks": config.get("callbacks"), "configurable": configurable}


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
