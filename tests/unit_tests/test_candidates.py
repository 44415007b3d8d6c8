"""Whose facts a request may need, and which of them: no model is asked."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from langchain_kgt import InMemoryTripleStore, KGTConfig, KGTMemory
from langchain_kgt.recalling.candidates import MAX_SCORED, candidates
from langchain_kgt.recalling.policy import Policy
from langchain_kgt.recalling.vectors import Vectors
from langchain_kgt.triples import GraphUpdate, Triple, new_id, now
from tests.stub_models import Stub, english

HOME = ("user", "lives in", "Porto")
DOG = ("my dog", "eats", "carrots")
WIFE = ("user", "has a wife named", "Ines")
INES = ("Ines", "is allergic to", "nuts")
ANNA = ("Anna", "lives in", "Oslo")
OWNER = ("Anna", "owns", "the Blue Boat")
BOAT = ("the Blue Boat", "lies in", "Bergen")
MUM = ("mum", "was born in", "Leeds")
US = ("user and Ines", "have been together for", "nine years")
ALL = (HOME, DOG, WIFE, INES, ANNA, OWNER, BOAT, MUM, US)


class _Counted:
    """Vectors of one number: how often a letter stands in a text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [1.0, 10.0 * text.count("q")]


def found(
    query: str, *facts: tuple[str, str, str], vectors: Vectors | None = None,
    when: datetime | None = None,
) -> list[tuple[str, str, str]]:
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
    for fact in facts:
        memory.tell(*fact, user_id="ann")
    policy = Policy(memory.model, memory.graph, KGTConfig(), english(), vectors)
    near = candidates(policy.request(query, "ann", now=when), memory.graph, vectors)
    return [(s.triple.subject, s.triple.relation, s.triple.object) for s in near.facts]


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        # The user's own, and what these mention.
        ("Book us a table for two", (HOME, DOG, WIFE, INES, MUM, US)),
        ("Where do I live?", (HOME, DOG, WIFE, INES, MUM, US)),
        ("what was that again", (HOME, DOG, WIFE, INES, MUM, US)),
        # Somebody of whom nothing is known.
        ("What is the capital of Peru?", ()), ("Where does Tom live?", ()),
        ("Where does my uncle Tom live?", ()),
        # Nobody: a capital begins a sentence, or it is their own mother.
        ("Bit of sun, and cheap. Three ideas?", (HOME, DOG, WIFE, INES, MUM, US)),
        ("Which game do the Friday people play?", (HOME, DOG, WIFE, INES, MUM, US)),
        ("Where does Daddy live?", (HOME, DOG, WIFE, INES, MUM, US)),
        ("Where does Tom live, and where do I?", (HOME, DOG, WIFE, INES, MUM, US)),
        # Whoever is named, and nobody else; what theirs mentions is reached by a walk.
        ("Where does Anna live?", (ANNA, OWNER)),
        ("Where does the Blue Boat lie?", (BOAT,)),
        # Both, where the user speaks of themselves too.
        ("Shall I visit Anna?", (HOME, DOG, WIFE, INES, ANNA, OWNER, MUM, US)),
        ("How far is Anna from my mother?", (HOME, DOG, WIFE, INES, ANNA, OWNER, MUM, US)),
        # What is asked of a thing is said of that, or speaks of it.
        ("Where was mum born?", (MUM,)), ("What is Ines allergic to?", (WIFE, INES, US)),
        ("Who eats more, my dog or I?", (HOME, DOG, WIFE, INES, MUM, US)),
    ],
)
def test_the_users_own_and_whoever_is_named(
    query: str, facts: tuple[tuple[str, str, str], ...]
) -> None:
    assert found(query, *ALL) == list(facts)


def test_a_capital_makes_a_stranger_of_persons_alone() -> None:
    exam = ("my German exam", "is on", "3 May")
    assert found("When is my next German exam?", exam) == [exam]
    assert found("Where does my uncle Tom sit?", exam) == []


def test_what_is_said_of_a_part_is_said_of_the_thing() -> None:
    """"The screen of my laptop" is asked for by naming the laptop."""
    size, lid = ("the screen of my laptop", "has the size", "14 inches"), ("my laptop", "is", "red")
    keys, bike = ("the keys for my bike", "are in", "the hall"), ("my bike", "is", "blue")
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
    for fact in (HOME, size, lid, keys, bike):
        memory.tell(*fact, user_id="ann")
    policy = Policy(memory.model, memory.graph, KGTConfig(), english())

    def named(query: str) -> set[str]:
        near = candidates(policy.request(query, "ann"), memory.graph, None)
        return {stored.triple.object for stored in near.named}

    assert named("Which diagonal does my laptop measure?") == {"14 inches", "red"}
    assert named("What is my bike unlocked with?") == {"the hall", "blue"}
    assert named("Where do I live?") == {"Porto"}


def test_who_has_told_nothing_of_themselves_gets_no_third_party_unnamed() -> None:
    assert found("Where do I live?", ANNA, OWNER, BOAT) == []
    assert found("Who owns a boat?", ANNA, OWNER, BOAT) == []


