"""The reader of English, which reads by a parse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from langchain_kgt.reading.base import (
    Assertion,
    Encode,
    Layers,
    Message,
    Question,
    Reader,
    Reply,
    Turn,
)
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.parser import Parser
from langchain_kgt.reading.english.questions import Questions
from langchain_kgt.reading.excerpt import MAX_CHARACTERS
from langchain_kgt.reading.language import check_english

if TYPE_CHECKING:
    from spacy.language import Language


class EnglishReader(Reader):
    """Reads English with spaCy.

    Args:
        model: a spaCy pipeline for English, the name of an installed one, or None for the installed
            `en_core_web_*`.

    Raises:
        InvalidInputError: if there is no spaCy, or no such pipeline.

    >>> reader = EnglishReader()
    >>> question = reader.question("Where does my sister work?")
    >>> question.subjects[0], question.relations[0], question.kind
    ('my sister', 'works in', 'place')
    """

    def __init__(self, model: Language | str | None = None) -> None:
        self._parse = Parser(model)
        self._questions = Questions(self._parse, Inflector.of(self._parse.nlp))

    def question(self, text: str, subject: str | None = None) -> Question:
        """Read a question or a cloze prompt.

        Args:
            text: of any length; the sentence that asks is read, and 400 characters of it.
            subject: what it is about, if that is known: the relation is then told from its side.

        Raises:
            InvalidInputError: it is in another language than English.
        """
        check_english(text)
        return self._questions.read(text, subject)

    def reply(self, question: Question, text: str, *, now: datetime) -> Reply:
        """Read what somebody answers to a question, of up to 1,000 characters."""
        from langchain_kgt.reading.english.replies import reply

        with self._parse.alone:
            return reply(self._parse.nlp, question, text, now)

    def message(
        self, text: str, *, before: Sequence[Turn] = (), now: datetime,
        encode: Encode | None = None, layers: Layers | None = None,
    ) -> Message:
        """Read what somebody says without being asked.

        Each clause is weighed by what its parse knows, and by the states of the model, or else the
        vectors of the encoder, for which weights were fitted (SmolLM2-135M-Instruct, and
        all-MiniLM-L6-v2); others are left aside.

        Args:
            text: the message, of which 4,000 characters are read.
            before: what was said before it.
            now: when it is said, with its time zone.
            encode: vectors of texts.
            layers: the model; one pass over twice the message.

        Raises:
            InvalidInputError: it is in another language than English.
        """
        from langchain_kgt.reading.english.talk import message as talk

        def answer(question: str, reply: str) -> tuple[Assertion, ...]:
            return self.reply(self.question(question), reply, now=now).holds

        check_english(text[:MAX_CHARACTERS])
        return talk.read(self._parse, answer, text, before, now, encode, layers)
