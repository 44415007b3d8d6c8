"""Whatever a graph looks like, recall gives an answer: shared objects, circles, crowds."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_kgt import KGTConfig, KGTMemory, TripleStore
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.recalling.neighbourhood import MAX_FACTS

NAMES = ("my sister", "my brother", "Tom", "tom", "Oslo", "I", "5", "🐕")
RELATIONS = ("works with", "loves", "Loves", "admires", "lives in", "resides in")
QUERIES = (
    "Who do my sister and my brother work with?", "Where does Tom live?", "My sister loves",
    "Tell me about Tom and Oslo", "Is it 5? Tom, 🐕 and I?",
)
CASES = itertools.count()


class Arbitrary(LanguageModel):
    """Scores that are as good as random, and the same for the same texts."""

    id = "arbitrary"
    max_tokens = 10**6

    def __init__(self, spread: float = 40.0) -> None:
        self.spread = spread

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        return [
            tuple(LogProbability(self._score(p.context + text), 1) for text in p.continuations)
            for p in prompts
        ]

    def _score(self, text: str) -> float:
        return -self.spread * hashlib.blake2b(text.encode(), digest_size=1).digest()[0] / 256

    def generate(self, prompts: Sequence[str], **kwargs: object) -> list[str]:
        return ["Tom" for _ in prompts]


def test_two_paths_that_meet_are_both_followed(graph: TripleStore) -> None:
    memory = KGTMemory(model=Arbitrary(spread=0.1), graph=graph)
    for fact in (
        ("my sister", "works with", "Tom"), ("my brother", "works with", "Tom"),
        ("Tom", "admires", "my brother"), ("Tom", "loves", "my sister"),
    ):
        memory.tell(*fact, user_id="ann")
    assert memory.recall("Who do my sister and my brother work with?", user_id="ann", limit=1)


def test_a_relation_in_two_spellings_is_ranked_in_a_crowd(graph: TripleStore) -> None:
    memory = KGTMemory(model=Arbitrary(), graph=graph)
    for number in range(MAX_FACTS + 1):
        memory.tell("Tom", ("likes", "Likes")[number % 2], f"thing {number}", user_id="ann")
    assert len(memory.recall("What does Tom like?", user_id="ann", limit=1)) == 1


def test_a_fact_that_is_no_answer_at_all_leads_nowhere(graph: TripleStore) -> None:
    memory = KGTMemory(model=Arbitrary(spread=1e5), graph=graph)
    for fact in (("Tom", "likes", "Oslo"), ("Tom", "hates", "Rome")):
        memory.tell(*fact, user_id="ann")
    scores = [r.score for r in memory.recall("Where is Tom?", user_id="ann", limit=2)]
    assert scores == [1.0, 0.0]


@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    facts=st.lists(
        st.tuples(
            st.sampled_from(NAMES), st.sampled_from(RELATIONS), st.sampled_from(NAMES)
        ),
        min_size=1, max_size=8,
    ),
    crowded=st.booleans(),
    spread=st.sampled_from([5.0, 40.0, 1e5]),
    relevance=st.sampled_from([0.0, 0.3]),
    subject=st.sampled_from([None, "Tom"]),
)
def test_recall_of_any_graph_ends_in_facts_of_the_user(
    graph: TripleStore, facts: list[tuple[str, str, str]], crowded: bool, spread: float,
    relevance: float, subject: str | None,
) -> None:
    memory = KGTMemory(
        model=Arbitrary(spread), graph=graph, settings=KGTConfig(relevance=relevance)
    )
    user = f"user {next(CASES)}"
    for fact in facts:
        memory.tell(*fact, user_id=user)
    if crowded:
        memory.correct("What about Tom?", "Oslo", user_id=user, subject="Tom", relation="has")
        for number in range(MAX_FACTS):
            memory.tell("Tom", RELATIONS[1 + number % 2], f"thing {number}", user_id=user)
    known = {stored.triple for stored in memory.facts(user_id=user)}
    for query in QUERIES:
        found = memory.recall(query, user_id=user, subject=subject)
        assert {r.triple for r in found} <= known
