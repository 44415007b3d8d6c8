"""What is written when a user answers a question in their own words, whatever the model thinks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import pytest
from langchain_core.runnables import RunnableLambda

from langchain_kgt import (
    GraphUpdate,
    InvalidInputError,
    KGTFeedbackHandler,
    KGTMemory,
    TextTooLongError,
)
from langchain_kgt.graphs.in_memory import InMemoryTripleStore
from langchain_kgt.models.base import LogProbability, Prompt
from langchain_kgt.recalling.likelihood import CLOSELY
from langchain_kgt.triples import Triple
from tests.stub_models import Stub, english, reading_memory


def memory_of(*told: tuple[str, str, str]) -> KGTMemory:
    memory = reading_memory()
    for subject, relation, value in told:
        memory.tell(subject, relation, value, user_id="ann")
    return memory


def live(memory: KGTMemory) -> list[str]:
    return [str(stored.triple) for stored in memory.facts(user_id="ann")]


def stood(memory: KGTMemory) -> dict[str, str]:
    return {s.triple.object: s.status for s in memory.facts(user_id="ann", every=True)}


def correct(memory: KGTMemory, question: str, answer: str) -> GraphUpdate:
    return memory.correct(question, answer, user_id="ann")


@pytest.mark.parametrize(
    ("question", "answer", "written"),
    [
        ("Where do I live?", "Porto", "(user, lives in, Porto)"),
        ("What do I do for a living?", "nurse", "(user, works as, nurse)"),
        ("Where do I work?", "the harbour", "(user, works in, the harbour)"),
        ("What is my name?", "Nadia", "(user, is named, Nadia)"),
        ("Who is my dentist?", "Dr. Anna Lee", "(user, has the dentist, Dr. Anna Lee)"),
        ("How do I take my tea?", "with milk", "(user, takes their tea, with milk)"),
        ("When is my driving test?", "on 5 May 2027", "(my driving test, is on, 5 May 2027)"),
        ("What is my dog allergic to?", "chicken", "(my dog, is allergic to, chicken)"),
        ("Where did my sister grow up?", "It was Cork", "(my sister, grew up in, Cork)"),
        ("Is my dog neutered?", "No", "(my dog, is not, neutered)"),
        ("Is my dog vaccinated?", "Yes", "(my dog, is, vaccinated)"),
        ("Does my brother like jazz?", "No, he hates jazz", "(my brother, hates, jazz)"),
        ("Where does my sister live?", "No, in Madrid", "(my sister, lives in, Madrid)"),
        ("What does Tom do?", "He works for the council", "(Tom, works for, the council)"),
    ],
)
def test_what_is_written_says_what_was_said(question: str, answer: str, written: str) -> None:
    memory = memory_of()
    correct(memory, question, answer)
    assert live(memory) == [written]


@pytest.mark.parametrize(
    ("question", "subject", "answer", "calls"),
    [
        ("Where do I live?", None, "Porto", 2),
        ("What is the name of my dog?", None, "Luna", 2),
        ("When was the opening of Arena Plaza?", "Arena Plaza", "2009", 2),
        ("Did Ann Lee marry Tom Holm?", None, "Yes", 3),
    ],
)
def test_an_update_about_a_new_subject_ranks_nothing(
    question: str, subject: str | None, answer: str, calls: int
) -> None:
    asked: list[None] = []
    model = Stub(lambda: asked.append(None))
    memory = KGTMemory(model=model, graph=InMemoryTripleStore(), reader=english())
    memory.correct(question, answer, user_id="ann", subject=subject)
    # The subject where several names may be it, a rival, the answers.
    assert len(asked) == calls


class Sure(Stub):
    """Finds what the user says likelier than anything else."""

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        self.first()
        return [
            tuple(LogProbability(-1.0 if t == " Porto" else -9.0, 1) for t in p.continuations)
            for p in prompts
        ]


@pytest.mark.parametrize("facts", [3, 60, 200])
@pytest.mark.parametrize(("kind", "calls"), [(Sure, 4), (Stub, 5)])
def test_an_update_asks_the_model_five_times_at_most_however_much_is_known(
    facts: int, kind: type[Stub], calls: int
) -> None:
    asked: list[None] = []
    memory = KGTMemory(
        model=kind(lambda: asked.append(None)), graph=InMemoryTripleStore(), reader=english()
    )
    for number in range(facts):
        memory.tell("user", f"collects {number} kinds of", f"thing {number}", user_id="ann")
    memory.tell("user", "lives in", "Oslo", user_id="ann")
    update = correct(memory, "Where do I live?", "Porto")
    # All facts, the best of them where they are many, a rival, the answers, and once more where
    # the first is not enough.
    assert len(asked) == calls - (facts < CLOSELY)
    assert Triple("user", "lives in", "Oslo", status="mistaken") in update.retired


@pytest.mark.parametrize(
    "answer",
    ["I don't know", "never mind", "ask me later", "same as before", "You're welcome", "thanks",
     "👎", "What if she moved to Rome one day?"],
)
def test_what_is_no_answer_writes_nothing_and_says_why(answer: str) -> None:
    memory = memory_of(("my sister", "lives in", "Oslo"))
    update = correct(memory, "Where does my sister live?", answer)
    assert live(memory) == ["(my sister, lives in, Oslo)"]
    assert (update.added, update.retired) == ((), ())
    assert all(update.reasons)
    assert len(update.reasons) == 1


def test_what_is_wrong_goes_and_nothing_else() -> None:
    memory = memory_of(
        ("my sister", "lives in", "Oslo"), ("my sister", "likes", "jazz"),
        ("Tom", "lives in", "Oslo"),
    )
    update = correct(memory, "Where does my sister live?", "Not Oslo")
    assert live(memory) == ["(my sister, likes, jazz)", "(Tom, lives in, Oslo)"]
    assert "does not hold" in update.reasons[0]
    memory.undo(update.id, user_id="ann")
    assert "(my sister, lives in, Oslo)" in live(memory)


@pytest.mark.parametrize("answer", ["Wrong.", "No", "That's not right"])
def test_wrong_alone_leaves_the_old_value_in_doubt(answer: str) -> None:
    memory = memory_of(("my sister", "lives in", "Oslo"), ("my sister", "likes", "jazz"))
    update = correct(memory, "Where does my sister live?", answer)
    assert live(memory) == ["(my sister, likes, jazz)"]
    assert stood(memory) == {"Oslo": "doubtful", "jazz": "holds"}
    assert update.added == ()
    correct(memory, "Where does my sister live?", "Oslo")
    assert stood(memory)["Oslo"] == "holds"


def test_what_changed_takes_the_place_of_what_was() -> None:
    memory = memory_of(("my sister", "lives in", "Oslo"))
    correct(memory, "Where does my sister live?", "She moved to Ghent last spring.")
    assert live(memory) == ["(my sister, lives in, Ghent)"]
    assert stood(memory) == {"Oslo": "ended", "Ghent": "holds"}
    assert correct(memory, "Where does my sister live?", "Bonn").retired[0].status == "mistaken"


def test_a_list_is_several_facts_of_one_update() -> None:
    memory = memory_of(("user", "is allergic to", "eggs"))
    update = correct(memory, "What am I allergic to?", "nuts, shrimps and milk")
    assert [t.object for t in update.added] == ["nuts", "shrimps", "milk"]
    assert live(memory) == [f"(user, is allergic to, {o})" for o in ("nuts", "shrimps", "milk")]
    memory.undo(update.id, user_id="ann")
    assert live(memory) == ["(user, is allergic to, eggs)"]
    # Told, not corrected, a value stands beside the others.
    memory.tell("I", "am allergic to", "nuts", user_id="ann")
    assert len(live(memory)) == 2


def test_a_denial_ends_what_it_denies_and_may_be_denied_again() -> None:
    memory = memory_of()
    correct(memory, "Does my brother like jazz?", "Yes")
    assert live(memory) == ["(my brother, likes, jazz)"]
    correct(memory, "Does my brother like jazz?", "No")
    assert live(memory) == ["(my brother, does not like, jazz)"]
    correct(memory, "Does my brother like jazz?", "Yes, he does")
    assert live(memory) == ["(my brother, likes, jazz)"]


def test_a_yes_to_one_thing_says_nothing_of_others() -> None:
    memory = memory_of(("my dog", "eats", "meat"))
    correct(memory, "Does my dog eat carrots?", "Yes")
    assert live(memory) == ["(my dog, eats, meat)", "(my dog, eats, carrots)"]
    correct(memory, "What does my dog eat?", "rice")
    assert live(memory) == ["(my dog, eats, rice)"]


def test_a_relation_that_is_named_is_corrected_though_nobody_knows_it() -> None:
    memory = memory_of(("Tom", "rows with", "Sue"), ("Tom", "swims with", "Sue"))
    memory.correct("Whom?", "Ann", user_id="ann", subject="Tom", relation="rows with")
    assert live(memory) == ["(Tom, swims with, Sue)", "(Tom, rows with, Ann)"]


def test_relation_and_subject_that_are_given_are_not_read() -> None:
    memory = memory_of()
    memory.correct(
        "Wo wohnt meine Schwester?", "Ja", user_id="ann", subject="meine Schwester",
        relation="wohnt in",
    )
    assert live(memory) == ["(meine Schwester, wohnt in, Ja)"]


@pytest.mark.parametrize(
    "question", ["Wo wohnt meine Schwester zur Zeit?", "¿Dónde vive ahora mi hermana mayor?"]
)
def test_another_language_is_refused_before_anything_is_written(question: str) -> None:
    memory = memory_of()
    with pytest.raises(InvalidInputError, match="give subject and relation"):
        correct(memory, question, "Graz")
    assert (live(memory), memory.history(user_id="ann")) == ([], [])
    assert memory.recall(question, user_id="ann") == []


def test_a_text_of_many_questions_names_no_relation() -> None:
    memory = memory_of()
    correct(memory, "Where do I live?" * 200, "Porto")
    assert all(len(s.triple.relation) < 60 for s in memory.facts(user_id="ann"))


@pytest.mark.parametrize("name", ["I", "me", "my", "the user", "User", "we"])
def test_the_user_is_one_subject(name: str) -> None:
    memory = memory_of((name, "lives in", "Porto"))
    assert memory.facts(user_id="ann")[0].triple == Triple("user", "lives in", "Porto")
    memory.tell("user", "lives in", "Lima", user_id="ann")
    assert live(memory) == ["(user, lives in, Lima)"]
    assert [s.triple.object for s in memory.facts(user_id="ann", subject=name)] == ["Lima"]
    assert len(memory.forget(name, user_id="ann")) == 2


def test_the_user_goes_by_another_name_than_whom_they_know() -> None:
    """A stand-in is a name of nobody else: Anna's home is not the user's."""
    seen: list[str] = []

    class Seen(Stub):
        def log_probabilities(self, prompts):  # type: ignore[no-untyped-def]
            seen.extend(p.context for p in prompts)
            return super().log_probabilities(prompts)

    memory = memory_of(
        ("Anna", "lives in", "Oslo"), ("user", "lives in", "Porto"), ("user", "likes", "tea")
    )
    KGTMemory(model=Seen(), graph=memory.graph).recall("Where do I live?", user_id="ann", limit=1)
    assert any("Maria" in context for context in seen)
    assert not any("Anna" in context for context in seen)


def test_feedback_is_read_as_the_reply_that_it_is() -> None:
    memory = memory_of(("my brother", "likes", "jazz"))
    feedback, run_id = KGTFeedbackHandler(memory), uuid4()
    chain = memory | RunnableLambda(lambda known: "Yes.")
    chain.invoke(
        "Does my brother like jazz?",
        {"configurable": {"user_id": "ann"}, "callbacks": [feedback], "run_id": run_id},
    )
    feedback.record(run_id, correction="No,\nhe hates jazz")
    assert live(memory) == ["(my brother, hates, jazz)"]
    update = feedback.record(run_id, correction="never mind")
    assert update is not None
    assert update.reasons
    assert live(memory) == ["(my brother, hates, jazz)"]


def test_a_reply_may_be_longer_than_a_fact_and_no_fact_longer_than_that() -> None:
    memory = memory_of()
    talk = "It is a long story that I would rather not tell you at length today. " * 8
    assert len(talk) > 500
    correct(memory, "Where do I live?", f"In Porto. {talk}")
    assert "(user, lives in, Porto)" in live(memory)
    with pytest.raises(TextTooLongError):
        correct(memory, "Where do I live?", "In Porto. " + talk * 2)
    with pytest.raises(TextTooLongError):
        correct(memory, "What is my motto?", "a" * 600)
    assert len(memory.history(user_id="ann")) == 1
