"""Knowledge Graph Tuning, as one method among the others."""

from __future__ import annotations

from typing import Any

from benchmarks.baselines.base import Method
from benchmarks.harness import Records, Run
from langchain_kgt import EnglishReader, KGTConfig, KGTMemory, Triple
from langchain_kgt.graphs.kuzu import KuzuTripleStore
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.relations import is_relation
from langchain_kgt.recalling.templates import Fact


class KGT(Method):
    """A `KGTMemory`, whose database outlives a run that is stopped."""

    ranks = True

    def __init__(self, model: HuggingFaceModel, run: Run, records: Records) -> None:
        super().__init__(model, run, records)
        options = {key: getattr(run, key) for key in ("mode", "candidates", "relations")}
        settings = KGTConfig.model_validate(options)
        graph = KuzuTripleStore(records.database)
        reader = EnglishReader() if run.reader == "english" else None
        self.memory = KGTMemory(model=model, graph=graph, reader=reader, settings=settings)
        self.reasoning = templates.of(settings.mode).reasoning

    def update(
        self, question: str, answer: str, *, user_id: str, subject: str | None
    ) -> dict[str, Any]:
        update = self.memory.correct(question, answer, user_id=user_id, subject=subject)
        measurement = update.measurement
        written = next(iter((*update.added, *update.confirmed)), None)
        return {
            "text": str(update), "added": len(update.added), "removed": len(update.retired),
            "preferred": measurement is not None and measurement.preferred,
            "subject": written and written.subject, "relation": written and written.relation,
            "loss_before": measurement and measurement.loss_before,
            "loss_after": measurement and measurement.loss_after,
        }

    def parsed(self, question: str, subject: str) -> str | None:
        if self.memory.reader is None:
            return None
        readings = self.memory.reader.question(question, subject).relations
        return next(filter(is_relation, readings), None)

    def facts(self, query: str, *, user_id: str, subject: str | None = None) -> list[Fact]:
        return [r.shown for r in self.memory.recall(query, user_id=user_id, subject=subject)]

    def stored(self, user_id: str) -> list[Triple]:
        return [stored.triple for stored in self.memory.facts(user_id=user_id)]

    def settings(self) -> dict[str, Any]:
        return self.memory.settings.model_dump(mode="json")

    def close(self) -> None:
        self.memory.close()
