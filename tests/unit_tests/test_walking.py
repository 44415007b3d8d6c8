"""Recall over several facts with a scripted model: where it goes on, and where it stays."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_kgt import GraphUpdate, InMemoryTripleStore, KGTConfig, Triple
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.aliases import aliases
from langchain_kgt.recalling.policy import Policy
from langchain_kgt.recalling.walking import walk
from langchain_kgt.triples import RecalledTriple, normalize, now

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


def way(
    graph: InMemoryTripleStore, model: LanguageModel, query: str = QUERY, subject: str = "my sister"
) -> list[RecalledTriple]:
    """The facts on the way from a subject, whose facts are all as likely."""
    facts = graph.triples("ann", normalize(subject))
    starts = [RecalledTriple(stored, 1 / len(facts)) for stored in facts]
    return walk(
        query, "ann", starts, graph=graph, model=model, prompts=templates.DEFAULT,
        also=aliases("ann", graph),
    )


def reached(graph: InMemoryTripleStore, model: LanguageModel, query: str = QUERY) -> str:
    """Where the way ends; nowhere, if it is none."""
    found = way(graph, model, query)
    return found[-1].triple.object if found else ""


def test_the_fact_that_the_query_asks_for_in_the_end_knows_the_way_to_it() -> None:
    [_, last] = way(graph_with(LIVES, MAYOR), Scripted())
    assert last.triple == MAYOR
    assert last.path == (LIVES,)
    assert templates.fact(last.shown) == f"Question: {QUERY} Answer: Elke Kahr"


def test_a_query_for_the_first_fact_gets_no_other() -> None:
    model = Scripted()
    assert reached(graph_with(LIVES, RIVER), model, "Where lives my sister?") == ""
    assert model.calls == 2  # the relations of Graz, and what the query gains by its facts


def test_what_a_query_gains_is_what_its_question_gains() -> None:
    """Not what stands behind an abbreviation, and not a remark after the question."""
    model = Scripted()
    question = "Who is the mayor of the city where my sister Dr. Ann lives?"
    way(graph_with(LIVES, MAYOR), model, f"I was there. {question} I forgot.")
    texts = {text for p in model.asked for text in p.continuations}
    assert f" {question}" in texts


def test_no_model_is_asked_where_the_object_is_no_subject() -> None:
    model = Scripted()
    assert reached(graph_with(LIVES), model) == ""
    assert model.calls == 0


def test_the_right_fact_of_several_is_taken_at_every_step() -> None:
    tom = Triple("Tom", "collects", "stamps")
    kahr = Triple("Elke Kahr", "was born in", "Vienna")
    graph = graph_with(LIKES, LIVES, tom, RIVER, MAYOR, kahr)
    assert reached(graph, Scripted()) == "Elke Kahr"
    born = "Where was the mayor of the city where my sister lives born in?"
    assert reached(graph, Scripted(), born) == "Vienna"


def test_what_was_given_as_the_answer_to_the_query_is_the_answer() -> None:
    model = Scripted()
    policy = Policy(model, graph_with(LIVES, MAYOR, query=QUERY), KGTConfig())
    assert [r.triple.object for r in policy.recall(QUERY, "ann")] == ["Graz"]
    assert model.calls == 0


def test_the_recall_of_the_paper_goes_one_step() -> None:
    policy = Policy(Scripted(), graph_with(LIVES, MAYOR), KGTConfig(mode="paper"))
    assert [r.triple.object for r in policy.recall(QUERY, "ann")] == ["Graz"]


def test_who_is_not_the_users_own_is_reached_by_the_way_alone() -> None:
    graph = graph_with(
        Triple("Emma", "was written by", "Jane Austen"), Triple("Jane Austen", "likes", "Bath")
    )
    policy = Policy(Scripted(), graph, KGTConfig())
    asked = "What is it that who Emma was written by likes?"
    [first, second] = policy.recall(asked, "ann", limit=2)
    assert (first.triple.object, second.triple.object) == ("Bath", "Jane Austen")
    assert first.path == (second.triple,)


def test_a_path_never_comes_back() -> None:
    graph = graph_with(LIVES, Triple("Graz", "has the mayor of", "my sister"))
    assert reached(graph, Scripted()) == ""


def test_a_walk_is_bounded_in_length_passes_and_prompts() -> None:
    words = ("mayor", "where", "Who", "since", "when")
    links = [Triple(f"city {n}", word, f"city {n + 1}") for n, word in enumerate(words)]
    crowd = [Triple("city 0", f"has number {n} of", f"thing {n}") for n in range(50)]
    lives = Triple("my sister", "lives in", "city 0")
    model = Scripted()
    query = "Who is the mayor of the city where my sister lives since when?"
    assert reached(graph_with(lives, *links, *crowd), model, query) == "city 3"
    assert model.calls == 6  # two a step
    assert len(model.asked) < 20


def test_a_way_goes_on_whatever_article_a_name_has() -> None:
    lives = Triple("my sister", "lives in", "the Hague")
    graph = graph_with(lives, Triple("Hague", "has the mayor", "Jan"))
    assert reached(graph, Scripted()) == "Jan"


def test_a_way_leads_nowhere_back_under_another_determiner() -> None:
    asks = "Who lives in the city where my sister lives?"
    graph = graph_with(LIVES, Triple("Graz", "lives in", "The sister"))
    assert reached(graph, Scripted(), asks) == ""


def test_a_hop_goes_to_whoever_has_the_name() -> None:
    graph = graph_with(
        Triple("my sister", "is married to", "Tom"), Triple("my boss", "is named", "Tom"),
        Triple("my boss", "works for", "Siemens"),
    )
    query = "Which company that my sister is married to Tom of works for?"
    [_, last] = way(graph, Scripted(), query)
    assert (last.triple.object, last.path) == (
        "Siemens", (Triple("my sister", "is married to", "Tom"),)
    )


def test_a_name_leads_nowhere_but_to_who_has_it() -> None:
    graph = graph_with(
        Triple("user", "has a sister named", "Eva"), Triple("my sister", "lives in", "Graz"),
        Triple("Eva", "likes", "Tom"),
    )
    query = "Where is it that my sister named Eva likes and lives in Graz?"
    assert way(graph, Scripted(), query) == []


def test_a_way_leads_nowhere_back_under_another_name() -> None:
    graph = graph_with(
        Triple("my sister", "is named", "Eva"), Triple("my sister", "knows", "Tom"),
        Triple("Tom", "likes", "Eva"), Triple("Eva", "lives in", "Graz"),
    )
    query = "Where lives in Graz who Tom likes Eva that my sister knows?"
    assert way(graph, Scripted(), query) == []
