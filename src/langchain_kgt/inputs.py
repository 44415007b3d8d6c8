"""What a chain gives to memory: the question, its user, and what was said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import RunnableConfig, ensure_config

from langchain_kgt.checks import readable
from langchain_kgt.errors import InvalidInputError
from langchain_kgt.reading.base import Turn
from langchain_kgt.tuning.antecedents import MESSAGES
from langchain_kgt.tuning.messages import Spoken

_NAME_CHARACTERS = 100


def user_of(config: RunnableConfig | None, context: Any = None) -> str:
    """The user of a call: that of its context, if it has one, else that of its config.

    Raises `InvalidInputError` if there is none: whose memory would it be?
    """
    if context is not None:
        return user_of_context(context)
    user_id = ensure_config(config).get("configurable", {}).get("user_id")
    if not isinstance(user_id, str) or not user_id:
        raise InvalidInputError(
            "whose memory? pass the user with the call: "
            'chain.invoke(..., {"configurable": {"user_id": "ann"}})'
        )
    return user_id


def user_of_context(context: Any) -> str:
    """The user of an agent's call.

    Raises `InvalidInputError` if the context has no user id: whose memory would it be?
    """
    found = _in_context(context, "user_id")
    if not isinstance(found, str) or not found:
        raise InvalidInputError(
            "whose memory? give the agent a context with a user id: create_agent(..., "
            'context_schema=Context) and agent.invoke(..., context=Context(user_id="ann"))'
        )
    return found


def learns(context: Any) -> bool:
    """Whether an agent's call may learn: not with `learn=False` in its context.

    Raises `InvalidInputError` for anything but True, False and None: to guess would be to learn
    what was not to be learned.

    >>> learns({"user_id": "ann"}), learns({"user_id": "ann", "learn": False})
    (True, False)
    """
    found = _in_context(context, "learn")
    if found is not None and not isinstance(found, bool):
        raise InvalidInputError(
            f"learn is {found!r} in the context of the call; give True or False"
        )
    return found is not False


def _in_context(context: Any, name: str) -> Any:
    return context.get(name) if isinstance(context, Mapping) else getattr(context, name, None)


def question_of(value: Any, input_key: str) -> tuple[str, dict[str, Any]]:
    """The query in a chain's input, and the dict that goes on through the chain."""
    if isinstance(value, str):
        return value, {input_key: value}
    if isinstance(value, dict):
        if input_key in value:
            # It may be messages: so a RunnableWithMessageHistory without a key of its own for them.
            return question_of(value[input_key], input_key)[0], dict(value)
        if "messages" in value:
            return question_of(value["messages"], input_key)[0], dict(value)
        raise InvalidInputError(
            f"the input has the keys {sorted(map(str, value))}, but not {input_key!r}; add it, or "
            "name the right one with KGTMemory(input_key=...)"
        )
    messages = value.to_messages() if isinstance(value, PromptValue) else value
    if isinstance(messages, BaseMessage):
        messages = [messages]
    if isinstance(messages, Sequence) and messages and isinstance(messages[-1], BaseMessage):
        human = [m for m in messages if m.type == "human"] or messages
        text = str(human[-1].text)
        return text, {"messages": list(messages), input_key: text}
    raise InvalidInputError(
        f"cannot find a question in a {type(value).__name__}; pass a string, a dict with "
        f"{input_key!r}, or messages"
    )


def said_in(messages: Sequence[BaseMessage]) -> list[Turn]:
    """What user and assistant said in these messages, as far as a store takes its characters."""
    return [one.turn for one in spoken_in(messages)]


def spoken_in(messages: str | BaseMessage | Sequence[BaseMessage]) -> list[Spoken]:
    """A conversation as it is learned, without what no store takes, and without tools.

    Raises `InvalidInputError` if it is neither text nor messages.
    """
    if isinstance(messages, str):
        return [Spoken(Turn(readable(messages), by_user=True))]
    given = messages if isinstance(messages, Sequence) else [messages]
    said = [message for message in given if isinstance(message, BaseMessage)]
    if len(said) < len(given):
        raise InvalidInputError(
            f"cannot learn from a {type(messages).__name__}; give a string or messages of "
            "langchain_core"
        )
    return [
        Spoken(
            Turn(readable(str(message.text)), message.type == "human"), message.id or "",
            _speaker(message),
        )
        for message in said if message.type in ("human", "ai") and message.text.strip()
    ]


def _speaker(message: BaseMessage) -> str:
    """Who says "I" in a message; the user, where it names nobody."""
    name = " ".join(readable(str(message.name or "")).split()) if message.type == "human" else ""
    return name[:_NAME_CHARACTERS] or "I"


def messages_of(output: dict[str, Any]) -> list[BaseMessage]:
    """All messages in the dict that goes through a chain, whatever their keys."""
    return [
        message for value in output.values() if isinstance(value, (list, tuple))
        for message in value if isinstance(message, BaseMessage)
    ]


def history_of(output: dict[str, Any], query: str) -> list[Turn]:
    """The last of what user and assistant said before the question, oldest first.

    The messages may stand under any key, and end with the question or before it.
    """
    said = said_in(messages_of(output))
    asked = [n for n, one in enumerate(said) if one.by_user]
    if asked and said[asked[-1]].text == query:
        said = said[: asked[-1]]
    return said[-MESSAGES:]
