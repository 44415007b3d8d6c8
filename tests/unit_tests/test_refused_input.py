"""What no store can keep is refused before anything is read or written, whoever gives it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy
import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_kgt import (
    InMemoryTripleStore,
    InvalidInputError,
    KGTConfig,
    KGTFeedbackHandler,
    KGTMemory,
    KGTRetriever,
    ModelError,
    TextTooLongError,
    Triple,
    TripleStore,
)
from langchain_kgt.classic import KGTClassicMemory
from langchain_kgt.conversation import corrected, learn_turn
from tests.stub_models import Stub

ANN: Any = {"configurable": {"user_id": "ann"}}
RUN = UUID(int=1)
Q = "What does my dog eat?"
FACT = ("my dog", "eats", "meat")


class Feedback:
    """An object in LangSmith's words, which checks nothing itself."""

    run_id, score, value, correction, comment = RUN, None, None, None, None

    def __init__(self, **said: Any) -> None:
        vars(self).update(said)


@pytest.fixture
def memory(graph: TripleStore) -> KGTMemory:
    # The stub finds that no query asks for anything; here it gets what there is.
    built = KGTMemory(model=Stub(), graph=graph, settings=KGTConfig(wanted=-float("inf")))
    built.tell(*FACT, user_id="ann")
    return built


@pytest.fixture
def handler(memory: KGTMemory) -> KGTFeedbackHandler:
    built = KGTFeedbackHandler(memory)
    memory.invoke(Q, {**ANN, "callbacks": [built], "run_id": RUN})
    return built


Call = Callable[[KGTMemory, KGTFeedbackHandler, str], object]
# Each text that a user can give, and what the error calls it.
TEXTS: dict[str, tuple[str, Call]] = {
    "recall query": ("query", lambda m, h, t: m.recall(t, user_id="ann")),
    "recall user": ("user id", lambda m, h, t: m.recall(Q, user_id=t)),
    "recall subject": ("subject", lambda m, h, t: m.recall(Q, user_id="ann", subject=t)),
    "facts user": ("user id", lambda m, h, t: m.facts(user_id=t)),
    "facts subject": ("subject", lambda m, h, t: m.facts(user_id="ann", subject=t)),
    "history user": ("user id", lambda m, h, t: m.history(user_id=t)),
    "history subject": ("subject", lambda m, h, t: m.history(user_id="ann", subject=t)),
    "export user": ("user id", lambda m, h, t: m.export(user_id=t)),
    "correct query": ("query", lambda m, h, t: m.correct(t, "rice", user_id="ann")),
    "correct answer": ("answer", lambda m, h, t: m.correct(Q, t, user_id="ann")),
    "correct user": ("user id", lambda m, h, t: m.correct(Q, "rice", user_id=t)),
    "correct subject": (
        "subject", lambda m, h, t: m.correct(Q, "rice", user_id="ann", subject=t)
    ),
    "correct relation": (
        "relation", lambda m, h, t: m.correct(Q, "rice", user_id="ann", relation=t)
    ),
    "tell subject": ("subject", lambda m, h, t: m.tell(t, "eats", "rice", user_id="ann")),
    "tell relation": ("relation", lambda m, h, t: m.tell("my dog", t, "rice", user_id="ann")),
    "tell object": ("object", lambda m, h, t: m.tell("my dog", "eats", t, user_id="ann")),
    "tell user": ("user id", lambda m, h, t: m.tell("my dog", "eats", "rice", user_id=t)),
    "note query": ("query", lambda m, h, t: m.note(t, user_id="ann")),
    "note user": ("user id", lambda m, h, t: m.note(Q, user_id=t)),
    "note comment": ("comment", lambda m, h, t: m.note(Q, user_id="ann", comment=t)),
    "note fact": (
        "fact", lambda m, h, t: m.note(Q, user_id="ann", facts=[Triple("my dog", "eats", t)])
    ),
    "undo id": ("update id", lambda m, h, t: m.undo(t, user_id="ann")),
    "undo user": ("user id", lambda m, h, t: m.undo("u1", user_id=t)),
    "forget user": ("user id", lambda m, h, t: m.forget_user(t)),
    "forget subject": ("subject", lambda m, h, t: m.forget(user_id="ann", subject=t)),
    "forget relation": (
        "relation", lambda m, h, t: m.forget(user_id="ann", subject="my dog", relation=t)
    ),
    "forget object": (
        "object",
        lambda m, h, t: m.forget(user_id="ann", subject="my dog", relation="eats", object=t),
    ),
    "chain user": ("user id", lambda m, h, t: m.invoke(Q, {"configurable": {"user_id": t}})),
    "retriever user": ("user id", lambda m, h, t: KGTRetriever(memory=m, user_id=t).invoke(Q)),
    "record value": ("value", lambda m, h, t: h.record(RUN, value=t)),
    "record comment": ("comment", lambda m, h, t: h.record(RUN, comment=t)),
    "record correction": ("correction", lambda m, h, t: h.record(RUN, correction=t)),
    "record correction in a dict": (
        "correction", lambda m, h, t: h.record(RUN, correction={"answer": t})
    ),
    "langsmith value": ("value", lambda m, h, t: h.record_langsmith(Feedback(value=t))),
    "langsmith comment": ("comment", lambda m, h, t: h.record_langsmith(Feedback(comment=t))),
    "langsmith correction": (
        "correction", lambda m, h, t: h.record_langsmith(Feedback(correction={"answer": t}))
    ),
}
UNUSABLE = {"half an emoji": "so good \ud83d", "low half": "\ude00", "NUL": "a\0b", "DEL": "a\x7f"}


