"""Feedback in LangSmith's words, on the run that it is about.

    python examples/langsmith_feedback.py
"""

from uuid import uuid4

from langchain_core.runnables import RunnableLambda

from langchain_kgt import KGTFeedbackHandler, KGTMemory

memory = KGTMemory.from_llm()
chain = memory | RunnableLambda(lambda value: value["facts"] or "no idea")
handler = KGTFeedbackHandler(memory)
question = "What does my dog like to eat?"


def ask() -> str:
    run_id = uuid4()
    config = {"callbacks": [handler], "run_id": run_id, "configurable": {"user_id": "ann"}}
    print(question, "->", chain.invoke(question, config))
    return str(run_id)


# The feedback of client.list_feedback(...) goes into handler.record_langsmith as it is.
print(handler.record(ask(), score=0, correction={"answer": "carrots"}))
print(handler.record(ask(), score=1, comment="right"))
ask()
