"""Small inputs that a graph got wrong once, each standing for a kind."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from langchain_kgt import InvalidInputError, KGTMemory
from tests.stub_models import reading_memory

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)  # a Friday
SISTER = ("my sister", "lives in", "Oslo")
WHERE = "Where does my sister live?"


def memory_of(*told: tuple[str, str, str]) -> KGTMemory:
    memory = reading_memory()
    for subject, relation, value in told:
        memory.tell(subject, relation, value, user_id="ann", now=NOW)
    return memory


def stand(memory: KGTMemory) -> list[str]:
    return sorted(str(fact) for fact in memory.facts(user_id="ann", every=True))


def stand_after(
    told: list[tuple[str, str, str]], asked: list[tuple[str, str]]
) -> list[str]:
    memory = memory_of(*told)
    for question, answer in asked:
        memory.correct(question, answer, user_id="ann", now=NOW)
    return stand(memory)


@pytest.mark.parametrize(
    ("told", "asked", "stands"),
    [
        # The first person.
        ([], [("Where do I live?", "Porto"), ("What do I do for a living?", "nurse")],
         ["the user lives in Porto", "the user works as nurse"]),
        ([], [("Where do I work?", "the harbour")], ["the user works in the harbour"]),
        ([], [("What is my name?", "Nadia")], ["the user is named Nadia"]),
        # Polarity.
        ([("my brother", "likes", "jazz")], [("Does my brother like jazz?", "No, he hates jazz")],
         ["my brother hates jazz", "my brother likes jazz [mistaken]"]),
        ([], [("Does my uncle eat meat?", "He never eats meat")], ["my uncle never eats meat"]),
        ([], [("Is my dog neutered?", "No")], ["my dog is not neutered"]),
        ([], [("Is my dog vaccinated?", "Yes")], ["my dog is vaccinated"]),
        ([SISTER], [(WHERE, "No")], ["my sister lives in Oslo [doubtful]"]),
        ([SISTER], [(WHERE, "Not Porto")], ["my sister lives in Oslo"]),
        ([SISTER], [(WHERE, "No, in Madrid")],
         ["my sister lives in Madrid", "my sister lives in Oslo [mistaken]"]),
        ([SISTER], [(WHERE, "She doesn't live anywhere now, she died")],
         ["my sister has died", "my sister lives in Oslo [ended]"]),
        # The kind of value.
        ([("my sister", "was born in", "Riga")], [("When was my sister born?", "May 3, 1990")],
         ["my sister was born in Riga", "my sister was born on May 3, 1990 [1990-05-03]"]),
        ([("I", "am allergic to", "nuts"), ("I", "am allergic to", "shrimps")], [],
         ["the user is allergic to nuts", "the user is allergic to shrimps"]),
        ([("I", "like", "tea"), ("I", "like", "figs")], [],
         ["the user likes figs", "the user likes tea"]),
        ([("I", "can speak", "Irish"), ("I", "can speak", "Welsh")], [],
         ["the user can speak Irish", "the user can speak Welsh"]),
        ([("I", "am friends with", "Tom"), ("I", "am friends with", "Sue")], [],
         ["the user is friends with Sue", "the user is friends with Tom"]),
        ([("my dogs", "are named", "Rex"), ("my dogs", "are named", "Luna")], [],
         ["my dogs are named Luna", "my dogs are named Rex"]),
        ([("I", "have the husband", "Tom")], [("Who is my ex-husband?", "Bob")],
         ["the user has the ex-husband Bob", "the user has the husband Tom"]),
        ([], [("Where do my parents live?",
               "They moved to Porto last year, but before that they lived in Faro.")],
         ["my parents live in Faro [ended, until 2025]", "my parents live in Porto [since 2025]"]),
        ([("my brother", "works at", "Aldi"), ("my brother", "works for", "Lidl")], [],
         ["my brother works at Aldi [ended]", "my brother works for Lidl"]),
        ([("my dog", "is named", "Rex"), ("my dog", "is called", "Luna")], [],
         ["my dog is called Luna", "my dog is named Rex [ended]"]),
        ([("I", "am allergic to", "nuts"), ("I", "have an allergy to", "eggs"),
          ("I", "am allergic to", "Nuts")], [],
         ["the user has an allergy to eggs", "the user is allergic to nuts"]),
        # Time.
        ([], [("When did I buy my suitcase?", "I bought it yesterday")],
         ["my suitcase was bought on 2026-11-26 [2026-11-26]"]),
        ([], [("When is my driving test?", "It's next Tuesday at 3 pm")],
         ["my driving test is on 2026-12-01 15:00 [2026-12-01T15:00]"]),
        ([], [("How old is my daughter?", "She is 7 now")],
         ["my daughter has the age 7 [since 2026]",
          "my daughter was born in about 2019 [2019~]"]),
        ([SISTER], [(WHERE, "No, she moved to Ghent last spring.")],
         ["my sister lives in Ghent [since 2026-21]",
          "my sister lives in Oslo [ended, until 2026-21]"]),
        ([SISTER], [(WHERE, "No, she doesn't live in Oslo any more.")],
         ["my sister lives in Oslo [ended]"]),
        ([], [("What is my name?", "It's Nadia, actually.")], ["the user is named Nadia"]),
        # What is said besides.
        ([], [("Where does Tom live?", "In Porto, I think, and he hates fish.")],
         ["Tom hates fish", "Tom lives in Porto"]),
    ],
)
def test_the_graph_says_what_was_said(
    told: list[tuple[str, str, str]], asked: list[tuple[str, str]], stands: list[str]
) -> None:
    assert stand_after(told, asked) == stands


def test_since_when_is_no_other_workplace() -> None:
    memory = memory_of(("my son", "works in", "a bakery"))
    memory.correct("Since when does he work there?", "2019", user_id="ann", subject="my son")
    assert "my son works in a bakery" in stand(memory)


def test_a_question_is_the_same_in_small_letters() -> None:
    memory = memory_of(*(("Tom", f"knows {n}", f"thing {n}") for n in range(80)))
    memory.correct("Where does Tom live?", "Cork", user_id="ann")
    memory.correct("where does Tom live", "Tralee", user_id="ann")
    homes = [f for f in memory.facts(user_id="ann", subject="Tom") if "live" in f.triple.relation]
    assert [home.triple.object for home in homes] == ["Tralee"]


@pytest.mark.parametrize("name", ["user", "The user", "I", "me"])
def test_whoever_speaks_of_the_user_speaks_of_one_subject(name: str) -> None:
    memory = memory_of((name, "lives in", "Porto"))
    assert [f.triple.subject for f in memory.facts(user_id="ann")] == ["user"]
    [found] = memory.recall("Where do I live?", user_id="ann", limit=1)
    assert found.triple.object == "Porto"


def test_another_language_is_refused_and_both_parts_given_are_taken() -> None:
    memory = memory_of()
    with pytest.raises(InvalidInputError, match="subject"):
        memory.correct("Wo wohnt meine Schwester?", "Graz", user_id="ann")
    assert stand(memory) == []
    memory.correct(
        "Wo wohnt meine Schwester?", "Graz", user_id="ann", subject="meine Schwester",
        relation="wohnt in",
    )
    assert stand(memory) == ["meine Schwester wohnt in Graz"]


def test_nobody_is_erased_by_a_subject_that_is_none() -> None:
    memory = memory_of(SISTER)
    with pytest.raises(InvalidInputError, match="forget_user"):
        memory.forget(None, user_id="ann")  # type: ignore[arg-type]
    assert stand(memory) == ["my sister lives in Oslo"]
