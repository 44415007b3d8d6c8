"""Tools for an agent that decides itself what to recall, learn and forget (extra `agents`)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import patch_config
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from langgraph.runtime import get_runtime

from langchain_kgt._async import lane_of, run_apart
from langchain_kgt.errors import InvalidInputError, KGTError
from langchain_kgt.inputs import learns, user_of
from langchain_kgt.memory import KGTMemory
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.control_tokens import as_text
from langchain_kgt.triples import GraphUpdate, Triple
from langchain_kgt.undoing import last_write

# So many facts a list has; a model that needs others can name what they are about.
_LISTED = 50
# So many subjects are named to a model that asks about one that is not known.
_NAMED = 10


def memory_tools(memory: KGTMemory, *, user_id: str | None = None) -> list[BaseTool]:
    """Tools over one memory.

    `recall_facts` and `list_facts` read; `remember_fact`, `correct_fact`, `forget_fact` and
    `undo_last` write. Whose facts they are is no argument that a model could fill in. In a call
    whose context has `learn=False` nothing is remembered or corrected.

    Args:
        memory: what the tools read and write.
        user_id: the one user of the agent; without it, the one in `runtime.context.user_id` of the
            agent's call, or in `config["configurable"]["user_id"]`.
    """

    def user_of_call(config: RunnableConfig) -> str:
        return user_id if user_id is not None else user_of(config, _context())

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
            _check_learns()
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
            _check_learns()
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

    def list_facts(config: RunnableConfig, subject: str | None = None) -> str:
        """List what is known of the user, or of one subject of theirs, the newest last.

        Args:
            subject: Only facts about this, such as "my dog".
        """
        user = user_of_call(config)
        with _told_to_the_model(memory):
            return _listed(subject, user, memory)

    def undo_last(config: RunnableConfig) -> str:
        """Take back what was remembered, corrected or learned last, when the user says so."""
        user = user_of_call(config)
        with _told_to_the_model(memory):
            last = last_write(memory.history(user_id=user))
            if last is None:
                return "There is nothing to take back: nothing was written, or all of it is undone."
            return _text(_taken_back(memory.undo(last.id, user_id=user)), memory)

    def twin(tool: Callable[..., str]) -> Callable[..., Coroutine[Any, Any, str]]:
        @wraps(tool)
        async def run(*args: Any, config: RunnableConfig, **kwargs: Any) -> str:
            reads = tool in (recall_facts, list_facts)
            lane = None if reads else lane_of(memory.graph, user_of_call(config))
            return await run_apart(lane, tool, *args, config=config, **kwargs)

        return run

    return [
        StructuredTool.from_function(
            tool, twin(tool), parse_docstring=True, handle_tool_error=True
        )
        for tool in (
            recall_facts, list_facts, remember_fact, correct_fact, forget_fact, undo_last
        )
    ]


def _listed(subject: str | None, user_id: str, memory: KGTMemory) -> str:
    facts = memory.facts(user_id=user_id, subject=subject)
    if not facts:
        known = dict.fromkeys(s.triple.subject for s in reversed(memory.facts(user_id=user_id)))
        if not known:
            return "Nothing is known of this user yet."
        some = templates.line(", ".join(list(known)[:_NAMED]), memory.model.control_tokens)
        return f"Nothing is known about that. Something is known about: {some}."
    control = memory.model.control_tokens
    lines = [f"- {templates.sentence(fact, control)}" for fact in facts[-_LISTED:]]
    if left := len(facts) - len(lines):
        lines.insert(0, f"{left} older facts are left out; give a subject to see those about it.")
    return "\n".join(lines)


def _taken_back(undone: GraphUpdate) -> str:
    """In words what an undo has changed."""
    parts = ["The last thing that was written is taken back."]
    parts += [f"No longer so: {_joined(undone.retired)}."] if undone.retired else []
    parts += [f"So again: {_joined(undone.added)}."] if undone.added else []
    return " ".join(parts)


def _joined(triples: Sequence[Triple]) -> str:
    return "; ".join(templates.sentence(triple) for triple in triples)


def _check_learns() -> None:
    """Refuse to learn in a conversation that is not to be learned from."""
    if not learns(_context()):
        raise InvalidInputError(
            "nothing was remembered: learning is switched off in this conversation; tell the user"
        )


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


def _context() -> Any:
    """The context of the agent's call, if this is one and has one."""
    try:
        runtime = get_runtime()
    except RuntimeError:  # outside any graph
        return None
    return None if runtime is None else runtime.context
