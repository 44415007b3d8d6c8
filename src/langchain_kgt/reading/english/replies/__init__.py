"""What a user's answer or correction to a question says."""

from __future__ import annotations

import re
from datetime import datetime

from spacy.language import Language
from spacy.tokens import Doc, Span

from langchain_kgt.reading.base import Assertion, Question, Reply
from langchain_kgt.reading.english.replies import (
    clauses,
    nothing,
    openings,
    polar,
    telling,
    time_words,
    values,
)
from langchain_kgt.reading.english.replies.said import Said, plain

# "Rome, not Oslo", "Not black tea, white tea", "at 9:30, not 8:15": what is denied is no answer.
_DENIED = re.compile(
    r"(?:\s(?:rather than|instead of)|(?:^|(?<=[,.;:!?–—]))\s*(?:and |but )?(?P<over>no longer)|(?:^|(?<=[,.;:!?–—]))\s*(?:and |but )?not)\s+(?!(?:really|any|yet|sure|certain|now|at all|so|true|"
    r"right|correct|exactly|quite|much|that|only|too|very|bad|badly|far|long|until|before|since|every|"
    r"all|always|often|even|just|entirely|particularly|especially|a (?:clue|chance)|the (?:same|case)|"
    r"what|who|how|more|less|for|good|great|well|know|telling|saying|going|gonna|my problem)\b)"
    r"(?P<value>(?:(?!\s+but\b)(?:[^,.;:!?]|[.,:](?=\d)|(?:(?<=\b[dm]r)|(?<=\bm[rs]s)|(?<=\bms)|"
    r"(?<=\bst))\.))+)(?:[,.;:!?]+|\s+but\b)?",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"(?:^|\W)(?:mr|mrs|ms|dr|prof|st|no|rev|sgt|capt|[A-Z])\.$", re.IGNORECASE)
_ANY_MORE = re.compile(r"\s+(?:any ?more|any longer)\b[\s.!]*", re.IGNORECASE)
# "Just two: Ada and Ben".
_COUNTED = re.compile(
    r"^(?:just |only |the |these |my |her |his )*(?:one|two|three|four|five|six|\d+|following)(?: \w+)?"
    r":\s+",
    re.IGNORECASE,
)
# "He's vegan" may be parsed as somebody's vegan.
_APOSTROPHE = re.compile(r"\b(s?he|it)'s\b", re.IGNORECASE)


def reply(nlp: Language, question: Question, text: str, now: datetime) -> Reply:
    """Read what somebody answers to a question.

    Args:
        nlp: an English pipeline of spaCy.
        question: what was asked.
        text: the reply, a whole sentence or a value alone; up to 1,000 characters.
        now: when it is said.

    A value alone is taken as it is, even where the kind of answer is another: people say "Riga"
    to "When was she born?".
    """
    said = Said(nlp, question, now)
    text = plain(text)
    if not any(c.isalnum() for c in text):
        return Reply(nothing="It holds no letter or digit.")
    polarity, rest = openings.opened(openings.closed(text))
    if question.stated is not None and question.denied is not None:
        if _is_word(said, question.stated, question.denied, text, rest, polarity):
            return said.reply()
    rest, denied = _denials(question, rest)
    if any(c.isalnum() for c in rest):
        _read(said, rest, polarity)
    elif not denied and polarity == "no":
        said.denied.append(said.answered)
    elif not denied:
        said.reasons.append("It agrees with what was said.")
    _deny(said, denied)
    if question.stated is not None and question.denied is not None:
        _settle(said, question.stated, question.denied, polarity)
    elif polarity == "no" and not (said.holds or said.ended or said.denied):
        said.denied.append(said.answered)
    return said.reply()


def _is_word(
    said: Said, stated: Assertion, denied: Assertion, text: str, rest: str, polarity: str
) -> bool:
    """Take a yes or a no in any words, if it is all that a reply says."""
    when = time_words.first(rest)
    bare = values.stripped(rest.replace(when, "")) if when else rest
    word = polar.word(text) or polar.word(rest) or polar.word(bare)
    if not word and not any(c.isalnum() for c in rest):
        word = "yes" if polarity == "yes" else "no" if polarity == "no" else ""
        if re.search(r"\bwrong|incorrect|false\b", text, re.IGNORECASE):
            said.denied.append(said.answered)
            return True
    if word == "open":
        said.reasons.append("It says neither yes nor no.")
    elif word == "over":
        said.end(stated, when)
    elif word:
        _side(said, stated, denied, word == "yes", when)
    return bool(word)


