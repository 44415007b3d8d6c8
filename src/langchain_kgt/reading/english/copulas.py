"""Questions with "be": "What colour is my car?", "Who is my dentist?", "How tall am I?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_kgt.reading.english import kinds, wording
from langchain_kgt.reading.english.clauses import (
    Asked,
    Group,
    kind_asked,
    left_over,
    noun_text,
    number,
)
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.links import links, named
from langchain_kgt.reading.english.nouns import of_phrase
from langchain_kgt.reading.english.phrases import (
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

# What is given to somebody, they are given.
GIVING = frozenset("feed give offer pay promise send serve show teach tell".split())
_MINE = frozenset("mine ours yours his hers theirs".split())


def turned_copula(
    asked: Asked, told: Statement, known: Token | None, inflect: Inflector
) -> Turned:
    """A question whose verb is "be", turned round."""
    group, nominal, phrase = told.group, told.subject, told.phrase
    verb, past = group.verb, group.past
    rest = [t for t in told.rest if t.lower_ not in ("exactly", "please")]
    if nominal.lower_ == "there":
        return _there(asked, group, rest, known)
    text = text_of(phrase)
    about = known if known is not None else nominal
    inside = known is not None and known != nominal and known in phrase and (
        not known.is_ancestor(nominal)
    )
    be = group.turned(inflect, plural=number(nominal, group))
    if asked.word == "what" and asked.noun is None and rest and rest[0].lower_ == "like":
        return Turned((nominal,), [joined(be, text_of(rest))], past, asked, verb, text)
    loose = next((t for t in rest if is_stranded(t)), None)
    if loose is not None:
        tail = text_of(t for t in rest if t != loose)
        words = [joined(be, tail, link) for link in named(loose.lower_, asked)]
        if inside:
            return _with_owner(nominal, about, words[-1], asked, group)
        return Turned((nominal,), words, past, asked, verb, text)
    if (kind := kind_asked(asked)) and not asked.link and not inside and not text_of(rest):
        return Turned((nominal,), [f"{be} of the {kind}"], past, asked, verb, text)
    times = asked.word == "how many" and asked.noun is not None and (
        kinds.is_time(asked.noun.lemma_.lower())
    )
    if times and rest:
        counted = joined("the number of", noun_text(asked))
        counted = counted if counted.endswith("times") else f"for {counted}"
        return Turned((nominal,), [joined(be, text_of(rest), counted)], past, asked, verb, text)
    if asked.noun is not None and not asked.link:
        return _of_noun(asked, group, nominal, known, text_of(rest), inflect)
    if asked.word in ("who", "what", "which") and not asked.link and any(
        t.dep_ in ("acomp", "attr", "xcomp", "oprd") for t in rest
    ):
        return Turned((nominal,), [joined(be, text_of(rest))], past, asked, verb, text)
    match asked.word.split()[0]:
        case "when" | "where" | "why" | "since" | "what" | "which" if (
            asked.link or asked.word in ("when", "where", "why")
        ):
            perfect = asked.link == "since" and not past
            be = group.turned(inflect, plural=number(nominal, group), perfect=perfect)
            ways = links(asked, group, has_object=False)
            if asked.word == "when" and not asked.link:
                ways = ["on", "in", "at"]
            if asked.word == "why":
                ways = ["because of"]
            if inside:
                owner = owner_of(nominal, known)
                noun = text_of(without_owner(nominal, owner)) if owner else text_of(phrase)
                found = [r for way in ways for r in wording.of_event(noun, way, past=past)[:1]]
                return Turned((about, nominal), found, past, asked, verb)
            event = _event(nominal, ways, past=past)
            if event is not None:
                return Turned((owner_of(nominal) or nominal, nominal), event, past, asked, verb)
            return Turned((nominal,), [joined(be, text_of(rest), way) for way in ways], past,
                          asked, verb, text)
        case "how":
            return _how(asked, group, nominal, known, rest, inflect)
        case "whose":
            whose = named(asked.link, asked) if asked.link else ["of"]
            words = [joined(be, text_of(rest), way) for way in whose]
            return Turned((about,), words, past, asked, verb)
    found_ = of_phrase(nominal, known, inflect, past=past)
    relations = [joined(r, text_of(rest)) for r in found_.relations]
    return Turned(found_.subjects, relations, past, asked, verb)


def _event(nominal: Token, ways: list[str], *, past: bool) -> list[str] | None:
    """"When was the opening of the shop?", of the shop: it opened then."""
    owner = owner_of(nominal)
    if owner is None:
        return None
    noun = text_of(without_owner(nominal, owner))
    found = [wording.of_event(noun, way, past=past) for way in ways]
    return [f[0] for f in found] if all(len(f) > 1 for f in found) else None


def _of_noun(
    asked: Asked, group: Group, nominal: Token, known: Token | None, rest: str, inflect: Inflector
) -> Turned:
    """"What colour is my car?"; "Which woman is the sister of Anna?"."""
    assert asked.noun is not None
    past, verb = group.past, group.verb
    noun = asked.noun.lemma_.lower()
    be = group.turned(inflect, plural=number(nominal, group))
    if nominal.lower_ in _MINE:
        has = "had" if past else "has"
        return Turned((nominal,), [joined(has, "the", noun_text(asked))], past, asked, verb)
    owner = owner_of(nominal, known)
    if owner is not None and nominal != known and any(
        c.lower_ in ("a", "an") for c in nominal.children
    ):
        has = "had" if past else "has"
        thing = owner_of(owner, known) or owner
        part = text_of(t for t in subtree(nominal) if t.i not in {x.i for x in subtree(thing)}
                       and t != thing.head)
        return Turned((thing,), [f"{has} as {part} the {noun_text(asked)}"], past, asked, verb)
    role = owner is not None and nominal != known and (
        noun == "one" or kinds.is_person(noun)
        # "Which bank is my lender?" asks who lends, "What brand is my printer?" not who prints.
        or (not kinds.is_attribute(noun) and kinds.is_agent(nominal.lemma_.lower()))
    )
    clause = any(c.dep_ in ("relcl", "acl") for c in nominal.children)
    if nominal.lemma_.lower() == "one" and owner is not None:
        words = wording.of_noun(noun_text(asked), past=past)
        return Turned((owner,), words, past, asked, verb)
    if role or clause or asked.word in ("how many", "how much"):
        found = of_phrase(nominal, known, inflect, past=past)
        return Turned(found.subjects, found.relations, past, asked, verb)
    link = kinds.link_of(noun)
    inside = known is not None and known != nominal and nominal.is_ancestor(known)
    if link and (owner is None or not inside) and (
        kinds.is_time(noun) or rest or kinds.is_place(noun)
    ):
        event = _event(nominal, [link], past=past) if owner is not None else None
        if event is not None and owner is not None:
            return Turned((owner, nominal), event, past, asked, verb)
        return Turned((nominal,), [joined(be, rest, link)], past, asked, verb)
    if inside and owner is not None and nominal != known:
        words_ = text_of(without_owner(nominal, owner))
        if link:
            return Turned((owner, nominal), wording.of_event(words_, link, past=past), past,
                          asked, verb)
        has = "had" if past else "has"
        return Turned((owner, nominal), [f"{has} a {words_} with the {noun_text(asked)}"], past,
                      asked, verb)
    has = "had" if past else "have" if number(nominal, group) else "has"
    found_ = wording.of_noun(noun_text(asked), past=past)
    if has == "have":
        found_ = [f.replace("has ", "have ", 1) for f in found_]
    return Turned((nominal,), [joined(f, rest) for f in found_], past, asked, verb)


def _how(
    asked: Asked, group: Group, nominal: Token, known: Token | None, rest: list[Token],
    inflect: Inflector,
) -> Turned:
    past, verb = group.past, group.verb
    has = "had" if past else "have" if number(nominal, group) else "has"
    inside = known is not None and known != nominal and nominal.is_ancestor(known)
    owner = owner_of(nominal, known)
    if asked.word == "how":
        if owner is not None and (inside or owner.pos_ == "PROPN"):
            found = of_phrase(nominal, known, inflect, past=past)
            return Turned(found.subjects, found.relations, past, asked, verb)
        be = group.turned(inflect, plural=number(nominal, group))
        return Turned((nominal,), [joined(be, text_of(rest))], past, asked, verb)
    adjective = asked.word[4:]
    if asked.word in ("how long",) and (rest or any(a.lemma_ == "have" for a in group.auxiliaries)):
        be = group.turned(inflect, plural=number(nominal, group))
        return Turned((nominal,), [joined(be, text_of(rest), "for")], past, asked, verb)
    measure = wording.MEASURES.get(adjective)
    if inside and owner is not None:
        words = text_of(without_owner(nominal, owner))
        if measure:
            measured = [f"{has} a {words} of the {measure}"]
            return Turned((owner, nominal), measured, past, asked, verb)
        found = of_phrase(nominal, known, inflect, past=past)
        return Turned(found.subjects, found.relations, past, asked, verb)
    if measure:
        return Turned((nominal,), [joined(has, "the", measure, text_of(rest))], past, asked, verb)
    be = group.turned(inflect, plural=number(nominal, group))
    if adjective in ("much", "many", "often"):
        costs = be if adjective != "much" else "cost" if past else "costs"
        return Turned((nominal,), [joined(costs, text_of(rest))], past, asked, verb)
    if rest:
        return Turned((nominal,), [joined(be, adjective, text_of(rest), "to the degree")], past,
                      asked, verb)
    return Turned((nominal,), [be], past, asked, verb)


def _with_owner(
    nominal: Token, known: Token, words: str, asked: Asked, group: Group
) -> Turned:
    owner = owner_of(nominal, known)
    noun = text_of(without_owner(nominal, owner)) if owner is not None else ""
    has = "had" if group.past else "has"
    relations = [f"{has} a {noun} that {words}"] if noun else []
    return Turned((known, nominal), relations, group.past, asked, group.verb)


def _there(asked: Asked, group: Group, rest: list[Token], known: Token | None) -> Turned:
    """"How many rooms are there in my flat?"."""
    thing = known or next((t for t in rest if t.dep_ == "pobj"), None)
    if thing is None:
        return Turned((), [], group.past, asked, group.verb)
    has = "had" if group.past else "has"
    counted = {"how many": "number of ", "how much": "amount of "}.get(asked.word, "")
    noun = noun_text(asked)
    return Turned((thing,), [joined(has, noun and f"the {counted}{noun}")], group.past, asked,
                  group.verb)


def of_complement(
    asked: Asked, group: Group, known: Token | None, inflect: Inflector
) -> Turned:
    """"Who is in charge of my school?", "What is in my tea?", "Who is my tea by?"."""
    past, verb = group.past, group.verb
    rest = left_over(verb, set(asked.places) | group.places)
    chunks = [c.root for c in verb.doc.noun_chunks if c.start > asked.phrase_end]
    thing = known or next((c for c in chunks if c.dep_ == "pobj" and owner_of(c)),
                          chunks[-1] if chunks else None)
    if thing is None:
        return Turned((), [], past, asked, verb)
    gone = {t.i for t in subtree(thing)}
    owner = owner_of(thing, known)
    if owner is not None and known is None and owner.head.dep_ == "prep":
        thing, gone = owner, {t.i for t in subtree(owner)}
    words = [t for t in rest if t.i not in gone]
    be = group.turned(inflect, plural=is_plural(thing))
    has = group.having(plural=is_plural(thing))
    if words and words[0].lemma_ in GIVING and text_of(words[1:]) == "to":
        return Turned((thing,), [joined(be, words[0].lower_)], past, asked, verb)
    if words and is_stranded(words[-1]) and words[-1].i > max(gone):
        return Turned((thing,), [joined(be, text_of(words))], past, asked, verb)
    said = text_of(words)
    if said.endswith(" of") and said.split()[0] in ("in", "at", "on"):
        first, *others = said.removesuffix(" of").replace(" the ", " ").split()
        others += ["of"]
        if asked.word == "whose":
            has_it = joined(has, first, "the", *others, "it the", noun_text(asked), "of")
            return Turned((thing,), [has_it], past, asked, verb)
        return Turned((thing,), [joined(be, first, "the", *others)], past, asked, verb)
    if said.endswith("responsible for"):
        return Turned((thing,), [joined(be, "the responsibility of")], past, asked, verb)
    noun = noun_text(asked)
    if said.startswith("the ") and said.endswith(" of") and not noun:
        # "Who will be the godfather of the baby?"
        return Turned((thing,), [joined(has, said.removesuffix(" of"))], past, asked, verb)
    it = f"{said} it" if said else "in it"
    of = " of" if asked.word == "whose" else ""
    return Turned((thing,), [joined(has, it, noun and f"the {noun}{of}")], past, asked, verb)
