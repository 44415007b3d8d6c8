"""An agent that talks and remembers with one small local model.

    python examples/agent.py
"""

from dataclasses import dataclass

from langchain.agents import create_agent
from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline

from langchain_kgt import KGTMemory
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.models.default import default_model_path


@dataclass
class Context:
    user_id: str


pipeline = HuggingFacePipeline.from_model_id(
    model_id=default_model_path(),
    task="text-generation",
    pipeline_kwargs={"max_new_tokens": 24, "do_sample": False, "return_full_text": False},
)
chat = ChatHuggingFace(llm=pipeline, tokenizer=pipeline.pipeline.tokenizer)
memory = KGTMemory.from_llm(chat)
agent = create_agent(chat, middleware=[KGTMiddleware(memory)], context_schema=Context)


def ask(question: str) -> str:
    state = agent.invoke(
        {"messages": [{"role": "user", "content": question}]}, context=Context(user_id="ann")
    )
    return str(state["messages"][-1].content).strip().split("\n")[0]


print("before:", ask("Where does my sister live?"))
print(memory.correct("Where does my sister live?", "Porto", user_id="ann"))
print("after: ", ask("Where does my sister live?"))