def test_a_crowd_is_cut_to_the_nearest_by_words_what_is_named_first() -> None:
    crowd = [("user", "likes", f"thing {number}") for number in range(60)]
    near = found("Do Anna and I enjoy painting?", *crowd, ANNA, ("user", "paints", "boats"))
    assert len(near) == MAX_SCORED
    assert ANNA in near
    # The first told of all, found by its words alone.
    near = found("What do I paint?", ("user", "paints", "boats"), *crowd)
    assert near[0] == ("user", "paints", "boats")
    assert near[-1] == crowd[-1]


def test_a_crowd_is_cut_to_the_nearest_by_vectors_too() -> None:
    crowd = [("user", "likes", f"thing {number}") for number in range(60)]
    hidden = ("user", "owns", "a qanun")
    assert hidden not in found("qqq?", hidden, *crowd)
    assert hidden in found("qqq?", hidden, *crowd, vectors=Vectors(_Counted()))


def test_a_fact_of_a_crowd_that_only_its_relation_gives_away_is_found() -> None:
    crowd = [("Tom", f"has number {n}", f"thing {n}") for n in range(300)]
    assert ("Tom", "collects", "stamps") in found(
        "What does Tom collect?", ("Tom", "collects", "stamps"), *crowd
    )


def test_what_is_over_when_it_is_asked_is_no_candidate_but_for_the_past() -> None:
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore(), reader=english())
    memory.tell("user", "lives in", "Faro", user_id="ann", valid_until="2020")
    memory.tell("my aunt", "lives in", "Graz", user_id="ann", valid_until="2030")
    policy = Policy(memory.model, memory.graph, KGTConfig(), english())

    def places(query: str, year: int) -> list[str]:
        request = policy.request(query, "ann", now=datetime(year, 6, 1, tzinfo=timezone.utc))
        return [s.triple.object for s in candidates(request, memory.graph, None).facts]

    assert places("Where do I live?", 2026) == ["Graz"]
    assert places("Where do I live?", 2035) == []
    assert places("Where did I live before?", 2026) == ["Faro", "Graz"]


def test_vectors_are_made_once_a_text() -> None:
    asked: list[str] = []

    class Watched(_Counted):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            asked.extend(texts)
            return super().embed_documents(texts)

    vectors = Vectors(Watched())
    first = vectors.near("q", ["a", "q", "a"])
    assert vectors.near("q", ["q", "a"]) == [first[1], first[0]]
    assert asked == ["a", "q"]
    assert first[1] == pytest.approx(1.0)


def test_a_fact_is_read_by_the_name_that_the_request_has_for_whom_it_is_about() -> None:
    memory = KGTMemory(model=Stub(), graph=InMemoryTripleStore())
    memory.tell("my sister", "is named", "Eva", user_id="ann")
    memory.tell("my sister", "eats", "figs", user_id="ann")
    policy = Policy(memory.model, memory.graph, KGTConfig())

    def read(query: str) -> list[str]:
        request = policy.request(query, "ann")
        return [request.read(s) for s in candidates(request, memory.graph, None).facts]

    assert read("What does Eva eat?") == ["Anna's sister is named Eva", "Eva eats figs"]
    assert read("What does my sister eat?") == [
        "Anna's sister is named Eva", "Anna's sister eats figs",
    ]


BOILER = ("the boiler", "is from", "1998")
TRAVEL = ("Marisol", "travels by", "train")


@pytest.mark.parametrize(
    ("query", "words", "answers", "wanted"),
    [
        # Of whom somebody talks lives in their world, whatever they are called this time.
        ("How old is the heating?", "the boiler is from 1998", "", [BOILER, TRAVEL]),
        ("What does my flatmate eat?", "Marisol goes by train", "", [BOILER, TRAVEL]),
        ("Is my dog well?", "Marisol goes by train", "", [DOG, BOILER, TRAVEL]),
        # Whom they only ask about, or whom an app knows, does not.
        ("How old is the heating?", "", "", []),
        ("How old is the heating?", "1998", "How old is that boiler?", []),
        # Nor is anything theirs asked for by a question about a stranger.
        ("Where does Tom live?", "the boiler is from 1998", "", []),
    ],
)
def test_what_is_said_in_talk_is_of_the_users_world(
    query: str, words: str, answers: str, wanted: list[tuple[str, str, str]]
) -> None:
    graph, policy = InMemoryTripleStore(), KGTConfig()
    memory = KGTMemory(model=Stub(), graph=graph)
    if DOG in wanted:
        memory.tell(*DOG, user_id="ann")
    for fact in (BOILER, TRAVEL):
        graph.apply(GraphUpdate(
            id=new_id(), user_id="ann", kind="learn", time=now(), text=words, query=answers,
            answer="1998" if answers else "", added=(Triple(*fact),),
        ))
    request = Policy(memory.model, graph, policy, english()).request(query, "ann")
    near = candidates(request, graph, None)
    assert [(s.triple.subject, s.triple.relation, s.triple.object) for s in near.facts] == wanted
