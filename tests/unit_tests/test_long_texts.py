"""What users paste is read at a cost in proportion to it, or refused before any work."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from langchain_kgt import (
    InMemoryTripleStore,
    KGTFeedbackHandler,
    KGTMemory,
    TextTooLongError,
    TripleStore,
)
from langchain_kgt.models.base import LogProbability, Prompt
from langchain_kgt.reading.base import Question, Turn
from langchain_kgt.recalling import subjects
from langchain_kgt.recalling.templates import MAX_FACT_CHARACTERS, MAX_QUERY_CHARACTERS
from langchain_kgt.tuning import answers, antecedents
from tests.conftest import shown
from tests.unit_tests.test_recall_of_any_graph import Arbitrary

QUERY = "What does my dog eat?"
ANN: Any = {"configurable": {"user_id": "ann"}}
PIECES = [
    "a", "!", ". ", "word ", "Tom ", "my dog ", "He she ", "my dog's Tom's ", "it's not ", "no, ",
    "what is ", "東", "is it rain ", "1.2:3 ", "a.a-a ", " ", "Tom's is ", "<", "[a", "\n", "a@",
]


class Counting(Arbitrary):
    """Counts what it has to read."""

    def __init__(self) -> None:
        super().__init__()
        self.characters = self.continuations = 0

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        for prompt in prompts:
            self.characters += len(prompt.context) + sum(map(len, prompt.continuations))
            self.continuations += len(prompt.continuations)
        return super().log_probabilities(prompts)


def text_of(piece: str, length: int) -> str:
    """The piece again and again, with a number in it where it says so."""
    again = "".join(piece.replace("#", str(n)) for n in range(length // len(piece) + 1))
    return f"x {again}"[:length - 1] + "x"


def fastest(run: Callable[[], object]) -> float:
    def seconds() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return min(seconds() for _ in range(3))


@pytest.fixture
def memory(graph: TripleStore) -> KGTMemory:
    memory = KGTMemory(model=Counting(), graph=graph)
    memory.tell("my dog", "eats", "meat", user_id="ann")
    memory.tell("Tom", "eats", "fish", user_id="ann")
    return memory


@pytest.mark.parametrize("piece", PIECES)
def test_the_words_of_a_query_cost_in_proportion_to_it(piece: str) -> None:
    graph = InMemoryTripleStore()
    KGTMemory(model=Counting(), graph=graph).tell("Tom", "eats", "fish", user_id="ann")
    said = [Turn("Tom is here", by_user=True)]

    def read(length: int) -> None:
        query = text_of(piece, length)
        subjects.link(antecedents.resolve(query, said, "ann", graph), "ann", graph)
        subjects.spans(query)
        subjects._owned(query, ["Tom", "my dog"])

    short, long = (fastest(lambda n=n: read(n)) for n in (1000, 4000))  # type: ignore[misc]
    # Below a few milliseconds clocks and caches count; the square of it would be sixteen times.
    assert long <= 0.05 or long <= 9 * short


def test_a_long_word_is_not_read_again_for_each_name_behind_it() -> None:
    graph = InMemoryTripleStore()
    KGTMemory(model=Counting(), graph=graph).tell("Tom", "eats", "fish", user_id="ann")
    query = "a" * (MAX_QUERY_CHARACTERS // 2) + "! " + "Tom, " * (MAX_QUERY_CHARACTERS // 10)
    far = "b " * (MAX_QUERY_CHARACTERS // 4) + "! " + "Tom, " * (MAX_QUERY_CHARACTERS // 10)
    link, other = (
        fastest(lambda q=q: subjects.link(q, "ann", graph))  # type: ignore[misc]
        for q in (query, far)
    )
    assert link <= 2 * other


@pytest.mark.parametrize("piece", ["word# ", "Tom# ", "a# ", "Ann#'s "])
def test_a_correction_of_a_long_query_scores_a_bounded_number_of_subjects(piece: str) -> None:
    model = Counting()
    asked = Question(text_of(piece, MAX_QUERY_CHARACTERS))
    subjects.find(asked, "ann", InMemoryTripleStore(), model)
    assert model.continuations <= 200


def test_what_the_model_reads_grows_as_the_query_does(graph: TripleStore) -> None:
    def read(length: int) -> int:
        memory = KGTMemory(model=Counting(), graph=graph)
        user = f"user {length}"
        memory.tell("my dog", "eats", "meat", user_id=user)
        memory.recall(f"{text_of('word ', length)}. {QUERY}", user_id=user)
        memory.correct(f"{text_of('Word ', length)}. {QUERY}", "fish", user_id=user)
        return memory.model.characters  # type: ignore[attr-defined,no-any-return]

    assert read(3600) <= 6 * read(900)


@pytest.mark.parametrize("length", [300, answers.MAX_CHARACTERS])
@pytest.mark.parametrize("piece", ["word# ", "a# ", "Lisbon, not Oslo. ", "Not #, "])
def test_of_a_long_reply_a_bounded_number_of_spans_is_scored(piece: str, length: int) -> None:
    model = Counting()
    assert answers.find(QUERY, text_of(piece, length), model)
    assert model.continuations <= 100


def test_the_answer_in_a_long_reply_may_stand_anywhere() -> None:
    class Knows(Counting):
        def _score(self, text: str) -> float:
            return 0.0 if text.endswith("Answer: Lisbon\n") else -9.0

    for place in range(0, 150, 25):
        words = [f"said{n}" if n % 2 else "the" for n in range(150)]
        words[place] = "Lisbon"
        assert answers.find(QUERY, " ".join(words), Knows()) == "Lisbon"


def test_a_longer_correction_is_refused_and_says_the_limit(memory: KGTMemory) -> None:
    run = UUID(int=1)
    feedback = KGTFeedbackHandler(memory)
    memory.invoke(QUERY, {**ANN, "callbacks": [feedback], "run_id": run})
    asked = memory.model.continuations  # type: ignore[attr-defined]
    for length in (1001, 4000, 32_000, 10**7):
        with pytest.raises(TextTooLongError, match="1,000"):
            feedback.record(run, correction="word " * (length // 5) + "x")
    assert memory.model.continuations == asked  # type: ignore[attr-defined]
    assert shown(memory) == ["(my dog, eats, meat)", "(Tom, eats, fish)"]


LONG = "x" * (MAX_FACT_CHARACTERS + 1)
HUGE = "x" * 10**8
NAMED: dict[str, Callable[[KGTMemory, str], object]] = {
    "recall": lambda m, t: m.recall(QUERY, user_id="ann", subject=t),
    "facts": lambda m, t: m.facts(user_id="ann", subject=t),
    "history": lambda m, t: m.history(user_id="ann", subject=t),
    "forget a subject": lambda m, t: m.forget(user_id="ann", subject=t),
    "forget a relation": lambda m, t: m.forget(user_id="ann", subject="Tom", relation=t),
    "forget an object": lambda m, t: m.forget(user_id="ann", subject="Tom", object=t),
    "correct": lambda m, t: m.correct(QUERY, t, user_id="ann"),
    "correct a subject": lambda m, t: m.correct(QUERY, "x", user_id="ann", subject=t),
    "correct a relation": lambda m, t: m.correct(QUERY, "x", user_id="ann", relation=t),
    "tell a subject": lambda m, t: m.tell(t, "eats", "x", user_id="ann"),
    "tell a relation": lambda m, t: m.tell("Tom", t, "x", user_id="ann"),
    "tell an object": lambda m, t: m.tell("Tom", "eats", t, user_id="ann"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_name_that_no_fact_can_have_is_refused_at_once(memory: KGTMemory, name: str) -> None:
    with pytest.raises(TextTooLongError, match="at most 500"):
        NAMED[name](memory, LONG)

    def refused() -> None:
        with pytest.raises(TextTooLongError, match="at most 500"):
            NAMED[name](memory, HUGE)

    assert fastest(refused) < 0.5
    assert shown(memory) == ["(my dog, eats, meat)", "(Tom, eats, fish)"]


def test_a_query_that_is_too_long_is_refused_at_once(memory: KGTMemory) -> None:
    for query in ("x" * (MAX_QUERY_CHARACTERS + 1), HUGE):
        with pytest.raises(TextTooLongError, match="4,000"):
            memory.recall(query, user_id="ann")
        with pytest.raises(TextTooLongError, match="4,000"):
            memory.correct(query, "fish", user_id="ann")
    assert memory.recall(QUERY.rjust(MAX_QUERY_CHARACTERS), user_id="ann", limit=1)


def test_a_chain_answers_it_all_the_same_without_facts(
    memory: KGTMemory, caplog: pytest.LogCaptureFixture
) -> None:
    query = "She asked it. " * 300_000 + QUERY
    start = time.process_time()
    output = memory.invoke(query, ANN)
    assert time.process_time() - start < 2
    assert (output["facts"], output["question"]) == ("", query)
    assert "at most 4,000" in caplog.text