def state(memory: KGTMemory) -> str:
    return json.dumps(memory.export(user_id="ann"), ensure_ascii=False)


@pytest.mark.parametrize("where", TEXTS)
def test_characters_that_no_store_keeps_are_refused(
    where: str, memory: KGTMemory, handler: KGTFeedbackHandler
) -> None:
    name, call = TEXTS[where]
    before = state(memory)
    for text in UNUSABLE.values():
        with pytest.raises(InvalidInputError, match=f"{name}.*remove it"):
            call(memory, handler, text)
    assert state(memory) == before
    memory.tell("Bob", "likes", "rain", user_id="bob")  # others' writes go on


@pytest.mark.parametrize("where", TEXTS)
def test_a_text_without_end_is_refused_by_a_limit_with_a_number(
    where: str, memory: KGTMemory, handler: KGTFeedbackHandler
) -> None:
    name, call = TEXTS[where]
    before = state(memory)
    with pytest.raises(TextTooLongError, match=f"{name} has 1,000,000 characters.*at most [0-9]"):
        call(memory, handler, "word " * 200_000)
    assert state(memory) == before


@pytest.mark.parametrize("where", [where for where in TEXTS if "langsmith" not in where])
@pytest.mark.parametrize("wrong", [5, b"text", ["text"]], ids=lambda wrong: type(wrong).__name__)
def test_what_is_no_text_is_refused(
    where: str, wrong: Any, memory: KGTMemory, handler: KGTFeedbackHandler
) -> None:
    if where == "retriever user" and isinstance(wrong, bytes):
        return  # pydantic reads them
    if where == "record value" and not isinstance(wrong, bytes):
        return  # it may be a number or a list
    _, call = TEXTS[where]
    before = state(memory)
    with pytest.raises(InvalidInputError):
        call(memory, handler, wrong)
    assert state(memory) == before


def test_a_text_of_several_lines_and_an_empty_comment_are_kept(
    memory: KGTMemory, handler: KGTFeedbackHandler
) -> None:
    noted = handler.record(RUN, value="one\ntwo", comment="")
    assert noted is not None
    assert noted.comment == "one\ntwo; "
    assert memory.note("What\n\tdoes my dog eat?", user_id="ann").comment == ""


def test_a_value_and_a_comment_share_their_limit(
    memory: KGTMemory, handler: KGTFeedbackHandler
) -> None:
    before = state(memory)
    with pytest.raises(TextTooLongError, match="value with its comment"):
        handler.record(RUN, value="v" * 6_000, comment="c" * 6_000)
    assert state(memory) == before


class Unprintable(list[int]):
    def __str__(self) -> str:
        raise RuntimeError("no")


