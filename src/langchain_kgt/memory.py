"""KGTMemory: the one object that a user builds."""

from __future__ import annotations

import asyncio
import functools
import unicodedata
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from langchain_core.messages import BaseMessage
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableConfig, ensure_config

from langchain_kgt.config import KGTConfig
from langchain_kgt.errors import InvalidInputError, NotFoundError, TextTooLongError
from langchain_kgt.graphs.base import GraphStore, involved, live_after, undone_updates
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.triples import (
    Feedback,
    GraphUpdate,
    RecalledTriple,
    StoredTriple,
    Triple,
    normalize,
    now,
)
from langchain_kgt.tuning import algorithm, templates
from langchain_kgt.tuning.recall import recall as recall_triples
from langchain_kgt.tuning.subjects import mentions

if TYPE_CHECKING:
    from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


def async_twin(
    method: Callable[Concatenate[S, P], R],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """The same method for an event loop, which it does not block: it runs on a worker thread."""

    @functools.wraps(method)
    async def twin(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(method, self, *args, **kwargs)

    twin.__name__ = f"a{method.__name__}"
    twin.__doc__ = f"Async twin of `{method.__name__}`: same arguments, result and errors."
    return twin


class Facts(str):
    """The facts for a prompt, one line each, with what they were made of.

    Attributes:
        triples: the recalled triples, best first.
        query: the question they were recalled for.
        user_id: whose they are.
    """

    triples: tuple[RecalledTriple, ...]
    query: str
    user_id: str

    @classmethod
    def of(cls, triples: Sequence[RecalledTriple], query: str, user_id: str) -> Facts:
        """Render recalled triples."""
        facts = cls(templates.facts_block([r.triple for r in triples]))
        facts.triples, facts.query, facts.user_id = tuple(triples), query, user_id
        return facts


class KGTMemory(Runnable[Any, dict[str, Any]]):
    """Personal memory in which a correction corrects.

    A Runnable: it adds `facts` to the input of a chain. A string becomes `{"question", "facts"}`,
    a dict keeps its keys, messages become `{"messages", "question", "facts"}` with the text of the
    last one as the question. The user comes from `config["configurable"]["user_id"]`.

    Args:
        model: scores what is read and written.
        graph: where the triples live.
        config: hyperparameters; the defaults are what docs/benchmarks.md measures.
        input_key: the key of a dict input that holds the question.
    """

    def __init__(
        self,
        *,
        model: LanguageModel,
        graph: GraphStore,
        config: KGTConfig | None = None,
        input_key: str = "question",
    ) -> None:
        self.model = model
        self.graph = graph
        self.config = config or KGTConfig()
        self.input_key = input_key

    @classmethod
    def from_llm(
        cls,
        llm: HuggingFacePipeline | ChatHuggingFace | str | Path | None = None,
        *,
        path: str | Path | None = None,
        config: KGTConfig | None = None,
        input_key: str = "question",
    ) -> KGTMemory:
        """Build a memory around the model that a chain already uses, or around a model id.

        Args:
            llm: a HuggingFacePipeline or ChatHuggingFace, whose weights are shared; the id or
                folder of a model; or nothing, for the small default model.
            path: the file of the graph; without one the memory ends with the process.
            config: hyperparameters.
            input_key: the key of a dict input that holds the question.

        Raises:
            ModelError: the model cannot be loaded, or gives no log-probabilities.
            StoreError: the path cannot be opened.
        """
        from langchain_kgt.graphs.in_memory import InMemoryGraph
        from langchain_kgt.models.huggingface import HuggingFaceModel

        if llm is None:
            from langchain_kgt.models.default import default_model_path

            model = HuggingFaceModel.from_pretrained(default_model_path())
        elif isinstance(llm, (str, Path)):
            model = HuggingFaceModel.from_pretrained(llm)
        else:
            model = HuggingFaceModel.from_langchain(llm)
        graph: GraphStore
        if path is None:
            graph = InMemoryGraph()
        else:
            from langchain_kgt.graphs.kuzu import KuzuGraph

            graph = KuzuGraph(path)
        return cls(model=model, graph=graph, config=config, input_key=input_key)

    # Reading.

    def recall(
        self, query: str, *, user_id: str, k: int | None = None, subject: str | None = None
    ) -> list[RecalledTriple]:
        """The facts of this user that the query asks for, best first; none if it asks for none.

        Args:
            query: a question, or a cloze prompt such as "My dog eats".
            user_id: whose facts; any text.
            k: exactly how many facts, if there are as many; else those that are relevant, at most
                `config.k`.
            subject: what the query is about, if that is known; otherwise it is linked.
        """
        _check(query, "query", lines=True)
        _check(user_id, "user id")
        if subject is not None:
            _check(subject, "subject")
        if k is not None and k < 1:
            raise InvalidInputError(f"k is {k}; ask for at least one fact")
        return recall_triples(
            query, user_id, model=self.model, graph=self.graph, config=self.config,
            subject=subject, k=k,
        )

    def facts(self, *, user_id: str, subject: str | None = None) -> list[StoredTriple]:
        """Every live fact of a user, or of one subject of theirs, oldest first."""
        _check(user_id, "user id")
        if subject is not None:
            _check(subject, "subject")
        return self.graph.triples(user_id, None if subject is None else normalize(subject))

    def history(self, *, user_id: str, subject: str | None = None) -> list[GraphUpdate]:
        """Every update of a user, or those that changed facts of one subject, oldest first."""
        _check(user_id, "user id")
        journal = self.graph.journal(user_id)
        if subject is None:
            return journal
        _check(subject, "subject")
        key = normalize(subject)
        return [u for u in journal if any(t.key[0] == key for t in (*u.added, *u.retired))]

    def export(self, *, user_id: str) -> dict[str, Any]:
        """Everything that is kept of a user, as JSON-serialisable values."""
        return {
            "user_id": user_id,
            "facts": [
                {
                    "subject": s.triple.subject, "relation": s.triple.relation,
                    "object": s.triple.object, "update_id": s.update_id,
                    "time": s.time.isoformat(), "query": s.query,
                }
                for s in self.facts(user_id=user_id)
            ],
            "history": [update.to_json() for update in self.history(user_id=user_id)],
        }

    # Writing.

    def correct(
        self,
        query: str,
        answer: str,
        *,
        user_id: str,
        subject: str | None = None,
        relation: str | None = None,
    ) -> GraphUpdate:
        """Learn that the answer to the query is now this: Knowledge Graph Tuning.

        What led to another answer is retired in the same transaction, and can be brought back with
        `undo`.

        Args:
            query: the question or cloze prompt that the answer belongs to.
            answer: what the user says is right.
            user_id: whose graph.
            subject: what the query is about, if the caller knows; otherwise it is linked.
            relation: how the subject relates to the answer, likewise; otherwise it is ranked.

        Returns:
            What was added and retired, with log P(a|q) and the loss before and after.

        Raises:
            InvalidInputError: a text is empty or has control characters.
            TextTooLongError: the feedback does not fit into the model's context.
        """
        _check(query, "query", lines=True)
        for text, name in ((answer, "answer"), (user_id, "user id")):
            _check(text, name)
        for optional, name in ((subject, "subject"), (relation, "relation")):
            if optional is not None:
                _check(optional, name)
        _check_length(Triple(subject or "", relation or "", answer))
        feedback = Feedback(query.strip(), answer.strip(), subject, relation)
        with self.graph.writing(user_id):
            update = algorithm.tune(
                feedback, user_id, model=self.model, graph=self.graph, config=self.config
            )
            for triple in update.added:
                _check_length(triple)
            self.graph.apply(update)
        return update

    def tell(self, subject: str, relation: str, object: str, *, user_id: str) -> GraphUpdate:
        """Add a fact outright, without a question. No model is asked.

        It retires only what a single-valued relation cannot keep: "lives in" holds one value,
        "speaks" may hold several.
        """
        for text, name in (
            (subject, "subject"), (relation, "relation"), (object, "object"), (user_id, "user id"),
        ):
            _check(text, name)
        triple = Triple(subject.strip(), relation.strip(), object.strip())
        _check_length(triple)
        with self.graph.writing(user_id):
            update = algorithm.tell(triple, user_id, graph=self.graph, config=self.config)
            self.graph.apply(update)
        return update

    def note(
        self,
        query: str,
        *,
        user_id: str,
        facts: Sequence[Triple] = (),
        score: float | None = None,
        comment: str = "",
    ) -> GraphUpdate:
        """Journal feedback that corrects nothing, with the facts it was about."""
        _check(query, "query", lines=True)
        _check(user_id, "user id")
        update = GraphUpdate(
            id=algorithm.new_id(), user_id=user_id, kind="feedback", time=now(), query=query,
            score=score, comment=comment, facts=tuple(facts),
        )
        with self.graph.writing(user_id):
            self.graph.apply(update)
        return update

    def undo(self, update_id: str, *, user_id: str) -> GraphUpdate:
        """Take one update back, as if it had never been. An undo can itself be undone.

        Raises:
            NotFoundError: this user has no such update.
            InvalidInputError: it is undone already, or there is nothing in it to undo.
        """
        _check(update_id, "update id")
        _check(user_id, "user id")
        with self.graph.writing(user_id):
            target = self.graph.find_update(user_id, update_id)
            journal = self.graph.journal(user_id)
            if target.kind == "feedback":
                raise InvalidInputError(f"update {update_id} changed nothing; nothing is undone")
            if update_id in undone_updates(journal):
                raise InvalidInputError(f"update {update_id} is undone already")
            update = GraphUpdate(
                id=algorithm.new_id(), user_id=user_id, kind="undo", time=now(), undoes=update_id
            )
            live, then = live_after(journal), live_after([*journal, update])
            known = {t.key: t for u in journal for t in (*u.added, *u.retired)}
            update = replace(
                update,
                added=tuple(known[key] for key in known if key in then - live),
                retired=tuple(known[key] for key in known if key in live - then),
            )
            self.graph.apply(update)
        return update

    def forget(
        self,
        *,
        user_id: str,
        subject: str | None = None,
        relation: str | None = None,
        object: str | None = None,
    ) -> int:
        """Erase for good: one fact, all about a subject, or everything of a user. No undo.

        The journal forgets too: records that speak of an erased fact lose it and their wording.

        Args:
            user_id: whose facts.
            subject: what to forget; all facts that begin or end with it. Without one, the user.
            relation: with `subject`, only facts of this relation.
            object: with `subject` and `relation`, only the fact with this object.

        Returns:
            How many facts were erased, live or retired.

        Raises:
            NotFoundError: nothing matches.
        """
        _check(user_id, "user id")
        for text, name in ((subject, "subject"), (relation, "relation"), (object, "object")):
            if text is not None:
                _check(text, name)
        if subject is None and (relation is not None or object is not None):
            raise InvalidInputError("forgetting by relation or object needs the subject too")
        with self.graph.writing(user_id):
            journal = self.graph.journal(user_id)
            known = {t.key for u in journal for t in (*u.added, *u.retired)}
            if subject is None:
                self.graph.erase_user(user_id)
                return len(known)
            s, r, o = (None if t is None else normalize(t) for t in (subject, relation, object))
            whole = relation is None and object is None
            doomed = frozenset(
                key for key in known
                if (whole and s in (key[0], key[2]))
                or (key[0] == s and r in (None, key[1]) and o in (None, key[2]))
            )
            records = [u for u in journal if involved(u, doomed) or (whole and _mentions(u, s))]
            if not doomed and not records:
                raise NotFoundError(
                    f"user {user_id!r} has no such fact; facts(user_id=...) lists them"
                )
            self.graph.rewrite(
                user_id, erase=doomed, journal=[u.without(doomed) for u in records]
            )
            return len(doomed)

    def close(self) -> None:
        """Release the graph. The model stays with whoever else uses it."""
        self.graph.close()

    arecall = async_twin(recall)
    afacts = async_twin(facts)
    ahistory = async_twin(history)
    aexport = async_twin(export)
    acorrect = async_twin(correct)
    atell = async_twin(tell)
    anote = async_twin(note)
    aundo = async_twin(undo)
    aforget = async_twin(forget)
    aclose = async_twin(close)

    # The Runnable.

    def invoke(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Add `facts` to the input of a chain; see the class."""
        return self._call_with_config(self._add_facts, input, config)

    async def ainvoke(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Async twin of `invoke`."""

        async def run(
            value: Any, run_manager: object, config: RunnableConfig
        ) -> dict[str, Any]:
            return await asyncio.to_thread(self._add_facts, value, run_manager, config)

        return await self._acall_with_config(run, input, config)

    def _add_facts(
        self, value: Any, run_manager: object, config: RunnableConfig
    ) -> dict[str, Any]:
        query, output = _question(value, self.input_key)
        user_id = user_of(config)
        recalled = self.recall(query, user_id=user_id)
        return output | {"facts": Facts.of(recalled, query, user_id)}

    def __enter__(self) -> KGTMemory:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def user_of(config: RunnableConfig | None) -> str:
    """The user of a chain call, from `config["configurable"]["user_id"]`."""
    user_id = ensure_config(config).get("configurable", {}).get("user_id")
    if not isinstance(user_id, str) or not user_id:
        raise InvalidInputError(
            "whose memory? pass the user with the call: "
            'chain.invoke(..., {"configurable": {"user_id": "ann"}})'
        )
    return user_id


def _question(value: Any, input_key: str) -> tuple[str, dict[str, Any]]:
    """The query in a chain's input, and the dict that goes on through the chain."""
    if isinstance(value, str):
        return value, {input_key: value}
    if isinstance(value, dict):
        if input_key in value:
            return str(value[input_key]), dict(value)
        if "messages" in value:
            return _question(value["messages"], input_key)[0], dict(value)
        raise InvalidInputError(
            f"the input has the keys {sorted(map(str, value))}, but not {input_key!r}; add it, or "
            "name the right one with KGTMemory(input_key=...)"
        )
    messages = value.to_messages() if isinstance(value, PromptValue) else value
    if isinstance(messages, BaseMessage):
        messages = [messages]
    if isinstance(messages, Sequence) and messages and isinstance(messages[-1], BaseMessage):
        human = [m for m in messages if m.type == "human"] or messages
        text = str(human[-1].text)
        return text, {"messages": list(messages), input_key: text}
    raise InvalidInputError(
        f"cannot find a question in a {type(value).__name__}; pass a string, a dict with "
        f"{input_key!r}, or messages"
    )


def _check(text: str, name: str, *, lines: bool = False) -> None:
    if not isinstance(text, str):
        raise InvalidInputError(f"the {name} is a {type(text).__name__}; give a string")
    if not text.strip():
        raise InvalidInputError(f"the {name} is empty; give some text")
    for character in text:
        if lines and character in "\n\r\t":
            continue
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise InvalidInputError(
                f"the {name} has the control character {character!r}; remove it"
            )


def _check_length(triple: Triple) -> None:
    length = len(triple.subject) + len(triple.relation) + len(triple.object) + 2
    if length > templates.MAX_FACT_CHARACTERS:
        raise TextTooLongError(
            f"a fact has at most {templates.MAX_FACT_CHARACTERS} characters; give it in fewer words"
        )


def _mentions(update: GraphUpdate, key: str | None) -> bool:
    texts = (update.query, update.answer, update.comment)
    return any(mention.key == key for text in texts for mention in mentions(text))
