"""Tools for an agent that decides itself what to recall, learn and forget (extra `agents`)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import patch_config
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from langgraph.runtime import get_runtime

from langchain_kgt._async import lane_of, run_apart
from langchain_kgt.errors import KGTError
from langchain_kgt.inputs import user_of
from langchain_kgt.memory import KGTMemory
from langchain_kgt.middleware import user_of_context
from langchain_kgt.recalling.control_tokens import as_text


def memory_tools(memory: KGTMemory, *, user_id: str | None = None) -> list[BaseTool]:
    """`recall_facts`, `remember_fact`, `correct_fact` and `forget_fact` over one memory.

    Whose facts they are is no argument that a model could fill in.

    Args:
        memory: what the tools read and write.
        user_id: the one user of the agent; without it, the one in `runtime.context.user_id` of the
            agent's call, or in `config["configurable"]["user_id"]`.
    """

    def user_of_call(config: RunnableConfig) -> str:
        return user_id if user_id is not None else _user(config)

    def recall_facts(question: str, config: RunnableConfig) -> str:
        """Look up what the user has told about themselves and their world.

        Args:
            question: What to look up, as a question, such as "What does my dog eat?".
        """
        user = user_of_call(config)
        # As a step of the run, so that feedback on the run finds what was recalled.
        step = patch_config(config, configurable={"user_id": user})
        with _told_to_the_model(memory):
            return memory.invoke(question, step)["facts"] or "Nothing is known about that."

    def remember_fact(subject: str, relation: str, object: str, config: RunnableConfig) -> str:
        """Remember a new fact that the user told.

        Args:
            subject: What the fact is about, such as "my dog".
            relation: How they relate, such as "is named".
            object: The value, such as "Luna".
        """
        user = user_of_call(config)
        with _told_to_the_model(memory):
            told = memory.tell(subject, relation, object, user_id=user, said_by="tool")
            return _text(told, memory)

    def correct_fact(question: str, answer: str, config: RunnableConfig) -> str:
        """Learn the right answer to a question, when the user says that an answer was wrong.

        Args:
            question: The question that was answered wrongly, such as "What does my dog eat?".
            answer: The right answer in a few words, such as "vegetables".
        """
        user = user_of_call(config)
        with _told_to_the_model(memory):
            learned = memory.correct(question, answer, user_id=user, said_by="tool")
            return _text(learned, memory)

    def forget_fact(
        subject: str, config: RunnableConfig, relation: str | None = None, object: str | None = None
    ) -> str:
        """Erase facts for good, when the user asks for it.

        Args:
            subject: What the facts are about, such as "my dog".
            relation: Only facts with this relation.
            object: Only the fact with this value; give the relation too.
        """
        user = user_of_call(config)
        with _told_to_the_model(memory):
            erased = memory.forget(subject, relation, object, user_id=user)
        return f"{len(erased)} facts forgotten."

    def twin(tool: Callable[..., str]) -> Callable[..., Coroutine[Any, Any, str]]:
        @wraps(tool)
        async def run(*args: Any, config: RunnableConfig, **kwargs: Any) -> str:
            writes = tool is not recall_facts
            lane = lane_of(memory.graph, user_of_call(config)) if writes else None
            return await run_apart(lane, tool, *args, config=config, **kwargs)

        return run

    return [
        StructuredTool.from_function(
            tool, twin(tool), parse_docstring=True, handle_tool_error=True
        )
        for tool in (recall_facts, remember_fact, correct_fact, forget_fact)
    ]


@contextmanager
def _told_to_the_model(memory: KGTMemory) -> Iterator[None]:
    """What is wrong with the arguments is the model's to mend: it gets the message as an answer."""
    try:
        yield
    except KGTError as error:
        raise ToolException(_text(error, memory)) from error


def _text(said: object, memory: KGTMemory) -> str:
    """What a tool says of facts, in which control tokens are text as in the facts themselves."""
    return as_text(str(said), memory.model.control_tokens)


def _user(config: RunnableConfig) -> str:
    try:
        runtime = get_runtime()
    except RuntimeError:  # outside any graph
        runtime = None
    if runtime is not None and runtime.context is not None:
        return user_of_context(runtime.context)
    return user_of(config)
