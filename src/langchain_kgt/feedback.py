"""KGTFeedbackHandler: remembers the runs of a chain, and takes their feedback."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from typing_extensions import Self

from langchain_kgt.chain_input import Facts
from langchain_kgt.errors import InvalidInputError, NotFoundError
from langchain_kgt.memory import KGTMemory
from langchain_kgt.triples import GraphUpdate, Triple
from langchain_kgt.tuning import answers
from langchain_kgt.tuning.antecedents import Said, resolve
from langchain_kgt.twins import async_twin
from langchain_kgt.worker import Worker


@dataclass
class _Run:
    """What memory gave to an outermost run, once it was asked, and learned from its feedback."""

    query: str = ""
    user_id: str = ""
    facts: tuple[Triple, ...] = ()
    history: tuple[Said, ...] = ()


class KGTFeedbackHandler(BaseCallbackHandler):
    """A callback handler that learns from feedback on runs, in LangSmith's words.

    Pass it in `callbacks` of any chain with a `KGTMemory` in it; then give a user's feedback on a
    run to `record`. A run is remembered with the question that memory was asked, the user it was
    asked for, and the facts that it gave.

    With `background=True`, `record` returns None at once and a worker thread learns; `flush` waits
    for it and raises what went wrong. Use the handler as a context manager, or `close` it.

    Args:
        memory: what learns.
        max_runs: how many runs are kept for feedback to come; the oldest go first.
        background: whether to learn on a worker thread.
        max_pending: how much feedback may wait for it; then `record` waits too.
    """

    # A handler's exceptions would be swallowed; here they are bugs and should show.
    raise_error = True

    def __init__(
        self,
        memory: KGTMemory,
        *,
        max_runs: int = 10_000,
        background: bool = False,
        max_pending: int = 1000,
    ) -> None:
        self.memory = memory
        self.max_runs = max_runs
        self._worker = Worker(max_pending) if background else None
        self._runs: OrderedDict[UUID, _Run] = OrderedDict()
        self._root_of: dict[UUID, UUID] = {}
        self._lock = threading.Lock()

    # Memory may run inside of a tool or a retriever, whose runs belong to an outermost one too.

    def on_chain_start(
        self, serialized: dict[str, Any] | None, inputs: Any, *, run_id: UUID,
        parent_run_id: UUID | None = None, **kwargs: Any,
    ) -> None:
        """Remember a run, and which outermost run it belongs to."""
        self._begin(run_id, parent_run_id)

    def on_tool_start(
        self, serialized: dict[str, Any] | None, input_str: str, *, run_id: UUID,
        parent_run_id: UUID | None = None, **kwargs: Any,
    ) -> None:
        """Likewise."""
        self._begin(run_id, parent_run_id)

    def on_retriever_start(
        self, serialized: dict[str, Any] | None, query: str, *, run_id: UUID,
        parent_run_id: UUID | None = None, **kwargs: Any,
    ) -> None:
        """Likewise."""
        self._begin(run_id, parent_run_id)

    def _begin(self, run_id: UUID, parent_run_id: UUID | None) -> None:
        with self._lock:
            root = self._root_of.get(parent_run_id, run_id) if parent_run_id else run_id
            self._root_of[run_id] = root
            if root == run_id:
                self._runs.setdefault(run_id, _Run())
                while len(self._runs) > self.max_runs:
                    self._runs.popitem(last=False)

    def _end(self, run_id: UUID) -> None:
        with self._lock:
            self._root_of.pop(run_id, None)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Remember what memory gave to the run that this step belongs to."""
        with self._lock:
            run = self._runs.get(self._root_of.pop(run_id, run_id))
            facts = outputs.get("facts") if isinstance(outputs, dict) else None
            if run is not None and isinstance(facts, Facts):
                run.query, run.user_id = facts.query, facts.user_id
                run.facts = tuple(recalled.triple for recalled in facts.triples)
                run.history = facts.history

    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """What memory gave in it is known already."""
        self._end(run_id)

    def on_retriever_end(self, documents: Sequence[Document], *, run_id: UUID, **_: Any) -> None:
        """Likewise."""
        self._end(run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Remember no step that failed; what memory gave before is kept."""
        self._end(run_id)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Likewise."""
        self._end(run_id)

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Likewise."""
        self._end(run_id)

    def record(
        self,
        run_id: UUID | str,
        *,
        score: float | bool | None = None,
        value: Any = None,
        correction: str | Mapping[str, Any] | None = None,
        comment: str | None = None,
    ) -> GraphUpdate | None:
        """Take a user's feedback on a run.

        A correction is learned: "vegetables", and "No, she eats vegetables" too, of which the model
        finds the answer. A score, value or comment alone changes no fact, a thumbs-down neither: it
        is journaled with the facts it was about.

        Args:
            run_id: the id of the chain's run, not of a step in it.
            score: as in LangSmith; kept in the journal, if there is no correction.
            value: likewise; kept with the comment.
            correction: the right answer, as text or as a dict with one text in it.
            comment: likewise.

        Returns:
            What changed; None if it will be learned in the background.

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
            learn = partial(
                self._note, run, None if score is None else float(score), "; ".join(said)
            )
        else:
            learn = partial(self._correct, run, text)
        if self._worker is None:
            return learn()
        self._worker.submit(learn)
        return None

    def _note(self, run: _Run, score: float | None, comment: str) -> GraphUpdate:
        return self.memory.note(
            run.query, user_id=run.user_id, facts=run.facts, score=score, comment=comment
        )

    def _correct(self, run: _Run, text: str) -> GraphUpdate:
        model = self.memory.model
        query = resolve(run.query, run.history, run.user_id, self.memory.graph, model)
        answer = answers.find(query, text, model)
        update = self.memory.correct(query, answer, user_id=run.user_id)
        with self._lock:
            run.facts = tuple(dict.fromkeys((*run.facts, *update.added)))
        return update

    def record_langsmith(self, feedback: Any) -> GraphUpdate | None:
        """`record` for a LangSmith feedback object: run_id, score, value, correction, comment."""
        return self.record(
            feedback.run_id, score=feedback.score, value=feedback.value,
            correction=feedback.correction, comment=feedback.comment,
        )

    def flush(self) -> None:
        """Wait until all feedback so far is learned, and raise the first error since the last time.

        The rest is learned all the same. Without a background there is nothing to wait for.
        """
        if self._worker is not None:
            self._worker.flush()

    def close(self) -> None:
        """Flush, and end the worker thread."""
        if self._worker is not None:
            self._worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    arecord = async_twin(record)
    arecord_langsmith = async_twin(record_langsmith)
    aflush = async_twin(flush)
    aclose = async_twin(close)


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


def _uuid(run_id: object) -> UUID:
    # LangSmith's feedback on a whole session has no run id at all.
    try:
        return UUID(str(run_id))
    except ValueError as error:
        raise InvalidInputError(f"{run_id!r} is no run id; pass a UUID") from error
