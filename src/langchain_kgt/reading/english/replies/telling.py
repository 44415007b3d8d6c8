"""What one clause of a reply says, beside the question."""

from __future__ import annotations

import re

from dataclasses import replace

from spacy.tokens import Token

from langchain_kgt.reading.base import Assertion
from langchain_kgt.reading.english.replies import changes, time_words, values
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.polar import elliptical, unstressed
from langchain_kgt.reading.english.replies.said import Said
from langchain_kgt.reading.english.replies.third_person import auxiliary_word, finite, third_person

_IT = frozenset("it that this there those these".split())
_PERSON = frozenset("he she they him her them".split())
_OWN = frozenset("i we me us you".split())
_POSSESSIVE = frozenset("his her its their".split())
_AUXILIARIES = frozenset(
    "is are was were has have had does do did will can not cannot never been be got gets a an the".split()
)
_ANY = re.compile(r"^any(?:where|one|body|thing)?(?: of (?:them|it|those))?$", re.IGNORECASE)
_NONE = re.compile(r"^(?:nothing|nobody|no[- ]?one|nowhere|none)$", re.IGNORECASE)
_SINGLE = frozenset({"place", "person", "date", "amount"})


def tell(said: Said, clause: Clause) -> None:
    """Add what a clause says to what was said."""
    question = said.question
    text = clause.span.text
    obj, when = time_words.without(clause.object)
    obj = unstressed(values.stripped(obj))
    if time_words.is_now(obj):
        obj, when = "", obj
    subject = resolved(said, clause.subject)
    same = any(matches(clause, relation) for relation in question.relations)
    now_said = bool(re.search(r"\b(?:now|nowadays|these days|any ?more|any longer|no longer)\b", text, re.I))
    if now_said and not clause.negated:
        said.changed = True

    if _answers_as_subject(said, clause):
        if clause.over:
            return said.end(said.answered, text)
        return said.value(_span(clause.subject), when=when, clause=text)
    if _is_value(said, clause):
        return _copular(said, clause, obj, when, text)
    if same:
        return _same(said, clause, subject, obj, when, text)
    if question.kind == "date" and obj.casefold() == "it" and when and not clause.negated:
        return said.date(when, text)
    if changes.shifts(clause.verb) and (place := _to(clause)):
        said.changed = True
        if question.stated is None and question.relations and _of_question(said, clause):
            rest, moment = time_words.without(place)
            if rest:
                return _begins(said, rest, moment or when, text)
        return _own(said, clause, subject, obj, when, text)
    if question.kind == "amount" and re.search(r"\d|\w", obj) and (
        changes.shifts(clause.verb) or changes.alters(clause.verb)
    ):
        said.changed = True
        return _begins(said, values.led(obj)[1], when, text)
    if clause.negated and (clause.verb.lemma_ in changes.SHIFTS | changes.ENDS) and not obj:
        said.reasons.append("It says that nothing has changed.")
        if question.stated is None:
            return None
    if clause.over:
        if obj:
            return said.end(
                Assertion(subject, _with(clause.positive, clause.preposition), obj), text)
        return said.end(said.question.stated or said.answered, text)
    if changes.ends(clause.verb) and not clause.negated:
        if question.kind == "place" and obj and obj[:1].isupper() and said.relation:
            said.end(Assertion(said.subject, said.relation, obj), text)
        elif gerund := _gerund(clause, said):
            said.end(gerund, text)
            return None
        elif _ends_answer(said, clause, obj):
            said.end(said.question.stated or said.answered, text)
        return _own(said, clause, subject, obj, when, text)
    if changes.shifts(clause.verb):
        said.changed = True
    return _own(said, clause, subject, obj, when, text)


def matches(clause: Clause, relation: str) -> bool:
    """Whether a clause speaks of a relation: "she lived there" of "lives in"."""
    words = relation.casefold().split()
    content = [word for word in words if word not in _AUXILIARIES and not values.led(f"{word} x")[0]]
    forms = {clause.verb.lemma_, clause.verb.lower_, third_person(clause.verb.lemma_), finite(clause.verb)}
    if forms & {"call", "name"}:
        forms |= {"named", "called"}
    if content:
        # The adjective of "is allergic to" is what that speaks of.
        return content[0] in forms | set(clause.positive.split()[1:]) - _AUXILIARIES
    return bool(words) and clause.verb.lemma_ == "be" and words[0] in {"is", "was", "are", "were"}


