"""Async calls that wait, that are cancelled, and that nobody waits for: what is written is known.

The model is scripted: it takes its time and finds everything equally likely.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from langchain.agents.middleware import ModelRequest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_kgt import (
    GraphUpdate,
    InMemoryTripleStore,
    KGTConfig,
    KGTFeedbackHandler,
    KGTMemory,
    KGTRetriever,
    KuzuTripleStore,
    ModelError,
    StoreError,
    TripleStore,
)
from langchain_kgt.classic import KGTClassicMemory
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.tools import memory_tools
from tests.stub_models import Stub

ANN: Any = {"configurable": {"user_id": "ann"}}
RUN = UUID(int=1)
Q = "What does my dog eat?"
EVERYTHING = KGTConfig(wanted=-float("inf"))


def answers(memory: KGTMemory, user: str = "ann") -> set[str]:
    return {update.answer for update in memory.history(user_id=user)}


async def test_what_has_timed_out_is_in_the_history_or_never_will_be(graph: TripleStore) -> None:
    """111 corrections with random time limits, of eleven users."""
    draw = random.Random(7)
    memory = KGTMemory(model=Stub(lambda: time.sleep(draw.uniform(0, 0.004))), graph=graph)
    ended: dict[tuple[str, str], bool] = {}

    async def correct(number: int) -> None:
        user, answer = f"user {number % 11}", f"answer {number}"
        call = memory.acorrect(f"What is {number}?", answer, user_id=user, subject="it")
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(call, draw.uniform(0, 1.2))
        ended[user, answer] = answer in answers(memory, user)

    await asyncio.gather(*map(correct, range(111)))
    assert len(ended) == 111
    assert set(ended.values()) == {False, True}
    await asyncio.sleep(1)
    later = {(user, answer): answer in answers(memory, user) for user, answer in ended}
    assert later == ended


class Slow(InMemoryTripleStore):
    """A store that takes its time to write, and says when it begins."""

    def __init__(self) -> None:
        super().__init__()
        self.began = threading.Event()

    def apply(self, update: GraphUpdate) -> None:
        self.began.set()
        time.sleep(0.3)
        super().apply(update)

    def rewrite(self, *args: Any, **kwargs: Any) -> None:
        self.began.set()
        time.sleep(0.3)
        super().rewrite(*args, **kwargs)

    def erase_user(self, user_id: str) -> None:
        self.began.set()
        time.sleep(0.3)
        super().erase_user(user_id)


Write = Callable[[KGTMemory], Coroutine[Any, Any, Any]]
WRITES: dict[str, Write] = {
    "correct": lambda m: m.acorrect(Q, "rice", user_id="ann"),
    "tell": lambda m: m.atell("my dog", "eats", "rice", user_id="ann"),
    "note": lambda m: m.anote(Q, user_id="ann", score=1),
    "undo": lambda m: m.aundo(m.history(user_id="ann")[0].id, user_id="ann"),
    "forget": lambda m: m.aforget(user_id="ann", subject="my dog"),
    "forget the user": lambda m: m.aforget_user("ann"),
}


@pytest.mark.parametrize("name", WRITES)
async def test_a_commit_that_has_begun_is_finished_before_the_call_is_cancelled(name: str) -> None:
    graph = Slow()
    memory = KGTMemory(model=Stub(), graph=graph)
    memory.tell("my dog", "eats", "meat", user_id="ann")
    before = memory.export(user_id="ann")
    graph.began.clear()
    task = asyncio.create_task(WRITES[name](memory))
    while not graph.began.is_set():
        await asyncio.sleep(0.005)
    for _ in range(3):  # giving up again changes nothing
        task.cancel()
        await asyncio.sleep(0.01)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert memory.export(user_id="ann") != before


@pytest.mark.parametrize("name", WRITES)
async def test_what_has_not_begun_to_commit_never_does(name: str, graph: TripleStore) -> None:
    """One call stands before its commit, the next behind it in the lane; both are given up."""
    memory = KGTMemory(model=Stub(), graph=graph)
    memory.tell("my dog", "eats", "meat", user_id="ann")
    before = memory.export(user_id="ann")
    with graph.writing("ann"):  # as long as this is held, no writer of Ann's goes on
        tasks = [asyncio.create_task(WRITES[name](memory)) for _ in range(2)]
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1)
        assert all(task.cancelled() for task in tasks)
    await asyncio.sleep(0.2)
    assert memory.export(user_id="ann") == before


async def test_a_model_is_asked_no_more_once_the_call_is_given_up() -> None:
    asked: list[float] = []
    model = Stub(lambda: (asked.append(0), time.sleep(0.1)))
    memory = KGTMemory(model=model, graph=InMemoryTripleStore())
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(memory.acorrect(Q, "rice", user_id="ann"), 0.05)
    await asyncio.sleep(0.3)
    assert len(asked) == 1


async def test_forty_waiting_corrections_of_one_user_hold_no_other_up() -> None:
    """They take four seconds; what others ask takes a few passes of the model, of 0.03 s each."""
    memory = KGTMemory(model=Stub(lambda: time.sleep(0.03)), graph=InMemoryTripleStore())
    memory.tell("my dog", "eats", "meat", user_id="bob")
    waiting = [
        asyncio.create_task(memory.acorrect(f"What is {n}?", "rice", user_id="ann", subject="it"))
        for n in range(40)
    ]
    await asyncio.sleep(0.1)
    began = time.perf_counter()
    calls: list[Coroutine[Any, Any, Any]] = [
        memory.arecall(Q, user_id="bob"),
        memory.ainvoke(Q, {"configurable": {"user_id": "bob"}}),
        memory.acorrect(Q, "carrots", user_id="bob"),
        memory.ahistory(user_id="bob"),
        memory.arecall(Q, user_id="ann"),
    ]
    took = []
    for call in calls:
        began = time.perf_counter()
        await call
        took.append(time.perf_counter() - began)
    assert sum(not task.done() for task in waiting) > 20
    assert max(took) < 0.6
    assert answers(memory, "bob") == {"", "carrots"}
    await asyncio.gather(*waiting)
    # In the order in which they came.
    asked = [update.query for update in memory.history(user_id="ann")]
    assert asked == [f"What is {n}?" for n in range(40)]


async def test_however_many_users_write_one_can_read() -> None:
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
    users = [f"user {number}" for number in range(50)]
    with ExitStack() as held:
        for user in users:
            held.enter_context(memory.graph.writing(user))
        writing = [
            asyncio.create_task(memory.atell("my dog", "eats", "rice", user_id=user))
            for user in users
        ]
        await asyncio.sleep(0.1)
        assert await asyncio.wait_for(memory.ahistory(user_id="bob"), 5) == []
    await asyncio.gather(*writing)


async def calls_of_every_kind(memory: KGTMemory) -> None:
    """Everything async that a user or an agent calls."""
    handler = KGTFeedbackHandler(memory)
    await memory.ainvoke(Q, {**ANN, "callbacks": [handler], "run_id": RUN})
    await handler.arecord(RUN, correction="rice")
    await handler.aflush()
    await KGTRetriever(memory=memory, user_id="ann").ainvoke(Q)
    for tool, given in zip(
        memory_tools(memory),
        (
            {"question": Q}, {},
            {"subject": "my dog", "relation": "likes", "object": "rain"},
            {"question": Q, "answer": "meat"}, {"subject": "my dog", "relation": "likes"}, {},
        ),
        strict=True,
    ):
        assert await tool.ainvoke(given, ANN)
    await KGTClassicMemory(memory=memory, user_id="ann").aload_memory_variables({"question": Q})
    said = [HumanMessage(Q), AIMessage("Meat."), HumanMessage("No, rice.")]
    runtime: Any = SimpleNamespace(context={"user_id": "ann"})
    await KGTMiddleware(memory).abefore_agent({"messages": said}, runtime)
    middleware = KGTMiddleware(memory, learn="background")
    await middleware.aafter_agent({"messages": said}, runtime)
    await middleware.aclose()

    async def reply(request: Any) -> Any:
        return request

    request = ModelRequest(model=ScriptedChatModel(replies=[]), messages=said[:1], runtime=runtime)
    informed: Any = await middleware.awrap_model_call(request, reply)
    assert "rice" in informed.system_message.text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_no_call_needs_a_thread_of_the_app() -> None:
    loop, go_on = asyncio.get_running_loop(), threading.Event()
    app = ThreadPoolExecutor(1)
    loop.set_default_executor(app)
    blocked = loop.run_in_executor(None, go_on.wait)
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore(), settings=EVERYTHING)
    memory.tell("my dog", "eats", "meat", user_id="ann")
    try:
        await asyncio.wait_for(calls_of_every_kind(memory), 20)
    finally:
        go_on.set()
        await blocked


def test_any_number_of_event_loops_leave_nothing_behind() -> None:
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())

    async def one(number: int) -> None:
        await memory.atell("my dog", "eats", f"rice {number}", user_id=f"user {number}")
        await memory.arecall(Q, user_id=f"user {number}")

    asyncio.run(one(0))
    before = threading.active_count()
    for number in range(1, 30):
        asyncio.run(one(number))
    assert threading.active_count() <= before + 1
    assert [len(memory.facts(user_id=f"user {number}")) for number in range(30)] == [1] * 30


@pytest.mark.parametrize("name", ["acorrect", "arecall"])
async def test_close_during_a_call_ends_it_with_an_error_that_says_so(
    name: str, graph: TripleStore
) -> None:
    began = threading.Event()
    memory = KGTMemory(model=Stub(lambda: (began.set(), time.sleep(0.2))), graph=graph)
    memory.tell("my dog", "eats", "meat", user_id="ann")
    call = (
        memory.acorrect(Q, "rice", user_id="ann") if name == "acorrect"
        else memory.arecall("My dog eats", user_id="ann")
    )
    task = asyncio.create_task(call)
    while not began.is_set():
        await asyncio.sleep(0.005)
    await memory.aclose()
    await memory.aclose()
    try:
        await task
    except StoreError as error:
        assert "open a new one" in str(error)  # noqa: PT017
    else:
        assert name == "arecall"  # which had read all that it needed
    with pytest.raises(StoreError, match="open a new one"):
        await memory.atell("my dog", "eats", "rice", user_id="ann")


async def test_an_error_that_a_cancelled_flush_would_have_raised_is_kept() -> None:
    go_on = threading.Event()

    def fail() -> None:
        go_on.wait()
        raise RuntimeError("no server")

    memory = KGTMemory(model=Stub(fail), graph=InMemoryTripleStore())
    handler = KGTFeedbackHandler(memory, background=True)
    memory.invoke(Q, {**ANN, "callbacks": [handler], "run_id": RUN})
    handler.record(RUN, correction="rice")
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(handler.aflush(), 0.1)
    go_on.set()
    await asyncio.sleep(0.1)
    with pytest.raises(ModelError, match="no server"):
        await handler.aclose()


async def test_background_feedback_that_was_given_up_is_never_learned() -> None:
    go_on = threading.Event()
    memory = KGTMemory(model=Stub(go_on.wait), graph=InMemoryTripleStore())
    with KGTFeedbackHandler(memory, background=True, max_pending=1) as handler:
        memory.invoke(Q, {**ANN, "callbacks": [handler], "run_id": RUN})
        for answer in ("one", "two"):  # the first is being learned, the second waits
            handler.record(RUN, correction=answer)
            await asyncio.sleep(0.1)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(handler.arecord(RUN, correction="three"), 0.1)
        go_on.set()
        await handler.aflush()
        await asyncio.sleep(0.1)
        await handler.aflush()
    assert answers(memory) == {"one", "two"}


EXIT = """
import asyncio, sys, threading, time
from langchain_kgt import KGTMemory, KuzuTripleStore
from tests.stub_models import Stub

