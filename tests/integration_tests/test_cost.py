"""What updates and recalls cost, in forward passes and tokens: a regression bench, not seconds."""

from __future__ import annotations

from collections.abc import Callable

from langchain_kgt import GraphUpdate, InMemoryTripleStore, KGTConfig, KGTMemory, Triple
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.triples import now
from tests.conftest import counted_tokens


def recalled(memory: KGTMemory, query: str) -> list[str]:
    return [r.triple.object for r in memory.recall(query, user_id="ann")]


def test_a_subject_with_thousands_of_facts_is_asked_and_corrected_like_any_other(
    memory: KGTMemory, smollm: HuggingFaceModel
) -> None:
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
        cost(0, 0, memory.recall, sleep)
        # The vocabulary, the priors of the best relations, the answers; and more of them, because
        # the first relation is not enough.
        cost(4, 440, memory.correct, sleep, "the hall")
        cost(0, 0, memory.recall, sleep)  # one fact: nothing to rank
        memory.tell("my dog", "is named", "Luna", user_id="ann")
        cost(1, 90, memory.recall, name)  # which of two facts, and whether it is asked for
        cost(0, 0, memory.recall, name)  # asked already
        cost(3, 450, memory.correct, name, "Rex")
        memory.tell("my cat", "is named", "Tom", user_id="ann")
        memory.tell("my cat", "eats", "fish", user_id="ann")
        cost(1, 120, memory.recall, "Does my cat eat what my dog eats?")  # two subjects, one pass
