"""What updates and recalls cost, in forward passes and tokens: a regression bench, not seconds."""

from __future__ import annotations

from collections.abc import Callable

from langchain_kgt import GraphUpdate, InMemoryTripleStore, KGTConfig, KGTMemory, Triple
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.triples import now
from tests.conftest import counted_tokens
from tests.stub_models import english


def recalled(memory: KGTMemory, query: str) -> list[str]:
    return [r.triple.object for r in memory.recall(query, user_id="ann")]


def test_a_subject_with_thousands_of_facts_is_asked_and_corrected_like_any_other(
    memory: KGTMemory, smollm: HuggingFaceModel
) -> None:
    memory = KGTMemory(model=smollm, graph=memory.graph, reader=english())
    others = [r for r in Lexicon.shipped().wordings if r not in ("lives in", "was born in")]
    crowd = tuple(Triple("Ann", others[n % 150], f"number {n}") for n in range(2000))
    memory.graph.apply(GraphUpdate(id="crowd", user_id="ann", kind="tell", time=now(), added=crowd))
    memory.tell("Ann", "lives in", "Lima", user_id="ann")
    memory.tell("Ann", "was born in", "Oslo", user_id="ann")
    assert recalled(memory, "Where does Ann live?")[0] == "Lima"
    assert recalled(memory, "Where was Ann born?")[0] == "Oslo"
    with counted_tokens(smollm) as scored:
        update = memory.correct("In which city does Ann live?", "Rome", user_id="ann")
    assert [t.object for t in update.retired] == ["Lima"]
    assert recalled(memory, "Where does Ann live?")[0] == "Rome"
    assert len(memory.facts(user_id="ann")) == 2002
    assert sum(scored) < 1500


def test_what_an_update_and_a_recall_cost_in_tokens(smollm: HuggingFaceModel) -> None:
    model = HuggingFaceModel(smollm.model, smollm.tokenizer)
    memory = KGTMemory(model=model, graph=InMemoryTripleStore(), settings=KGTConfig(rival_tokens=0))
    memory.correct("What is my age?", "nine", user_id="ann")  # what is asked once a model
    with counted_tokens(model) as passes:

        def cost(
            most_passes: int, most_tokens: int, call: Callable[..., object], *args: str
        ) -> None:
            passes.clear()
            call(*args, user_id="ann")
            assert len(passes) <= most_passes, passes
            assert sum(passes) <= most_tokens, passes

        sleep, name = "Where does my dog sleep?", "What is the name of my dog?"
        cost(1, 120, memory.recall, sleep)  # is the one fact that is known wanted?
        # The vocabulary, the priors of the best relations, what is known, the answers.
        cost(5, 600, memory.correct, sleep, "the hall")
        cost(0, 0, memory.recall, sleep)  # the very question
        memory.tell("my dog", "is named", "Luna", user_id="ann")
        # How likely are the two facts of it, after a request and after one for nothing, with
        # worked examples and without, and are they asked for?
        cost(1, 280, memory.recall, name)
        cost(0, 0, memory.recall, name)  # asked already
        # What was measured of a fact after requests for nothing is known.
        cost(1, 195, memory.recall, "What is my dog called?")
        cost(4, 630, memory.correct, name, "Rex")
