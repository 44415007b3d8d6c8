"""What the last message of a user in a conversation teaches: a correction, or else plain talk."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import BaseMessage

from langchain_kgt.checks import readable
from langchain_kgt.inputs import said_in
from langchain_kgt.memory import KGTMemory
from langchain_kgt.models.guarded import guarded
from langchain_kgt.recalling.templates import is_question
from langchain_kgt.triples import GraphUpdate
from langchain_kgt.tuning import answers, turns
from langchain_kgt.tuning.antecedents import resolve


def said_by_both(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """What user and assistant said, up to the user's last message.

    Messages without text are left out, and of several of the assistant in a row, with calls of
    tools between them, all but the last: its answer.
    """
    said: list[BaseMessage] = []
    for message in messages:
        if message.type in ("human", "ai") and message.text.strip():
            if said and said[-1].type == message.type == "ai":
                said.pop()
            said.append(message)
    while said and said[-1].type != "human":
        said.pop()
    return said


def of_this_turn(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The user's messages that nobody has answered yet."""
    asked = [n for n, message in enumerate(messages) if message.type != "human"]
    return list(messages[asked[-1] + 1 if asked else 0 :])


def until_asked(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """A conversation as it was before the assistant answered."""
    asked = [n for n, message in enumerate(messages) if message.type == "human"]
    return list(messages[: asked[-1] + 1]) if asked else []


def corrected(said: Sequence[BaseMessage], memory: KGTMemory) -> int | None:
    """Which question's answer the last message corrects, if it does, as the model can tell.

    It is the last question before. What the user said to it since was corrections too.
    """
    texts = [readable(message.text) for message in said]
    asked = [n for n, m in enumerate(said[:-1]) if m.type == "human" and is_question(texts[n])]
    if not asked:
        return None
    since, model = range(asked[-1] + 1, len(said)), guarded(memory.model)
    if [said[n].type for n in since] != ["ai", "human"] * (len(since) // 2):
        return None
    turned = [(texts[n], texts[n + 1]) for n in since[::2]]
    if all(turns.corrects(texts[asked[-1]], *turn, model) for turn in turned):
        return asked[-1]
    return None


def correction_in(messages: Sequence[BaseMessage], memory: KGTMemory) -> int | None:
    """Likewise, of a conversation with tools in it that the user's message ends."""
    said = said_by_both(messages)
    return corrected(said, memory) if said and said[-1] is messages[-1] else None


def learn_turn(
    messages: Sequence[BaseMessage], asked: int | None, memory: KGTMemory, *, user_id: str,
    review: bool = False,
) -> list[GraphUpdate]:
    """Learn the last message as a correction of an answer, if it is one, else all that is new.

    Args:
        messages: the conversation; the user's message ends it.
        asked: which question's answer it corrects, by `correction_in`.
        memory: what learns; without a reader it learns corrections alone.
        user_id: whose messages they are.
        review: whether to propose it only.
    """
    if asked is None:
        if memory.reader is None:
            return []
        return memory.learn(messages, user_id=user_id, review=review)
    said = said_by_both(messages)
    model, history = guarded(memory.model), said_in(said[:asked])
    question, reply = readable(said[asked].text), readable(said[-1].text)
    question = resolve(question, history, user_id, memory.graph, model)
    # A reader reads the reply itself, denials and times included.
    answer = reply if memory.reader else answers.find(question, reply, model)
    return [memory.correct(
        question, answer, user_id=user_id, message_id=said[-1].id or "", review=review
    )]
