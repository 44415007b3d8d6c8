"""KGTRetriever: personal facts as LangChain documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from pydantic import ConfigDict

from langchain_kgt.checks import Checked
from langchain_kgt.facts import Facts
from langchain_kgt.memory import KGTMemory
from langchain_kgt.recalling import templates
from langchain_kgt.triples import RecalledTriple


class KGTRetriever(Checked, BaseRetriever):
    """The facts of one user that a query asks for, as documents, best first.

    The metadata of a document holds `score` (P(z|q)), `subject`, `relation`, `object`,
    `update_id` and `time`. With `limit`, exactly that many documents come back if there are as
    many; without, those that are relevant and asked for. For a chain that serves several users,
    make the user a field of the call:
    `retriever.configurable_fields(user_id=ConfigurableField(id="user_id"))`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    memory: KGTMemory
    user_id: str
    limit: int | None = None

    # Memory runs as a step of the retriever's run, so that a feedback handler sees what it gave.

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, limit: int | None = None
    ) -> list[Document]:
        asked = self._config(run_manager.get_child())
        limit = self.limit if limit is None else limit
        return _documents(self.memory.invoke(query, asked, limit=limit))

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        limit: int | None = None,
    ) -> list[Document]:
        asked = self._config(run_manager.get_child())
        limit = self.limit if limit is None else limit
        return _documents(await self.memory.ainvoke(query, asked, limit=limit))

    def _config(self, callbacks: Any) -> RunnableConfig:
        return {"callbacks": callbacks, "configurable": {"user_id": self.user_id}}


def _documents(output: dict[str, Any]) -> list[Document]:
    facts: Facts = output["facts"]
    return [_document(recalled, facts.control) for recalled in facts.triples]


def _document(recalled: RecalledTriple, control: Sequence[str]) -> Document:
    triple, stored = recalled.triple, recalled.stored
    metadata: dict[str, Any] = {
        "score": recalled.score,
        "subject": triple.subject,
        "relation": triple.relation,
        "object": triple.object,
        "update_id": stored.update_id,
        "time": stored.time.isoformat(),
    }
    return Document(page_content=templates.fact(recalled.shown, control), metadata=metadata)
