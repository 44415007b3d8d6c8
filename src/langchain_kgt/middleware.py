"""KGTMiddleware: an agent that knows the facts of the user it talks to (extra `agents`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AnyMessage, SystemMessage
from langchain_core.runnables import RunnableConfig, ensure_config

from langchain_kgt.chain_input import Facts
from langchain_kgt.errors import InvalidInputError
from langchain_kgt.memory import KGTMemory

# The words of T_reasoning. Of six headings tried on SmolLM2-135M-Instruct, this and one other gave
# 11 of 16 right answers, the rest 3 to 9 (docs/decisions.md).
HEADING = "Answer the query considering the user's personalized facts.\nFacts:"


class KGTMiddleware(AgentMiddleware[Any, Any]):
    """Puts the facts that the last question asks for into the system message of each model call.

    The user is `runtime.context.user_id` of the agent's call, or `context["user_id"]`. A question
    that asks for no fact leaves the request as it is. Facts are recalled anew for each call, so
    what was corrected in a conversation holds from its next message on; nothing of them stays in
    the agent's state.

        agent = create_agent(model, tools=[...], middleware=[KGTMiddleware(memory)],
                             context_schema=Context)
        agent.invoke({"messages": [...]}, context=Context(user_id="ann"))

    Args:
        memory: whose facts; its model scores, whatever model the agent talks with.
    """

    def __init__(self, memory: KGTMemory) -> None:
        super().__init__()
        self.memory = memory

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Add the facts, then call the model."""
        query, config = _asked(request)
        if query is None:
            return handler(request)
        facts = self.memory.invoke(query, config)["facts"]
        return handler(_informed(request, facts))

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Async twin of `wrap_model_call`."""
        query, config = _asked(request)
        if query is None:
            return await handler(request)
        facts = (await self.memory.ainvoke(query, config))["facts"]
        return await handler(_informed(request, facts))


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


def _asked(request: ModelRequest[Any]) -> tuple[str | None, RunnableConfig]:
    """What the user said last, and a config in which memory runs as a step of the agent's run."""
    user_id = user_of_context(getattr(request.runtime, "context", None))
    config = ensure_config()
    configurable = {**config.get("configurable", {}), "user_id": user_id}
    asked: RunnableConfig = {"callbacks": config.get("callbacks"), "configurable": configurable}
    return _last_question(request.messages), asked


def _last_question(messages: Sequence[AnyMessage]) -> str | None:
    for message in reversed(messages):
        if message.type == "human" and message.text.strip():
            return str(message.text)
    return None


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