memory = KGTMemory(model=Stub(lambda: time.sleep(0.05)), graph=KuzuTripleStore(sys.argv[1]))

async def main():
    for n in range(40):
        asyncio.ensure_future(memory.acorrect(f"What is {n}?", "x", user_id=f"user {n % 5}"))
    for n in range(5):
        await memory.atell("my dog", "eats", f"rice {n}", user_id="ann")
        print("told", n, flush=True)

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(main())
sys.exit(7)
"""


@pytest.mark.parametrize("_again", range(3))
def test_a_process_ends_at_once_and_keeps_what_it_acknowledged(
    tmp_path: Path, _again: int
) -> None:
    path = tmp_path / "exit.kuzu"
    began = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EXIT, str(path)], capture_output=True, text=True,
        timeout=60,
    )
    assert run.returncode == 7, run.stderr
    assert time.perf_counter() - began < 30
    assert run.stdout.split("\n")[-2] == "told 4"
    with KuzuTripleStore(path) as opened:
        assert len(opened.journal("ann")) == 5


COMMITTING = """
import asyncio, atexit, threading, time
atexit.register(time.sleep, 1)  # others have things to do at exit too, such as closing the store
from langchain_kgt import InMemoryTripleStore, KGTMemory
from tests.stub_models import Stub

began = threading.Event()

class Slow(InMemoryTripleStore):
    def apply(self, update):
        began.set()
        time.sleep(0.5)
        print("written", update.added[0].object, flush=True)

memory = KGTMemory(model=Stub(), graph=Slow())

async def main():
    for number in range(3):
        asyncio.ensure_future(memory.atell("my dog", "eats", f"rice {number}", user_id="ann"))
    while not began.is_set():
        await asyncio.sleep(0.01)

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(main())
"""


def test_a_commit_that_has_begun_is_finished_before_the_process_ends() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMMITTING], capture_output=True, text=True,
        timeout=60, check=True,
    )
    assert run.stdout == "written rice 0\n"