def resolved(said: Said, token: Token | None) -> str:
    """Who a subject is: a pronoun is the question's, "I" is the user."""
    if token is None:
        return said.subject
    word, other = token.lower_, said.subject
    text = _span(token)
    if word in _OWN and text.casefold() == word:
        return "I" if word == "i" else word
    third = bool(other) and other.casefold() not in _OWN
    words = set(text.casefold().split())
    if word in _IT | _PERSON and words <= {word, "both", "all", "each", "too"}:
        return other if third else text
    first, _, rest = text.partition(" ")
    if first.casefold() in _POSSESSIVE and rest and third:
        return f"{other}'s {rest}"
    if other and " and " not in other and set(text.casefold().split()) <= set(other.casefold().split()):
        return other
    return text[:1].lower() + text[1:] if token.pos_ != "PROPN" and first.casefold() in {
        "my", "our", "the", "a", "an", "your", "his", "her", "their", "its", "this", "that"
    } else text


def _span(token: Token | None) -> str:
    if token is None:
        return ""
    tokens: list[Token] = []
    for part in token.subtree:
        if part.dep_ == "relcl" or (part.text == "," and tokens):
            break
        tokens.append(part)
    kept = [t for t in tokens if not t.is_punct or t.text in "-'’."]
    return token.doc[kept[0].i : kept[-1].i + 1].text if kept else token.text


def _with(relation: str, preposition: str) -> str:
    return f"{relation} {preposition}".strip()


def _answers_as_subject(said: Said, clause: Clause) -> bool:
    """"Tom does", "Tom feeds her": the answer to "Who feeds her?"."""
    subject = clause.subject
    if subject is None or subject.lower_ in _IT | _PERSON or clause.negated:
        return False
    if _span(subject).casefold() == said.subject.casefold():
        return False
    asked = said.question.text.casefold().split()
    if not asked or asked[0] not in {"who", "what", "which", "whose"}:
        return False
    forms = {third_person(clause.verb.lemma_), clause.verb.lower_, finite(clause.verb)}
    subject_asked = len(asked) > 1 and asked[1] not in {
        "do", "does", "did", "is", "are", "was", "were", "am", "can", "will", "has", "have"}
    if not subject_asked:
        return False
    return bool(forms & set(asked[1:4])) or elliptical(clause) or clause.cleft


def _is_value(said: Said, clause: Clause) -> bool:
    """Whether a clause with "be" names the answer: "it's Rome", "her name is Ada", "she is 7"."""
    question, verb = said.question, clause.verb
    if verb.lemma_ != "be" or not (clause.object or clause.preposition) or clause.head is None:
        return False
    word = clause.subject.lower_ if clause.subject is not None else "it"
    kind = clause.head.dep_
    if question.stated is not None:
        return False
    if clause.relation.split(" ")[0] not in {"is", "was"} or clause.cleft:
        return False
    if question.kind == "date" and not clause.preposition and not time_words.first(clause.span.text):
        return any(t.like_num for t in clause.span)
    if word in _IT:
        return clause.head.pos_ != "ADJ" or question.kind in {"thing", "any", "amount"} or kind != "acomp"
    if not question.relations:
        return False
    if word in _PERSON or resolved(said, clause.subject) == said.subject:
        if clause.preposition:
            return question.kind in {"place", "date"}
        if question.kind == "amount":
            return any(t.like_num for t in clause.span)
        first = said.relation.split(" ")
        return kind != "acomp" and (first[-1] == "as" or (first[0] in {"is", "are", "was"} and len(first) == 1))
    if clause.subject is None or clause.subject.pos_ == "PRON":
        return False
    noun = clause.subject.lemma_.casefold()
    known = f"{question.text} {' '.join(question.relations)}".casefold()
    if noun == "name":
        return "name" in known or "call" in known
    return bool(noun) and bool(re.search(rf"\b{re.escape(noun)}s?\b", known)) and not (
        said.subject.casefold().endswith(noun))


