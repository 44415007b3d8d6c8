"""Whose facts a request may need: of what it names, of the user, and of those one step away.

A third party whom the request does not name is let in by nothing but a fact that leads there: what
the user's own facts mention, or what the user said of them in plain talk. Words and vectors only
choose among these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from langchain_kgt.graphs.base import TripleKey, TripleStore
from langchain_kgt.graphs.standing import holds
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.reading.people import USER
from langchain_kgt.recalling.names import (
    bare,
    entity,
    every_triple_of,
    identity,
    triples_of,
)
from langchain_kgt.recalling.neighbourhood import in_the_words_of, stems
from langchain_kgt.recalling.request import Request
from langchain_kgt.recalling.subjects import LATEST
from langchain_kgt.recalling.valid_time import as_of
from langchain_kgt.recalling.vectors import Vectors
from langchain_kgt.triples import StoredTriple

MAX_SCORED = 32
"""So many facts are put before the model, whatever the graph holds."""
# So many of one subject are looked at; of what it has more, those of the relations in the
# request's own words.
_OF_A_SUBJECT = 256

_OWNED = regex.compile(r"(?:.* (?:of|for) )?(?:my|our|user's|the user's|user and) ")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The facts that a request may need, oldest first.

    Attributes:
        facts: at most `MAX_SCORED`.
        named: those about what the request names.
    """

    facts: tuple[StoredTriple, ...]
    named: frozenset[StoredTriple]


def candidates(request: Request, graph: TripleStore, vectors: Vectors | None) -> Candidates:
    """Read what a request may need; no model is asked."""
    if request.of_a_stranger:
        return Candidates((), frozenset())
    about: dict[TripleKey, StoredTriple] = {}
    for name in request.names:
        about |= {identity(stored.triple): stored for stored in _named(name, request, graph)}
    named = [stored for stored in about.values() if request.past or holds(stored)]
    if request.past:
        named = _as_it_was(named)
    third = any(name != USER and not _is_own(name, request) for name in request.names)
    own = [] if third and not request.personal else _own(request, graph)
    part = tuple(
        f" {of} {normalize(name)}" for name in request.names if name != USER for of in ("of", "for")
    )
    # "The screen of my laptop" is a part of what a request names.
    named += [
        stored for stored in own
        if identity(stored.triple) not in about and normalize(stored.triple.subject).endswith(part)
    ]
    if named and request.asks and USER not in request.names:
        # What is asked of the dog, its own facts say, or those that speak of it; in talk it is
        # called this and that.
        own = [s for s in own if _said_in_talk(s) or _speaks_of(s, request)]
    # Whose facts are asked for is decided: what holds of them now is none for the past.
    about |= {identity(stored.triple): stored for stored in named}
    facts = [*named, *(stored for stored in own if identity(stored.triple) not in about)]
    # How to answer is no answer.
    facts = [stored for stored in facts if stored.kind != "instruction"]
    facts.sort(key=lambda stored: stored.time)
    if len(facts) > MAX_SCORED:
        facts = _nearest(request, facts, frozenset(named), vectors)
    return Candidates(tuple(facts), frozenset(named))


def _named(name: str, request: Request, graph: TripleStore) -> list[StoredTriple]:
    """What is known of what a request names; where it asks for what was, of that too."""
    also, user_id, now = request.also, request.user_id, request.now
    keys = entity(name, user_id, graph, also).keys
    facts = triples_of(keys, user_id, graph, newest=_OF_A_SUBJECT)
    if len(facts) == _OF_A_SUBJECT:
        known = {identity(stored.triple) for stored in facts}
        more = in_the_words_of(request.text, keys, user_id, graph)
        facts += [stored for stored in more if identity(stored.triple) not in known]
    # Whose name it is: (user, has a dog named, Rex).
    facts = [*(s for s in also.facts(name) if s not in facts), *facts]
    if request.past:
        facts += (
            stored for stored in every_triple_of(
                name, user_id, graph, newest=_OF_A_SUBJECT, also=also
            ) if stored.status == "ended"
        )
    return [as_of(stored, now) for stored in facts]


