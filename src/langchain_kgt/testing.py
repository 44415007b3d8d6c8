"""A chat model that says what a test tells it to, for agents with memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field


class ScriptedChatModel(BaseChatModel):
    """Gives its replies one after the other, and keeps what it was asked.

    A reply is a text, or an `AIMessage` with tool calls. Tools may be bound and change nothing.

    >>> model = ScriptedChatModel(replies=["Hello"])
    >>> model.invoke("Hi").content
    'Hello'
    >>> model.received[0][0].content
    'Hi'

    Attributes:
        replies: what is said next comes first.
        received: the messages of every call so far.
    """

    replies: list[str | AIMessage]
    received: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if len(self.received) == len(self.replies):
            raise AssertionError(
                f"the script ends after {len(self.replies)} replies; asked again: {messages[-1]}"
            )
        reply = self.replies[len(self.received)]
        self.received.append(list(messages))
        message = AIMessage(reply) if isinstance(reply, str) else reply
        return ChatResult(generations=[ChatGeneration(message=message)])

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, Any]:
        """The script decides which tools are called."""
        return self
