"""What a message changes: policies, with a reader that says what was read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from langchain_kgt import InMemoryTripleStore, InvalidInputError, KGTMemory
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.reading.base import Assertion, LeftOut, Message, Question, Reader, Reply, Turn
from tests.stub_models import Stub

NOW = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
HOME = Assertion("I", "lives in", "Lisbon", clause="we've moved to Lisbon")


class Script(Reader):
    """Reads what it was told to read, and remembers what it was asked."""

    def __init__(self, messages: dict[str, Message]) -> None:
        self.messages = messages
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def question(self, text: str, subject: str | None = None) -> Question:
        return Question(text)

    def reply(self, question: Question, text: str, *, now: datetime) -> Reply:
        return Reply()

    def message(
        self, text: str, *, before: Sequence[Turn] = (), now: datetime, **_: Any
    ) -> Message:
        self.asked.append((text, tuple(before)))
        return self.messages.get(text, Message(words=text))


def memory_of(graph: TripleStore | None = None, **messages: Message) -> tuple[KGTMemory, Script]:
    reader = Script(messages)
    store = graph if graph is not None else InMemoryTripleStore()
    return KGTMemory(model=Stub(), graph=store, reader=reader), reader


def facts_of(memory: KGTMemory, *, every: bool = False) -> list[str]:
    return [str(fact) for fact in memory.facts(user_id="ann", every=every)]


def test_what_is_said_is_known_from_then_on(graph: TripleStore) -> None:
    memory, _ = memory_of(graph, moved=Message((HOME,), words="moved"))
    [update] = memory.learn("moved", user_id="ann")
    assert facts_of(memory) == ["the user lives in Lisbon"]
    assert memory.facts(user_id="bob") == []
    assert update.kind == "learn"
    [source] = memory.facts(user_id="ann")[0].sources
    assert (source.said_by, source.text) == ("user", "we've moved to Lisbon")


def test_what_cannot_stay_beside_it_has_ended() -> None:
    memory, _ = memory_of(moved=Message((HOME,)))
    memory.tell("I", "live in", "Porto", user_id="ann")
    memory.learn("moved", user_id="ann")
    assert facts_of(memory) == ["the user lives in Lisbon"]
    assert "the user lives in Porto [ended]" in facts_of(memory, every=True)


def test_of_two_values_in_one_message_the_later_one_stays() -> None:
    porto = Assertion("I", "lives in", "Porto")
    memory, _ = memory_of(moved=Message((porto, HOME)))
    memory.learn("moved", user_id="ann")
    assert facts_of(memory) == ["the user lives in Lisbon"]


def test_an_event_ends_nothing_and_what_is_over_does_not_hold() -> None:
    happened = Assertion(
        "I", "lives in", "Lisbon", "2026-05-03", "2026-05-03", "yesterday", kind="event"
    )
    was = Assertion("I", "works at", "the bank", status="ended")
    memory, _ = memory_of(told=Message((happened, was)))
    memory.tell("I", "live in", "Porto", user_id="ann")
    memory.learn("told", user_id="ann")
    assert facts_of(memory)[0] == "the user lives in Porto"
    found = {str(f.triple): (f.kind, f.status) for f in memory.facts(user_id="ann", every=True)}
    assert found["(user, lives in, Lisbon)"] == ("event", "holds")
    assert found["(user, works at, the bank)"] == ("state", "ended")


def test_what_is_said_to_be_over_ends_what_was_told() -> None:
    was = Assertion("my sister", "works for", "the airline", status="ended")
    memory, _ = memory_of(told=Message((was,)))
    memory.tell("my sister", "works for", "the airline", user_id="ann")
    memory.learn("told", user_id="ann")
    assert facts_of(memory) == []


def test_what_a_message_takes_back_never_was_so_and_the_rest_stays() -> None:
    text = "Forget what I said about the salsa class."
    memory, _ = memory_of(**{text: Message(taken_back=("the salsa class",), changes=4, words=text)})
    memory.tell("I", "go to", "a salsa class", user_id="ann")
    memory.tell("my sister", "lives in", "Oslo", user_id="ann")
    memory.learn(text, user_id="ann")
    assert facts_of(memory) == ["my sister lives in Oslo"]
    assert "the user goes to a salsa class [mistaken]" in facts_of(memory, every=True)


def test_a_message_that_changes_nothing_ends_nothing() -> None:
    text = "I went to the salsa class"
    memory, _ = memory_of(**{text: Message(changes=-6, words=text)})
    memory.tell("I", "go to", "a salsa class", user_id="ann")
    memory.learn(text, user_id="ann")
    assert facts_of(memory) == ["the user goes to a salsa class"]


def test_each_message_is_learned_once_and_only_the_users() -> None:
    memory, reader = memory_of(moved=Message((HOME,)))
    said: list[BaseMessage] = [
        HumanMessage("hello", id="1"), AIMessage("You live in Paris.", id="2"),
        ToolMessage("You live in Rome.", tool_call_id="3", id="3"), HumanMessage("moved", id="4"),
    ]
    updates = memory.learn(said, user_id="ann")
    assert [update.message_id for update in updates] == ["1", "4"]
    assert [text for text, _ in reader.asked] == ["hello", "moved"]
    assert reader.asked[1][1] == (Turn("hello", True), Turn("You live in Paris.", False))
    assert memory.learn(said, user_id="ann") == []
    assert len(memory.history(user_id="ann")) == 2


def test_without_an_id_a_message_is_known_by_its_text_and_the_one_before() -> None:
    memory, _ = memory_of()
    said = [HumanMessage("yes")]
    assert len(memory.learn(said, user_id="ann")) == 1
    assert memory.learn(said, user_id="ann") == []
    assert len(memory.learn([AIMessage("Do you smoke?"), *said], user_id="ann")) == 1


def test_an_edited_message_is_learned_anew() -> None:
    oslo = Assertion("I", "lives in", "Oslo")
    memory, _ = memory_of(moved=Message((HOME,)), other=Message((oslo,)))
    memory.learn([HumanMessage("moved", id="1")], user_id="ann")
    undone, learned = memory.learn([HumanMessage("other", id="1")], user_id="ann")
    assert undone.kind == "undo"
    assert facts_of(memory, every=True) == ["the user lives in Oslo"]
    assert learned.message_id == "1"
    assert memory.learn([HumanMessage("other", id="1")], user_id="ann") == []


def test_what_was_learned_can_be_undone_and_stays_so() -> None:
    memory, _ = memory_of(moved=Message((HOME,)))
    memory.tell("I", "live in", "Porto", user_id="ann")
    [update] = memory.learn([HumanMessage("moved", id="1")], user_id="ann")
    memory.undo(update.id, user_id="ann")
    assert facts_of(memory) == ["the user lives in Porto"]
    assert memory.learn([HumanMessage("moved", id="1")], user_id="ann") == []


def test_a_dry_run_writes_nothing() -> None:
    memory, _ = memory_of(moved=Message((HOME,)))
    [update] = memory.learn("moved", user_id="ann", dry_run=True)
    assert [str(t) for t in update.added] == ["(user, lives in, Lisbon)"]
    assert memory.history(user_id="ann") == []
    assert len(memory.learn("moved", user_id="ann")) == 1


def test_somebody_else_speaks_of_themselves() -> None:
    dog = Assertion("my dog", "is named", "Rex")
    memory, _ = memory_of(told=Message((HOME, dog)))
    memory.learn([HumanMessage("told", name="Gina")], user_id="ann")
    assert facts_of(memory) == ["Gina lives in Lisbon", "Gina's dog is named Rex"]


def test_an_app_says_what_may_be_learned() -> None:
    health = Assertion("I", "am allergic to", "nuts", clause="I'm allergic to nuts")
    memory, _ = memory_of(told=Message((HOME, health)))
    memory.may_learn = lambda said: "allergic" not in said.relation
    [update] = memory.learn("told", user_id="ann")
    assert facts_of(memory) == ["the user lives in Lisbon"]
    assert any("may_learn" in reason for reason in update.reasons)


def test_the_receipt_says_what_was_left_out() -> None:
    left = LeftOut("what a day", "it does not seem to last")
    memory, _ = memory_of(told=Message(left_out=(left,)))
    [update] = memory.learn("told", user_id="ann")
    assert update.reasons == ("left out: 'what a day': it does not seem to last",)
    assert str(update) == "nothing changed"
    assert "what a day" not in json.dumps(memory.export(user_id="ann"))


def test_learning_survives_the_journal() -> None:
    memory, _ = memory_of(moved=Message((HOME,), words="moved"))
    memory.learn([HumanMessage("moved", id="1")], user_id="ann")
    exported = json.loads(json.dumps(memory.export(user_id="ann")))
    assert exported["history"][0]["kind"] == "learn"
    assert exported["history"][0]["digest"]


def test_a_memory_without_a_reader_says_what_to_do() -> None:
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
    with pytest.raises(InvalidInputError, match="needs a reader"):
        memory.learn("we moved", user_id="ann")


@pytest.mark.parametrize("said", [5, [5], ["text"], {"messages": "x"}])
def test_what_is_no_conversation_is_refused(said: Any) -> None:
    memory, _ = memory_of()
    with pytest.raises(InvalidInputError, match="messages"):
        memory.learn(said, user_id="ann")


def test_the_async_twin_does_the_same() -> None:
    memory, _ = memory_of(moved=Message((HOME,)))
    asyncio.run(memory.alearn("moved", user_id="ann"))
    assert facts_of(memory) == ["the user lives in Lisbon"]


def test_how_to_answer_is_always_shown_and_never_an_answer() -> None:
    rule = Assertion("I", "wants", "two lines at most", kind="instruction")
    memory, _ = memory_of(told=Message((rule,)))
    memory.learn("told", user_id="ann")
    assert [str(r.stored) for r in memory.recall("How do planes fly?", user_id="ann")] == [
        "the user wants two lines at most"
    ]
    assert memory.recall("What do I want?", user_id="ann", limit=3) == []
    assert memory.recall("How do planes fly?", user_id="bob") == []


def test_what_is_too_long_is_left_out_and_the_rest_is_learned() -> None:
    endless = Assertion("I", "likes", "x" * 600, clause="I like ...")
    memory, _ = memory_of(told=Message((endless, HOME)))
    [update] = memory.learn("told", user_id="ann")
    assert facts_of(memory) == ["the user lives in Lisbon"]
    assert "500 characters" in update.reasons[0]


def test_an_edit_of_what_something_newer_stands_on_is_learned_all_the_same() -> None:
    gone = Assertion("Ada", "lives in", "Cork", status="ended")
    memory, _ = memory_of(gone=Message((gone,)), other=Message((HOME,)))
    memory.tell("Ada", "lives in", "Cork", user_id="ann")
    memory.learn([HumanMessage("gone", id="1")], user_id="ann")
    memory.tell("Ada", "lives in", "Rome", user_id="ann")
    assert len(memory.learn([HumanMessage("other", id="1")], user_id="ann")) == 1
    assert facts_of(memory) == ["Ada lives in Rome", "the user lives in Lisbon"]


def test_the_beginning_of_a_conversation_may_be_cut_off() -> None:
    text = "we have just moved to Lisbon"
    memory, _ = memory_of(**{text: Message((HOME,))})
    said = [AIMessage("Hello!"), HumanMessage(text)]
    memory.learn(said, user_id="ann")
    memory.tell("I", "live in", "Oslo", user_id="ann")
    assert memory.learn(said[1:], user_id="ann") == []
    assert facts_of(memory) == ["the user lives in Oslo"]


def test_of_several_with_one_id_the_last_is_what_it_says() -> None:
    memory, reader = memory_of()
    said = [HumanMessage("first", id="1"), HumanMessage("then", id="1")]
    assert len(memory.learn(said, user_id="ann")) == 1
    assert memory.learn(said, user_id="ann") == []
    assert [text for text, _ in reader.asked] == ["then"]


def test_what_is_so_again_later_in_a_message_is_so() -> None:
    was = Assertion("I", "lives in", "Lisbon", status="ended")
    memory, _ = memory_of(told=Message((was, HOME)))
    memory.learn("told", user_id="ann")
    assert facts_of(memory) == ["the user lives in Lisbon"]


def test_only_what_is_taken_back_never_was_so() -> None:
    text = "Forget the salsa class. I sold the Golf."
    memory, _ = memory_of(**{text: Message(taken_back=("the salsa class",), changes=4, words=text)})
    memory.tell("I", "go to", "the salsa class", user_id="ann")
    memory.tell("I", "drive", "the Golf", user_id="ann")
    memory.learn(text, user_id="ann")
    assert facts_of(memory, every=True) == [
        "the user goes to the salsa class [mistaken]", "the user drives the Golf [ended]"
    ]


def test_somebody_else_does_not_say_how_to_answer() -> None:
    rule = Assertion("I", "wants", "call me Nadia", kind="instruction")
    memory, _ = memory_of(told=Message((rule,)))
    memory.learn([HumanMessage("told", name="Gina")], user_id="ann")
    assert facts_of(memory) == []


def test_who_is_called_as_their_id_is_the_user() -> None:
    memory, _ = memory_of(moved=Message((HOME,)))
    memory.learn([HumanMessage("moved", name="ann")], user_id="ann")
    assert facts_of(memory) == ["the user lives in Lisbon"]


def test_an_error_of_the_app_is_one_of_ours_and_nothing_is_written() -> None:
    memory, _ = memory_of(moved=Message((HOME,)))
    memory.may_learn = lambda said: 1 / 0 > 0
    with pytest.raises(InvalidInputError, match="may_learn"):
        memory.learn("moved", user_id="ann")
    assert memory.history(user_id="ann") == []
    memory.may_learn = None
    assert len(memory.learn("moved", user_id="ann")) == 1
