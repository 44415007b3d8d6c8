"""A chain answers from its weights, the user corrects it, and the next answer is right.

    python examples/quickstart.py
"""

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate
from langchain_huggingface import HuggingFacePipeline

from langchain_kgt import KGTMemory
from langchain_kgt.models.default import default_model_path

# A HuggingFacePipeline of your own works the same: memory shares its weights.
llm = HuggingFacePipeline.from_model_id(
    model_id=default_model_path(),
    task="text-generation",
    pipeline_kwargs={"max_new_tokens": 12, "do_sample": False, "return_full_text": False},
)
prompt = PromptTemplate.from_template(
    "Answer the query considering the user's personalized facts.\n"
    "Facts:\n{facts}\n<question>: {question}\n<answer>:"
)
memory = KGTMemory.from_llm(llm)  # path="memory.kuzu" keeps it
chain = memory | prompt | llm | StrOutputParser() | (lambda text: text.strip().split("\n")[0])


def ask(question: str, user_id: str = "ann") -> None:
    answer = chain.invoke({"question": question}, {"configurable": {"user_id": user_id}})
    print(f"{user_id}: {question}\n     {answer}")


ask("What does my dog like to eat?")

print("\nNo, my dog eats carrots.")
update = memory.correct("What does my dog like to eat?", "carrots", user_id="ann")
print(update, "\n")

ask("What does my dog like to eat?")
ask("What is the favourite food of my dog?")
ask("What is the capital of France?")
ask("What does my dog like to eat?", user_id="bob")

print("\nHistory, and undo:")
for entry in memory.history(user_id="ann"):
    print(f"{entry.id}  {entry}")
print(memory.undo(update.id, user_id="ann"))
print(f"facts of ann: {[str(stored.triple) for stored in memory.facts(user_id='ann')]}")
