"""A graph with a memory node, an interrupt for the user's verdict, and an edge that learns.

    python examples/langgraph_feedback.py
"""

from typing import TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from langchain_kgt import KGTMemory
from langchain_kgt.recalling import templates


class State(TypedDict, total=False):
    question: str
    answer: str
    verdict: str


memory = KGTMemory.from_llm()


def answer(state: State, config: RunnableConfig) -> State:
    facts = memory.recall(state["question"], user_id=config["configurable"]["user_id"])
    prompt = templates.reasoning(state["question"], [fact.stored for fact in facts])
    [text] = memory.model.generate(
        [prompt], max_new_tokens=12, stop=("\n", "."), suppress_at_start=("\n",)
    )
    return {"answer": text.strip()}


def ask_user(state: State) -> State:
    return {"verdict": interrupt({"answer": state["answer"], "say": "nothing, or the right one"})}


def learn(state: State, config: RunnableConfig) -> State:
    user_id = config["configurable"]["user_id"]
    print("learned:", memory.correct(state["question"], state["verdict"], user_id=user_id))
    return {}


builder = StateGraph(State)
builder.add_node("answer", answer)
builder.add_node("ask_user", ask_user)
builder.add_node("learn", learn)
builder.add_edge(START, "answer")
builder.add_edge("answer", "ask_user")
builder.add_conditional_edges("ask_user", lambda state: "learn" if state["verdict"] else END)
builder.add_edge("learn", "answer")
graph = builder.compile(checkpointer=InMemorySaver())

thread: RunnableConfig = {"configurable": {"thread_id": "1", "user_id": "ann"}}
state = graph.invoke({"question": "Who runs our canteen?"}, thread)
print("first answer:", state["answer"])
state = graph.invoke(Command(resume="Priya"), thread)
print("next answer: ", state["answer"])
graph.invoke(Command(resume=""), thread)