def _copular(said: Said, clause: Clause, obj: str, when: str, text: str) -> None:
    if said.question.kind == "date":
        words = time_words.first(text) or f"{clause.preposition} {clause.object}".strip()
        if not clause.negated:
            return said.date(values.stripped(words), text)
    value = f"{clause.preposition} {obj}".strip()
    if clause.over:
        bare = values.led(value)[1]
        return said.end(Assertion(said.subject, said.relation, bare))
    if clause.negated:
        said.denied.append(Assertion(said.subject, said.relation, values.led(value)[1]))
        return None
    if clause.past and not said.question.past and not _past(said.relation):
        # "It was Tom" of who it is now: true then, if something else is said to be so now.
        said.reasons.append("It says what was, not what is.")
        said.end(Assertion(said.subject, said.relation, values.led(value)[1]))
        return None
    return said.value(value, when=when, clause=text)


def _past(relation: str) -> bool:
    return relation.split(" ")[0] in {"was", "were", "did", "had"} or relation.split(" ")[0].endswith("ed")


def _same(said: Said, clause: Clause, subject: str, obj: str, when: str, text: str) -> None:
    question = said.question
    if subject.casefold() not in {said.subject.casefold(), *map(str.casefold, question.subjects)}:
        return _own(said, clause, subject, obj, when, text)
    relation = next(r for r in question.relations if matches(clause, r))
    if clause.preposition and values.preposition_of(relation):
        relation = values.swapped(relation, clause.preposition)
    elif clause.preposition:
        relation = _with(relation, clause.preposition)
    if clause.verb.lemma_ in {"call", "name"} and clause.verb.tag_ != "VBN":
        obj = re.sub(r"^(?:him|her|it|them|me|us)\s+", "", obj)
        subject = said.subject
    elif not obj and not clause.negated and not clause.over:
        return _own(said, clause, subject, obj, when, text)
    if clause.over or (clause.negated and re.search(r"\b(?:now|any ?more|any longer)\b", text, re.I)):
        return said.end(Assertion(subject, relation, "" if _ANY.match(obj) else obj), text)
    if clause.negated:
        anything = bool(_ANY.match(obj)) or not obj
        said.denied.append(Assertion(subject, relation, "" if anything else obj))
        if question.kind not in _SINGLE:
            _own(said, clause, subject, obj, when, text)
        return None
    if clause.past and not question.past and not _past(relation):
        until = said.holds[-1].valid_from if said.holds else ""
        said.end(Assertion(subject, relation, _first_noun(clause, obj)), text)
        if until and not said.ended[-1].valid_until:
            said.ended[-1] = replace(said.ended[-1], valid_until=until)
        return None
    if question.kind == "date":
        words = time_words.first(text)
        if words:
            return said.date(words, text)
        return said.several(subject, _with(clause.relation, clause.preposition), obj, when, text)
    if question.kind in {"place", "person"}:
        obj = _first_noun(clause, obj)
    if _NONE.match(obj):
        said.denied.append(said.answered)
    own = bool(set(clause.relation.split()) & {"never", "sometimes", "often", "rarely", "usually", "seldom"})
    said.several(subject, _with(clause.relation, clause.preposition) if own else relation, obj, when, text)
    return None


def _first_noun(clause: Clause, obj: str) -> str:
    """A name or noun without what else the verb is said with: "Rome" of "Rome with her dog"."""
    head = next(
        (t for t in clause.span if clause.head is not None and t.i >= clause.head.i
         and t.dep_ in {"pobj", "dobj", "attr", "oprd"}), None)
    if head is None or head.head.i > head.i:
        return obj
    end = max(t.i for t in head.subtree if not t.is_punct) + 1
    short = head.doc[head.left_edge.i : end].text
    return short if short and obj.startswith(short) else obj


def _to(clause: Clause) -> str:
    """Where a change goes to: "Rome" of "she moved her dog to Rome"."""
    for token in clause.span:
        if token.i > clause.verb.i and token.lower_ in {"to", "into", "onto"} and token.tag_ in {"IN", "TO"}:
            noun = next((c for c in token.children if c.dep_ == "pobj"), None)
            if noun is not None:
                end = max((t.i for t in noun.subtree if not t.is_punct), default=noun.i) + 1
                return str(clause.span.doc[noun.left_edge.i : end].text)
    return ""


def _of_question(said: Said, clause: Clause) -> bool:
    """Whether a clause speaks of what the question is about."""
    if clause.subject is None or clause.subject.lower_ in _IT | _PERSON:
        return True
    if resolved(said, clause.subject).casefold() == said.subject.casefold():
        return True
    return any(t.dep_ in {"dobj", "pobj"} and t.lower_ in _PERSON | {"it"} for t in clause.span)


