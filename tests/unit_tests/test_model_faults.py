"""What goes wrong in a user's own model comes out in one way, and leaves the graph as it was."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_kgt import (
    KGTConfig,
    KGTError,
    KGTFeedbackHandler,
    KGTMemory,
    ModelError,
    TextTooLongError,
    TripleStore,
)
from langchain_kgt.middleware import KGTMiddleware
from tests.stub_models import Stub

ANN: Any = {"configurable": {"user_id": "ann"}}
AGENT: Any = SimpleNamespace(context={"user_id": "ann"})
RUN = UUID(int=1)
Q = "What does my dog eat?"


class After:
    """Raises at the n-th question to the model."""

    def __init__(self, calls: int, error: BaseException) -> None:
        self.calls, self.error = calls, error

    def __call__(self) -> None:
        self.calls -= 1
        if self.calls == 0:
            raise self.error


def told(graph: TripleStore, **options: Any) -> KGTMemory:
    memory = KGTMemory(model=Stub(), graph=graph, settings=KGTConfig(**options))
    memory.tell("my dog", "eats", "meat", user_id="ann")
    memory.tell("my dog", "likes", "rain", user_id="ann")
    return memory


def broken(memory: KGTMemory, error: BaseException, calls: int = 1) -> None:
    memory.model.first = After(calls, error)  # type: ignore[attr-defined]


async def done(result: Any) -> Any:
    return await result if inspect.isawaitable(result) else result


@pytest.mark.parametrize(
    "error",
    [ValueError("v"), RuntimeError("CUDA error"), KeyError("k"), MemoryError(), OSError("server"),
     StopIteration(), RecursionError(), AttributeError("a"), UnicodeError("u")],
    ids=lambda error: type(error).__name__,
)
async def test_a_foreign_error_is_a_model_error_that_names_it(
    error: Exception, graph: TripleStore
) -> None:
    memory = told(graph)
    before = memory.export(user_id="ann")
    for call in (memory.correct, memory.acorrect):
        for calls in (1, 2, 3):  # at the beginning and in the midst of it
            broken(memory, error, calls)
            with pytest.raises(ModelError, match=f"Stub failed with {type(error).__name__}") as e:
                await done(call(Q, "rice", user_id="ann"))
            assert e.value.__cause__ is error
    assert memory.export(user_id="ann") == before
    broken(memory, error, 0)
    assert memory.correct(Q, "rice", user_id="ann").added


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_what_ends_a_program_is_not_held_up(error: BaseException, graph: TripleStore) -> None:
    memory = told(graph)
    before = memory.export(user_id="ann")
    broken(memory, error)
    with pytest.raises(type(error)):
        memory.correct(Q, "rice", user_id="ann")
    assert memory.export(user_id="ann") == before
    memory.tell("my dog", "eats", "rice", user_id="ann")


def test_errors_of_ours_stay_what_they_are(graph: TripleStore) -> None:
    memory = told(graph)
    error = TextTooLongError("too long for this model")
    broken(memory, error)
    with pytest.raises(TextTooLongError) as raised:
        memory.correct(Q, "rice", user_id="ann")
    assert raised.value is error


CALLS: dict[str, Callable[[KGTMemory], object]] = {
    "recall": lambda m: m.recall(Q, user_id="ann"),
    "chain": lambda m: m.invoke(Q, ANN),
    "feedback": lambda m: feedback(m),
    "agent": lambda m: KGTMiddleware(m).before_agent(
        {"messages": [HumanMessage(Q), AIMessage("Meat"), HumanMessage("No, rice")]}, AGENT
    ),
}


def feedback(memory: KGTMemory) -> object:
    handler = KGTFeedbackHandler(memory)
    error = memory.model.first  # type: ignore[attr-defined]
    memory.model.first = lambda: None  # type: ignore[attr-defined]
    memory.invoke(Q, {**ANN, "callbacks": [handler], "run_id": RUN})
    memory.model.first = error  # type: ignore[attr-defined]
    return handler.record(RUN, correction="No, she eats a lot of rice")


@pytest.mark.parametrize("name", CALLS)
def test_every_way_to_the_model_has_that_error(name: str, graph: TripleStore) -> None:
    memory = told(graph)
    before = memory.export(user_id="ann")
    broken(memory, RuntimeError("no server"))
    with pytest.raises(KGTError, match="no server"):
        CALLS[name](memory)
    assert memory.export(user_id="ann") == before