def _side(said: Said, stated: Assertion, denied: Assertion, yes: bool, when: str = "") -> None:
    held, other = (stated, denied) if yes else (denied, stated)
    said.holds.append(said.dated(held, when, when) if when else held)
    said.denied.append(other)


def _denials(question: Question, text: str) -> tuple[str, list[tuple[str, bool]]]:
    """A reply without what it denies, and that."""
    found = [match for match in _DENIED.finditer(text)]
    rest = _DENIED.sub(lambda match: f"{match[0][-1] if match[0][-1] in '.!?' else ''} ", text).strip()
    # "Not spicy" to "How do I like it?" says how.
    if found and not any(c.isalnum() for c in rest) and (
        question.text.casefold().startswith("how") or question.kind == "yes or no"
    ):
        return text, []
    return rest if found else text, [
        (_ANY_MORE.sub("", values.stripped(match["value"])),
         bool(match["over"] or _ANY_MORE.search(match["value"])))
        for match in found
    ]


def _deny(said: Said, denied: list[tuple[str, bool]]) -> None:
    for value, over in denied:
        base = said.holds[-1] if said.holds else Assertion(said.subject, said.relation, "")
        preposition, bare = values.led(value)
        relation = base.relation
        if preposition and values.preposition_of(relation):
            relation, value = values.swapped(relation, preposition), bare
        elif said.relation and said.holds and values.preposition_of(said.relation) and (
            values.swapped(relation, "x") == values.swapped(said.relation, "x")
        ):
            relation = said.relation
        if over:
            said.end(Assertion(base.subject, relation, value))
        else:
            said.denied.append(Assertion(base.subject, relation, value))


def _read(said: Said, text: str, polarity: str) -> None:
    doc = said.nlp(text)
    if any((t.tag_ == "POS" or t.dep_ == "case") and t.i and t.nbor(-1).tag_ == "PRP" for t in doc):
        doc = said.nlp(_APOSTROPHE.sub(r"\1 is", text))
    said.names = tuple(entity.text for entity in doc.ents)
    question = said.question
    for sentence in _sentences(doc):
        verdict, why = nothing.judged(sentence, question)
        if question.stated is not None and verdict != "old" and _polar(said, sentence, polarity):
            continue
        if verdict == "nothing":
            said.reasons.append(why)
        elif verdict == "wrong":
            said.denied.append(said.answered)
        elif verdict == "old":
            said.end(said.answered if question.stated is None else question.stated)
        elif question.kind == "reason":
            said.holds.append(Assertion(said.subject, said.relation, _reason(said, sentence.text)))
        else:
            _sentence(said, sentence, polarity)


def _sentences(doc: Doc) -> list[Span]:
    """The sentences; "Dr." ends none."""
    spans: list[Span] = []
    for sentence in doc.sents:
        if spans and _ABBREVIATED.search(spans[-1].text):
            spans[-1] = doc[spans[-1].start : sentence.end]
        else:
            spans.append(sentence)
    return spans


def _sentence(said: Said, sentence: Span, polarity: str) -> None:
    found = clauses.read(sentence)
    if not found:
        _fragment(said, values.stripped(sentence.text), polarity)
        return
    start = len(said.holds)
    for clause in found:
        telling.tell(said, clause)
    first = _ahead(sentence, found)
    if first and not any(said.answers(held) for held in said.holds[start:]):
        rest, said.holds[start:] = said.holds[start:], []
        _fragment(said, first, polarity)
        said.holds += rest


def _ahead(sentence: Span, found: list[clauses.Clause]) -> str:
    """A value before a clause that says more of it: "drums, she hated the cello"."""
    comma = next((t for t in sentence if t.text in {",", ";", ":", "-", "–", "—"}), None)
    if comma is None or not found or found[0].subject is None or found[0].subject.i < comma.i:
        return ""
    before = sentence.doc[sentence.start : comma.i]
    value = any(t.pos_ in {"NOUN", "PROPN", "NUM", "ADJ"} for t in before)
    verbal = any(t.pos_ in {"VERB", "AUX", "ADP", "SCONJ", "INTJ"} for t in before)
    if not value or verbal or len(before) > 5 or time_words.first(before.text):
        return ""
    return values.stripped(before.text)


