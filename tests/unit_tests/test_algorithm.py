"""The default algorithm with a scripted model: what it adds, what it retires, what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from langchain_kgt import Correction, GraphUpdate, InMemoryTripleStore, KGTConfig, Triple
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.models.guarded import guarded
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.policy import Policy
from langchain_kgt.triples import now
from langchain_kgt.tuning import algorithm, telling

QUERY = "What does my dog eat?"


class Scripted(LanguageModel):
    """Says what a function says."""

    id = "scripted"
    max_tokens = 1000

    def __init__(
        self, relation: dict[str, float], answer: Callable[[str, str], float], own: str = ""
    ) -> None:
        self.relation, self.answer, self.own = relation, answer, own
        self.calls = self.neutral = 0

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self.calls += 1
        self.neutral += any(p.context == templates.need("it") for p in prompts)
        return [
            tuple(LogProbability(self._score(p.context, text), 1) for text in p.continuations)
            for p in prompts
        ]

    def _score(self, context: str, text: str) -> float:
        if context.startswith("Answer the query"):
            return self.answer(context, text)
        if context.startswith("Question: What"):
            return self.relation.get(text.strip(), -20.0)
        if f"asks: {QUERY}\nTo help" in context:
            found = [score for name, score in self.relation.items() if f" {name} " in text.lower()]
            return 10.0 * max(found, default=-20.0)
        return 0.0

    def generate(self, prompts: Sequence[str], **kwargs: object) -> list[str]:
        return [self.own for _ in prompts]


def graph_with(*triples: Triple, query: str = "") -> InMemoryTripleStore:
    graph = InMemoryTripleStore()
    for number, triple in enumerate(triples):
        graph.apply(
            GraphUpdate(
                id=str(number), user_id="ann", kind="tell", time=now(), added=(triple,),
                query=query,
            )
        )
    return graph


def tune(
    feedback: Correction, model: LanguageModel, graph: InMemoryTripleStore, settings: KGTConfig
) -> GraphUpdate:
    return algorithm.tune(feedback, "ann", policy=Policy(model, graph, settings))


def correct(
    model: LanguageModel, graph: InMemoryTripleStore, answer: str = "carrots"
) -> GraphUpdate:
    settings = KGTConfig(rival_tokens=0, candidates=2)
    return tune(Correction(QUERY, answer, subject="my dog"), model, graph, settings)


LIKES_MEAT = Triple("my dog", "likes", "meat")
IS_ANIMAL = Triple("my dog", "is a", "animal")


def test_what_still_misleads_the_model_is_retired_and_nothing_else() -> None:
    def answer(context: str, text: str) -> float:
        if "meat" in text:
            return -1.0 if "meat" in context else -9.0
        return -2.0 if "carrots" in text else -9.0

    model = Scripted({"eats": -1.0, "likes": -1.2, "is a": -1.1}, answer)
    update = correct(model, graph_with(LIKES_MEAT, IS_ANIMAL))
    assert [str(t) for t in update.retired] == ["(my dog, likes, meat)"]
    assert [str(t) for t in update.added] == ["(my dog, eats, carrots)"]
    assert update.reasons == (
        "(my dog, likes, meat) retired: beside the new fact it led the model to 'meat'",
    )


def test_what_misleads_the_model_and_answers_another_question_stays() -> None:
    def answer(context: str, text: str) -> float:
        if "1990" in text:
            return -1.0 if "1990" in context else -9.0
        return -2.0 if "carrots" in text else -9.0

    model = Scripted({"eats": -1.0, "was born on": -1.2}, answer)
    update = tune(
        Correction(QUERY, "carrots", subject="my dog", relation="eats"), model,
        graph_with(Triple("my dog", "was born on", "3 May 1990")), KGTConfig(rival_tokens=0),
    )
    assert update.retired == ()


def test_a_recalled_fact_that_misleads_nobody_stays() -> None:
    model = Scripted(
        {"eats": -1.0, "likes": -1.2},
        lambda context, text: -1.0 if "carrots" in text and "carrots" in context else -5.0,
    )
    update = correct(model, graph_with(LIKES_MEAT))
    assert update.retired == ()
    assert update.measurement is not None
    assert update.measurement.margin == pytest.approx(4.0)


def test_the_next_candidate_is_taken_where_the_first_is_not_enough() -> None:
    model = Scripted(
        {"eats": -1.0, "needs": -2.0, "is a": -9.0},
        lambda context, text: -1.0 if "needs carrots" in context and "carrots" in text else -5.0,
    )
    update = correct(model, graph_with(IS_ANIMAL))
    assert [str(t) for t in update.added] == ["(my dog, needs, carrots)"]
    assert update.retired == ()


def test_where_nothing_helps_the_likeliest_candidate_is_kept_and_the_update_says_so() -> None:
    model = Scripted({"eats": -1.0, "needs": -2.0, "is a": -9.0}, lambda context, text: -5.0)
    update = correct(model, graph_with(IS_ANIMAL))
    assert [str(t) for t in update.added] == ["(my dog, eats, carrots)"]
    assert update.retired == ()
    assert update.measurement is not None
    assert not update.measurement.preferred
    assert "still prefers another answer" in str(update)


def test_the_answer_to_the_same_question_is_superseded_whatever_the_scores_say() -> None:
    model = Scripted(
        {"eats": -1.0, "likes": -30.0},
        lambda context, text: -1.0 if "carrots" in text else -9.0,
    )
    update = correct(model, graph_with(LIKES_MEAT, query="what does my dog eat"))
    assert update.retired == (LIKES_MEAT,)


def test_the_same_relation_is_superseded_whatever_the_scores_say() -> None:
    model = Scripted({"eats": -1.0}, lambda context, text: -1.0 if "carrots" in text else -9.0)
    eats_meat = Triple("My dog", "Eats", "meat")
    update = correct(model, graph_with(eats_meat))
    assert update.retired == (eats_meat,)
    assert update.added[0].relation == "Eats"  # the graph keeps one spelling


def test_a_relation_in_other_words_is_superseded_and_keeps_the_words_of_the_graph() -> None:
    model = Scripted(
        {"works for": -1.0}, lambda context, text: -1.0 if "carrots" in text else -9.0
    )
    employer = Triple("my dog", "is employed by", "the circus")
    update = correct(model, graph_with(employer))
    assert update.retired == (employer,)
    assert update.added == (Triple("my dog", "is employed by", "carrots"),)
    assert update.reasons[0].endswith("it cannot stay beside the new fact")


def test_an_answer_that_another_fact_happens_to_have_is_not_known_already() -> None:
    model = Scripted(
        {"eats": -1.0, "hates": -20.0}, lambda context, text: -1.0 if "carrots" in text else -9.0
    )
    graph = graph_with(Triple("my dog", "hates", "carrots"))
    first = correct(model, graph)
    assert (first.added, first.retired) == ((Triple("my dog", "eats", "carrots"),), ())
    graph.apply(first)
    assert correct(model, graph, "meat").retired == first.added


def test_a_relation_that_is_given_is_the_one_that_is_written() -> None:
    model = Scripted({}, lambda context, text: -1.0 if "carrots" in text else -9.0)
    feedback = Correction(QUERY, "carrots", subject="my dog", relation="eats")
    graph = graph_with(Triple("my dog", "hates", "carrots"))
    update = tune(feedback, model, graph, KGTConfig(rival_tokens=0))
    assert update.added == (Triple("my dog", "eats", "carrots"),)


def test_what_is_told_in_other_words_supersedes_or_is_known_already() -> None:
    graph = graph_with(Triple("Ann", "lives in", "Oslo"), Triple("Ann", "likes", "tea"))

    def tell(relation: str, value: str) -> GraphUpdate:
        triple = Triple("Ann", relation, value)
        return telling.tell(triple, "ann", graph=graph, settings=KGTConfig())

    assert tell("resides in", "Rome").retired == (Triple("Ann", "lives in", "Oslo"),)
    assert (tell("Is living in", "oslo").added, tell("Is living in", "oslo").retired) == ((), ())
    assert tell("goes to", "Rome").retired == tell("enjoys", "coffee").retired == ()
    assert tell("enjoys", "tea").added == ()
    assert tell("was born in", "Rome").retired == tell("lived in", "Rome").retired == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("18 °C", "-18 °C"), ("AB", "AB-"), ("€5", "$5"), ("1.2 kg", "1/2 kg"), ("5", "5 %"),
     ("ann.b@x.com", "ann-b@x.com")],
)
def test_a_sign_makes_another_value(old: str, new: str) -> None:
    graph = graph_with(Triple("the sample", "is of the size", old))
    update = telling.tell(
        Triple("the sample", "is of the size", new), "ann", graph=graph, settings=KGTConfig()
    )
    assert ([t.object for t in update.retired], [t.object for t in update.added]) == ([old], [new])


def test_what_holds_several_values_keeps_them_when_told() -> None:
    graph = graph_with(Triple("Ann", "speaks", "Greek"), Triple("Ann", "has the shoe size", "38"))

    def tell(subject: str, relation: str, value: str, **more: str) -> GraphUpdate:
        added = {"relations": {name.replace("_", " "): {"values": n} for name, n in more.items()}}
        settings = KGTConfig(lexicon=added if more else {})
        return telling.tell(Triple(subject, relation, value), "ann", graph=graph, settings=settings)

    speaks = tell("Ann", "speaks", "Polish")
    size = tell("Ann", "Has the shoe size", "39")
    again = tell("ann", "speaks", "greek")
    both = tell("Ann", "has the shoe size", "40", has_the_shoe_size="many")
    alone = tell("Ann", "speaks", "Polish", speaks="one")
    assert speaks.retired == both.retired == ()
    assert [t.object for t in size.retired] == ["38"]
    assert [t.object for t in alone.retired] == ["Greek"]
    assert size.reasons == (
        "(Ann, has the shoe size, 38) retired: (Ann, Has the shoe size, 39) cannot stay beside it",
    )
    assert (again.added, again.retired) == ((), ())


def test_what_nobody_knows_of_a_relation_retires_nothing_when_told() -> None:
    graph = graph_with(Triple("Ann", "rows with", "Tom"))
    told = Triple("Ann", "rows with", "Sue")
    assert telling.tell(told, "ann", graph=graph, settings=KGTConfig()).retired == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("likes", "hates"), ("eats", "does not eat"), ("eats", "never eats"), ("hates", "loves"),
    ],
)
def test_the_opposite_of_a_fact_ends_it(old: str, new: str) -> None:
    graph = graph_with(Triple("my brother", old, "jazz"), Triple("my brother", old, "soul"))
    update = telling.tell(
        Triple("my brother", new, "jazz"), "ann", graph=graph, settings=KGTConfig()
    )
    assert update.retired == (Triple("my brother", old, "jazz"),)
    assert update.added == (Triple("my brother", new, "jazz"),)


def test_an_update_asks_the_model_a_bounded_number_of_times() -> None:
    model = Scripted({"eats": -1.0}, lambda context, text: -1.0 if "carrots" in text else -9.0)
    correct(model, graph_with(IS_ANIMAL))
    # The vocabulary with its prior, the relations at hand, the facts, answers; the prior once a
    # model, though a guard is built for every update.
    assert (model.calls, model.neutral) == (4, 1)
    for _ in range(2):
        correct(guarded(model), graph_with(IS_ANIMAL))
    assert (model.calls, model.neutral) == (12, 1)


def test_what_only_repeats_the_question_is_no_rival() -> None:
    def at_first(context: str, text: str) -> float:
        return {" carrots": -4.0, " My": -1.0, " meat": -1.0}[text]

    for own, preferred in (("My", True), ("meat", False)):
        model = Scripted({"eats": -1.0}, at_first, own)
        feedback = Correction(QUERY, "carrots", subject="my dog", relation="eats")
        update = tune(feedback, model, InMemoryTripleStore(), KGTConfig())
        assert update.measurement is not None
        assert update.measurement.preferred == preferred


EATS_CARROTS = Triple("my dog", "eats", "carrots")


@pytest.mark.parametrize(("known", "answer"), [("carrots", "the carrots"), ("A fig", "fig")])
def test_an_answer_that_is_known_but_for_its_article_changes_nothing(
    known: str, answer: str
) -> None:
    model = Scripted({"likes": -1.0, "eats": -2.0}, lambda context, text: -1.0)
    graph = graph_with(Triple("my dog", "eats", known), query=QUERY)
    update = correct(model, graph, answer)
    assert (update.added, update.retired) == ((), ())


def test_an_answer_in_another_relation_retires_none_that_is_the_same_but_for_its_article() -> None:
    model = Scripted(
        {"likes": -1.0, "eats": -2.0},
        lambda context, text: -1.0 if "likes the carrots" in context else -9.0,
    )
    update = correct(model, graph_with(EATS_CARROTS, LIKES_MEAT, query=QUERY), "the carrots")
    assert [str(t) for t in update.added] == ["(my dog, likes, the carrots)"]
    assert update.retired == (LIKES_MEAT,)


def corrected_again(graph: InMemoryTripleStore) -> GraphUpdate:
    """What is known already, but not what the question brings up first."""
    model = Scripted({"is a": -1.0, "eats": -3.0}, lambda context, text: -1.0)
    update = tune(
        Correction(QUERY, "the carrots", subject="my dog", relation="eats"), model, graph,
        KGTConfig(rival_tokens=0),
    )
    graph.apply(update)
    return update


def test_a_fact_that_is_learned_again_keeps_its_spelling_and_answers_the_question() -> None:
    graph = graph_with(IS_ANIMAL, EATS_CARROTS)
    assert corrected_again(graph).added == (EATS_CARROTS,)
    assert {s.triple for s in graph.triples("ann")} == {IS_ANIMAL, EATS_CARROTS}
    policy = Policy(Scripted({}, lambda context, text: 0.0), graph, KGTConfig())
    assert [r.triple for r in policy.recall(QUERY, "ann")] == [EATS_CARROTS]


def test_a_correction_under_another_determiner_is_of_the_name_that_is_known() -> None:
    graph = graph_with(LIKES_MEAT)
    feedback = Correction(QUERY, "carrots", subject="The dog", relation="likes")
    model = Scripted({"likes": -1.0}, lambda context, text: -1.0)
    update = tune(feedback, model, graph, KGTConfig(rival_tokens=0))
    assert [t.subject for t in update.added] == ["my dog"]