def _as_it_was(facts: Sequence[StoredTriple]) -> list[StoredTriple]:
    """What has ended takes the place of what holds of the same relation."""
    over = [stored for stored in facts if not holds(stored)]
    instead = {normalize(stored.triple.relation) for stored in over}
    return over + [s for s in facts if holds(s) and normalize(s.triple.relation) not in instead]


def _own(request: Request, graph: TripleStore) -> list[StoredTriple]:
    """The user's facts, those of what is theirs, and of whatever they mention, also in talk."""
    user_id, also = request.user_id, request.also
    told = graph.triples(user_id, newest=LATEST)
    if len(told) == LATEST:
        keys = entity(USER, user_id, graph, also).keys
        told += triples_of(keys, user_id, graph, newest=_OF_A_SUBJECT)
    about = [(also.one(stored.triple.subject), stored) for stored in told]
    subjects = {one: stored.triple.subject for one, stored in about}
    own = {one for one, subject in subjects.items() if _is_own(subject, request)}
    # "The boiler is from 1998", "Marisol can't have lactose": of whom somebody talks lives in their
    # world; whom they only ask about does not.
    own |= {one for one, stored in about if _said_in_talk(stored)}
    # Of those that a fact of the user's mentions, their facts too.
    names = {
        f" {name} ": one for one, subject in subjects.items() if one not in own
        for name in (one, bare(subject), normalize(subject))
    }
    mentioned = "\n".join(
        f" {normalize(text)} " for one, stored in about if one in own
        for text in (stored.triple.object, stored.triple.subject)
    )
    own |= {one for name, one in names.items() if name in mentioned}
    facts = (as_of(stored, request.now) for one, stored in about if one in own)
    return [stored for stored in facts if holds(stored)]


def _speaks_of(stored: StoredTriple, request: Request) -> bool:
    """Whether a fact about something else has one of the names of a request in it."""
    triple = stored.triple
    text = f" {normalize(f'{triple.subject} {triple.relation} {triple.object}')} "
    names = {name for one in request.names for name in (one, *request.also.names(one))}
    return any(f" {bare(name)} " in text for name in names)


def _said_in_talk(stored: StoredTriple) -> bool:
    """Whether the user said it in their own words, and not to answer a question."""
    return not stored.query and any(
        source.said_by == "user" and source.text for source in stored.sources
    )


def _is_own(name: str, request: Request) -> bool:
    """Whether a subject is the user, or something of theirs: "my dog", "mum"."""
    key = normalize(name)
    if request.also.is_user(name) or _OWNED.match(key):
        return True
    return len(Lexicon.shipped().kin(key)) > 1 or any(
        _OWNED.match(normalize(other)) for other in request.also.names(name)
    )


def _nearest(
    request: Request,
    facts: Sequence[StoredTriple],
    named: frozenset[StoredTriple],
    vectors: Vectors | None,
) -> list[StoredTriple]:
    """Those whose words, or vectors, are nearest to the request; what it names first; then new."""
    words = stems(request.text)
    overlap = {s: len(words & stems(request.read(s))) for s in facts}
    by_words = sorted(facts, key=lambda s: (s in named, overlap[s], s.time), reverse=True)
    orders: list[Sequence[StoredTriple]] = [by_words]
    if vectors is not None:
        near = vectors.near(request.text, [request.read(stored) for stored in facts])
        ranked = sorted(zip(facts, near, strict=True), key=lambda pair: -pair[1])
        orders.append([stored for stored, _ in ranked])
    chosen: dict[StoredTriple, None] = {}
    for some in zip(*orders, strict=True):
        chosen.update(dict.fromkeys(some))
        if len(chosen) >= MAX_SCORED:
            break
    return sorted(list(chosen)[:MAX_SCORED], key=lambda stored: stored.time)
