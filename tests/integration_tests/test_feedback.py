"""Feedback on the runs of a chain, as a user gives it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnableLambda, RunnableParallel, ensure_config
from langchain_core.tools import tool
from langchain_core.tracers.context import collect_runs
from langsmith.schemas import Feedback

from langchain_kgt import (
    InMemoryTripleStore,
    InvalidInputError,
    KGTFeedbackHandler,
    KGTMemory,
    KGTRetriever,
    NotFoundError,
    TextTooLongError,
    Triple,
)
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.triples import now
from langchain_kgt.tuning import answers

QUESTION = "What does my dog like to eat?"


@pytest.fixture
def chain(memory: KGTMemory) -> Any:
    prompt = PromptTemplate.from_template("{facts}\n{question}")
    return memory | prompt | RunnableLambda(lambda value: value.to_string())


def call(chain: Any, handler: KGTFeedbackHandler, user: str = "ann") -> UUID:
    run_id = uuid4()
    config = {"callbacks": [handler], "run_id": run_id, "configurable": {"user_id": user}}
    chain.invoke({"question": QUESTION}, config)
    return run_id


def test_a_correction_on_a_run_is_learned_for_its_user(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory)
    run_id = call(chain, handler)
    update = handler.record(run_id, score=0, correction="carrots")
    assert [t.object for t in update.added] == ["carrots"]
    assert memory.recall(QUESTION, user_id="ann")[0].triple.object == "carrots"
    assert memory.recall(QUESTION, user_id="bob") == []
    with_dict = handler.record(str(run_id), correction={"answer": "rice"})
    assert [t.object for t in with_dict.retired] == ["carrots"]


def test_a_thumbs_down_retires_nothing_and_is_journaled(memory: KGTMemory, chain: Any) -> None:
    memory.tell("my dog", "eats", "meat", user_id="ann")
    handler = KGTFeedbackHandler(memory)
    update = handler.record(call(chain, handler), score=False, comment="not true")
    assert (update.kind, update.score, update.comment) == ("feedback", 0.0, "not true")
    assert [str(t) for t in update.facts] == ["(my dog, eats, meat)"]
    assert [s.triple.object for s in memory.facts(user_id="ann")] == ["meat"]
    assert memory.history(user_id="ann")[-1] == update


@pytest.mark.parametrize(
    ("question", "reply", "answer"),
    [
        ("What does my dog eat?", "No, she is vegetarian", "vegetarian"),
        ("What does my dog eat?", "carrots", "carrots"),
        ("Where does my sister live?", "Actually, she lives in Porto now", "Porto"),
        ("What is the name of my cat?", "That's wrong, my cat is called Pepper.", "Pepper"),
        ("What does my boss work as?", "no, he works as a baker", "baker"),
        ("Is my aunt a vegetarian?", "It's vegan, not vegetarian.", "vegan"),
        ("Which tea does my boss drink?", "Not black tea, white tea.", "white tea"),
        ("Where does my sister live?", "I moved her to Rome, not Oslo!", "Rome"),
        ("How do I like my curry?", "No, not spicy", "not spicy"),
        ("Is my curry spicy?", "No, it's not.", "it's not"),
        ("Where does my sister live?", "It's Rome", "Rome"),
    ],
)
def test_a_correction_in_words_yields_the_answer(
    smollm: HuggingFaceModel, question: str, reply: str, answer: str
) -> None:
    assert answers.find(question, reply, smollm) == answer


async def test_feedback_of_async_and_parallel_runs(smollm: HuggingFaceModel) -> None:
    memory = KGTMemory(model=smollm, graph=InMemoryTripleStore())
    handler = KGTFeedbackHandler(memory)
    chain = memory | RunnableLambda(lambda value: value["facts"])
    ids = [uuid4() for _ in range(3)]
    configs: list[Any] = [
        {"callbacks": [handler], "run_id": run_id, "configurable": {"user_id": f"user {n}"}}
        for n, run_id in enumerate(ids)
    ]
    await chain.abatch([QUESTION] * 3, configs)
    await handler.arecord(ids[1], correction="rice")
    assert [bool(memory.facts(user_id=f"user {n}")) for n in range(3)] == [False, True, False]


def test_what_cannot_be_learned_says_so(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory)
    run_id = call(chain, handler)
    with pytest.raises(NotFoundError, match="callbacks"):
        handler.record(uuid4(), correction="x")
    with pytest.raises(InvalidInputError, match="empty"):
        handler.record(run_id)
    for no_id in ("seven", "", None, 7):
        with pytest.raises(InvalidInputError, match="UUID"):
            handler.record(no_id, score=1)  # type: ignore[arg-type]
    for empty in ("", " ", {}, {"answer": ""}, {"answer": 7}, "a\0b"):
        with pytest.raises(InvalidInputError, match=r"answer|text"):
            handler.record(run_id, correction=empty)
    with pytest.raises(InvalidInputError, match="one text"):
        handler.record(run_id, correction={"a": "x", "b": "y"})
    assert memory.history(user_id="ann") == []


def test_a_run_without_memory_gets_no_feedback(memory: KGTMemory) -> None:
    handler = KGTFeedbackHandler(memory)
    run_id = uuid4()
    RunnableLambda(lambda x: x).invoke("x", {"callbacks": [handler], "run_id": run_id})
    with pytest.raises(NotFoundError, match="asked no memory"):
        handler.record(run_id, score=1)


def test_feedback_in_the_background_is_learned_and_its_errors_show(
    memory: KGTMemory, chain: Any
) -> None:
    with KGTFeedbackHandler(memory, background=True, max_pending=1) as handler:
        runs = [call(chain, handler, f"user {n}") for n in range(3)]
        for run_id in runs:
            assert handler.record(run_id, correction="carrots") is None
        with pytest.raises(NotFoundError):  # what can be told at once is told at once
            handler.record(uuid4(), correction="x")
        handler.flush()
        assert [len(memory.facts(user_id=f"user {n}")) for n in range(3)] == [1, 1, 1]
        handler.record(runs[0], correction={"answer": "rice"})
        # As a correction it is short enough; as a fact it is not, which only learning it shows.
        handler.record(runs[1], correction={"answer": "x" * 900})
        handler.record(runs[2], correction={"answer": "rice"})
        with pytest.raises(TextTooLongError):
            handler.flush()
        handler.flush()
        assert memory.recall(QUESTION, user_id="user 2")[0].triple.object == "rice"
        handler.record(runs[1], correction="rice")
    assert memory.recall(QUESTION, user_id="user 1")[0].triple.object == "rice"
    with pytest.raises(InvalidInputError, match="closed"):
        handler.record(runs[0], correction="meat")


def test_memory_inside_of_tools_and_retrievers_belongs_to_the_outermost_run(
    memory: KGTMemory,
) -> None:
    memory.correct(QUESTION, "meat", user_id="ann")
    retriever = KGTRetriever(memory=memory, user_id="ann")

    @tool
    def look_up(question: str) -> str:
        """Look a question up."""
        return str(memory.invoke(question, ensure_config())["facts"])

    handler = KGTFeedbackHandler(memory)
    for step in (retriever, look_up, RunnableParallel(a=retriever, b=look_up)):
        run_id = uuid4()
        (RunnableLambda(lambda text: text) | step).invoke(
            QUESTION,
            {"callbacks": [handler, handler], "run_id": run_id, "configurable": {"user_id": "ann"}},
        )
        update = handler.record(run_id, score=0)
        assert update is not None
        assert [t.object for t in update.facts] == ["meat"]
    assert not handler._root_of


def test_langsmith_feedback_is_taken_as_it_is(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory)
    feedback = Feedback(
        id=uuid4(), created_at=now(), modified_at=now(), run_id=call(chain, handler),
        trace_id=uuid4(), key="user", score=0, value=None, comment="no!",
        correction={"answer": "carrots"},
    )
    update = handler.record_langsmith(feedback)
    assert update is not None
    assert [t.object for t in update.added] == ["carrots"]


def test_feedback_after_forgetting_begins_anew(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory)
    memory.correct(QUESTION, "meat", user_id="ann")
    run_id = call(chain, handler)
    memory.forget_user("ann")
    update = handler.record(run_id, correction="carrots")
    assert update is not None
    assert update.retired == ()
    assert [s.triple.object for s in memory.facts(user_id="ann")] == ["carrots"]


def test_feedback_brings_nothing_back_that_was_forgotten(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory)
    memory.tell("my dog", "eats", "meat", user_id="ann")
    with_facts = call(chain, handler)
    memory.forget_user("ann")
    without_facts = call(chain, handler)
    update = handler.record(without_facts, correction={"answer": "carrots"})
    assert update is not None
    memory.forget(user_id="ann", subject="my dog")
    for run_id in (with_facts, without_facts):
        noted = handler.record(run_id, score=0, comment="no!")
        assert noted is not None
        assert (noted.query, noted.facts, noted.score, noted.comment) == ("", (), 0.0, "no!")
    assert not any(word in str(memory.export(user_id="ann")) for word in ("dog", "meat", "carrots"))


def test_feedback_keeps_what_was_only_retired_or_is_shared(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory)
    memory.graph.load([Triple("dog", "is a", "animal")], source="common knowledge")
    memory.tell("my dog", "eats", "meat", user_id="ann")
    memory.tell("my dog", "sleeps in", "the hall", user_id="ann")
    run_id = uuid4()
    memory.invoke(QUESTION, {
        "callbacks": [handler], "run_id": run_id, "configurable": {"user_id": "ann"},
    }, limit=3)
    memory.tell("my dog", "eats", "carrots", user_id="ann")
    noted = handler.record(run_id, score=0)
    assert noted is not None
    assert {t.object for t in noted.facts} == {"meat", "the hall", "animal"}
    assert noted.query == QUESTION
    memory.forget(user_id="ann", subject="my dog", relation="eats", object="meat")
    again = handler.record(run_id, score=0)
    assert again is not None
    assert {t.object for t in again.facts} == {"the hall", "animal"}
    assert again.query == ""


def test_a_second_correction_of_a_run_supersedes_the_first(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory)
    run_id = call(chain, handler)
    first, second, same = (
        handler.record(run_id, correction={"answer": answer})
        for answer in ("carrots", "rice", "rice")
    )
    assert first is not None
    assert second is not None
    assert same is not None
    assert second.retired == first.added
    assert (same.added, same.retired) == ((), ())
    assert [s.triple.object for s in memory.facts(user_id="ann")] == ["rice"]
    noted = handler.record(run_id, score=1)
    assert noted is not None
    assert [t.object for t in noted.facts] == ["carrots", "rice"]


def test_a_handler_given_twice_records_once(memory: KGTMemory, chain: Any) -> None:
    memory.tell("my dog", "eats", "meat", user_id="ann")
    handler, run_id = KGTFeedbackHandler(memory), uuid4()
    given = chain.with_config(callbacks=[handler, handler])
    given.invoke({"question": QUESTION}, {
        "callbacks": [handler, handler], "run_id": run_id, "configurable": {"user_id": "ann"},
    })
    noted = handler.record(run_id, score=0)
    assert noted is not None
    assert [t.object for t in noted.facts] == ["meat"]
    assert [u.kind for u in memory.history(user_id="ann")] == ["tell", "feedback"]
    assert (len(handler._runs), handler._root_of) == (1, {})


def test_a_run_that_failed_for_want_of_a_user_leaves_nothing(
    memory: KGTMemory, chain: Any
) -> None:
    handler, run_id = KGTFeedbackHandler(memory), uuid4()
    with pytest.raises(InvalidInputError, match="whose memory"):
        chain.invoke({"question": QUESTION}, {"callbacks": [handler], "run_id": run_id})
    with pytest.raises(NotFoundError, match="asked no memory"):
        handler.record(run_id, correction="carrots")
    assert handler._root_of == {}
    retried = call(chain, handler)
    assert handler.record(retried, score=1) is not None


def test_the_oldest_runs_are_forgotten_first(memory: KGTMemory, chain: Any) -> None:
    handler = KGTFeedbackHandler(memory, max_runs=2)
    first, second = call(chain, handler), call(chain, handler)
    call(chain, handler)
    with pytest.raises(NotFoundError):
        handler.record(first, score=1)
    assert handler.record(second, score=1).kind == "feedback"


def test_the_runs_have_sensible_names(chain: Any) -> None:
    with collect_runs() as runs:
        chain.invoke({"question": QUESTION}, {"configurable": {"user_id": "ann"}})
    assert "KGTMemory" in [run.name for run in runs.traced_runs[0].child_runs]
