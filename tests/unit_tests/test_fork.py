"""A forked child: the parent's threads are not in it, and it must not wait for them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.processes import ran

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks nothing")

BEGIN = """
import asyncio, os, sys, threading, time, warnings
from uuid import UUID
from langchain_kgt import InMemoryTripleStore, KGTError, KGTFeedbackHandler, KGTMemory
from tests.stub_models import Stub

RUN, Q = UUID(int=1), "What does my dog eat?"
ANN = {"configurable": {"user_id": "ann"}, "run_id": RUN}

def in_child(function):
    '''Run it in a forked child, which has ten seconds to answer.'''
    child = os.fork()
    if child == 0:
        code = 1
        try:
            function()
            sys.stdout.flush()
            code = 0
        except BaseException as error:
            print(type(error).__name__, error, flush=True)
        os._exit(code)
    for _ in range(100):
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.1)
    os.kill(child, 9)
    os.waitpid(child, 0)
    print("the child hangs", flush=True)
"""


def out_of(code: str, **environment: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BEGIN + code], capture_output=True, text=True,
        timeout=120, env={**os.environ, **environment},
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_feedback_in_the_background_says_where_to_make_the_handler() -> None:
    lines = out_of("""
memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
handler = KGTFeedbackHandler(memory, background=True)
memory.invoke(Q, {**ANN, "callbacks": [handler]})
handler.record(RUN, correction="rice")

def child():
    for call in (lambda: handler.record(RUN, correction="meat"), handler.flush):
        try:
            call()
        except KGTError as error:
            print(error)
    print("closed", handler.close())

in_child(child)
handler.close()
print([update.answer for update in memory.history(user_id="ann")])
""")
    assert all("make a handler in the child" in line for line in lines[:2])
    assert lines[2:] == ["closed None", "['rice']"]


def test_a_child_ends_with_what_the_parent_has_not_done(tmp_path: object) -> None:
    """As every process does, by way of what is registered for its end."""
    lines = out_of("""
import atexit
memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
handler = KGTFeedbackHandler(memory, background=True, max_pending=1)
go_on = threading.Event()
give = lambda: [handler._worker.submit(go_on.wait) for _ in range(3)]
threading.Thread(target=give).start()  # the last waits for room
time.sleep(0.3)

class Slow(InMemoryTripleStore):
    def apply(self, update):
        began.set()
        go_on.wait()

began = threading.Event()
slow = KGTMemory(model=Stub(), graph=Slow())
asking = threading.Thread(
    target=lambda: asyncio.run(slow.atell("my dog", "eats", "meat", user_id="ann"))
)
asking.start()
began.wait()
in_child(lambda: (atexit._run_exitfuncs(), print("ended")))
go_on.set()
asking.join()
""")
    assert lines == ["ended"]


def test_a_lock_of_the_handler_that_a_thread_held_is_free_in_a_child() -> None:
    lines = out_of("""
memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
handler = KGTFeedbackHandler(memory)
memory.invoke(Q, {**ANN, "callbacks": [handler]})
held, go_on = threading.Event(), threading.Event()

def hold():
    with handler._lock:
        held.set()
        go_on.wait()

threading.Thread(target=hold, daemon=True).start()
held.wait()
in_child(lambda: print(handler.record(RUN, score=1).score))
go_on.set()
""")
    assert lines == ["1.0"]


def test_async_calls_of_a_child_have_threads_of_their_own() -> None:
    lines = out_of("""
memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
asyncio.run(memory.atell("my dog", "eats", "meat", user_id="ann"))
from langchain_kgt import _async

async def calls():
    await memory.atell("my dog", "eats", "rice", user_id="ann")
    return len(await memory.arecall(Q, user_id="ann", limit=1))

held, go_on = threading.Event(), threading.Event()

def hold():
    with _async._WRITES._changed, _async._READS._changed:
        held.set()
        go_on.wait()

threading.Thread(target=hold, daemon=True).start()
held.wait()
in_child(lambda: print(asyncio.run(calls())))
go_on.set()
print(asyncio.run(calls()))
""")
    assert lines == ["1", "1"]


MODEL = """
import torch, transformers
from langchain_kgt import HuggingFaceModel, ModelError
from langchain_kgt.models.base import Prompt
from tests.conftest import byte_tokenizer

def load():
    config = transformers.LlamaConfig(
        vocab_size=300, hidden_size=512, intermediate_size=1024, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=256, bos_token_id=0, eos_token_id=1,
    )
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    return HuggingFaceModel(model, byte_tokenizer())

PROMPTS = [Prompt("The capital of France is the city of", (" Paris", " Lyon"))]
model = load()
"""


@pytest.mark.parametrize("held", [False, True])
def test_a_model_of_the_parent_says_to_load_it_in_the_child(held: bool) -> None:
    lines = out_of(MODEL + f"held = {held}" + """
model.log_probabilities(PROMPTS)
other = [Prompt("Rome is the capital of", (" Italy",))]

def child():
    for call in (
        lambda: model.log_probabilities(other), lambda: model.generate(["A"], max_new_tokens=2)
    ):
        try:
            call()
        except ModelError as error:
            print(error)

go_on, began = threading.Event(), threading.Event()

def hold():
    with model._pairing_lock, model._scores.busy, model._scores._guard:
        began.set()
        go_on.wait()

if held:
    threading.Thread(target=hold, daemon=True).start()
    began.wait()
in_child(child)
go_on.set()
""", OMP_NUM_THREADS="2")
    assert len(lines) == 2
    assert all("load it in the child" in line and "post_fork" in line for line in lines)


def test_a_model_that_is_loaded_in_the_child_works_there_though_the_parent_has_one() -> None:
    lines = out_of(MODEL + """
torch.set_num_threads(2)
model.log_probabilities(PROMPTS)
in_child(lambda: print(len(load().log_probabilities(PROMPTS)[0])))
print(len(model.log_probabilities([Prompt("Rome is the capital of", (" Italy",))])))
""", OMP_NUM_THREADS="2")
    assert lines == ["2", "1"]


def test_a_child_reads_though_another_thread_was_reading() -> None:
    status, out, errors = ran(
        """
        from langchain_kgt import EnglishReader
        reader = EnglishReader()
        held = threading.Event()
        def hold():
            with reader._parse.alone:
                held.set()
                time.sleep(60)
        threading.Thread(target=hold, daemon=True).start()
        held.wait()
        child = os.fork()
        if child == 0:
            print(reader.question("Where do I live?").relations[0], flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        """,
        seconds=60,
    )
    assert (status, out.strip()) == (0, "lives in"), errors
