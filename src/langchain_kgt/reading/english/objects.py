"""Questions whose subject is, in the grammar, an object: "Who made my car?" is about my car."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.clauses import Asked, Group, bare_form, left_over, noun_text
from langchain_kgt.reading.english.copulas import GIVING
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.links import links, named
from langchain_kgt.reading.english.nouns import of_phrase, verb_of
from langchain_kgt.reading.english.phrases import (
    WE,
    I,
    Turned,
    is_plural,
    is_stranded,
    joined,
    owner_of,
    subtree,
    text_of,
    without_owner,
)  # fmt: skip
from langchain_kgt.reading.english.statements import Statement

if TYPE_CHECKING:
    from spacy.tokens import Token

_OBJECTS = ("dobj", "obj", "dative", "oprd")
# Passives that want another preposition than "by", and those that English does without.
_BY = {"involve": "in", "include": "in", "contain": "in", "interest": "in", "cover": "with"}
_ACTING = frozenset("act star appear feature".split())
_NO_PASSIVE = frozenset(
    "have get want like love prefer take spend leave lack fit cost weigh become be need mean wish "
    "hope try start stop begin do".split()
)
# Who does it is nobody in particular.
_ANYBODY = frozenset("you one they people everyone everybody others".split())
# Who is allowed to do something may leave it.
_BOUND = frozenset("allow permit forbid suppose expect require oblige force ask tell".split())
# "takes care of" is one verb.
_TAKEN = frozenset("care charge advantage notice".split())
_BECOMING = frozenset("become remain stay".split())


def object_worth_asking(asked: Asked, told: Statement) -> Token | None:
    """The thing of somebody that a question of theirs is about: "Where did I buy my bike?".

    A person is not: "Where did I meet my wife?" is about me. Nor is what they do with it every day.
    """
    group, verb = told.group, told.group.verb
    if told.subject.lower_ in _ANYBODY and not group.is_passive:
        user = next(
            (c for c in verb.children if c.dep_ in _OBJECTS and c.lower_ in ("me", "us")), None
        )
        if user is not None:
            return user
        if asked.word == "how" and (ours := next((
            c for c in verb.children if c.dep_ in _OBJECTS and c in told.rest
            and any(d.dep_ == "poss" for d in c.children)
        ), None)) is not None:
            return ours  # "How do you spell my name?"
    place_or_time = asked.word in ("where", "when") or asked.link != "" or (
        asked.noun is not None and kinds.link_of(asked.noun.lemma_.lower()) != ""
    )
    if told.subject.lower_ not in I | WE | {"you", "one"} or group.is_passive or not place_or_time:
        return None
    is_place = asked.word == "where" or (asked.noun is not None and kinds.is_place(
        asked.noun.lemma_.lower()
    ))
    if not (is_place or group.past) or verb.tag_ == "VBG":
        return None
    if verb.lemma_.lower() in _NO_PASSIVE or any(
        c.dep_ in ("xcomp", "ccomp", "dative") for c in verb.children
    ):
        return None
    for child in verb.children:
        if child.dep_ in ("dobj", "obj") and child in told.rest and any(
            c.tag_ == "PRP$" or c.lower_ == "the" for c in child.children
        ) and not kinds.is_person(child.lemma_.lower()):
            return child
    return None


def from_object(asked: Asked, told: Statement, thing: Token, inflect: Inflector) -> Turned:
    """A question about what is no subject in it, told from its side, in the passive voice."""
    group = told.group
    head = _argument(group.verb, thing)
    agent = told.subject
    somebody = "" if agent.lower_ in I | WE | _ANYBODY else text_of(told.phrase)
    relations: list[str] = []
    if head is not None:
        gone = {t.i for t in subtree(head)}
        rest = [t for t in told.rest if t.i not in gone]
        if head.dep_ in _OBJECTS:
            relations = _passive(asked, group, head, rest, somebody, inflect)
            if not _same(head, thing):
                noun = _noun_without(head, thing)
                relations = [f"has a {noun} that {r}" for r in relations]
        elif head.dep_ in ("pobj", "pcomp") and _same(head, thing):
            relations = _of_preposition(asked, group, head, rest, somebody, inflect)
    return Turned((thing, agent), relations, group.past, asked, group.verb)


def _passive(
    asked: Asked, group: Group, head: Token, rest: list[Token], by: str, inflect: Inflector
) -> list[str]:
    stranded = [t for t in rest if is_stranded(t)]
    tail = text_of(t for t in rest if t not in stranded)
    passive = group.passive(inflect, plural=is_plural(head))
    after = named(text_of(stranded), asked) if stranded else links(asked, group, has_object=True)
    return [joined(passive, tail, by and f"by {by}", link) for link in after]


def _of_preposition(
    asked: Asked, group: Group, head: Token, rest: list[Token], somebody: str,
    inflect: Inflector,
) -> list[str]:
    link = head.head
    rest = [t for t in rest if t != link]
    tail = text_of(t for t in rest if not is_stranded(t))
    direct = any(t.dep_ in ("dobj", "obj") and t.head == group.verb for t in rest)
    asks_object = not asked.link and not direct and asked.word not in ("where", "when", "why") and (
        not any(is_stranded(t) for t in rest)
    )
    after = asked.link or next(iter(links(asked, group, has_object=direct)), "")
    who = somebody or "one"
    verb = group.turned(inflect, plural=False)
    if link.lower_ in ("at", "in", "on", "inside"):
        return [joined("is where", who, verb, tail, after)]
    if not direct and not asks_object:
        passive = group.passive(inflect, plural=is_plural(head))
        return [joined(passive, tail, link.lower_, after)]
    return [joined("is one", link.lower_, "which", who, verb, tail, after)]


def from_agent(asked: Asked, group: Group, known: Token | None, inflect: Inflector) -> Turned:
    """A question for who or what does it: "Who made my car?", of my car."""
    verb = group.verb
    if (purpose := _purpose(group)) is not None:
        return _of_purpose(asked, group, purpose, known, inflect)
    lemma = bare_form(verb, inflect)
    thing = _argument(verb, known) if known is not None else None
    thing = thing or _first_argument(verb, asked)
    if thing is None:
        return Turned((), [], group.past, asked, verb)
    if lemma == "take" and thing.lower_ in _TAKEN:
        of = next((t for t in verb.doc[thing.i + 1:thing.i + 2] if t.lower_ == "of"), thing)
        thing = next((c for c in of.children if c.dep_ == "pobj"), thing)
    subject = known if known is not None and not _same(thing, known) else thing
    as_what = group.is_passive and thing.dep_ in ("oprd", "attr")  # "is considered the best of"
    if (as_what or lemma in _BECOMING) and owner_of(thing, known) is not None:
        found = of_phrase(thing, known, inflect, past=group.past)
        return Turned(found.subjects, found.relations, group.past, asked, verb)
    taken = set(asked.places) | group.places | {t.i for t in subtree(thing)}
    # "the lead stones for my team": who throws other stones is not asked.
    for_ours = _for_ours(verb, thing) if known is None else []
    phrase = text_of([*subtree(thing), *for_ours]) if for_ours else ""
    taken |= {t.i for t in for_ours}
    rest = left_over(verb, taken)
    if thing.dep_ in ("pobj", "pcomp"):
        relations = _of_agent_preposition(asked, group, thing, subject, rest, inflect)
        if subject is not thing and relations and not _same(thing, subject):
            subject_first = (subject, thing)
            return Turned(subject_first, relations, group.past, asked, verb)
        return Turned((subject,), relations, group.past, asked, verb)
    tail = text_of(rest)
    if lemma == "have" and not group.auxiliaries:
        relations = ["was with" if group.past else "are with" if is_plural(thing) else "is with"]
    else:
        passive = group.passive(inflect, plural=is_plural(thing))
        if group.is_passive:
            # "Who's made it?" has; what follows from its being done, "if my alarm goes off", has no
            # relation of its own.
            if thing.dep_ not in _OBJECTS:
                return Turned((), [], group.past, asked, verb)
            if lemma in GIVING:  # "Who was given my phone?"
                given = joined(group.turned(inflect, plural=is_plural(thing)), tail, "to")
                return Turned((thing,), [given], group.past, asked, verb)
            passive = joined("have" if is_plural(thing) else "has", "been",
                             inflect.participle(lemma))
        if any(t.dep_ == "dative" and t.pos_ == "PRON" for t in rest):
            tail = f"to {tail}"
        relations = [joined(passive, tail, by) for by in _by(asked, _BY.get(lemma, "by"))]
    if subject is not thing:
        noun = _noun_without(thing, subject)
        has = "had" if group.past else "has"
        return Turned((subject, thing), [f"{has} a {noun} that {r}" for r in relations],
                      group.past, asked, verb)
    return Turned((thing,), relations, group.past, asked, verb, phrase)


def _for_ours(verb: Token, thing: Token) -> list[Token]:
    """"for my team" of "the lead stones for my team"."""
    after = thing.right_edge.i + 1
    for child in verb.children:
        if child.i == after and child.lower_ == "for" and any(
            c.dep_ == "pobj" and any(d.tag_ == "PRP$" for d in c.children) for c in child.children
        ):
            return subtree(child)
    return []


def _purpose(group: Group) -> Token | None:
    """What something is used for, or somebody chosen: "build" of "What was used to build it?"."""
    used_to = group.verb.lemma_ == "use" and group.past and not any(
        c.dep_ in _OBJECTS for c in group.verb.children
    )
    if not (group.is_passive or used_to):
        return None
    return next((
        child for child in group.verb.children
        if child.dep_ in ("xcomp", "advcl") and any(t.tag_ == "TO" for t in child.children)
    ), None)


def _of_purpose(
    asked: Asked, group: Group, purpose: Token, known: Token | None, inflect: Inflector
) -> Turned:
    """"What was used to build my shed?", of my shed: it was built using something."""
    thing = _argument(purpose, known) if known is not None else None
    thing = thing or _first_argument(purpose, asked)
    if thing is None:
        return Turned((), [], group.past, asked, purpose)
    taken = {t.i for t in subtree(thing)} | {t.i for t in group.verb.subtree if t.i < purpose.i}
    rest = left_over(purpose, taken | {purpose.i})
    be = inflect.be("past" if group.past else "present", plural=is_plural(thing))
    participle, link = inflect.participle(bare_form(purpose, inflect)), "by"
    made = f"{be} {participle}"
    if not group.is_passive:
        made = f"used to be {participle}"
    elif group.verb.lemma_ == "use":
        link = "using"
    elif group.verb.lemma_ in _BOUND:
        made = joined(group.turned(inflect, plural=is_plural(thing)), "to be", participle)
    return Turned((thing,), [joined(made, text_of(rest), link)], group.past, asked, purpose)


def _of_agent_preposition(
    asked: Asked, group: Group, thing: Token, subject: Token, rest: list[Token],
    inflect: Inflector,
) -> list[str]:
    link = thing.head
    verb = group.verb
    lemma = bare_form(verb, inflect)
    plural = is_plural(thing)
    tail = text_of(t for t in rest if t != link)
    noun = noun_text(asked)
    if group.is_passive and link.lower_ == "by":
        active = lemma if plural else inflect.third(lemma)
        active = inflect.past(lemma) if group.past else active
        return [joined(active, tail, f"the {noun}" if noun and lemma in ("have", "hold") else "")]
    past = "past" if group.past else "present"
    if lemma == "happen":
        return [joined(group.having(plural=plural), tail, "happen", link.lower_, "it")]
    if owner := owner_of(thing, subject if subject is not thing else None):
        made = verb_of(thing, inflect)
        if made and (subject is thing or _same(owner, subject)):
            passive = f"{inflect.be(past, plural=is_plural(owner))} {inflect.participle(made)}"
            return [f"{passive} by"]
    if group.is_passive:
        participle = inflect.participle(lemma)
        if lemma in GIVING and link.lower_ == "to":
            return [joined(group.turned(inflect, plural=plural), tail, noun and f"the {noun}")]
        return [joined(group.having(plural=plural), participle, tail, link.lower_,
                       "them" if plural else "it", noun and f"the {noun}")]
    if lemma in _ACTING and link.lower_ == "in":
        feature = "featured" if group.past else "feature" if plural else "features"
        return [feature, f"{group.passive(inflect, plural=plural)} in by"]
    before = text_of(t for t in rest if t.i < link.i)
    after = text_of(t for t in rest if t.i > link.i)
    passive = group.passive(inflect, plural=plural)
    return [joined(passive, before, link.lower_, after, by) for by in _by(asked, "by")]


def _by(asked: Asked, link: str) -> list[str]:
    if asked.word in ("how many", "how much"):
        what = "number" if asked.word == "how many" else "amount"
        return [f"{link} the {what} of {noun_text(asked)}"]
    return named(link, asked)


def _argument(verb: Token, known: Token) -> Token | None:
    """The complement of a verb, or of its preposition, that holds a token."""
    token = known
    while token.head != token:
        if token.head == verb and token.dep_ not in ("prep", "agent"):
            return token
        if token.head.head == verb and token.head.dep_ in ("prep", "agent"):
            return token
        token = token.head
    return None


def _first_argument(verb: Token, asked: Asked) -> Token | None:
    after = [c for c in verb.children if c.i > asked.phrase_end]
    for child in after:
        if child.dep_ in ("dobj", "obj", "attr", "oprd") and child.pos_ != "ADJ":
            return child
    for child in after:
        if child.dep_ in ("prep", "agent", "dative", "prt"):
            for found in (child, *child.children):
                if found.dep_ in ("pobj", "dative") and found.pos_ != "ADP":
                    return found
    chunks = (c.root for c in verb.doc.noun_chunks if c.start > max(asked.phrase_end, verb.i))
    return next(chunks, None)


def _same(head: Token, thing: Token) -> bool:
    """Whether a phrase is the thing itself: "the film Anna" is Anna."""
    return head == thing or (
        thing.head == head and thing.dep_ in ("appos", "compound", "nmod", "flat")
        and thing.pos_ == "PROPN"
    )


def _noun_without(head: Token, owner: Token) -> str:
    found = owner_of(head, owner)
    if found is not None:
        return text_of(without_owner(head, found))
    gone = {t.i for t in subtree(owner)}
    return text_of(t for t in subtree(head) if t.i not in gone and t.tag_ not in ("DT", "PRP$"))
