"""What of the ranked facts is given: the policy by tables, with a scripted model or none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from langchain_kgt import InMemoryTripleStore, KGTConfig, KGTMemory, StoredTriple, Triple
from langchain_kgt.models.base import LogProbability, Prompt
from langchain_kgt.recalling.candidates import candidates
from langchain_kgt.recalling.choosing import choose, ranked, whole_lists, within
from langchain_kgt.recalling.likelihood import (
    CLOSELY,
    NEUTRAL,
    Evidence,
    as_read,
    log_sum_exp,
    scores,
    weighed_closely,
)
from langchain_kgt.recalling.policy import Policy
from langchain_kgt.recalling.wanting import decisions
from langchain_kgt.triples import RecalledTriple
from tests.stub_models import Stub, english

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
WISH = "Could you book a dentist on a day that I can have without asking for leave?"
NOTHING = Evidence(told=0.0, cosine=0.0, named=0.0, same=0.0, fits=0.0)


def fact(value: str, relation: str = "likes", subject: str = "user", day: int = 0) -> StoredTriple:
    return StoredTriple(Triple(subject, relation, value), value, START + timedelta(days=day))


def objects(pairs: Sequence[RecalledTriple]) -> list[str]:
    return [pair.triple.object for pair in pairs]


@pytest.mark.parametrize(
    ("logits", "settings", "given"),
    [
        ([0.0, 0.1, 0.2], {}, ["c", "b", "a"]),
        ([0.0, 0.1, 2.0], {}, ["c"]),
        # Of equals, the newest is first.
        ([1.0, 1.0, 1.0], {}, ["c", "b", "a"]),
        ([0.0, 9.0, 8.0], {"relevance": 0.1}, ["b", "c"]),
        ([0.0, 9.0, 8.0], {"relevance": 0.5}, ["b"]),
        ([0.0, 9.0, 8.0], {"relevance": 0.0, "limit": 2}, ["b", "c"]),
    ],
)
def test_the_likeliest_are_given(
    logits: list[float], settings: dict[str, Any], given: list[str]
) -> None:
    pairs = ranked([fact("a"), fact("b", day=1), fact("c", day=2)], logits)
    assert math.fsum(pair.score for pair in pairs) == pytest.approx(1.0)
    assert objects(choose(pairs, KGTConfig(**settings))) == given


def test_a_wish_may_need_several_facts_at_once() -> None:
    pairs = ranked([fact("a"), fact("b"), fact("c")], [0.0, 1.0, 3.0])
    assert objects(choose(pairs, KGTConfig(), spelled=True)) == ["c"]
    assert objects(choose(pairs, KGTConfig(), spelled=False)) == ["c", "b"]
    assert objects(choose(pairs, KGTConfig(relevance=0.01), spelled=False)) == ["c", "b", "a"]


def test_a_list_comes_whole_and_nothing_else_with_it() -> None:
    policy = Policy(Stub(), InMemoryTripleStore(), KGTConfig())
    request = policy.request("What do I like?", "ann")
    facts = [fact(value) for value in "abcdefg"] + [
        fact("h", "likes", "my dog"), fact("i", "hates"), fact("j", "Likes"),
    ]
    pairs = ranked(facts, [float(10 - n) for n in range(len(facts))])
    assert objects(whole_lists(pairs[:2], pairs, request)) == list("abcdefgj")
    assert objects(whole_lists([pairs[8]], pairs, request)) == ["i"]
    assert whole_lists([], pairs, request) == []


def test_the_budget_cuts_what_has_no_room_and_never_the_best() -> None:
    pairs = ranked([fact("a" * 20), fact("b" * 20), fact("c" * 20)], [3.0, 2.0, 1.0])
    # "the user likes aaaa...": 35 characters, 9 tokens.
    for tokens, count in ((1, 1), (17, 1), (18, 2), (26, 2), (27, 3)):
        assert len(within(pairs, tokens, Stub())) == count


@pytest.mark.parametrize("encoder", [True, False])
def test_what_says_more_for_a_request_counts_for_it(encoder: bool) -> None:
    little = replace(NOTHING, information=0.0)
    for better in (
        replace(little, told=9.0), replace(little, named=1.0), replace(little, same=1.0),
        replace(little, fits=1.0), *([replace(little, cosine=0.5)] if encoder else []),
    ):
        assert scores([better], encoder=encoder) > scores([little], encoder=encoder)

    def odds(
        information: float, likely: float, *, personal: bool = True, asks: bool = True,
        of_a_thing: bool = False,
    ) -> Any:
        one = replace(little, information=information)
        return decisions(
            [one], [likely], personal=personal, asks=asks, of_a_thing=of_a_thing, encoder=encoder
        )

    assert min(odds(30.0, 5.0)) > 0 > odds(30.0, 0.0, personal=False)[0]
    assert odds(30.0, 5.0)[1] > 0 > odds(5.0, 5.0)[1]
    assert odds(0.0, 5.0)[0] > odds(0.0, 4.0)[0]
    assert odds(30.0, 5.0, asks=False)[1] is None
    # Of a thing that is named, what is less sure to answer is given, and not what does not.
    assert odds(15.0, 5.0, of_a_thing=True)[1] > odds(15.0, 5.0)[1]
    assert odds(15.0, 5.0, of_a_thing=True)[0] == odds(15.0, 5.0)[0]
    assert odds(5.0, 5.0, of_a_thing=True)[1] < 0


@pytest.mark.parametrize("encoder", [True, False])
@pytest.mark.parametrize(
    ("asks", "little", "more"),
    [
        # How far each is asked for; without worked examples, and with.
        (True, {"information": 5.0}, {"information": 30.0}),
        (True, {"few_shot": 2.0, "information": 5.0}, {"few_shot": 2.0, "information": 30.0}),
        (True, {"few_shot": 1.0}, {"few_shot": 12.0}),
        # A wish asks for none; examples tell.
        (False, {"few_shot": 1.0}, {"few_shot": 12.0}),
    ],
)
def test_among_the_likeliest_counts_what_was_measured_closely(
    encoder: bool, asks: bool, little: dict[str, float], more: dict[str, float]
) -> None:
    facts = [
        replace(NOTHING, told=1.0, **little), replace(NOTHING, told=0.5, **more), NOTHING
    ]
    before = scores(facts, encoder=encoder)
    first, second, third = weighed_closely(facts, before, asks=asks, encoder=encoder)
    assert before[0] > before[1]
    assert first < second
    # What was not measured keeps its share, and so do they together.
    assert third == before[2]
    assert log_sum_exp([first, second]) == pytest.approx(log_sum_exp(before[:2]))
    alone = weighed_closely(facts[1:], before[1:], asks=asks, encoder=encoder)
    assert alone == before[1:]


def test_a_crowd_of_unlikely_facts_answers_nothing() -> None:
    """One of three is always near; what counts is how near the likely one is."""
    likely = replace(NOTHING, told=1.0, cosine=0.1, information=10.0)
    near = replace(NOTHING, information=40.0)
    _, alone = decisions([likely], [9.0], personal=True, asks=True, of_a_thing=False, encoder=False)
    _, crowd = decisions(
        [likely, near, near, NOTHING], [9.0, 0.0, 0.0, 0.0],
        personal=True, asks=True, of_a_thing=False, encoder=False,
    )
    assert alone is not None
    assert crowd == pytest.approx(alone, abs=0.1)


class Telling(Stub):
    """Finds what has a word in it likelier after a request, and any request as likely."""

    def __init__(self, word: str, by: float = 59.0) -> None:
        super().__init__()
        self.word, self.by, self.calls = word, by, 0

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self.calls += 1
        return [
            tuple(
                LogProbability(
                    self.by - 60.0 if self.word in text and NEUTRAL not in p.context
                    else -60.0, 1,
                ) for text in p.continuations
            )
            for p in prompts
        ]


def told(model: Stub, *facts: tuple[str, str, str], **settings: Any) -> KGTMemory:
    memory = KGTMemory(
        model=model, graph=InMemoryTripleStore(), reader=english(), settings=KGTConfig(**settings)
    )
    for each in facts:
        memory.tell(*each, user_id="ann")
    return memory


def test_the_question_that_was_corrected_gets_its_own_fact_and_no_model_is_asked() -> None:
    model = Telling("Porto")
    memory = told(model, ("my sister", "was born in", "Porto"))
    question = "Where does my sister live?"
    memory.correct(question, "Graz", user_id="ann")
    model.calls = 0
    for asked in (question, "where does my sister live"):
        assert objects(memory.recall(asked, user_id="ann")) == ["Graz"]
    assert model.calls == 0
    # In other words the model ranks; and who asks for two gets two.
    assert objects(memory.recall("In what town is my sister?", user_id="ann", limit=1)) == ["Porto"]
    assert objects(memory.recall(question, user_id="ann", limit=2)) == ["Graz", "Porto"]


def test_of_another_user_and_of_what_is_over_nothing_is_given() -> None:
    memory = told(Telling(""), ("user", "lives in", "Graz"))
    assert memory.recall("Where do I live?", user_id="bea") == []
    memory.correct("Where do I live?", "Porto", user_id="ann")
    memory.retire(user_id="ann", subject="user", relation="lives in")
    assert memory.recall("Where do I live?", user_id="ann") == []


def test_exactly_as_many_as_are_asked_for_whatever_is_wanted() -> None:
    facts = [("user", "likes", f"thing {n}") for n in range(9)]
    memory = told(Telling("nothing"), *facts, wanted=math.inf)
    assert memory.recall("Who painted this?", user_id="ann") == []
    for limit, count in ((1, 1), (7, 7), (99, 9)):
        assert len(memory.recall("Who painted this?", user_id="ann", limit=limit)) == count


def test_who_asks_about_one_thing_is_told_of_no_other_of_theirs() -> None:
    memory = told(
        Telling("fi"), ("my dog", "eats", "figs"), ("my cat", "eats", "fish"),
        ("user", "eats", "fir"), wanted=-math.inf,
    )
    assert objects(memory.recall("What does my dog eat?", user_id="ann")) == ["figs"]
    assert objects(memory.recall("What do we eat?", user_id="ann", limit=3))[0] == "fir"


@pytest.mark.parametrize(
    ("wish", "given"),
    [
        # Several things may be needed for a table; to write to somebody, one.
        ("Book us a table for Saturday evening, will you?", ["Hindi", "Lima"]),
        ("In which language should I write to my sister?", ["Hindi"]),
    ],
)
def test_a_wish_about_one_thing_needs_less_than_one_about_anything(
    wish: str, given: list[str]
) -> None:
    memory = told(
        Telling("Hindi", by=4.5), ("my sister", "lives in", "Lima"),
        ("my sister", "speaks", "Hindi"), wanted=-math.inf,
    )
    assert objects(memory.recall(wish, user_id="ann")) == given


@pytest.mark.parametrize(
    ("asked", "answers", "lower"),
    [
        ("What does my dog eat?", True, True),
        # However many words it has; a wish wants no answer, and of the user a question may be one.
        ("What should my dog never be given on a hot summer day at the lake?", True, True),
        ("Buy something nice for my dog to eat on a hot summer day", False, False),
        ("Where do I live?", True, False),
        ("What should I never be given on a hot summer day at the lake?", False, False),
    ],
)
def test_a_question_about_a_thing_wants_an_answer_and_a_less_sure_one_will_do(
    asked: str, answers: bool, lower: bool
) -> None:
    memory = told(Telling("figs"), ("my dog", "eats", "figs"), ("user", "lives in", "Graz"))
    explained = memory.explain(asked, user_id="ann")
    assert (explained.answered is not None) == answers
    if explained.answered is not None:
        policy = Policy(memory.model, memory.graph, memory.settings, memory.reader)
        request = policy.request(asked, "ann")
        weighed = policy.weigh(request, candidates(request, memory.graph, None))
        _, strict = decisions(
            list(weighed.evidence.values()), scores(list(weighed.evidence.values()), encoder=False),
            personal=request.personal, asks=True, of_a_thing=False, encoder=False,
        )
        assert strict is not None
        assert (explained.answered > strict) == lower


def test_whoever_asks_for_everything_gets_the_newest_first() -> None:
    model = Telling("")
    memory = told(
        model, ("user", "lives in", "Graz"), ("my dog", "eats", "figs"), ("user", "plays", "chess")
    )
    assert objects(memory.recall("What do you know about me?", user_id="ann")) == ["chess", "Graz"]
    assert objects(memory.recall("Tell me about my dog", user_id="ann")) == ["figs"]
    assert model.calls == 0


def test_an_explanation_says_what_was_measured_and_decided() -> None:
    memory = told(
        Telling("figs"), ("my dog", "eats", "figs"), ("my dog", "is", "old"), wanted=-math.inf
    )
    explained = memory.explain("What does my dog eat?", user_id="ann")
    assert explained.names == ("my dog",)
    assert objects(explained.given) == ["figs"]
    [(first, measured), (second, _)] = explained.candidates
    assert (first.triple.object, second.triple.object) == ("figs", "old")
    assert measured.told == pytest.approx(59.0)
    assert first.score > second.score
    text = str(explained)
    assert "+ 1.000 my dog eats figs (told 59.0" in text
    assert "- 0.000 my dog is old (told 0.0" in text
    assert text.endswith("and lists whole")
    for question, settings, why in (
        ("What does my dog eat?", {"wanted": math.inf}, "nothing seems wanted"),
        ("Where is Ulm?", {}, "nothing that could be needed is known"),
    ):
        known = [("my dog", "eats", "figs")] if settings else []
        again = told(Telling("figs"), *known, **settings)
        assert why in again.explain(question, user_id="ann").why
    memory.correct("What does my dog eat?", "peas", user_id="ann")
    assert "answered before" in memory.explain("what does my dog eat", user_id="ann").why


@pytest.mark.parametrize(
    ("query", "relation", "value", "read"),
    [
        ("Where do I live?", "lives in", "Oslo", (1.0, 1.0)),
        ("Where do I live?", "was born in", "Oslo", (0.0, 1.0)),
        ("When was I born?", "lives in", "Oslo", (0.0, -1.0)),
        ("What do I think?", "lives in", "Oslo", (0.0, 0.0)),
        # A list answers how many it has.
        ("How many children do I have?", "has a child named", "Mia", (1.0, 1.0)),
        ("How many kids have I got?", "has the children", "Mia and Ben", (1.0, 1.0)),
        ("How many children do I have?", "has a dog named", "Rex", (0.0, 0.0)),
        ("How many legs do I have?", "has a child named", "Mia", (0.0, -1.0)),
    ],
)
def test_what_is_read_of_a_question_and_a_fact(
    query: str, relation: str, value: str, read: tuple[float, float]
) -> None:
    policy = Policy(Stub(), InMemoryTripleStore(), KGTConfig(), english())
    assert as_read(policy.request(query, "ann"), Triple("user", relation, value)) == read


class Kept(Stub):
    """Keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.prompts: list[Prompt] = []

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self.prompts += prompts
        return super().log_probabilities(prompts)


