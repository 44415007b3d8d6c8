"""Feedback is taken at once and learned on a worker thread.

    python examples/background_learning.py
"""

from uuid import uuid4

from langchain_core.runnables import RunnableLambda

from langchain_kgt import KGTFeedbackHandler, KGTMemory

memory = KGTMemory.from_llm()
chain = memory | RunnableLambda(lambda value: value["facts"] or "no idea")
question = "Which language does my boss speak?"
run_id = uuid4()

with KGTFeedbackHandler(memory, background=True) as handler:
    ann = {"configurable": {"user_id": "ann"}}
    print("before:", chain.invoke(question, {**ann, "callbacks": [handler], "run_id": run_id}))
    handler.record(run_id, score=0, correction="No, my boss speaks Greek")
    handler.flush()  # at the latest when the handler is closed
    print("after: ", chain.invoke(question, ann))
