"""KGTMemory: the one object that a user builds."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from langchain_core.embeddings import Embeddings
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig, RunnableSerializable
from pydantic import ConfigDict, Field, PrivateAttr, SkipValidation, model_validator

from langchain_kgt import attempts
from langchain_kgt._async import async_twin, lane_of, run_apart
from langchain_kgt.checks import (
    Checked,
    check_asked,
    check_comment,
    check_facts,
    check_given,
    check_id,
    check_length,
    check_now,
    check_origin,
    check_part,
    check_query,
    check_reply,
    check_says_something,
    check_score,
    check_when,
    readable,
)
from langchain_kgt.config import KGTConfig
from langchain_kgt.errors import InvalidInputError, KGTError, ModelError, TextTooLongError
from langchain_kgt.facts import Facts
from langchain_kgt.forgetting import forget, forget_user, forgotten
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.paths import check_path
from langchain_kgt.graphs.standing import holds
from langchain_kgt.guidance import GUIDANCE_SCALE, guide
from langchain_kgt.inputs import history_of, question_of, spoken_in, user_of
from langchain_kgt.models.base import LanguageModel
from langchain_kgt.models.guarded import guarded
from langchain_kgt.reading.base import Encode, LeftOut, Message, Reader, Turn
from langchain_kgt.reading.default import default_reader
from langchain_kgt.reading.people import said_to_user
from langchain_kgt.recalling.aliases import aliases
from langchain_kgt.recalling.earlier import earlier
from langchain_kgt.recalling.explaining import Explanation
from langchain_kgt.recalling.names import entity, every_triple_of, triples_of
from langchain_kgt.recalling.policy import Policy
from langchain_kgt.recalling.valid_time import as_of
from langchain_kgt.recalling.vectors import Vectors
from langchain_kgt.retiring import retire
from langchain_kgt.reviewing import approve, proposals, proposed, waiting
from langchain_kgt.triples import (
    Correction,
    GraphUpdate,
    RecalledTriple,
    Speaker,
    StoredTriple,
    Triple,
    new_id,
    now,
)
from langchain_kgt.tuning import algorithm
from langchain_kgt.tuning.antecedents import pronoun_in, resolve
from langchain_kgt.tuning.learning import learn
from langchain_kgt.tuning.messages import News, news, passed_over
from langchain_kgt.tuning.talking import LEFT_OUT, MayLearn, talk
from langchain_kgt.tuning.telling import tell
from langchain_kgt.undoing import undo

if TYPE_CHECKING:
    from langchain_core.prompts import BasePromptTemplate
    from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline

logger = logging.getLogger(__name__)


@contextmanager
def _of_the_app() -> Iterator[None]:
    """What an app's own parts raise while a message is learned, as an error of this package."""
    try:
        yield
    except KGTError:
        raise
    except Exception as error:
        raise InvalidInputError(
            f"a message was not learned, and nothing was written: {error!r} came out of the "
            "reader, the embeddings or may_learn; mend it and learn it again"
        ) from error