def test_examples_stand_before_the_likeliest_alone_and_speak_of_nobody_known() -> None:
    model = Kept()
    memory = told(
        model, ("user", "likes", "tea"), ("Ben", "likes", "the user"), ("user", "knows", "Ben"),
        ("user", "has a dog named", "Rex"), ("user", "has a cat named", "Mia"),
    )
    memory.recall("Book us a table", user_id="ann")
    plain = [prompt for prompt in model.prompts if prompt.context.count(" asks: ") == 1]
    examples = [prompt for prompt in model.prompts if prompt.context.count(" asks: ") == 4]
    assert [len(prompt.continuations) for prompt in plain] == [5, 5]
    assert [len(prompt.continuations) for prompt in examples] == [CLOSELY, CLOSELY]
    for prompt, same in zip(examples, plain, strict=True):
        assert prompt.context.endswith(same.context)
        assert "Ben asks: " not in prompt.context
        assert "Clara asks: " in prompt.context


def test_of_one_fact_alone_no_examples_are_needed() -> None:
    model = Kept()
    told(model, ("user", "likes", "tea")).recall("Book us a table", user_id="ann")
    assert {prompt.context.count(" asks: ") for prompt in model.prompts} == {0, 1}


@pytest.mark.parametrize(("query", "spelled"), [("Where do I live?", True), (WISH, False)])
def test_a_wish_is_not_asked_how_far_it_asks(query: str, spelled: bool) -> None:
    model = Kept()
    told(model, ("user", "likes", "tea"), ("user", "is", "vegan")).recall(query, user_id="ann")
    assert any(prompt.context.endswith("Tell me about Anna.\nAnswer:") for prompt in model.prompts
               ) == spelled