def _begins(said: Said, value: str, when: str, text: str) -> None:
    """What holds since a change."""
    if said.question.kind == "date":
        return said.date(value, text)
    start = len(said.holds)
    said.value(value, when=when, clause=text)
    for place in range(start, len(said.holds)):
        new = said.holds[place]
        if new.valid_until and new.valid_until == new.valid_from:
            # The change is over, what began with it is not.
            said.holds[place] = Assertion(
                new.subject, new.relation, new.object, new.valid_from, "", new.when)


def _ends_answer(said: Said, clause: Clause, obj: str) -> bool:
    """Whether what a verb ends is what was asked: "she died", "I sold it", "she quit her job"."""
    noun = clause.head.lemma_.casefold() if clause.head is not None else ""
    if obj and clause.head is not None and clause.head.dep_ in {"det", "poss", "amod"}:
        noun = clause.head.head.lemma_.casefold()
    asked = said.question.text.casefold()
    if obj.casefold() in _IT | _PERSON or (noun and obj and noun in asked):
        return True
    if noun in {"job", "work", "position", "post"} and obj:
        return bool(re.search(r"\b(?:work|job|do|employ\w*|company|living|profession)\b", asked))
    return (not obj or time_words.first(obj) == obj) and _of_question(said, clause)


def _gerund(clause: Clause, said: Said) -> Assertion | None:
    """What is over in "he stopped eating meat", "she gave up smoking"."""
    verb = next((c for c in clause.verb.children if c.dep_ in {"xcomp", "pcomp", "dobj", "ccomp"}
                 and c.tag_ in {"VBG", "NN"} and c.lower_.endswith("ing")), None)
    if verb is None:
        return None
    rest = [t for t in verb.subtree if t.i > verb.i]
    text = values.stripped(time_words.without(verb.doc[rest[0].i : rest[-1].i + 1].text)[0]) if rest else ""
    lemma = verb.lemma_ if not verb.lemma_.endswith("ing") else verb.lower_[:-3]
    stated = said.question.stated
    if stated is not None and lemma in f"{stated.relation} {stated.object}":
        return stated
    relation = third_person(lemma)
    preposition, bare = values.led(text)
    return Assertion(said.subject, _with(relation, preposition), bare) if bare else None


def _own(said: Said, clause: Clause, subject: str, obj: str, when: str, text: str) -> None:
    """A clause in its own words."""
    relation = _with(clause.relation, clause.preposition)
    word = obj.casefold()
    if obj and not clause.preposition and time_words.first(obj) == obj and said.question.kind != "date":
        obj, when = "", obj
    if word in _PERSON | {"it"}:
        stated = said.question.stated
        if stated is not None and subject == stated.subject:
            obj = stated.object or obj
        elif said.subject.casefold() not in {subject.casefold(), *_OWN, ""}:
            obj = said.subject
    if clause.preposition.split(" ")[0] == "there" or word == "there":
        # "She moved there in May" tells nothing but when.
        return
    if not obj:
        relation, obj = _without_object(clause)
    if not subject or not obj:
        subject = subject or said.subject
    if relation and obj and obj.casefold() != "to":
        said.tell(subject, relation, obj, when, text)


def _without_object(clause: Clause) -> tuple[str, str]:
    """A verb that takes nothing, as relation and object: "has died", "does not smoke"."""
    words = clause.relation.split(" ")
    verb = clause.verb
    if len(words) > 1 and words[0] in {"is", "was", "has", "can", "cannot", "will", "does", "did", "would", "got"}:
        cut = 2 if words[1] in {"not", "never"} and len(words) > 2 else 1
        return " ".join(words[:cut]), " ".join(words[cut:])
    particle = [w for w in words[1:]] if words[0] == finite(verb) else []
    if verb.tag_ == "VBD":
        return "has", " ".join([_participle(verb), *particle])
    return "does", " ".join([auxiliary_word(verb) if verb.lemma_ == "be" else verb.lemma_, *particle])


def _participle(verb: Token) -> str:
    irregular = {"go": "gone", "leave": "left", "break": "broken", "give": "given", "fall": "fallen",
                 "begin": "begun", "swim": "swum", "run": "run", "come": "come", "write": "written"}
    return irregular.get(verb.lemma_, verb.lower_)
