"""The reader of English, which reads by a parse."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from langchain_kgt.reading.base import Question, Reader, Reply
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.parser import Parser
from langchain_kgt.reading.english.questions import Questions
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
