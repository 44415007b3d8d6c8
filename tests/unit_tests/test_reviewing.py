"""What is proposed changes nothing until somebody approves it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage

from langchain_kgt import GraphUpdate, InvalidInputError, KGTMemory, NotFoundError
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.reading.base import Assertion, Message
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.undoing import last_write
from tests.unit_tests.test_talking import HOME, facts_of, memory_of

RULE = Assertion("I", "wants", "two lines at most", kind="instruction")
WAS = Assertion("I", "works at", "the bank", status="ended", valid_until="2020")
CAR = "We sold the Golf."
SAID = {
    "moved": Message((HOME,), words="moved"),
    "rule": Message((RULE,)),
    "was": Message((WAS,)),
    CAR: Message(taken_back=("the Golf",), changes=4, words=CAR),
    "oslo": Message((Assertion("I", "lives in", "Oslo"),)),
    "since": Message((Assertion("I", "lives in", "Lisbon", valid_from="2019"),)),
}
AT_HOME = "the user lives in Lisbon"


def told(graph: TripleStore) -> KGTMemory:
    memory, _ = memory_of(graph, **SAID)
    memory.tell("I", "live in", "Porto", user_id="ann")
    memory.tell("I", "drive", "the Golf", user_id="ann")
    return memory


def propose(memory: KGTMemory, text: str, message_id: str = "1") -> GraphUpdate:
    [update] = memory.learn([HumanMessage(text, id=message_id)], user_id="ann", review=True)
    return update


@pytest.mark.parametrize("text", ["moved", "rule", "was", CAR])
def test_a_proposal_is_kept_and_changes_nothing(graph: TripleStore, text: str) -> None:
    memory = told(graph)
    before = [fact.to_json() for fact in memory.facts(user_id="ann", every=True)]
    proposal = propose(memory, text)
    assert [fact.to_json() for fact in memory.facts(user_id="ann", every=True)] == before
    assert memory.proposals(user_id="ann") == [proposal]
    assert memory.proposals(user_id="bob") == []
    assert str(proposal).endswith("(only proposed)")
    shown = [str(r.stored) for r in memory.recall("How do planes fly?", user_id="ann")]
    assert shown == []
    memory.undo(memory.history(user_id="ann")[0].id, user_id="ann")  # the journal is replayed
    assert facts_of(memory) == ["the user drives the Golf"]


def test_what_is_approved_is_learned_then(graph: TripleStore) -> None:
    memory = told(graph)
    proposal = propose(memory, "moved")
    memory.tell("I", "live in", "Rome", user_id="ann")
    update = memory.approve(proposal.id, user_id="ann")
    assert [str(t) for t in update.added] == ["(user, lives in, Lisbon)"]
    assert [str(t) for t in update.retired] == ["(user, lives in, Rome)"]
    assert facts_of(memory) == ["the user drives the Golf", AT_HOME]
    assert memory.facts(user_id="ann")[1].sources[0].text == "we've moved to Lisbon"
    assert memory.proposals(user_id="ann") == []
    assert update.approves == proposal.id
    again = GraphUpdate.from_json(json.loads(json.dumps(update.to_json())))
    assert again == update


def test_what_a_message_ends_can_be_approved(graph: TripleStore) -> None:
    memory = told(graph)
    proposal = propose(memory, CAR)
    assert [t.object for t in proposal.retired] == ["the Golf"]
    update = memory.approve(proposal.id, user_id="ann")
    assert update.reasons == ("(user, drives, the Golf) retired: as proposed",)
    assert facts_of(memory) == ["the user lives in Porto"]
    assert "the user drives the Golf [mistaken]" in facts_of(memory, every=True)


def test_what_was_to_end_and_is_gone_already_is_not_ended_twice(graph: TripleStore) -> None:
    memory = told(graph)
    proposal = propose(memory, CAR)
    gone = memory.retire(user_id="ann", subject="me", relation="drives", when="2020")
    assert memory.approve(proposal.id, user_id="ann").retired == ()
    [fact] = [f for f in memory.facts(user_id="ann", every=True) if f.retired_by]
    assert (fact.retired_by, fact.status, fact.valid_until) == (gone.id, "ended", "2020")


def test_how_it_stands_and_when_is_as_it_was_said(graph: TripleStore) -> None:
    memory = told(graph)
    for n, text in enumerate(["rule", "was"]):
        memory.approve(propose(memory, text, str(n)).id, user_id="ann")
    facts = {f.triple.object: f for f in memory.facts(user_id="ann", every=True)}
    assert facts["two lines at most"].kind == "instruction"
    assert (facts["the bank"].status, facts["the bank"].valid_until) == ("ended", "2020")
    assert len(memory.recall("How do planes fly?", user_id="ann")) == 1


@pytest.mark.parametrize("text", ["moved", CAR])
def test_an_approval_is_undone_and_the_proposal_waits_again(graph: TripleStore, text: str) -> None:
    memory = told(graph)
    before = facts_of(memory)
    proposal = propose(memory, text)
    approved = memory.approve(proposal.id, user_id="ann")
    assert last_write(memory.history(user_id="ann")) == approved
    with pytest.raises(InvalidInputError, match=f"undo {approved.id}"):
        memory.undo(proposal.id, user_id="ann")
    with pytest.raises(InvalidInputError, match="proposals"):
        memory.reject(proposal.id, user_id="ann")
    undone = memory.undo(approved.id, user_id="ann")
    assert facts_of(memory) == before
    assert memory.proposals(user_id="ann") == [proposal]
    memory.undo(undone.id, user_id="ann")
    assert facts_of(memory) != before
    assert memory.proposals(user_id="ann") == []


def test_what_is_rejected_is_dropped_for_good(graph: TripleStore) -> None:
    memory = told(graph)
    proposal = propose(memory, "moved")
    rejected = memory.reject(proposal.id, user_id="ann")
    assert (rejected.kind, rejected.undoes) == ("undo", proposal.id)
    assert memory.proposals(user_id="ann") == []
    for again in (memory.approve, memory.reject):
        with pytest.raises(InvalidInputError, match="proposals"):
            again(proposal.id, user_id="ann")
    assert memory.learn([HumanMessage("moved", id="1")], user_id="ann", review=True) == []
    assert memory.learn([HumanMessage("moved", id="1")], user_id="ann") == []
    assert "the user lives in Porto" in facts_of(memory)


def test_a_message_is_proposed_once_and_the_oldest_is_first(graph: TripleStore) -> None:
    memory = told(graph)
    said = [HumanMessage("moved", id="1"), HumanMessage(CAR, id="2"), HumanMessage("hm", id="3")]
    for _ in range(2):
        memory.learn(said, user_id="ann", review=True)
    assert [p.message_id for p in memory.proposals(user_id="ann")] == ["1", "2"]
    assert [u.kind for u in memory.history(user_id="ann")[2:]] == ["propose", "propose", "learn"]


def test_of_an_edited_message_what_it_says_last_is_proposed(graph: TripleStore) -> None:
    memory = told(graph)
    first = propose(memory, "moved")
    last = propose(memory, "oslo")
    assert memory.proposals(user_id="ann") == [last]
    with pytest.raises(InvalidInputError, match="edit"):
        memory.approve(first.id, user_id="ann")


def test_to_say_again_what_is_known_proposes_nothing_but_a_new_time(graph: TripleStore) -> None:
    memory = told(graph)
    memory.learn([HumanMessage("moved", id="1")], user_id="ann")
    assert propose(memory, "moved", "2").kind == "learn"
    assert len(memory.facts(user_id="ann")[1].sources) == 1
    proposal = propose(memory, "since", "3")
    assert facts_of(memory)[1] == AT_HOME
    memory.approve(proposal.id, user_id="ann")
    assert facts_of(memory)[1] == f"{AT_HOME} [since 2019]"


def test_forgetting_takes_proposals_too(graph: TripleStore) -> None:
    memory = told(graph)
    proposal = propose(memory, "moved")
    erased = memory.forget("user", "lives in", "Lisbon", user_id="ann")
    assert [t.object for t in erased] == ["Lisbon"]
    assert "Lisbon" not in str(memory.export(user_id="ann"))
    memory.approve(proposal.id, user_id="ann")  # what is left of it: the old home ends
    assert facts_of(memory) == ["the user drives the Golf"]
    memory.forget_user("ann")
    assert memory.export(user_id="ann")["history"] == []


def test_what_the_assistant_supposes_is_decided_in_the_same_way(graph: TripleStore) -> None:
    memory = told(graph)
    rome, nice = (
        memory.tell("the user", "lives in", city, user_id="ann", said_by="assistant")
        for city in ("Rome", "Nice")
    )
    assert memory.proposals(user_id="ann") == [rome, nice]
    memory.reject(rome.id, user_id="ann")
    assert "the user lives in Rome [proposed]" not in facts_of(memory, every=True)
    update = memory.approve(nice.id, user_id="ann")
    assert update.said_by == "user"
    assert "the user lives in Nice" in facts_of(memory)
    assert "the user lives in Porto" not in facts_of(memory)
    assert memory.proposals(user_id="ann") == []


def test_a_correction_is_proposed_as_well(graph: TripleStore) -> None:
    memory, _ = memory_of(graph)
    memory.reader = None
    question = "What does my dog eat?"
    memory.correct(question, "meat", user_id="ann", subject="my dog", relation="eats")
    proposal = memory.correct(
        question, "rice", user_id="ann", subject="my dog", relation="eats", review=True
    )
    assert facts_of(memory) == ["my dog eats meat"]
    update = memory.approve(proposal.id, user_id="ann")
    assert (update.query, update.answer) == (question, "rice")
    assert facts_of(memory) == ["my dog eats rice"]
    [fact] = memory.facts(user_id="ann")
    assert fact.query == question


def test_nobody_decides_for_somebody_else(graph: TripleStore) -> None:
    memory = told(graph)
    proposal = propose(memory, "moved")
    for decide in (memory.approve, memory.reject):
        with pytest.raises(NotFoundError, match="history"):
            decide(proposal.id, user_id="bob")
        with pytest.raises(InvalidInputError, match="proposals"):
            decide(memory.history(user_id="ann")[0].id, user_id="ann")


def test_an_agent_proposes_behind_the_answer() -> None:
    memory, _ = memory_of(**SAID)
    with KGTMiddleware(memory, learn="review") as middleware:
        agent: Any = create_agent(
            ScriptedChatModel(replies=["Nice!", "Oh!"]), middleware=[middleware]
        )
        said = [HumanMessage("moved", id="1")]
        agent.invoke({"messages": said}, context={"user_id": "ann"})
        middleware.flush()
        [proposal] = memory.proposals(user_id="ann")
        said += [AIMessage("Nice!", id="2"), HumanMessage("moved", id="3")]
        agent.invoke({"messages": said}, context={"user_id": "ann"})
    assert memory.proposals(user_id="ann")[0] == proposal
    assert facts_of(memory) == []


def test_a_proposal_takes_no_part_when_the_journal_is_replayed(graph: TripleStore) -> None:
    """What was undone hands what it retired on to whoever says the same again; not to this."""
    memory = told(graph)
    [moved] = memory.learn([HumanMessage("moved", id="1")], user_id="ann")
    memory.undo(moved.id, user_id="ann")
    proposal = propose(memory, "moved", "2")
    assert memory.reject(proposal.id, user_id="ann").stated == ()
    assert facts_of(memory) == ["the user lives in Porto", "the user drives the Golf"]