WRONG_FEEDBACK: dict[str, dict[str, Any]] = {
    "nothing": {},
    "correction is a number": {"correction": 5},
    "correction is a list": {"correction": ["rice"]},
    "correction is bytes": {"correction": b"rice"},
    "correction is an empty dict": {"correction": {}},
    "correction has two texts": {"correction": {"a": "rice", "b": "meat"}},
    "correction has a number": {"correction": {"answer": 5}},
    "correction is nested": {"correction": {"answer": {"text": "rice"}}},
    "correction is blank": {"correction": " \n"},
    "score is a word": {"score": "abc"},
    "score is a number in a string": {"score": "1"},
    "score is not a number": {"score": float("nan")},
    "score is infinite": {"score": float("-inf")},
    "score is huge": {"score": 10**400},
    "score is complex": {"score": 1j},
    "score is a list": {"score": [1]},
    "score is wrong beside a correction": {"score": "abc", "correction": "rice"},
    "value is an object": {"value": object()},
    "value is bytes": {"value": b"x"},
    "value is a set": {"value": {1}},
    "value has no text": {"value": Unprintable()},
    "value has too many digits": {"value": 10**5000},
    "comment is a number": {"comment": 5},
    "comment is wrong beside a correction": {"comment": 5, "correction": "rice"},
}


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("case", WRONG_FEEDBACK)
def test_feedback_of_a_wrong_shape_is_refused_at_once(
    case: str, background: bool, memory: KGTMemory
) -> None:
    with KGTFeedbackHandler(memory, background=background) as handler:
        memory.invoke(Q, {**ANN, "callbacks": [handler], "run_id": RUN})
        before = state(memory)
        with pytest.raises(InvalidInputError):
            handler.record(RUN, **WRONG_FEEDBACK[case])
        handler.flush()
        assert state(memory) == before


@pytest.mark.parametrize(
    "run_id", [5, 1.5, b"1" * 16, [RUN], object(), "", "\ud83d", "a" * 10**6],
    ids=lambda run_id: type(run_id).__name__,
)
async def test_a_run_id_of_a_wrong_type_is_refused(
    run_id: Any, handler: KGTFeedbackHandler
) -> None:
    with pytest.raises(InvalidInputError, match="pass a UUID"):
        handler.record(run_id, score=1)
    with pytest.raises(InvalidInputError, match="pass a UUID"):
        await handler.arecord(run_id, score=1)


@pytest.mark.parametrize("feedback", [None, 5, {"run_id": RUN}, Feedback(run_id=None)], ids=str)
def test_what_is_no_feedback_object_is_refused(
    feedback: Any, handler: KGTFeedbackHandler
) -> None:
    with pytest.raises(InvalidInputError, match="run_id"):
        handler.record_langsmith(feedback)


def test_scores_of_other_number_types_are_taken(handler: KGTFeedbackHandler) -> None:
    for score in (True, 0, 0.5, numpy.float32(0.5), numpy.int64(1)):
        noted = handler.record(RUN, score=score)
        assert noted is not None
        assert noted.score == float(score)


@pytest.mark.parametrize("limit", [0, -1, "3", 1.5])
def test_limit_is_a_number_of_facts(limit: Any, memory: KGTMemory) -> None:
    with pytest.raises(InvalidInputError, match="at least one fact"):
        memory.recall(Q, user_id="ann", limit=limit)


@pytest.mark.parametrize(
    ("facts", "match"),
    [(5, "no triples"), ([5], "no triples"), ("my dog", "no triples"),
     ([Triple(*FACT)] * 101, "at most 100")],
    ids=["number", "numbers", "text", "many"],
)
def test_a_note_is_about_triples(facts: Any, match: str, memory: KGTMemory) -> None:
    with pytest.raises(InvalidInputError, match=match):
        memory.note(Q, user_id="ann", facts=facts)


