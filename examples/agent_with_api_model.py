"""An agent on a model behind an API; a small local model measures what is remembered.

The scripted model stands for any chat model, such as ChatAnthropic or ChatOpenAI.

    python examples/agent_with_api_model.py
"""

from dataclasses import dataclass

from langchain.agents import create_agent
from langchain_core.messages import AIMessage

from langchain_kgt import KGTMemory
from langchain_kgt.middleware import KGTMiddleware
from langchain_kgt.testing import ScriptedChatModel
from langchain_kgt.tools import memory_tools


@dataclass
class Context:
    user_id: str


correction = {"question": "Where does my sister live?", "answer": "Porto"}
chat = ScriptedChatModel(
    replies=[
        AIMessage("", tool_calls=[{"name": "correct_fact", "args": correction, "id": "1"}]),
        "Thank you, I will remember that.",
        "She lives in Porto.",
    ]
)
memory = KGTMemory.from_llm()  # the default model scores; path="memory.kuzu" keeps the facts
agent = create_agent(
    chat, tools=memory_tools(memory), middleware=[KGTMiddleware(memory)], context_schema=Context
)
ann = Context(user_id="ann")

agent.invoke({"messages": [("user", "No, my sister lives in Porto.")]}, context=ann)
agent.invoke({"messages": [("user", "In which city is the home of my sister?")]}, context=ann)
print(chat.received[-1][0].content)
for fact in memory.facts(user_id="ann"):
    print(fact.triple)
