"""What one clause of a reply says."""

from __future__ import annotations

from dataclasses import replace

from langchain_kgt.reading.base import Assertion
from langchain_kgt.reading.english.replies import (
    answering,
    changes,
    matching,
    over,
    own_words,
    time_words,
    values,
)
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.said import Said
from langchain_kgt.reading.english.replies.subjects import resolved, whole
from langchain_kgt.reading.english.replies.yes_no import unstressed


def tell(said: Said, clause: Clause) -> None:
    """Add what a clause says to what was said."""
    question, text = said.question, clause.span.text
    obj, when = time_words.without(clause.object)
    led = f"{clause.preposition} {clause.object}".strip()
    moment = question.kind != "date" and time_words.first(led) == led
    if moment and (changes.ends(clause.verb) or changes.shifts(clause.verb)):
        clause, obj, when = replace(clause, preposition="", object="", head=None), "", led
    obj = unstressed(values.stripped(obj))
    if time_words.is_now(obj):
        obj, when = "", obj
    subject = resolved(clause.subject, said.subject)
    if time_words.tells_change(text) and not clause.negated:
        said.changed = True
    if matching.subject_answers(said, clause):
        if clause.over:
            return said.end(said.answered, text)
        return said.value(whole(clause.subject), when=when, clause=text)
    if matching.means_another(said, clause):
        said.denied.append(said.answered)
        return None
    if (gone := over.named_gone(said, clause, obj)) is not None:
        said.end(gone, text)
    if matching.names_value(said, clause):
        return answering.by_name(said, clause, obj, when)
    if any(matching.same_verb(clause, relation) for relation in question.relations):
        return answering.by_verb(said, clause, subject, obj, when)
    if question.kind == "date" and obj.casefold() == "it" and when and not clause.negated:
        return said.date(when, text)
    if clause.over:
        relation = f"{clause.positive} {clause.preposition}".strip()
        ended = Assertion(subject, relation, obj) if obj else question.stated or said.answered
        return said.end(ended, text)
    if clause.subject is not None and clause.subject.lower_ in {"that", "this"}:
        said.reasons.append("It speaks of what was said.")
        return None
    if matching.has_value(said, clause, subject, obj):
        if clause.past:  # "I got a dog" to "What pets do I have?" is one more
            said.also = values.wants(said.nlp, question) == "many"
            said.changed = not said.also
        return answering.begins(said, answering.first_noun(clause, obj), when, text)
    if not _changes(said, clause, obj, when):
        own_words.tell(said, clause, subject, obj, when)
    return None


def _whole_time(said: Said, text: str, place: str) -> str:
    """All of the time that a date was moved to: "Monday at 3" of "Monday"."""
    time = time_words.first(text[text.rfind(place) :]) if said.question.kind == "date" else ""
    return time if time.startswith(place) else place


def _changes(said: Said, clause: Clause, obj: str, when: str) -> bool:
    """Add what a verb of change says; whether that is all."""
    question, text, verb = said.question, clause.span.text, clause.verb
    if clause.negated:
        nothing = verb.lemma_ in changes.SHIFTS | changes.ENDS and not obj
        if nothing and question.stated is None:
            said.reasons.append("It says that nothing has changed.")
            return True
        return False
    shifts = changes.shifts(verb)
    wanted = question.stated is None and question.relations and matching.of_question(said, clause)
    if matching.takes_up(said, clause) and obj:
        said.changed = True
        answering.begins(said, f"{clause.preposition} {obj}".strip(), when, text)
        return True
    # Where somebody moved to is nobody.
    away = question.kind == "person" and any(e.label_ in {"GPE", "LOC"} for e in clause.span.ents)
    if shifts and wanted and not away and (place := changes.towards(clause.span, verb)):
        said.changed = True
        value, moment = time_words.without(_whole_time(said, text, place))
        answering.begins(said, value, moment or when, text)
        return True
    moved = clause.preposition in changes.WAYS and verb.lemma_ == "be"
    if question.kind == "amount" and obj and (moved or shifts or changes.alters(verb)):
        said.changed = True
        answering.begins(said, values.led(obj)[1], when, text)
        return True
    if changes.ends(verb):
        if (ended := over.ended(said, clause, obj)) is not None:
            said.end(ended, text)
        return over.activity(said, clause) is not None
    said.changed = said.changed or shifts
    return False