class KGTMemory(Checked, RunnableSerializable[Any, dict[str, Any]]):
    """Personal memory in which a correction corrects.

    A Runnable: it adds `facts` to the input of a chain. A string becomes `{"question", "facts"}`,
    a dict keeps its keys, messages become `{"messages", "question", "facts"}` with the text of the
    last one as the question. "She" in it means the last of the user's subjects that messages in the
    input mention. The user comes from `config["configurable"]["user_id"]`.

    Args:
        model: scores what is read and written.
        graph: where the triples live.
        reader: reads questions and replies in the language of the users, so that what is written
            says what was asked; without one relations are ranked. `EnglishReader` is one.
        embeddings: an encoder of sentences, by which recall finds more; it does without.
        may_learn: an app's own rule of what `learn` writes down; secrets it never does.
        settings: hyperparameters; the defaults are what docs/benchmarks.md measures.
        input_key: the key of a dict input that holds the question.

    Raises:
        ModelError: the model is no `LanguageModel`.
        InvalidInputError: another argument is not what it should be.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: SkipValidation[LanguageModel]
    graph: SkipValidation[TripleStore]
    reader: Reader | None = None
    embeddings: SkipValidation[Embeddings] | None = None
    may_learn: MayLearn | None = None
    settings: KGTConfig = Field(default_factory=KGTConfig)
    input_key: str = "question"

    _vectors: Vectors | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.embeddings is not None:
            if not isinstance(self.embeddings, Embeddings):
                raise InvalidInputError(
                    f"embeddings is a {type(self.embeddings).__name__}; give Embeddings of "
                    "langchain_core, such as HuggingFaceEmbeddings(model_name=...)"
                )
            self._vectors = Vectors(self.embeddings)
        if not isinstance(self.model, LanguageModel):
            raise ModelError(
                f"the model is a {type(self.model).__name__}; give a LanguageModel, such as "
                "HuggingFaceModel.from_pretrained(...), or use KGTMemory.from_llm"
            )
        if not isinstance(self.graph, TripleStore):
            raise InvalidInputError(
                f"the graph is a {type(self.graph).__name__}; give a TripleStore, such as "
                'KuzuTripleStore("memory.kuzu")'
            )
        return self

    @classmethod
    def from_llm(
        cls,
        llm: HuggingFacePipeline | ChatHuggingFace | str | Path | None = None,
        *,
        path: str | Path | None = None,
        reader: Reader | Literal["default"] | None = "default",
        embeddings: Embeddings | None = None,
        settings: KGTConfig | None = None,
        input_key: str = "question",
    ) -> KGTMemory:
        """Build a memory around the model that a chain already uses, or around a model id.

        Args:
            llm: a HuggingFacePipeline or ChatHuggingFace, whose weights are shared; the id or
                folder of a model; or nothing, for the small default model.
            reader: of questions and replies; by default `EnglishReader()` where the extra
                `english` is installed, else none.
            path: the file of the graph; without one the memory ends with the process.
            embeddings: an encoder of sentences, such as `HuggingFaceEmbeddings`; recall finds
                more with one.
            settings: hyperparameters.
            input_key: the key of a dict input that holds the question.

        Raises:
            ModelError: the model cannot be loaded, or gives no log-probabilities.
            StoreError: the path cannot be opened.
            InvalidInputError: the path is no name of a file.
        """
        if path is not None:
            check_path(path)
        from langchain_kgt.graphs.in_memory import InMemoryTripleStore
        from langchain_kgt.models.huggingface import HuggingFaceModel

        if llm is None:
            from langchain_kgt.models.default import default_model_path

            model = HuggingFaceModel.from_pretrained(default_model_path())
        elif isinstance(llm, (str, Path)):
            model = HuggingFaceModel.from_pretrained(llm)
        else:
            model = HuggingFaceModel.from_langchain(llm)
        graph: TripleStore
        if path is None:
            graph = InMemoryTripleStore()
        else:
            from langchain_kgt.graphs.kuzu import KuzuTripleStore

            graph = KuzuTripleStore(path)
        return cls(
            model=model, graph=graph,
            reader=default_reader() if reader == "default" else reader,
            embeddings=embeddings, settings=settings or KGTConfig(), input_key=input_key,
        )

    # Reading.

    def recall(
        self,
        query: str,
        *,
        user_id: str,
        limit: int | None = None,
        subject: str | None = None,
        now: datetime | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> list[RecalledTriple]:
        """The facts of this user that the query needs, best first; none if it needs none.

        Args:
            query: a question, or a cloze prompt such as "My dog eats".
            user_id: whose facts; any text.
            limit: exactly how many facts, if there are as many; else those that are likely enough,
                if any is wanted: at most `settings.limit`, but for a list, which comes whole.
            subject: what the query is about, if that is known; otherwise it is linked.
            now: when it is asked, with its time zone; else the present. What was to end before has.
            as_of: of what held then, as far as it is known, instead of what holds `now`.
            known_at: of what had been told by then, and not been undone or retired.

        Raises:
            InvalidInputError: a text is empty or has control characters, or a time has no zone.
            TextTooLongError: a query of more than 4,000 characters, a subject of more than 500, or
                what does not fit into the model's context.
        """
        check_asked(query, user_id, subject)
        if limit is not None and (not isinstance(limit, int) or limit < 1):
            raise InvalidInputError(f"limit is {limit!r}; ask for at least one fact")
        with self._asked(user_id, now, as_of, known_at) as (policy, time):
            return policy.recall(query, user_id, subject=subject, limit=limit, now=time)

    def explain(
        self,
        query: str,
        *,
        user_id: str,
        subject: str | None = None,
        now: datetime | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> Explanation:
        """Why `recall` gives what it gives for a query, and not the rest; `print` shows it.

        Args:
            query: as of `recall`.
            user_id: whose facts.
            subject: what the query is about, if that is known.
            now: when it is asked.
            as_of: of what held then.
            known_at: of what had been told by then.

        Raises what `recall` raises.
        """
        check_asked(query, user_id, subject)
        with self._asked(user_id, now, as_of, known_at) as (policy, time):
            return policy.explain(query, user_id, subject=subject, now=time)

    @contextmanager
    def _asked(
        self,
        user_id: str,
        now: datetime | None,
        as_of: datetime | None,
        known_at: datetime | None,
    ) -> Iterator[tuple[Policy, datetime]]:
        """What answers a request of some time, and the time for which it is asked."""
        time = check_now(now)
        if as_of is None and known_at is None:
            yield self._policy, time
            return
        as_of = as_of and check_now(as_of, "as_of")
        known_at = known_at and check_now(known_at, "known_at")
        with earlier(self.graph, user_id, as_of=as_of, known_at=known_at) as graph:
            yield replace(self._policy, graph=graph), as_of or time

    @property
    def _policy(self) -> Policy:
        return Policy(
            guarded(self.model), self.graph, self.settings, self.reader, self._vectors
        )

    def facts(
        self, *, user_id: str, subject: str | None = None, every: bool = False
    ) -> list[StoredTriple]:
        """What holds now of a user, or of one subject of theirs, oldest first.

        Args:
            user_id: whose facts.
            subject: only facts about this.
            every: also what has ended, is mistaken, in doubt or only proposed; each fact says how
                it stands.
        """
        check_id(user_id)
        check_given(subject, "subject")
        if subject is None:
            facts = self.graph.triples(user_id, every=every)
        elif every:
            facts = every_triple_of(subject, user_id, self.graph)
        else:
            facts = triples_of(entity(subject, user_id, self.graph).keys, user_id, self.graph)
        facts = [as_of(fact, now()) for fact in facts]
        return [fact for fact in facts if every or holds(fact)]

    def history(self, *, user_id: str, subject: str | None = None) -> list[GraphUpdate]:
        """Every update of a user, or those that changed facts of one subject, oldest first."""
        check_id(user_id)
        check_given(subject, "subject")
        journal = self.graph.journal(user_id)
        if subject is None:
            return journal
        one = aliases(user_id, self.graph).one
        name = one(subject)
        return [u for u in journal if any(one(t.subject) == name for t in u.stated)]

    def export(self, *, user_id: str) -> dict[str, Any]:
        """Everything that is kept of a user, as JSON-serialisable values."""
        check_id(user_id)
        return {
            "user_id": user_id,
            "facts": [fact.to_json() for fact in self.graph.triples(user_id, every=True)],
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
        now: datetime | None = None,
        said_by: Speaker = "user",
        message_id: str = "",
        review: bool = False,
    ) -> GraphUpdate:
        """Learn that the answer to the query is now this: Knowledge Graph Tuning.

        What led to another answer is retired in the same transaction, and can be brought back with
        `undo`: as mistaken, unless the answer says that it has changed.

        Args:
            query: the question or cloze prompt that the answer belongs to.
            answer: what the user says is right.
            user_id: whose graph.
            subject: what the query is about, if the caller knows; otherwise it is linked.
            relation: how the subject relates to the answer, likewise; otherwise it is ranked.
            now: when it is said, with the time zone of who says it; else the present. "Yesterday"
                is the day before.
            said_by: whose words they are; not the assistant's, which correct nothing.
            message_id: the message that they stand in.
            review: whether to propose it only; see `proposals`.

        Returns:
            What was added and retired, with log P(a|q) and the loss before and after.

        Raises:
            InvalidInputError: a text is empty or has control characters, or the answer has neither
                a letter nor a digit.
            TextTooLongError: a query of more than 4,000 characters, a fact of more than 500, or
                what does not fit into the model's context.
            ModelError: the model failed.
        """
        check_query(query)
        check_id(user_id)
        time = check_now(now)
        check_origin(said_by, message_id)
        if said_by == "assistant":
            raise InvalidInputError(
                "what the assistant says corrects nothing; tell it, and it is proposed where it "
                "contradicts what was stated"
            )
        check_given(subject, "subject")
        check_given(relation, "relation")
        # What is given in full is taken as it is.
        reader = self.reader if subject is None or relation is None else None
        if reader is None:
            check_part(answer, "answer")
            check_says_something(answer)
            check_length(Triple(subject or "", relation or "", answer))
        else:
            check_reply(answer)
        correction = Correction(query.strip(), answer.strip(), subject, relation)
        with self.graph.writing(user_id):
            if reader is not None:
                update = learn(
                    correction, user_id, policy=self._policy, reader=reader, time=time
                )
            else:
                update = algorithm.tune(correction, user_id, policy=self._policy, time=time)
            for triple in (*update.added, *update.retired):
                check_length(triple)
            update = replace(update, time=time, said_by=said_by, message_id=message_id)
            if review:
                update = proposed(update, self.graph)
            self._apply(update)
        return update

    def _apply(self, update: GraphUpdate) -> None:
        attempts.commit()
        self.graph.apply(update)

    def tell(
        self,
        subject: str,
        relation: str,
        object: str,
        *,
        user_id: str,
        valid_from: str | date | None = None,
        valid_until: str | date | None = None,
        now: datetime | None = None,
        said_by: Speaker = "user",
        message_id: str = "",
    ) -> GraphUpdate:
        """Add a fact outright, without a question. No model is asked.

        It retires only what cannot stay beside it: "lives in" holds one value, "speaks" several,
        and who hates jazz does not like it. What it retires has ended, but for a birth or another
        thing that cannot.

        Args:
            subject: what the fact is about.
            relation: how it relates to the object.
            object: the value.
            user_id: whose graph.
            valid_from: since when it is so: a date, or an EDTF text such as "2019" or "2026-03".
            valid_until: until when, likewise.
            now: when it is said, with its time zone; else the present.
            said_by: who says so. What the assistant supposes is only proposed, where it
                contradicts what somebody stated.
            message_id: the message that it stands in.

        Raises:
            InvalidInputError: a text is empty or has control characters, or a time is none.
            TextTooLongError: a fact of more than 500 characters.
        """
        for text, name in ((subject, "subject"), (relation, "relation"), (object, "object")):
            check_part(text, name)
        check_id(user_id)
        check_origin(said_by, message_id)
        if said_by == "assistant":
            subject = said_to_user(subject)
        triple = Triple(
            subject.strip(), relation.strip(), object.strip(),
            valid_from=check_when(valid_from), valid_until=check_when(valid_until),
        )
        check_length(triple)
        time = check_now(now)
        with self.graph.writing(user_id):
            update = tell(
                triple, user_id, graph=self.graph, settings=self.settings, time=time,
                said_by=said_by, message_id=message_id,
            )
            self._apply(update)
        return update

    def learn(
        self,
        messages: str | BaseMessage | Sequence[BaseMessage],
        *,
        user_id: str,
        now: datetime | None = None,
        dry_run: bool = False,
        review: bool = False,
    ) -> list[GraphUpdate]:
        """Learn what a user says of themselves in passing, without a question before it.

        Of a conversation the user's messages are learned that were not learned yet, each once: a
        message is known by its id, else by its text, a short one with what came before. One edited
        since is learned anew in the place of what it said. Everything else in it, what the
        assistant said above all, is only context. `HumanMessage(name="Gina")` is Gina speaking.

        What is said adds and retires as if told outright; what it says to be over has ended, what
        it takes back never was. Questions, requests, moods, quotations and whatever does not seem
        to last are left out, passwords and the like always. The model reads a message once.

        Args:
            messages: one text, one message or a conversation, oldest first.
            user_id: whose graph.
            now: when it is said, with the time zone of who says it; else the present. All that is
                new is taken as said then.
            dry_run: whether to write nothing; each message then stands by itself.
            review: whether to propose it only; see `proposals`. What an edited message said before
                then stays.

        Returns:
            An update a message that was new, with what was left out and why among its reasons; of
            that the journal keeps nothing. An edited message has the undo of what it said before in
            front of it.

        Raises:
            InvalidInputError: this memory has no reader, or what is given is no conversation.
            ModelError: the model failed, or the chat model of a `ChatReader`; nothing is written.
        """
        check_id(user_id)
        time = check_now(now)
        reader = self.reader
        if reader is None:
            raise InvalidInputError(
                'learning from plain talk needs a reader: pip install "langchain-kgt[english]", or '
                "KGTMemory(reader=ChatReader(chat_model))"
            )
        spoken = spoken_in(messages)
        updates: list[GraphUpdate] = []
        with self.graph.writing(user_id):
            # All are read before anything is written: a model may fail at any of them.
            heard = [
                (new, self._heard(new, reader, time))
                for new in news(spoken, self.graph.journal(user_id))
            ]
            for new, message in heard:
                if new.replaces and not dry_run and not review:
                    with suppress(InvalidInputError):  # something newer stands on what it said
                        updates.append(self.undo(new.replaces, user_id=user_id))
                update = self._talked(new, message, user_id, time)
                if review:
                    update = proposed(update, self.graph)
                if not dry_run:
                    kept = tuple(r for r in update.reasons if not r.startswith(LEFT_OUT))
                    self._apply(replace(update, reasons=kept))
                updates.append(update)
        return updates

    def pass_over(
        self, messages: str | BaseMessage | Sequence[BaseMessage], *, user_id: str
    ) -> list[GraphUpdate]:
        """Leave messages out for good: `learn` takes them as known, and nobody has read them.

        Args:
            messages: one text, one message or a conversation, as of `learn`.
            user_id: whose they are.

        Returns:
            The mark of each of the user's messages that was new. Of one with an id that is all that
            is kept; of another a hash of its text.

        Raises:
            InvalidInputError: what is given is no conversation.
        """
        check_id(user_id)
        spoken = spoken_in(messages)
        with self.graph.writing(user_id):
            marks = [
                passed_over(new, user_id) for new in news(spoken, self.graph.journal(user_id))
            ]
            for mark in marks:
                self._apply(mark)
        return marks

    def _heard(self, new: News, reader: Reader, time: datetime) -> Message:
        """What a message says."""
        with _of_the_app():
            try:
                return reader.message(
                    new.spoken.turn.text, before=new.before, now=time, encode=self._encode,
                    layers=guarded(self.model),
                )
            except InvalidInputError as error:  # another language
                return Message(left_out=(LeftOut("…", str(error)),))

    def _talked(self, new: News, message: Message, user_id: str, time: datetime) -> GraphUpdate:
        """What a message changes."""
        said = new.spoken
        with _of_the_app():
            try:
                update = talk(
                    message, user_id, graph=self.graph, settings=self.settings, time=time,
                    speaker="I" if said.speaker == user_id else said.speaker, encode=self._encode,
                    may_learn=self.may_learn,
                )
            except InvalidInputError as error:
                update = talk(
                    Message(left_out=(LeftOut("…", str(error)),)), user_id, graph=self.graph,
                    settings=self.settings, time=time,
                )
        return replace(update, message_id=said.message_id, digest=new.digest)

    def proposals(self, *, user_id: str) -> list[GraphUpdate]:
        """What is proposed and waits for a decision, oldest first.

        That is what was learned with `review=True`, with what it would add and end, and what the
        assistant told against what the user had said. Nothing of it is recalled.
        """
        check_id(user_id)
        return proposals(user_id, self.graph)

    def approve(self, update_id: str, *, user_id: str) -> GraphUpdate:
        """Make a proposal so, as if it had been learned now: what it retires is retired now.

        Returns:
            What was added and retired; `undo` takes it back, and the proposal waits again.

        Raises:
            NotFoundError: this user has no such update.
            InvalidInputError: it is no proposal, or does not wait any more.
        """
        check_id(update_id, "update id")
        check_id(user_id)
        with self.graph.writing(user_id):
            update = approve(
                update_id, user_id, graph=self.graph, settings=self.settings, time=now()
            )
            self._apply(update)
        return update

    def reject(self, update_id: str, *, user_id: str) -> GraphUpdate:
        """Drop a proposal: the same as to undo it. Its message is not proposed again.

        Raises what `approve` raises.
        """
        check_id(update_id, "update id")
        check_id(user_id)
        with self.graph.writing(user_id):
            waiting(update_id, user_id, self.graph)
            return self.undo(update_id, user_id=user_id)

    def retire(
        self,
        *,
        user_id: str,
        subject: str,
        relation: str | None = None,
        object: str | None = None,
        mistaken: bool = False,
        when: str | date | None = None,
        now: datetime | None = None,
    ) -> GraphUpdate:
        """Take facts out: because they are over, or because they never were so.

        What has ended answers questions about the past; what is mistaken answers none. Both stay in
        the history, and `undo` brings them back.

        Args:
            user_id: whose facts.
            subject: what they are about.
            relation: only facts of this relation, in any of its wordings.
            object: only facts with this object.
            mistaken: whether they never were so.
            when: until when they were: a date, or an EDTF text such as "2019" or "2026-03".
            now: when it is said, with its time zone; else the present.

        Raises:
            NotFoundError: no such fact is known; the message names those that could be meant.
            InvalidInputError: `when` is no time, or `now` has no time zone.
        """
        check_id(user_id)
        check_part(subject, "subject")
        check_given(relation, "relation")
        check_given(object, "object")
        until, time = check_when(when), check_now(now)
        with self.graph.writing(user_id):
            update = retire(
                user_id, subject, relation, object, mistaken=mistaken, when=until, time=time,
                graph=self.graph, settings=self.settings,
            )
            self._apply(update)
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
        """Journal feedback that corrects nothing, with the facts it was about.

        What was forgotten meanwhile stays so: such a fact is left out, and the query with it.

        Raises:
            InvalidInputError: a text or score that cannot be kept.
            TextTooLongError: a text is too long; see docs/how-to/feedback.md.
        """
        check_query(query)
        check_id(user_id)
        check_comment(comment)
        check_facts(facts)
        score = None if score is None else check_score(score)
        update = GraphUpdate(
            id=new_id(), user_id=user_id, kind="feedback", time=now(), query=query,
            score=score, comment=comment, facts=tuple(facts),
        )
        with self.graph.writing(user_id):
            if erased := forgotten(facts, user_id, graph=self.graph):
                update = replace(update.without(erased), comment=comment)
            self._apply(update)
        return update

    def undo(self, update_id: str, *, user_id: str) -> GraphUpdate:
        """Take one update back, as if it had never been. An undo can itself be undone.

        Raises:
            NotFoundError: this user has no such update.
            InvalidInputError: it is undone already, there is nothing in it to undo, or it only took
                something out, be it as an undo, that has a newer value by now.
        """
        check_id(update_id, "update id")
        check_id(user_id)
        with self.graph.writing(user_id):
            update = undo(update_id, user_id, graph=self.graph, settings=self.settings)
            self._apply(update)
        return update

    def forget(
        self,
        subject: str,
        relation: str | None = None,
        object: str | None = None,
        *,
        user_id: str,
    ) -> list[Triple]:
        """Erase for good: one fact, or all about a subject. No undo.

        The journal forgets too: records that speak of an erased fact lose it and their wording.

        Args:
            subject: what to forget; all facts that begin or end with it.
            relation: only facts of this relation, in any of its wordings.
            object: only facts with this object.
            user_id: whose facts.

        Returns:
            The facts that were erased, live or retired.

        Raises:
            NotFoundError: nothing matches.
            InvalidInputError: no subject; `forget_user` erases all of a user.
        """
        check_id(user_id)
        if subject is None:
            raise InvalidInputError("forget what? give a subject, or call forget_user(user_id)")
        check_part(subject, "subject")
        check_given(relation, "relation")
        check_given(object, "object")
        with self.graph.writing(user_id):
            return forget(
                user_id, subject, relation, object, graph=self.graph, settings=self.settings
            )

    def forget_user(self, user_id: str) -> list[Triple]:
        """Erase everything of a user for good, and return the facts that there were. No undo."""
        check_id(user_id)
        with self.graph.writing(user_id):
            return forget_user(user_id, graph=self.graph)

    def close(self) -> None:
        """Release the graph. The model stays with whoever else uses it."""
        self.graph.close()

    def _lane(self, *args: Any, user_id: Any = None, **kwargs: Any) -> Hashable:
        return lane_of(self.graph, user_id)

    def _users_lane(self, user_id: Any) -> Hashable:
        return lane_of(self.graph, user_id)

    arecall = async_twin(recall)
    aexplain = async_twin(explain)
    afacts = async_twin(facts)
    ahistory = async_twin(history)
    aexport = async_twin(export)
    acorrect = async_twin(correct, _lane)
    atell = async_twin(tell, _lane)
    alearn = async_twin(learn, _lane)
    apass_over = async_twin(pass_over, _lane)
    aproposals = async_twin(proposals)
    aapprove = async_twin(approve, _lane)
    areject = async_twin(reject, _lane)
    aretire = async_twin(retire, _lane)
    anote = async_twin(note, _lane)
    aundo = async_twin(undo, _lane)
    aforget = async_twin(forget, _lane)
    aforget_user = async_twin(forget_user, _users_lane)
    aclose = async_twin(close)

    # The Runnable.

    def guide(
        self,
        prompt: BasePromptTemplate[Any],
        llm: HuggingFacePipeline | ChatHuggingFace,
        *,
        scale: float = GUIDANCE_SCALE,
    ) -> Runnable[dict[str, Any], Any]:
        """The rest of a chain, `prompt | llm`, with context-aware decoding (arXiv 2305.14739).

            chain = memory | memory.guide(prompt, llm) | StrOutputParser()

        Each token maximises log P(t|beside) + scale (log P(t|facts) - log P(t|beside)), by the
        guidance of transformers: twice the work a token. Beside the likeliest fact stand the
        others, or, if there is none, what it is about. No answer begins with a line break, a tag or
        a full stop. Where there are no facts it is `prompt | llm`.

        Args:
            prompt: takes `facts`; for the comparison, those beside the likeliest.
            llm: a model that runs here, one prompt at a time.
            scale: how far the answer leans on the facts; 1 is as the model would by itself.

        Raises:
            ModelError: the model does not run here.
            InvalidInputError: a scale below 1.
        """
        return guide(prompt, llm, scale)

    def invoke(
        self, input: Any, config: RunnableConfig | None = None, *, limit: int | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Add `facts` to the input of a chain; see the class. `limit` is that of `recall`."""
        return self._call_with_config(partial(self._add_facts, limit=limit), input, config)

    async def ainvoke(
        self, input: Any, config: RunnableConfig | None = None, *, limit: int | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Async twin of `invoke`."""

        async def run(
            value: Any, run_manager: object, config: RunnableConfig
        ) -> dict[str, Any]:
            return await run_apart(None, self._add_facts, value, config, limit=limit)

        return await self._acall_with_config(run, input, config)

    @property
    def _encode(self) -> Encode | None:
        return self._vectors.of if self._vectors is not None else None

    def _add_facts(
        self, value: Any, config: RunnableConfig, *, limit: int | None
    ) -> dict[str, Any]:
        query, output = question_of(value, self.input_key)
        user_id, query = user_of(config), readable(query)
        check_id(user_id)
        history = history_of(output, query)
        recalled: list[RecalledTriple] = []
        needed: list[Turn] = []
        try:
            # A picture alone asks for nothing that is written here.
            if query.strip():
                check_query(query)
                query = resolve(query, history, user_id, self.graph)
                needed = history if pronoun_in(query) else []
                recalled = self.recall(query, user_id=user_id, limit=limit)
        except TextTooLongError as error:
            # Whoever answers may read more than the model that recalls.
            logger.warning("no facts for this question: %s", error)
        facts = Facts.of(recalled, query, user_id, needed, self.model.control_tokens)
        return output | {"facts": facts}

    def __enter__(self) -> KGTMemory:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
