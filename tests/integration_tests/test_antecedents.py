"""Pronouns: who is meant by what was said before, and who is not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import RunnableLambda

from langchain_kgt import InvalidInputError, KGTFeedbackHandler, KGTMemory, Triple
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.reading.base import Turn
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.tuning.antecedents import resolve

ANN: Any = {"configurable": {"user_id": "ann"}}


@pytest.fixture
def told(memory: KGTMemory) -> KGTMemory:
    for subject, relation, object_ in (
        ("my dog", "eats", "carrots"), ("my sister", "lives in", "Porto"),
        ("my sister's dog", "is named", "Rex"), ("my car", "was made by", "Fiat"),
        ("東京", "is in", "Japan"),
    ):
        memory.tell(subject, relation, object_, user_id="ann")
    return memory


@pytest.mark.parametrize(
    ("said", "query", "meant"),
    [
        (["My dog is ill."], "What does she eat?", "What does my dog eat?"),
        (["My dog is ill.", "Oh no!"], "What does she eat?", "What does my dog eat?"),
        (["My dog met my sister."], "Where does she live?", "Where does my sister live?"),
        (["My sister called.", "I sold my car."], "Who made it?", "Who made my car?"),
        (["My sister called."], "What is her address?", "What is my sister's address?"),
        (["My sister called."], "Should I call her?", "Should I call my sister?"),
        (["My sister called."], "What did I give her for lunch?",
         "What did I give my sister for lunch?"),
        (["My sister called."], "Her address is", "my sister's address is"),
        (["My sister's dog is old."], "What is its name?", "What is my sister's dog's name?"),
        (["My sister called."], "Does she like my dog?", "Does my sister like my dog?"),
        (["My dog is ill."], "Thanks. What does she eat?", "Thanks. What does my dog eat?"),
        (["My dog is ill."], "OK, what does she eat?", "OK, what does my dog eat?"),
        (["My sister called."], "Does she like it?", "Does my sister like it?"),
        (["My sister called."], "Did I give her a book?", "Did I give my sister a book?"),
        (["My dog is ill."], "What does it like to eat?", "What does my dog like to eat?"),
        (["My dog is ill."], "Is it eating?", "Is my dog eating?"),
        (["My dog is ill."], "It's late. What does it eat?", "It's late. What does my dog eat?"),
        (["My dog is ill."], "What time does she meet Tom?", "What time does my dog meet Tom?"),
        (["My sister called."], "Which book did I give her?", "Which book did I give my sister?"),
        # Nobody is meant.
        (["My dog is ill."], "How long does it take?", "How long does it take?"),
        (["My dog is ill."], "Who wrote Lion Hear It Roar?", "Who wrote Lion Hear It Roar?"),
        (["My dog is ill."], "What time is it?", "What time is it?"),
        (["My dog is ill."], "Is it raining?", "Is it raining?"),
        (["My dog is ill."], "It's nice today", "It's nice today"),
        (["My dog is ill."], "What does İt eat? And ıt?", "What does İt eat? And ıt?"),
        # It names somebody itself.
        (["My dog is ill."], "Does my sister like her car?", "Does my sister like her car?"),
        (["My dog is ill."], "Does Tom feed her?", "Does Tom feed her?"),
        (["My dog is ill."], "Is 東京 big, and who rules it?", "Is 東京 big, and who rules it?"),
        # Nobody was named, or nobody that is known.
        ([], "What does she eat?", "What does she eat?"),
        (["Hello!"], "What does she eat?", "What does she eat?"),
        (["My cat is ill."], "What does she eat?", "What does she eat?"),
        (["My dog is ill."], "What do dogs eat?", "What do dogs eat?"),
    ],
)
def test_a_pronoun_means_who_was_named_last(
    told: KGTMemory, said: list[str], query: str, meant: str
) -> None:
    history = [Turn(text, by_user=True) for text in said]
    assert resolve(query, history, "ann", told.graph) == meant
    assert resolve(query, history, "bob", told.graph) == query


@pytest.mark.parametrize("key", ["messages", "history"])
def test_a_chain_with_a_history_recalls_for_a_pronoun(told: KGTMemory, key: str) -> None:
    said = [HumanMessage("My dog is ill."), AIMessage("I am sorry.")]
    asked = HumanMessage("What does she eat?")
    given: dict[str, Any] = {
        "messages": {"messages": [*said, asked]},
        "history": {"history": said, "question": asked.text},
    }
    output = told.invoke(given[key], ANN)
    assert output["facts"] == "- my dog eats carrots"
    assert output["question" if key == "history" else "messages"] == given[key][
        "question" if key == "history" else "messages"
    ]
    assert told.invoke(asked.text, ANN)["facts"] == ""


def test_an_agent_recalls_for_a_pronoun(told: KGTMemory) -> None:
    model = ScriptedChatModel(replies=["I am sorry.", "Carrots."])
    agent: Any = create_agent(model, middleware=[KGTMiddleware(told)])
    said = [("human", "My dog is ill."), ("ai", "I am sorry."), ("human", "What does she eat?")]
    agent.invoke({"messages": said}, context={"user_id": "ann"})
    assert "my dog eats carrots" in model.received[-1][0].text


@pytest.mark.parametrize(
    ("said", "subject"), [("My dog is ill.", "my dog"), ("My cat is ill.", "My cat")]
)
def test_a_correction_of_a_question_with_a_pronoun_is_about_its_antecedent(
    told: KGTMemory, said: str, subject: str
) -> None:
    prompt = ChatPromptTemplate([MessagesPlaceholder("history"), ("human", "{facts}{question}")])
    chain = told | prompt | RunnableLambda(lambda value: value.to_string())
    handler, run_id = KGTFeedbackHandler(told), uuid4()
    history = [HumanMessage(said), AIMessage("I am sorry. Poor thing!")]
    chain.invoke(
        {"history": history, "question": "What does she eat?"},
        {"callbacks": [handler], "run_id": run_id, **ANN},
    )
    update = handler.record(run_id, correction="No, she eats pumpkins")
    assert update is not None
    [added] = update.added
    assert (added.subject, added.object) == (subject, "pumpkins")
    assert told.recall(f"What does {subject} eat?", user_id="ann")[0].triple.object == "pumpkins"


def test_the_last_time_a_question_was_asked_is_not_where_it_stands_now(told: KGTMemory) -> None:
    said = ["My dog is ill.", "Where does she live?", "My sister called."]
    history: list[Any] = [*map(HumanMessage, said), ("ai", "Good."), "no message"]
    asked = {"history": history, "question": "Where does she live?"}
    assert told.invoke(asked, ANN)["facts"] == "- my sister lives in Porto"


def test_background_knowledge_is_no_antecedent(told: KGTMemory) -> None:
    told.graph.load(
        [Triple("sorry", "is", "an apology"), Triple("hello", "is", "a greeting")],
        source="words",
    )
    said = [Turn("My dog is ill.", by_user=True), Turn("Hello, I am sorry.", by_user=False)]
    assert resolve("What does she eat?", said, "ann", told.graph) == "What does my dog eat?"
    assert resolve("What does she eat?", said, "bob", told.graph) == "What does she eat?"


@pytest.mark.parametrize(
    "query", ["when did einstein get his nobel prize?", "which band wrote its songs in a barn?"]
)
def test_a_question_that_has_more_than_a_pronoun_can_be_corrected(
    memory: KGTMemory, query: str
) -> None:
    assert memory.correct(query, "1922", user_id="ann").added


def test_nobody_is_called_she(memory: KGTMemory) -> None:
    with pytest.raises(InvalidInputError, match="subject="):
        memory.correct("What does she eat?", "fish", user_id="ann")
    assert memory.facts(user_id="ann") == []


def test_two_entities_in_one_query_bring_up_the_facts_of_both(told: KGTMemory) -> None:
    found = told.recall("Where do my sister and the maker of my car live?", user_id="ann", limit=2)
    assert {r.triple.subject for r in found} == {"my sister", "my car"}
    only = told.recall("Does my sister's dog know my sister?", user_id="ann")
    assert {r.triple.subject for r in only} <= {"my sister's dog", "my sister"}
