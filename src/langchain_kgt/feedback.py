"""KGTFeedbackHandler: remembers the runs of a chain, and takes their feedback."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from langchain_kgt.chain_input import Facts
from langchain_kgt.errors import InvalidInputError, NotFoundError
from langchain_kgt.memory import KGTMemory
from langchain_kgt.triples import GraphUpdate, Triple
from langchain_kgt.tuning import answers
from langchain_kgt.twins import async_twin


@dataclass
class _Run:
    """What memory gave to an outermost run, once it was asked."""

    query: str = ""
    user_id: str = ""
    facts: tuple[Triple, ...] = ()


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
        self._root_of: dict[UUID, UUID] = {}
        self._lock = threading.Lock()

    def on_chain_start(
        self,
        serialized: dict[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Remember a run, and which outermost run it belongs to."""
        with self._lock:
            root = self._root_of.get(parent_run_id, run_id) if parent_run_id else run_id
            self._root_of[run_id] = root
            if root == run_id:
                self._runs[run_id] = _Run()
                while len(self._runs) > self.max_runs:
                    self._runs.popitem(last=False)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Remember what memory gave to the run that this step belongs to."""
        with self._lock:
            run = self._runs.get(self._root_of.pop(run_id, run_id))
            facts = outputs.get("facts") if isinstance(outputs, dict) else None
            if run is not None and isinstance(facts, Facts):
                run.query, run.user_id = facts.query, facts.user_id
                run.facts = tuple(recalled.triple for recalled in facts.triples)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Remember no step that failed; what memory gave before is kept."""
        with self._lock:
            self._root_of.pop(run_id, None)

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
        if run is None or not run.query:
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
