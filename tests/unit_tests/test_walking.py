"""Recall over several facts with a scripted model: where it goes on, and where it stays."""

from __future__ import annotations

import math
from collections.abc import Sequence

from langchain_kgt import GraphUpdate, InMemoryTripleStore, KGTConfig, Triple
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.recall import recall
from langchain_kgt.triples import now

QUERY = "Who is the mayor of the city where my sister lives?"
LIVES = Triple("my sister", "lives in", "Graz")
LIKES = Triple("my sister", "likes", "Tom")
MAYOR = Triple("Graz", "has the mayor", "Elke Kahr")
RIVER = Triple("Graz", "lies on", "the Mur")


class Scripted(LanguageModel):
    """Finds a query likelier for every word of it that stands in the facts before it."""

    id = "scripted"
    max_tokens = 1000

    def __init__(self) -> None:
        self.asked: list[Prompt] = []
        self.calls = 0

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self.calls += 1
        self.asked += prompts
        return [
            tuple(LogProbability(self._score(p.context, text), 1) for text in p.continuations)
            for p in prompts
        ]

    def _score(self, context: str, text: str) -> float:
        facts, query = (context, text) if context.startswith("Facts") else (text, context)
        if "Question:" not in context:
            return 0.0
        shared = set(query.replace("?", "").split()) & set(facts.split())
        return 2.0 * len(shared - {"the", "is", "of", "in"})

    def generate(self, prompts: Sequence[str], **kwargs: object) -> list[str]:
        raise NotImplementedError


def graph_with(*triples: Triple, query: str = "") -> InMemoryTripleStore:
    graph = InMemoryTripleStore()
    for number, triple in enumerate(triples):
        graph.apply(
            GraphUpdate(
                id=str(number), user_id="ann", kind="tell", time=now(), added=(triple,),
                query=query if number == 0 else "",
            )
        )
    return graph


def recalled(
    graph: InMemoryTripleStore, model: Scripted, query: str = QUERY, **options: object
) -> list[str]:
    found = recall(
        query, "ann", model=model, graph=graph, subject="my sister",
        settings=KGTConfig(asked=-math.inf, **options),  # type: ignore[arg-type]
    )
    return [r.triple.object for r in found]


def test_the_fact_that_the_query_asks_for_in_the_end_comes_first_with_the_way_to_it() -> None:
    [first, *_] = recall(
        QUERY, "ann", model=Scripted(), graph=graph_with(LIVES, MAYOR), subject="my sister",
        settings=KGTConfig(),
    )
    assert first.triple == MAYOR
    assert first.path == (LIVES,)
    assert templates.fact(first.shown) == f"Question: {QUERY} Answer: Elke Kahr"


def test_a_query_for_the_first_fact_gets_no_other() -> None:
    model = Scripted()
    assert recalled(graph_with(LIVES, RIVER), model, "Where lives my sister?") == ["Graz"]
    assert model.calls == 2  # the relations of Graz, and what the query gains by its facts


def test_what_a_query_gains_is_what_its_question_gains() -> None:
    """Not what stands behind an abbreviation, and not a remark after the question."""
    model = Scripted()
    question = "Who is the mayor of the city where my sister Dr. Ann lives?"
    recalled(graph_with(LIVES, MAYOR), model, f"I was there. {question} I forgot.")
    texts = {text for p in model.asked for text in p.continuations}
    assert f" {question}" in texts


def test_no_model_is_asked_where_the_object_is_no_subject() -> None:
    model = Scripted()
    assert recalled(graph_with(LIVES), model) == ["Graz"]
    assert model.calls == 0


def test_the_right_fact_of_several_is_taken_at_every_step() -> None:
    tom = Triple("Tom", "collects", "stamps")
    kahr = Triple("Elke Kahr", "was born in", "Vienna")
    graph = graph_with(LIKES, LIVES, tom, RIVER, MAYOR, kahr)
    assert recalled(graph, Scripted())[0] == "Elke Kahr"
    born = "Where was the mayor of the city where my sister lives born in?"
    assert recalled(graph, Scripted(), born)[0] == "Vienna"


