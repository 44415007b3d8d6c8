"""Sync and async are the same: every public method has its twin, and both do the same."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langsmith.schemas import Feedback

import langchain_kgt
from langchain_kgt import InMemoryTripleStore, KGTError, KGTFeedbackHandler, KGTMemory, KGTRetriever
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.tools import memory_tools
from langchain_kgt.triples import now

QUESTION = "What does my dog like to eat?"
RUN, OTHER_RUN = UUID(int=1), UUID(int=2)
ANN: Any = {"configurable": {"user_id": "ann"}}
Step = tuple[str, Any, dict[str, Any]]
step: Callable[..., Step] = lambda name, *args, **options: (name, args, options)  # noqa: E731


def public_classes() -> dict[str, type]:
    """The classes that a user calls: those of the modules above the stores and models."""
    found: dict[str, type] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classic chains are deprecated
        for info in pkgutil.iter_modules(langchain_kgt.__path__):
            module = importlib.import_module(f"langchain_kgt.{info.name}")
            found |= {
                name: value for name, value in vars(module).items()
                if inspect.isclass(value) and value.__module__ == module.__name__
                and name.startswith("KGT") and not issubclass(value, Exception)
            }
    return found


# What they return is what has both forms.
BUILDERS = {"guide"}


def methods(of: type, *, twins: bool = False) -> set[str]:
    """Public methods of its own; events of a callback handler are not called by a user."""
    return {
        name for name, value in vars(of).items()
        if inspect.isfunction(value) and inspect.iscoroutinefunction(value) == twins
        and not name.startswith(("_", "on_", "model_post_init"))
        and name not in BUILDERS
    }


CLASSES = public_classes()


def feedback(run: UUID) -> Feedback:
    return Feedback(
        id=RUN, created_at=now(), modified_at=now(), run_id=run, trace_id=run, key="user",
        score=1, value=None, comment="yes", correction=None,
    )


# What is called on an object of each class, good and bad; each method at least once.
SCRIPTS: dict[str, list[Step]] = {
    "KGTMemory": [
        step("tell", "my dog", "is named", "Luna", user_id="ann"),
        step("tell", "my dog", "", "Luna", user_id="ann"),
        step("correct", QUESTION, "carrots", user_id="ann", subject="my dog", relation="eats"),
        step("correct", QUESTION, "x" * 9000, user_id="ann"),
        step("learn", "My cat is named Mia.", user_id="ann"),
        step("learn", 5, user_id="ann"),
        step("pass_over", "My fish is named Mo.", user_id="ann"),
        step("pass_over", 5, user_id="ann"),
        step("recall", QUESTION, user_id="ann", limit=1),
        step("recall", QUESTION, user_id=""),
        step("explain", QUESTION, user_id="ann"),
        step("explain", "", user_id="ann"),
        step("invoke", QUESTION, ANN),
        step("invoke", QUESTION, ANN, limit=2),
        step("invoke", QUESTION),
        step("batch", [QUESTION, "Who?"], ANN),
        step("stream", QUESTION, ANN),
        step("stream", {"wrong": QUESTION}, ANN),
        step("note", QUESTION, user_id="ann", score=0.5, comment="hm"),
        step("note", "", user_id="ann"),
        step(
            "correct", QUESTION, "rice", user_id="ann", subject="my dog", relation="eats",
            review=True,
        ),
        step("proposals", user_id="ann"),
        step("approve", "PROPOSED", user_id="ann"),
        step("approve", "nothing", user_id="ann"),
        step("tell", "my dog", "is named", "Rex", user_id="ann", said_by="assistant"),
        step("reject", "PROPOSED", user_id="ann"),
        step("reject", "nothing", user_id="ann"),
        step("proposals", user_id="ann"),
        step("history", user_id="ann", subject="my dog"),
        step("retire", user_id="ann", subject="my dog", relation="is named", when="2026"),
        step("retire", user_id="ann", subject="my cat"),
        step("facts", user_id="ann", every=True),
        step("export", user_id="ann"),
        step("undo", "LATEST", user_id="ann"),
        step("undo", "nothing", user_id="ann"),
        step("facts", user_id="ann"),
        step("forget", user_id="ann", subject="my dog"),
        step("forget", user_id="ann", subject="my cat"),
        step("forget", None, user_id="ann"),
        step("forget_user", "ann"),
        step("forget_user", ""),
        step("close"),
        step("facts", user_id="ann"),
    ],
    "KGTFeedbackHandler": [
        step("record", RUN, score=0, comment="no"),
        step("record", RUN, correction={"answer": "carrots"}),
        step("record", RUN, correction={"answer": "carrots"}),
        step("record", RUN),
        step("record", OTHER_RUN, score=1),
        step("record", "seven", score=1),
        step("record_langsmith", feedback(RUN)),
        step("record_langsmith", feedback(OTHER_RUN)),
        step("flush"),
        step("close"),
    ],
    "KGTRetriever": [
        step("invoke", QUESTION),
        step("invoke", QUESTION, limit=2),
        step("invoke", QUESTION, limit=0),
        step("invoke", ""),
        step("batch", [QUESTION, "Who?"]),
        step("stream", QUESTION),
    ],
    "KGTClassicMemory": [
        step("load_memory_variables", {"question": QUESTION}),
        step("load_memory_variables", {"a": QUESTION, "b": QUESTION}),
        step("save_context", {"question": QUESTION}, {"text": "meat"}),
        step("clear"),
    ],
    # An agent calls the hooks: `agent_with` gives it the object.
    "KGTMiddleware": [
        step("invoke", {"messages": [HumanMessage(QUESTION)]}, context={"user_id": "ann"}),
        step("invoke", {"messages": [HumanMessage(QUESTION)]}),
        step(
            "invoke",
            {
                "messages": [
                    HumanMessage(QUESTION), AIMessage("Meat."), HumanMessage("No, it eats carrots.")
                ]
            },
            context={"user_id": "ann"},
        ),
        step("flush"),
        step("close"),
    ],
    "recall_facts": [
        step("invoke", {"question": QUESTION}, ANN),
        step("invoke", {"question": " "}, ANN),
        step("invoke", {"question": QUESTION}),
    ],
    "remember_fact": [
        step("invoke", {"subject": "my dog", "relation": "likes", "object": "rain"}, ANN),
        step("invoke", {"subject": "my dog", "relation": "", "object": "rain"}, ANN),
    ],
    "list_facts": [
        step("invoke", {}, ANN),
        step("invoke", {"subject": "my cat"}, ANN),
        step("invoke", {}),
    ],
    "undo_last": [step("invoke", {}, ANN)] * 3,
    "correct_fact": [step("invoke", {"question": QUESTION, "answer": " "}, ANN)],
    "forget_fact": [
        step("invoke", {"subject": "my dog"}, ANN),
        step("invoke", {"subject": "my dog"}, ANN),
    ],
}


@pytest.mark.parametrize("name", CLASSES)
def test_every_public_method_has_its_async_twin(name: str) -> None:
    of = CLASSES[name]
    assert {f"a{method}" for method in methods(of)} == methods(of, twins=True)
    for method in methods(of):
        sync, twin = (inspect.signature(getattr(of, n)) for n in (method, f"a{method}"))
        assert list(sync.parameters.values())[1:] == list(twin.parameters.values())[1:] or (
            name == "KGTMiddleware"  # the handler that it is given is async too
        )


@pytest.mark.parametrize("name", [n for n in CLASSES if methods(CLASSES[n])])
def test_the_scripts_leave_no_method_out(name: str) -> None:
    called = {method for method, _, _ in SCRIPTS[name]}
    assert methods(CLASSES[name]) - called == (
        {"before_agent", "after_agent", "wrap_model_call"} if name == "KGTMiddleware" else set()
    )


def built(name: str, memory: KGTMemory) -> Any:
    if name == "KGTMemory":
        return memory
    memory.tell("my dog", "eats", "meat", user_id="ann")
    memory.tell("my dog", "is named", "Luna", user_id="ann")
    if name == "KGTFeedbackHandler":
        handler = KGTFeedbackHandler(memory)
        memory.invoke(QUESTION, {**ANN, "callbacks": [handler], "run_id": RUN})
        return handler
    if name == "KGTRetriever":
        return KGTRetriever(memory=memory, user_id="ann")
    if name == "KGTClassicMemory":
        return CLASSES[name](memory=memory, user_id="ann")
    if name == "KGTMiddleware":
        middleware = KGTMiddleware(memory, learn="background")
        agent = create_agent(ScriptedChatModel(replies=["Meat", "Oh."]), middleware=[middleware])
        return SimpleNamespace(
            invoke=agent.invoke, ainvoke=agent.ainvoke, flush=middleware.flush,
            aflush=middleware.aflush, close=middleware.close, aclose=middleware.aclose,
        )
    return {tool.name: tool for tool in memory_tools(memory)}[name]


def plain(value: Any) -> str:
    """What a result says, ids and times left out."""
    if isinstance(value, dict) and "facts" in value and hasattr(value["facts"], "triples"):
        value = (value, value["facts"].triples)
    text = re.sub(r"datetime\.datetime\([^)]*\)|\d{4}-\d\d-\d\dT[\d:.+]+", "TIME", repr(value))
    return re.sub(r"\b[0-9a-f]{12}\b|\b\w*[0-9a-f]{8}-[0-9a-f-]{27,}\b", "ID", text)


async def outcome(memory: KGTMemory, of: Any, call: Step, *, twin: bool) -> str:
    name, args, options = call
    known: dict[Any, Callable[[], str]] = {
        "LATEST": lambda: memory.history(user_id="ann")[-2].id,
        "PROPOSED": lambda: memory.proposals(user_id="ann")[0].id,
    }
    args = tuple(known[a]() if isinstance(a, str) and a in known else a for a in args)
    try:
        if name == "stream":
            chunks = (
                [chunk async for chunk in of.astream(*args, **options)] if twin
                else list(of.stream(*args, **options))
            )
            return plain(chunks)
        if twin:
            return plain(await getattr(of, f"a{name}")(*args, **options))
        return plain(getattr(of, name)(*args, **options))
    except KGTError as error:
        return f"{type(error).__name__}: {plain(str(error))}"


@pytest.mark.parametrize("name", SCRIPTS)
async def test_both_forms_do_the_same(name: str, smollm: HuggingFaceModel) -> None:
    said: list[list[str]] = []
    for twin in (False, True):
        memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
        of = built(name, memory)
        said.append([await outcome(memory, of, call, twin=twin) for call in SCRIPTS[name]])
        if name != "KGTMemory":  # which is closed in the end
            said[-1].append(plain(memory.export(user_id="ann")))
    assert said[0] == said[1]
