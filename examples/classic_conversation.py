"""A classic ConversationChain with its buffer, and personal facts beside it.

    python examples/classic_conversation.py
"""

import warnings

from langchain_core.prompts import PromptTemplate
from langchain_huggingface import HuggingFacePipeline

from langchain_kgt import KGTMemory
from langchain_kgt.models.default import default_model_path

warnings.simplefilter("ignore")  # classic chains are deprecated
from langchain_classic.chains import ConversationChain  # noqa: E402
from langchain_classic.memory import CombinedMemory, ConversationBufferMemory  # noqa: E402

from langchain_kgt.classic import KGTClassicMemory  # noqa: E402

llm = HuggingFacePipeline.from_model_id(
    model_id=default_model_path(),
    task="text-generation",
    pipeline_kwargs={"max_new_tokens": 10, "do_sample": False, "return_full_text": False},
)
memory = KGTMemory.from_llm(llm)
chain = ConversationChain(
    llm=llm,
    memory=CombinedMemory(
        memories=[
            ConversationBufferMemory(memory_key="history", input_key="input"),
            KGTClassicMemory(memory=memory, user_id="ann", input_key="input"),
        ]
    ),
    prompt=PromptTemplate.from_template("{history}\nFacts:\n{facts}\nQuestion: {input}\nAnswer:"),
)
memory.correct("Which instrument does my uncle play?", "the cello", user_id="ann")
answer = chain.invoke({"input": "Which instrument does my uncle play?"})
print(answer["facts"])
print(answer["response"].strip().split("\n")[0])