def test_what_was_given_as_the_answer_to_the_query_is_the_answer() -> None:
    model = Scripted()
    assert recalled(graph_with(LIVES, MAYOR, query=QUERY), model) == ["Graz"]
    assert model.calls == 0


def test_the_recall_of_the_paper_goes_one_step() -> None:
    assert recalled(graph_with(LIVES, MAYOR), Scripted(), mode="paper") == ["Graz"]


def test_a_path_never_comes_back() -> None:
    graph = graph_with(LIVES, Triple("Graz", "has the mayor of", "my sister"))
    assert recalled(graph, Scripted()) == ["Graz"]


def test_a_walk_is_bounded_in_length_passes_and_prompts() -> None:
    words = ("mayor", "where", "Who", "since", "when")
    links = [Triple(f"city {n}", word, f"city {n + 1}") for n, word in enumerate(words)]
    crowd = [Triple("city 0", f"has number {n} of", f"thing {n}") for n in range(50)]
    lives = Triple("my sister", "lives in", "city 0")
    model = Scripted()
    query = "Who is the mayor of the city where my sister lives since when?"
    assert recalled(graph_with(lives, *links, *crowd), model, query)[0] == "city 3"
    assert model.calls == 6  # two a step
    assert len(model.asked) < 20


def test_a_way_goes_on_whatever_article_a_name_has() -> None:
    lives = Triple("my sister", "lives in", "the Hague")
    graph = graph_with(lives, Triple("Hague", "has the mayor", "Jan"))
    assert recalled(graph, Scripted())[0] == "Jan"


def test_a_way_leads_nowhere_back_under_another_determiner() -> None:
    asks = "Who lives in the city where my sister lives?"
    graph = graph_with(LIVES, Triple("Graz", "lives in", "The sister"))
    assert recalled(graph, Scripted(), asks)[0] == "Graz"


def test_a_hop_goes_to_whoever_has_the_name() -> None:
    graph = graph_with(
        Triple("my sister", "is married to", "Tom"), Triple("my boss", "is named", "Tom"),
        Triple("my boss", "works for", "Siemens"),
    )
    query = "Which company that my sister is married to Tom of works for?"
    [first, *_] = recall(
        query, "ann", model=Scripted(), graph=graph, subject="my sister", settings=KGTConfig(),
        now=now(),
    )
    assert (first.triple.object, first.path) == (
        "Siemens", (Triple("my sister", "is married to", "Tom"),)
    )


def test_a_name_leads_nowhere_but_to_who_has_it() -> None:
    graph = graph_with(
        Triple("user", "has a sister named", "Eva"), Triple("my sister", "lives in", "Graz"),
        Triple("Eva", "likes", "Tom"),
    )
    query = "Where is it that my sister named Eva likes and lives in Graz?"
    found = recall(
        query, "ann", model=Scripted(), graph=graph, subject="my sister",
        settings=KGTConfig(asked=-math.inf, relevance=0.0), now=now(),
    )
    assert {r.triple.object for r in found} == {"Eva", "Graz", "Tom"}
    assert not any(r.path for r in found)


def test_a_way_leads_nowhere_back_under_another_name() -> None:
    graph = graph_with(
        Triple("my sister", "is named", "Eva"), Triple("my sister", "knows", "Tom"),
        Triple("Tom", "likes", "Eva"), Triple("Eva", "lives in", "Graz"),
    )
    query = "Where lives in Graz who Tom likes Eva that my sister knows?"
    found = recall(
        query, "ann", model=Scripted(), graph=graph, subject="my sister", limit=9,
        settings=KGTConfig(asked=-math.inf, relevance=0.0), now=now(),
    )
    assert not any(r.path for r in found)
