"""Context-aware decoding in a chain: the answer leans on the facts further than the model would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableLambda

from langchain_kgt.errors import InvalidInputError, ModelError
from langchain_kgt.facts import Facts
from langchain_kgt.models.first_tokens import tokens_of
from langchain_kgt.recalling import templates

if TYPE_CHECKING:
    from langchain_core.prompts import BasePromptTemplate
    from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline

# Measured best of those that keep the words of the facts as they are (docs/decisions.md).
GUIDANCE_SCALE = 1.35
# A small model likes to begin with a line break, a tag or a full stop, and says no more then.
SUPPRESSED_AT_START = ("\n", "\n\n", " \n", "<", " <", ".")


def guide(
    prompt: BasePromptTemplate[Any],
    llm: HuggingFacePipeline | ChatHuggingFace,
    scale: float = GUIDANCE_SCALE,
) -> Runnable[dict[str, Any], Any]:
    """The step `prompt | llm` of a chain, guided by the facts; see `KGTMemory.guide`."""
    inner: Any = getattr(llm, "llm", llm)
    tokenizer = getattr(getattr(inner, "pipeline", None), "tokenizer", None)
    if tokenizer is None:
        raise ModelError(
            f"{type(llm).__name__} runs no local transformers pipeline, and guidance changes how "
            "one generates; use prompt | llm without it"
        )
    if scale < 1:
        raise InvalidInputError(f"scale is {scale}; 1 is no guidance, and more leans on the facts")

    suppressed = tokens_of(SUPPRESSED_AT_START, tokenizer)

    def text_of(value: PromptValue) -> str:
        if inner is llm:
            return value.to_string()
        return str(llm._to_chat_prompt(value.to_messages()))  # type: ignore[union-attr]

    def guided(value: dict[str, Any]) -> Runnable[Any, Any]:
        asked = prompt.invoke(value)
        step: Runnable[Any, Any] = llm
        if facts := value.get("facts"):
            about = ""
            if isinstance(facts, Facts):
                beside = templates.compared([recalled.shown for recalled in facts.triples])
                about = templates.facts_block(beside, facts.control)
            without = tokenizer(
                text_of(prompt.invoke({**value, "facts": about})), return_tensors="pt"
            ).to(inner.pipeline.device)
            step = llm.bind(
                pipeline_kwargs={
                    "begin_suppress_tokens": suppressed,
                    "guidance_scale": scale,
                    "negative_prompt_ids": without.input_ids,
                    "negative_prompt_attention_mask": without.attention_mask,
                }
            )
        return RunnableLambda(lambda _: asked, name="prompt") | step

    return RunnableLambda(guided, name="KGTGuidance")
