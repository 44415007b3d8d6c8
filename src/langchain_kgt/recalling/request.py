"""What somebody asks for, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import regex

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.lexicon.values import form
from langchain_kgt.reading.base import Question, Reader
from langchain_kgt.reading.english.kinds import is_person
from langchain_kgt.reading.people import as_third_person, is_user
from langchain_kgt.recalling.aliases import Aliases
from langchain_kgt.recalling.templates import is_question
from langchain_kgt.triples import StoredTriple, Triple

# Whoever speaks, as owner too; "US" is a country.
_FIRST_PERSON = regex.compile(
    r"(?i:\b(?:i|me|my|mine|myself|we|our|ours|ourselves)\b)|\b(?:[Uu]s)\b"
)


_OURS_BY_NAME = regex.compile(
    r"(?i:my|our) (?:\p{Ll}[\w'’-]* )*(?P<who>\p{Ll}[\w'’-]*)(?: \p{Lu}[\w.'’-]*)+"
)
# A relation that is spelled out has so many words at most.
_SPELLED = 5


@dataclass(frozen=True)
class Request:
    """A question, a cloze prompt or a wish of one user.

    Attributes:
        text: as it was put.
        names: the subjects of the user's graph that it mentions; `USER` for the user.
        also: the other names of these.
        user: what the user is called where a model is asked.
        now: when it is asked.
        reader: who reads it, once that is needed.
        read_as: what was read of it, where it was read before.
    """

    text: str
    user_id: str
    names: tuple[str, ...]
    also: Aliases
    user: str
    now: datetime
    reader: Reader | None
    read_as: Question | None = None

    @cached_property
    def question(self) -> Question | None:
        """What a reader makes of it; None without one, and in another language."""
        if self.read_as is not None or self.reader is None:
            return self.read_as
        try:
            return self.reader.question(self.text)
        except InvalidInputError:
            return None

    @property
    def past(self) -> bool:
        """Whether it asks for what was, as far as that was read."""
        return self.question is not None and self.question.past

    @property
    def of_a_thing(self) -> bool:
        """Whether all that it names are things and persons other than the user."""
        return bool(self.names) and not any(map(is_user, self.names))

    @property
    def asks(self) -> bool:
        """Whether it spells out what it asks for: "Where do I live?", not "Book us a table"."""
        if self.question is None:
            return is_question(self.text)
        # What no relation could be is a wish: "could book a dentist on without asking for leave".
        return any(len(relation.split()) <= _SPELLED for relation in self.question.relations)

    @property
    def wants_an_answer(self) -> bool:
        """Whether it asks for something, in however many words, so that a fact must have it.

        Of the user many questions are wishes: "What should I cook tonight?"
        """
        return self.asks or (self.of_a_thing and is_question(self.text))

    @property
    def personal(self) -> bool:
        """Whether whoever asks speaks of themselves, or of what is theirs.

        >>> from langchain_kgt.triples import now
        >>> ask = Request("Book us a table", "ann", (), Aliases(), "Anna", now(), None)
        >>> ask.personal
        True
        """
        return _FIRST_PERSON.search(self.text) is not None

    @property
    def of_a_stranger(self) -> bool:
        """Whether it asks of somebody by a name that the graph does not have.

        Without a reader nobody can tell.
        """
        if self.question is None or not all(map(is_user, self.names)):
            return False
        about = next(iter(self.question.subjects), "")
        ours = _OURS_BY_NAME.fullmatch(about)
        if ours is not None and is_person(ours["who"]):
            return True  # "my uncle Sam" is not my uncle Theo
        if self.names or self.personal or not about or Lexicon.shipped().called(normalize(about)):
            return False  # "Mum" is theirs
        # What begins a sentence has a capital in any case.
        before = self.text.partition(about)[0].rstrip()
        return (
            bool(before) and before[-1] not in ".!?"
            and any(word[0].isupper() and form(word) != "date" for word in about.split())
        )

    def read(self, stored: StoredTriple) -> str:
        """A fact as a model reads it: the user goes by a name, all others by that of the request.

        >>> from langchain_kgt.triples import StoredTriple, Triple, now
        >>> ask = Request("Who feeds my dog?", "ann", (), Aliases(), "Anna", now(), None)
        >>> ask.read(StoredTriple(Triple("my dog", "likes", "me"), "u1", now()))
        "Anna's dog likes Anna"
        """
        triple = stored.triple
        subject = "I" if is_user(triple.subject) else self._asked(triple)
        text = f"{subject} {triple.relation} {triple.object}"
        return as_third_person(" ".join(text.split()), self.user).rstrip(".")

    def _asked(self, triple: Triple) -> str:
        """Who a fact is about, by the name that the request has for them, unless it gives that."""
        one = self.also.one
        return next(
            (
                name for name in self.names
                if one(name) == one(triple.subject) and normalize(name) != normalize(triple.object)
            ),
            triple.subject,
        )
