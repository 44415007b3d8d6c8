"""Documents for everybody and facts of one user, in one prompt.

    python examples/rag_plus_memory.py
"""

from operator import itemgetter

from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_huggingface import HuggingFacePipeline

from langchain_kgt import KGTMemory
from langchain_kgt.models.default import default_model_path

llm = HuggingFacePipeline.from_model_id(
    model_id=default_model_path(),
    task="text-generation",
    pipeline_kwargs={"max_new_tokens": 12, "do_sample": False, "return_full_text": False},
)
# Embeddings of your own here; these stand for them and need no model.
store = InMemoryVectorStore(DeterministicFakeEmbedding(size=16))
store.add_documents([Document("The canteen is open from noon to two.")])

memory = KGTMemory.from_llm(llm)
documents = itemgetter("question") | store.as_retriever(search_kwargs={"k": 1})
prompt = PromptTemplate.from_template(
    "Documents:\n{documents}\nFacts:\n{facts}\nQuestion: {question}\nAnswer:"
)
chain = (
    memory
    | RunnablePassthrough.assign(documents=documents | (lambda found: found[0].page_content))
    | prompt
    | llm
    | StrOutputParser()
)
ann = {"configurable": {"user_id": "ann"}}
memory.correct("Who runs our canteen?", "Priya", user_id="ann")
for question in ("When is the canteen open?", "Who runs our canteen?"):
    print(question, "->", chain.invoke({"question": question}, ann).strip().split("\n")[0])
