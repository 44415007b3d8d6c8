"""Memory for LLMChain and ConversationChain of langchain_classic (extra `classic`)."""

from __future__ import annotations

from typing import Any

from langchain_classic.base_memory import BaseMemory
from langchain_core.runnables import ensure_config
from pydantic import ConfigDict

from langchain_kgt.checks import Checked
from langchain_kgt.errors import InvalidInputError
from langchain_kgt.facts import Facts
from langchain_kgt.memory import KGTMemory


class KGTClassicMemory(Checked, BaseMemory):
    """Fills the variable `facts` of a classic chain's prompt.

        classic = KGTClassicMemory(memory=memory, user_id="ann")
        chain = LLMChain(llm=llm, prompt=prompt, memory=classic)

    Classic chains keep nothing of a conversation here: facts come from `memory.correct` and
    `memory.tell`. For the conversation itself combine it with a buffer, by `CombinedMemory`.

    Attributes:
        memory: whose facts.
        user_id: one user's memory; without it, the user of the call's
            `config["configurable"]["user_id"]`, which a classic chain sees inside of LCEL only.
        memory_key: the prompt's variable for the facts.
        input_key: the input that holds the question; may be left out where there is one input.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    memory: KGTMemory
    user_id: str | None = None
    memory_key: str = "facts"
    input_key: str | None = None

    @property
    def memory_variables(self) -> list[str]:
        """The variables that this memory fills."""
        return [self.memory_key]

    def load_memory_variables(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The facts that the input asks for, one line each."""
        output = self.memory.invoke(self._question(inputs), self._config())
        return {self.memory_key: output["facts"]}

    async def aload_memory_variables(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Async twin of `load_memory_variables`."""
        output = await self.memory.ainvoke(self._question(inputs), self._config())
        return {self.memory_key: output["facts"]}

    def save_context(self, inputs: dict[str, Any], outputs: dict[str, str]) -> None:
        """Nothing: what a model said is not a fact."""

    async def asave_context(self, inputs: dict[str, Any], outputs: dict[str, str]) -> None:
        """Nothing: what a model said is not a fact."""

    def clear(self) -> None:
        """Nothing: a chain that begins a new conversation keeps what it knows of its user.

        To erase the user's facts, call `memory.forget_user(user_id)`.
        """

    async def aclear(self) -> None:
        """Async twin of `clear`."""

    def _question(self, inputs: dict[str, Any]) -> str:
        if self.input_key in inputs:
            return str(inputs[self.input_key])
        # Inputs that another memory filled in are no question.
        asked = {k: v for k, v in inputs.items() if isinstance(v, str) and not isinstance(v, Facts)}
        if len(asked) != 1 or self.input_key is not None:
            raise InvalidInputError(
                f"the chain has the inputs {sorted(inputs)}; say which one holds the question with "
                "KGTClassicMemory(input_key=...)"
            )
        return next(iter(asked.values()))

    def _config(self) -> Any:
        config = ensure_config()
        if self.user_id is not None:
            configurable = {**config.get("configurable", {}), "user_id": self.user_id}
            config = {**config, "configurable": configurable}
        return {key: config[key] for key in ("callbacks", "configurable") if key in config}