def _polar(said: Said, sentence: Span, polarity: str) -> bool:
    """Take what a sentence says to a question for yes or no, if it does."""
    stated, denied = said.question.stated, said.question.denied
    if stated is None or denied is None:
        return False
    word = polar.word(openings.opened(sentence.text).rest) or polar.word(sentence.text)
    if word in {"yes", "no"}:
        _side(said, stated, denied, word == "yes")
    if word == "over":
        said.end(stated)
    if word:
        return True
    if all(token.pos_ == "ADV" for token in sentence if not token.is_punct) and (
        not polar.how_often(values.stripped(sentence.text))
    ):
        # "Happily"
        _side(said, stated, denied, polarity != "no")
        return True
    found = clauses.read(sentence)
    taken = False
    for clause in found:
        own = telling.resolved(said, clause.subject).casefold() in {
            stated.subject.casefold(), said.subject.casefold()}
        if own and polar.elliptical(clause):
            if clause.over or (clause.past and not said.question.past and not clause.negated):
                said.end(stated, clause.span.text)
            else:
                _side(said, stated, denied, not clause.negated)
        elif own and polar.about(clause, stated) and not (clause.past and not said.question.past):
            _restated(said, stated, denied, clause)
        else:
            continue
        taken = True
    if taken:
        for clause in found:
            if not polar.elliptical(clause) and not polar.about(clause, stated):
                telling.tell(said, clause)
    return taken


def _restated(said: Said, stated: Assertion, denied: Assertion, clause: clauses.Clause) -> None:
    """A clause that says or denies what was asked, in its own words."""
    words = set(clause.relation.split())
    when = time_words.without(clause.object)[1]
    if clause.over or (clause.negated and re.search(r"any ?more|any longer|\bnow\b", clause.span.text)):
        said.end(stated)
    elif words & {"never", "sometimes", "often", "rarely", "usually", "seldom", "always", "only", "hardly"}:
        said.tell(stated.subject, clause.relation, stated.object, when, clause.span.text)
        if clause.negated:
            said.denied.append(stated)
    else:
        _side(said, stated, denied, not clause.negated, when)
        parts = values.split(clause.object, said.question, said.nlp)
        if not clause.negated and len(parts) > 1:
            for part in parts:
                if part.casefold() != stated.object.casefold():
                    said.tell(stated.subject, stated.relation, part)


def _fragment(said: Said, text: str, polarity: str) -> None:
    """A value without a verb."""
    question, stated = said.question, said.question.stated
    if stated is not None:
        return _polar_fragment(said, stated, text, polarity)
    if question.kind == "date" and (words := time_words.first(text)) and (
        len(words) * 2 > len(text) or not text.startswith(words)
    ):
        return said.date(text, text)
    # "She!", "Wrong city!"; a film may be called "Wrong Turn".
    if re.fullmatch(r"(?i:i|you|s?he|it|we|they)|(?i:wrong) [a-z]+", text):
        return said.denied.append(said.answered)
    text = _COUNTED.sub("", text)
    when = ""
    if question.kind != "date" and question.kind != "amount":
        rest, when = time_words.without(text)
        text = rest or text
        if when.casefold() in {"now", "nowadays", "these days"}:
            said.changed = True
    if re.fullmatch(r"nothing|nobody|no[- ]?one|nowhere|none", text, re.IGNORECASE):
        said.denied.append(said.answered)
    return said.value(text, when=when)


def _polar_fragment(said: Said, stated: Assertion, text: str, polarity: str) -> None:
    if often := polar.how_often(text):
        said.tell(stated.subject, polar.with_adverb(often, stated.relation), stated.object)
        return
    denied = said.question.denied
    if polarity == "yes" and denied is not None:
        return _side(said, stated, denied, True, text if time_words.first(text) else "")
    text, when = time_words.without(values.soft(text))
    if stated.relation in {"does", "can", "did", "will"} and denied is not None:
        # "Like a chimney" to "Does he smoke?": how, not what.
        return _side(said, stated, denied, polarity != "no", when)
    preposition, bare = values.led(text)
    if preposition and values.preposition_of(stated.relation):
        said.several(stated.subject, values.swapped(stated.relation, preposition), bare, when)
    elif preposition:
        said.tell(stated.subject, f"{stated.relation} {stated.object} {preposition}", bare, when)
    else:
        said.several(stated.subject, stated.relation, text, when)
    return None


def _reason(said: Said, text: str) -> str:
    text = values.stripped(text)
    if said.relation.endswith("because"):
        return re.sub(r"^(?:because|cause|cos|'cause)\s+(?!of\b)", "", text, flags=re.IGNORECASE)
    return text


def _settle(said: Said, stated: Assertion, denied: Assertion, polarity: str) -> None:
    """Add the yes or no that a reply opened with, where nothing more exact was said of it."""
    if said.ended and polarity != "yes":
        return
    if polarity == "yes":
        near = any(held.object == stated.object for held in said.holds)
        if not near:
            _side(said, stated, denied, True)
    elif polarity == "no":
        near = any(
            held.object == stated.object or held.relation == stated.relation for held in said.holds
        )
        if not near:
            said.holds.insert(0, denied)
        said.denied.append(stated)