WRONG_PARTS: dict[str, tuple[type[Exception], Callable[[KGTMemory], object]]] = {
    "no model": (ModelError, lambda m: KGTMemory(model=None, graph=m.graph)),  # type: ignore[arg-type]
    "a name for a model": (ModelError, lambda m: KGTMemory(model="gpt2", graph=m.graph)),  # type: ignore[arg-type]
    "no graph": (InvalidInputError, lambda m: KGTMemory(model=m.model, graph=None)),  # type: ignore[arg-type]
    "a path for a graph": (InvalidInputError, lambda m: KGTMemory(model=m.model, graph="m.kuzu")),  # type: ignore[arg-type]
    "no config": (
        InvalidInputError,
        lambda m: KGTMemory(model=m.model, graph=m.graph, settings=5),  # type: ignore[arg-type]
    ),
    "a config that is out of range": (
        InvalidInputError,
        lambda m: KGTMemory(model=m.model, graph=m.graph, settings={"limit": 0}),  # type: ignore[arg-type]
    ),
    "no key": (
        InvalidInputError,
        lambda m: KGTMemory(model=m.model, graph=m.graph, input_key=5),  # type: ignore[arg-type]
    ),
    "nothing": (InvalidInputError, lambda m: KGTMemory()),  # type: ignore[call-arg]
    "a retriever of nothing": (
        InvalidInputError, lambda m: KGTRetriever(memory=None, user_id="ann")  # type: ignore[arg-type]
    ),
    "a retriever for a number": (
        InvalidInputError, lambda m: KGTRetriever(memory=m, user_id=5)  # type: ignore[arg-type]
    ),
    "a handler of nothing": (InvalidInputError, lambda m: KGTFeedbackHandler(None)),  # type: ignore[arg-type]
    "a path that is a number": (
        InvalidInputError, lambda m: KGTMemory.from_llm("/none", path=5)  # type: ignore[arg-type]
    ),
    "a path with half an emoji": (
        InvalidInputError, lambda m: KGTMemory.from_llm("/none", path="a\ud83d.kuzu")
    ),
    "a path with NUL": (
        InvalidInputError, lambda m: KGTMemory.from_llm("/none", path=Path("a\0.kuzu"))
    ),
    "embeddings that are a number": (
        InvalidInputError,
        lambda m: KGTMemory(model=m.model, graph=m.graph, embeddings=5),  # type: ignore[arg-type]
    ),
    "a model that is a number": (ModelError, lambda m: KGTMemory.from_llm(5)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", WRONG_PARTS)
def test_what_is_built_of_wrong_parts_says_so(case: str) -> None:
    error, build = WRONG_PARTS[case]
    with pytest.raises(error, match=r"give|cannot be built|pass"):
        build(KGTMemory(model=Stub(), graph=InMemoryTripleStore()))


@pytest.mark.filterwarnings("ignore::langchain_core._api.LangChainDeprecationWarning")
def test_a_classic_memory_of_nothing_says_so() -> None:
    with pytest.raises(InvalidInputError, match="cannot be built"):
        KGTClassicMemory(memory=None, user_id="ann")  # type: ignore[arg-type]


PASTED = f"\ud83d\0 {Q}\x0c"
CONVERSATION = [HumanMessage("Hi \ud83d"), AIMessage("\0?"), HumanMessage(PASTED)]


@pytest.mark.parametrize(
    "value",
    [PASTED, {"question": PASTED}, CONVERSATION],
    ids=["text", "dict", "messages"],
)
async def test_a_pasted_message_breaks_no_chain_and_what_is_kept_of_it_is_clean(
    value: Any, memory: KGTMemory
) -> None:
    handler = KGTFeedbackHandler(memory)
    for form in (memory.invoke, memory.ainvoke):
        config = {**ANN, "callbacks": [handler], "run_id": RUN}
        output = form(value, config)
        facts = (output if isinstance(output, dict) else await output)["facts"]
        assert FACT[2] in [recalled.triple.object for recalled in facts.triples]
        for feedback in ({"score": 0}, {"correction": "rice"}, {"correction": "meat"}):
            assert handler.record(RUN, **feedback) is not None
    kept = state(memory)
    assert "What does my dog eat?" in kept
    kept.encode()
    assert not any(character in kept for character in "\0\x0c")


def test_a_pasted_book_breaks_no_chain_and_takes_no_time(memory: KGTMemory) -> None:
    began = time.perf_counter()
    assert memory.invoke("Anna Bob " * 5_000 + "Does she?", ANN)["facts"] == ""
    assert time.perf_counter() - began < 5


def test_a_pasted_correction_breaks_no_agent(memory: KGTMemory) -> None:
    """Not as what was said before, of whom "she" is, nor as question, answer or correction."""
    said: list[Any] = [
        HumanMessage("\ud83d I met Zora"), AIMessage("Hi \0"),
        HumanMessage("\ud83d What does she eat?"), AIMessage("\0Meat \ud83d"),
        HumanMessage("No, she eats a lot of rice \ud83d"),
    ]
    heard: list[str] = []
    scored = memory.model.log_probabilities
    memory.model.log_probabilities = lambda prompts: (  # type: ignore[method-assign]
        heard.extend(text for p in prompts for text in (p.context, *p.continuations))
        or scored(prompts)
    )
    assert corrected(said, memory) is None  # the stub finds nothing likelier
    learn_turn(said, 2, memory, user_id="ann")
    assert any("Zora" in text for text in heard)
    assert any("a lot of rice\n" in text for text in heard)
    for text in heard:
        assert "\0" not in text
        text.encode()
    assert len(memory.history(user_id="ann")) == 2
