"""Everything that a user ever said stands in the prompt."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from benchmarks.baselines.base import Stated, stated
from benchmarks.harness import GENERATED_TOKENS, Records, Run
from langchain_kgt import Triple
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.recalling import templates

# The words around the facts, the target, and tokens that merge otherwise where lines meet.
_RESERVED = 64 + GENERATED_TOKENS


class AllFacts(Stated):
    """All facts of the user, newest last; the oldest are left out where the context is full."""

    def __init__(self, model: HuggingFaceModel, run: Run, records: Records) -> None:
        super().__init__(model, run, records)
        self.said: dict[str, list[tuple[Triple, int]]] = defaultdict(list)

    def again(self, question: str, answer: str, *, user_id: str) -> None:
        triple = stated(question, answer)
        self.said[user_id].append((triple, self._tokens(f"- {templates.fact(triple)}\n")))

    def facts(self, query: str, *, user_id: str, subject: str | None = None) -> list[Triple]:
        # A cloze prompt stands before the facts and behind them.
        room = self.model.max_tokens - _RESERVED - 2 * self._tokens(query)
        found: list[Triple] = []
        for triple, tokens in reversed(self.said.get(user_id, [])):
            room -= tokens
            if room < 0:
                break
            found.append(triple)
        return found[::-1]

    def stored(self, user_id: str) -> list[Triple]:
        return [triple for triple, _ in self.said.get(user_id, [])]

    def settings(self) -> dict[str, Any]:
        return {"max_tokens": self.model.max_tokens}

    def _tokens(self, text: str) -> int:
        return len(self.model.tokenizer(text, add_special_tokens=False).input_ids)
