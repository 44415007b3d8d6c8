"""Memory in an LCEL chain: invoke, batch, stream and async, with the user in the config.

    python examples/lcel_chain.py
"""

import asyncio

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate
from langchain_huggingface import HuggingFacePipeline

from langchain_kgt import KGTMemory
from langchain_kgt.models.default import default_model_path

llm = HuggingFacePipeline.from_model_id(
    model_id=default_model_path(),
    task="text-generation",
    pipeline_kwargs={"max_new_tokens": 10, "do_sample": False, "return_full_text": False},
)
prompt = PromptTemplate.from_template("Facts:\n{facts}\nQuestion: {question}\nAnswer:")
memory = KGTMemory.from_llm(llm)
chain = memory | prompt | llm | StrOutputParser()

question = {"question": "Where does my sister live?"}
memory.correct(question["question"], "Porto", user_id="ann")
memory.correct(question["question"], "Oslo", user_id="bob")
users = [{"configurable": {"user_id": user}} for user in ("ann", "bob")]

print("invoke:", chain.invoke(question, users[0]).strip().split("\n")[0])
for answer in chain.batch([question] * 2, users):
    print("batch: ", answer.strip().split("\n")[0])
print("stream:", "".join(chain.stream(question, users[1])).strip().split("\n")[0])
print("async: ", asyncio.run(chain.ainvoke(question, users[0])).strip().split("\n")[0])
