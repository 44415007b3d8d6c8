"""KGTFeedbackHandler: remembers the runs of a chain, and takes their feedback."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from langchain_kgt.errors import InvalidInputError, NotFoundError
from langchain_kgt.memory import Facts, KGTMemory, async_twin
from langchain_kgt.triples import GraphUpdate, Triple
from langchain_kgt.tuning import answers


@dataclass
class _Run:
    root: UUID
    query: str = ""
    user_id: str | None = None
    facts: list[Triple] = field(default_factory=list)


class KGTFeedbackHandler(BaseCallbackHandler):
    """A callback handler that learns from feedback on runs, in LangSmith's words.

    Pass it in `callbacks` of any chain with a `KGTMemory` in it; then give a user's feedback on a
    run to `record`. A run is remembered with the question that memory was asked, the user it was
    asked for, and the facts that it gave.

    Args:
        memory: what learns.
        max_runs: how many runs are kept for feedback to come; the oldest go first.
    """

    # A handler's exceptions would be swallowed; here they are bugs and should show.
    raise_error = True

    def __init__(self, memory: KGTMemory, *, max_runs: int = 10_000) -> None:
        self.memory = memory
        self.max_runs = max_runs
        self._runs: OrderedDict[UUID, _Run] = OrderedDict()
        self._lock = threading.Lock()

    def on_chain_start(
        self,
        serialized: dict[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Remember a run, and which run it belongs to."""
        with self._lock:
            parent = self._runs.get(parent_run_id) if parent_run_id is not None else None
            run = _Run(parent.root if parent else run_id)
            user_id = (metadata or {}).get("user_id")
            run.user_id = user_id if isinstance(user_id, str) else None
            self._runs[run_id] = run
            while len(self._runs) > self.max_runs:
                self._runs.popitem(last=False)

    def on_chain_end(
        self, outputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """Remember what memory gave to the run; forget the steps that were none of memory's."""
        with self._lock:
            run = self._runs.get(run_id)
            if run is None:
                return
            facts = outputs.get("facts") if isinstance(outputs, dict) else None
            root = self._runs.get(run.root)
            if isinstance(facts, Facts) and root is not None:
                root.query = facts.query
                root.user_id = facts.user_id
                root.facts = [r.triple for r in facts.triples]
            if run.root != run_id:
                del self._runs[run_id]

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A failed run gets no feedback."""
        with self._lock:
            self._runs.pop(run_id, None)

    def record(
        self,
        run_id: UUID | str,
        *,
        score: float | bool | None = None,
        value: Any = None,
        correction: str | Mapping[str, Any] | None = None,
        comment: str | None = None,
    ) -> GraphUpdate:
        """Take a user's feedback on a run.

        A correction is learned: "vegetables", and "No, she eats vegetables" too, of which the model
        finds the answer. A score, value or comment alone changes no fact, a thumbs-down neither: it
        is journaled with the facts it was about.

        Args:
            run_id: the id of the chain's run, not of a step in it.
            score: as in LangSmith; kept in the journal.
            value: likewise; kept with the comment.
            correction: the right answer, as text or as a dict with one text in it.
            comment: kept in the journal.

        Raises:
            NotFoundError: the run is not known, or used no memory.
            InvalidInputError: there is nothing in the feedback.
        """
        if score is None and value is None and correction is None and comment is None:
            raise InvalidInputError("the feedback is empty; give a score, correction or comment")
        text = None if correction is None else _text(correction)
        key = run_id if isinstance(run_id, UUID) else _uuid(run_id)
        with self._lock:
            run = self._runs.get(key)
        if run is None or not run.query or run.user_id is None:
            raise NotFoundError(
                f"run {run_id} is not known here, or asked no memory: pass the handler in "
                'callbacks=[...] of the call, and the id of its outermost run here'
            )
        if text is None:
            said = [str(part) for part in (value, comment) if part is not None]
            return self.memory.note(
                run.query, user_id=run.user_id, facts=run.facts,
                score=None if score is None else float(score), comment="; ".join(said),
            )
        answer = answers.find(run.query, text, self.memory.model)
        return self.memory.correct(run.query, answer, user_id=run.user_id)

    arecord = async_twin(record)


def _text(correction: str | Mapping[str, Any]) -> str:
    if isinstance(correction, str):
        return correction
    texts = [value for value in correction.values() if isinstance(value, str)]
    if len(texts) != 1:
        raise InvalidInputError(
            f"the correction holds {len(texts)} texts; give the right answer as a string, or as "
            'a dict with one text, such as {"answer": "vegetables"}'
        )
    return texts[0]


def _uuid(run_id: str) -> UUID:
    try:
        return UUID(run_id)
    except ValueError as error:
        raise InvalidInputError(f"{run_id!r} is no run id; pass a UUID") from error
