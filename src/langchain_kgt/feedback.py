"""KGTFeedbackHandler: remembers the runs of a chain, and takes their feedback."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Self
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document

from langchain_kgt._async import async_twin, lane_of
from langchain_kgt.checks import (
    MAX_NOTED_FACTS,
    check_comment,
    check_score,
    check_text,
)
from langchain_kgt.errors import InvalidInputError, NotFoundError
from langchain_kgt.facts import Facts
from langchain_kgt.forking import in_child
from langchain_kgt.memory import KGTMemory
from langchain_kgt.models.guarded import guarded
from langchain_kgt.reading.base import Turn
from langchain_kgt.triples import GraphUpdate, Triple
from langchain_kgt.tuning import answers
from langchain_kgt.tuning.antecedents import resolve
from langchain_kgt.worker import Worker


@dataclass
class _Run:
    """What memory gave to an outermost run, once it was asked, and learned from its feedback."""

    query: str = ""
    user_id: str = ""
    facts: tuple[Triple, ...] = ()
    history: tuple[Turn, ...] = ()


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
    # What it does takes no time, and needs none of the threads that an app may have in use.
    run_inline = True

    def __init__(
        self,
        memory: KGTMemory,
        *,
        max_runs: int = 10_000,
        background: bool = False,
        max_pending: int = 1000,
    ) -> None:
        if not isinstance(memory, KGTMemory):
            raise InvalidInputError(f"the memory is a {type(memory).__name__}; give a KGTMemory")
        self.memory = memory
        self.max_runs = max_runs
        self._worker = Worker(max_pending) if background else None
        self._runs: OrderedDict[UUID, _Run] = OrderedDict()
        self._root_of: dict[UUID, UUID] = {}
        self._begin_lock()
        in_child(self, KGTFeedbackHandler._begin_lock)

    def _begin_lock(self) -> None:
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
            InvalidInputError: there is nothing in the feedback, or something that cannot be kept.
            TextTooLongError: a text is too long; see docs/how-to/feedback.md.
            ModelError: the model failed.
        """
        if score is None and value is None and correction is None and comment is None:
            raise InvalidInputError("the feedback is empty; give a score, correction or comment")
        score = None if score is None else check_score(score)
        said = _said(value, comment)
        text = None if correction is None else _text(correction)
        run = self._run_of(run_id)
        if run is None or not run.query:
            raise NotFoundError(
                f"run {run_id} is not known here, or asked no memory: pass the handler in "
                'callbacks=[...] of the call, and the id of its outermost run here'
            )
        learn = partial(self._note, run, score, said) if text is None else partial(
            self._correct, run, text
        )
        if self._worker is None:
            return learn()
        self._worker.submit(learn)
        return None

    def _run_of(self, run_id: UUID | str) -> _Run | None:
        key = run_id if isinstance(run_id, UUID) else _uuid(run_id)
        with self._lock:
            return self._runs.get(key)

    def _note(self, run: _Run, score: float | None, comment: str) -> GraphUpdate:
        return self.memory.note(
            run.query, user_id=run.user_id, facts=run.facts[:MAX_NOTED_FACTS], score=score,
            comment=comment,
        )

    def _correct(self, run: _Run, text: str) -> GraphUpdate:
        model = guarded(self.memory.model)
        query = resolve(run.query, run.history, run.user_id, self.memory.graph, model)
        # A reader reads the reply itself, denials and times included.
        answer = text if self.memory.reader else answers.find(query, text, model)
        update = self.memory.correct(query, answer, user_id=run.user_id)
        with self._lock:
            run.facts = tuple(dict.fromkeys((*run.facts, *update.added)))
        return update

    def record_langsmith(self, feedback: Any) -> GraphUpdate | None:
        """`record` for a LangSmith feedback object: run_id, score, value, correction, comment."""
        said = ("score", "value", "correction", "comment")
        return self.record(
            _run_id(feedback), **{name: getattr(feedback, name, None) for name in said}
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

    # What waits for the worker takes one thread, however often it is called.

    def _lane(self, run_id: Any = None, **_: Any) -> Hashable:
        if self._worker is None:
            with suppress(InvalidInputError):  # which the call itself will raise
                if (run := self._run_of(run_id)) is not None:
                    return lane_of(self.memory.graph, run.user_id)
        return id(self)

    def _lane_langsmith(self, feedback: Any) -> Hashable:
        return self._lane(getattr(feedback, "run_id", None))

    def _own_lane(self) -> Hashable:
        return id(self)

    arecord = async_twin(record, _lane)
    arecord_langsmith = async_twin(record_langsmith, _lane_langsmith)
    aflush = async_twin(flush, _own_lane)
    aclose = async_twin(close, _own_lane)


def _text(correction: object) -> str:
    if isinstance(correction, Mapping):
        texts = [value for value in correction.values() if isinstance(value, str)]
        if len(texts) != 1:
            raise InvalidInputError(
                f"the correction holds {len(texts)} texts; give the right answer as a string, or "
                'as a dict with one text, such as {"answer": "vegetables"}'
            )
        [correction] = texts
    if not isinstance(correction, str):
        raise InvalidInputError(
            f"the correction is a {type(correction).__name__}; give the right answer as a string, "
            'or as a dict with one text, such as {"answer": "vegetables"}'
        )
    check_text(correction, "text of the correction", most=answers.MAX_CHARACTERS, lines=True)
    return correction


def _said(value: object, comment: object) -> str:
    """What the journal keeps of a value and a comment."""
    said = []
    if value is not None:
        if not isinstance(value, (str, bool, int, float, list, tuple, dict)):
            raise InvalidInputError(
                f"the value is a {type(value).__name__}; give text, a number, a list or a dict"
            )
        try:
            said.append(str(value))
        except Exception as error:
            raise InvalidInputError(
                f"the value cannot be written down ({error}); give it as a short text"
            ) from error
        check_comment(said[-1], "value")
    if comment is not None:
        check_comment(comment, "comment")  # type: ignore[arg-type]
        said.append(str(comment))
    text = "; ".join(said)
    check_comment(text, "value with its comment")
    return text


def _run_id(feedback: object) -> Any:
    run_id = getattr(feedback, "run_id", None)
    if run_id is None:
        raise InvalidInputError(
            f"the {type(feedback).__name__} is no feedback on a run; give an object with a run_id, "
            "a UUID, and a score, value, correction or comment, as LangSmith has them"
        )
    return run_id


def _uuid(run_id: object) -> UUID:
    # LangSmith's feedback on a whole session has no run id at all.
    try:
        return UUID(run_id)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInputError(f"{run_id!r} is no run id; pass a UUID") from error
