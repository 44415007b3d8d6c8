"""A reply to a question for yes or no."""

from __future__ import annotations

import re

from spacy.tokens import Span

from langchain_kgt.reading.base import Assertion
from langchain_kgt.reading.english import asking
from langchain_kgt.reading.english.replies import (
    clauses,
    openings,
    telling,
    time_words,
    values,
    yes_no,
)
from langchain_kgt.reading.english.replies.openings import Polarity
from langchain_kgt.reading.english.replies.said import Said
from langchain_kgt.reading.english.replies.subjects import resolved

_WRONG = re.compile(r"\b(?:wrong|incorrect|false)\b", re.IGNORECASE)
_NO_MORE = re.compile(r"\b(?:any ?more|any longer|now)\b", re.IGNORECASE)
_STILL = re.compile(r"\bstill\b", re.IGNORECASE)
_NEVER = re.compile(r"\bnever\b", re.IGNORECASE)
_OFTEN = frozenset("never sometimes often rarely usually seldom always only hardly".split())


class Polar:
    """Reads replies to a question that has a yes and a no."""

    def __init__(self, said: Said, yes: Assertion, no: Assertion, text: str) -> None:
        self._said, self._yes, self._no = said, yes, no
        # "No" to "Does he still smoke?" says that he did; to "still water" it does not.
        asked = _STILL.search(asking.sentence(said.question.text))
        kept = _STILL.search(f"{yes.relation} {yes.object}") or _NEVER.search(text)
        self._lasted = bool(asked) and not kept

    def word(self, text: str, opened: openings.Opened) -> bool:
        """Take a yes or a no in any words, if it is all that a reply says."""
        rest = opened.rest
        when = time_words.first(rest)
        bare = values.stripped(rest.replace(when, "")) if when else rest
        word = yes_no.word(text) or yes_no.word(rest) or yes_no.word(bare)
        if not word and not any(c.isalnum() for c in rest):
            if _WRONG.search(text):
                self._said.denied.append(self._said.answered)
                return True
            word = opened.polarity
        self._take(word, when)
        return bool(word)

    def sentence(self, sentence: Span, polarity: Polarity) -> bool:
        """Take what a sentence says for or against what was asked; whether it says so."""
        said = self._said
        word = yes_no.word(openings.opened(sentence.text).rest) or yes_no.word(sentence.text)
        bare = all(token.pos_ == "ADV" for token in sentence if not token.is_punct)
        if not word and bare and not yes_no.how_often(values.stripped(sentence.text)):
            word = "no" if polarity == "no" else "yes"  # "Happily"
        if word:
            self._take(word, "")
            return True
        found = clauses.read(sentence)
        taken = [clause for clause in found if self._clause(clause)]
        if taken:
            for clause in found:
                if clause not in taken:
                    telling.tell(said, clause)
        return bool(taken)

    def fragment(self, text: str, polarity: Polarity) -> None:
        """Take a value without a verb: "a motorbike" to "Do I have a car?"."""
        said, yes = self._said, self._yes
        if often := yes_no.how_often(text):
            said.tell(yes.subject, yes_no.with_adverb(often, yes.relation), yes.object)
            return
        if polarity == "yes":
            return self._side(True, text if time_words.first(text) else "")
        text, when = time_words.without(values.soft(text))
        if yes.relation in {"does", "can", "did", "will"}:
            # "Like a chimney" to "Does he smoke?": how, not what.
            return self._side(polarity != "no", when)
        preposition, bare = values.led(text)
        if preposition and values.preposition_of(yes.relation):
            said.several(yes.subject, values.swapped(yes.relation, preposition), bare, when)
        elif preposition:
            said.tell(yes.subject, f"{yes.relation} {yes.object} {preposition}", bare, when)
        else:
            said.several(yes.subject, yes.relation, text, when)
        return None

    def settle(self, polarity: Polarity) -> None:
        """Add the yes or no that a reply opened with, where nothing more exact was said of it."""
        said, yes = self._said, self._yes
        same = any(held.object == yes.object for held in said.holds)
        if polarity == "yes" and not same:
            self._side(True)
        elif polarity == "no" and self._lasted:
            if not said.ended:
                said.end(yes)
        elif polarity == "no" and not said.ended:
            if not same and not any(held.relation == yes.relation for held in said.holds):
                said.holds.insert(0, self._no)
            said.denied.append(yes)

    def _take(self, word: yes_no.Word, when: str) -> None:
        if word == "open":
            self._said.reasons.append("It says neither yes nor no.")
        elif word == "over":
            self._said.end(self._yes, when)
        elif word:
            self._side(word == "yes", when)

    def _side(self, yes: bool, when: str = "") -> None:
        if self._lasted and not yes:
            return self._said.end(self._yes, when)
        held, other = (self._yes, self._no) if yes else (self._no, self._yes)
        self._said.holds.append(self._said.dated(held, when, when) if when else held)
        self._said.denied.append(other)
        return None

    def _renames(self, clause: clauses.Clause) -> bool:
        """Whether a clause has another name than was asked for: "it's Hanna"."""
        is_it = clause.subject is not None and clause.subject.lower_ in {"it", "that", "name"}
        return (
            is_it and self._yes.relation.endswith(" named") and clause.verb.lemma_ == "be"
            and not (clause.negated or clause.over) and clause.object[:1].isupper()
            and clause.object != self._yes.object
        )

    def _clause(self, clause: clauses.Clause) -> bool:
        """Take a clause that says or denies what was asked: "he does", "he never eats it"."""
        said, yes = self._said, self._yes
        if self._renames(clause):
            said.tell(yes.subject, yes.relation, clause.object)
            return True
        subject = resolved(clause.subject, said.subject).casefold()
        if subject not in {yes.subject.casefold(), said.subject.casefold()}:
            return False
        text = clause.span.text
        was = clause.past and not said.question.past
        if yes_no.elliptical(clause):
            if clause.over or (was and not clause.negated):
                said.end(yes, text)
            else:
                self._side(not clause.negated)
            return True
        if was or not yes_no.about(clause, yes):
            return False
        when = time_words.without(clause.object)[1]
        if clause.over or (clause.negated and _NO_MORE.search(text)):
            said.end(yes, text)
        elif _OFTEN & set(clause.relation.split()):
            relation, value = clause.relation, yes.object
            if yes.relation in {"does", "do", "did"}:
                relation, _, value = relation.rpartition(" ")  # "has never", "smoked"
            said.tell(yes.subject, relation, value, when, text)
            if clause.negated:
                said.denied.append(yes)
        else:
            self._side(not clause.negated, when)
            for part in values.split(clause.object, said.question, said.nlp):
                if " and " in clause.object and part.casefold() != yes.object.casefold():
                    said.tell(yes.subject, yes.relation, part)
        return True
