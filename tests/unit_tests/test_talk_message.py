"""A message read whole: what is kept, what is left out, by weights that a test can see through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest

from langchain_kgt.reading.base import Assertion, Message, Turn
from langchain_kgt.reading.english.talk import message as talk
from langchain_kgt.reading.english.talk.weighing import Weights, fitted, weights
from tests.stub_models import english

NOW = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
EVERYTHING = Weights(1.0, {})
NOTHING = Weights(-1.0, {})


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> dict[str, Weights]:
    """The weights of each decision, which a test may set; all is kept, nothing is changed."""
    chosen = {"keep": EVERYTHING, "told": EVERYTHING, "changes": NOTHING}
    monkeypatch.setattr(talk, "weights", lambda decision, by: chosen[decision])
    return chosen


def read(text: str, *before: Turn, **more: Any) -> Message:
    return english().message(text, before=before, now=NOW, **more)


def told(message: Message) -> list[tuple[str, str, str]]:
    return [(one.subject, one.relation, one.object) for one in message.asserted]


def test_what_is_not_worth_keeping_is_left_out_with_its_words(keep: dict[str, Weights]) -> None:
    keep["keep"] = keep["told"] = Weights(-3.0, {})
    found = read("I live in Porto.")
    assert found.asserted == ()
    assert [(one.clause, one.why) for one in found.left_out] == [
        ("I live in Porto", "it does not seem to last")
    ]


def test_an_event_need_not_last(keep: dict[str, Weights]) -> None:
    keep["keep"] = NOTHING
    [won] = read("I won a race on Saturday. I am tired.").asserted
    assert (won.kind, won.valid_from, won.valid_until) == ("event", "2026-05-02", "2026-05-02")


def test_what_is_over_in_so_many_words_is_kept_as_such(keep: dict[str, Weights]) -> None:
    keep["keep"] = keep["told"] = NOTHING
    [was] = read("My sister doesn't work for the airline any more.").asserted
    assert was == Assertion(
        "my sister", "works for", "the airline", status="ended",
        clause="My sister doesn't work for the airline any more", confidence=-1.0,
    )


def test_a_denial_of_what_was_just_said_need_not_be_so_sure(keep: dict[str, Weights]) -> None:
    keep["keep"] = keep["told"] = NOTHING
    said = Turn("Since you work in an office, walk at lunch.", by_user=False)
    denied = ("I", "does not work in", "an office")
    assert told(read("I don't work in an office.", said)) == [denied]
    assert told(read("I don't work in an office.")) == []
    assert told(read("I walk to a boat.", said)) == []


@pytest.mark.parametrize(("text", "least"), [
    # What lasts by its verb, of the speaker and in the present, then what may be of the moment.
    ("I live in Porto.", -1.0), ("My brother plays the harp.", -1.0),
    ("I am tired.", -0.5), ("I walk to Porto.", -0.5), ("I sing and live in Porto.", -1.0),
    # All else, and what nobody of the message speaks of.
    ("Do I live in Porto?", 0.0), ("I lived in Porto.", 0.0), ("I don't live in Porto.", 0.0),
    ("I'm living in Porto.", 0.0), ("I know that Jo lives in Porto.", 0.0),
    ("Make up a tale where I live in Porto.", 0.0), ('My motto: "I live in Porto."', 0.0),
    ("Jo lives in Porto.", 1.0),
])
def test_how_sure_a_clause_has_to_be_of_lasting(
    keep: dict[str, Weights], text: str, least: float
) -> None:
    keep["told"] = NOTHING
    found = {}
    for beyond in (-0.1, 0.1):
        keep["keep"] = Weights(least + beyond, {})
        found[beyond] = any("Porto" in fact or "harp" in fact or "tired" in fact for _, _, fact
                            in told(read(text)))
    assert found == {-0.1: False, 0.1: True}


@pytest.mark.parametrize("case", ["said before", "a change"])
def test_who_is_known_may_be_spoken_of_alone(keep: dict[str, Weights], case: str) -> None:
    keep["keep"], keep["told"] = Weights(0.5, {}), NOTHING
    assert told(read("Marisol eats tortilla.")) == []
    keep["changes"] = EVERYTHING if case == "a change" else NOTHING
    before = [Turn("And your flatmate?", by_user=False)] if case == "said before" else []
    assert told(read("Marisol eats tortilla.", *before)) == [("Marisol", "eats", "tortilla")]


@pytest.mark.parametrize(("changes", "kept"), [(EVERYTHING, True), (NOTHING, False)])
def test_what_is_so_since_a_change_need_not_be_so_sure(
    keep: dict[str, Weights], changes: Weights, kept: bool
) -> None:
    keep["keep"], keep["told"], keep["changes"] = Weights(-1.9, {}), NOTHING, changes
    assert (("I", "lives in", "Lisbon") in told(read("We moved to Lisbon."))) is kept


@pytest.mark.usefixtures("keep")
@pytest.mark.parametrize(("text", "fact"), [
    ("We moved to Lisbon last week.", ("I", "lives in", "Lisbon")),
    ("I've got a dog named Rex.", ("my dog", "is named", "Rex")),
    ("I saw a dog named Rex.", ("a dog", "is named", "Rex")),
    ("My aunt has a dog named Rex.", ("a dog", "is named", "Rex")),
])
def test_whose_it_is_and_what_it_is_without_the_time(
    text: str, fact: tuple[str, str, str]
) -> None:
    assert fact in told(read(text))


@pytest.mark.usefixtures("keep")
def test_a_change_leads_to_a_state() -> None:
    assert ("I", "lives in", "Lisbon") in told(read("We moved to Lisbon."))


@pytest.mark.usefixtures("keep")
def test_an_answer_to_the_assistant_is_read_as_one() -> None:
    asked = Turn("What do you do for work?", by_user=False)
    assert ("I", "works as", "Dental hygienist") in told(read("Dental hygienist.", asked))


@pytest.mark.usefixtures("keep")
def test_nothing_of_a_sentence_with_a_secret_is_kept() -> None:
    found = read("My card is 4242 4242 4242 4242, exp 09/28. I live in Porto.")
    assert told(found) == [("I", "lives in", "Porto")]
    assert found.words == "I live in Porto."
    assert "4242" not in repr(found)
    assert "09/28" not in repr(found)


@pytest.mark.usefixtures("keep")
def test_what_is_pasted_is_not_the_writers() -> None:
    assert told(read("I live in Porto. Translate the text below.\n\nI live in Rome.")) == [
        ("I", "lives in", "Porto"),
        ("I", "translates", "the text below"),
    ]


@pytest.mark.usefixtures("keep")
def test_who_is_introduced_by_name_is_known_by_it() -> None:
    assert ("my manager", "is named", "Obi") in told(read("Write to my manager Obi."))
    assert ("my manager", "is named", "Obi") not in told(read('He said "my manager Obi left".'))


@pytest.mark.usefixtures("keep")
def test_no_more_of_a_message_is_read_than_the_limit() -> None:
    found = read("I live in Porto. " + "Hm. " * 1_000 + "I live in Rome.")
    assert ("I", "lives in", "Rome") not in told(found)
    assert found.left_out[-1].why == "only 4,000 characters of a message are read"


class Shown:
    """A model whose states say at which clause each stands."""

    def __init__(self, model_id: str, size: int) -> None:
        self.id, self.size = model_id, size
        self.asked: list[str] = []

    def hidden_states(
        self, text: str, spans: Sequence[Sequence[tuple[int, int]]], *, depth: float
    ) -> Any:
        self.asked = ["".join(text[begin:end] for begin, end in parts) for parts in spans]
        rows = np.zeros((len(spans), self.size), np.float32)
        rows[:, 0] = np.arange(len(spans))
        return rows


def test_the_states_of_the_clauses_are_weighed(keep: dict[str, Weights]) -> None:
    keep["keep"] = Weights(-0.5, {}, np.eye(1, 4, dtype=np.float32))
    keep["told"] = NOTHING
    keep["changes"] = Weights(0.0, {}, np.eye(1, 4, dtype=np.float32))
    model = Shown(fitted()["model"], 4)
    found = read("I walk to Porto. I paint birds.", layers=model)
    assert told(found) == [("I", "paints", "birds")]
    assert found.changes == 2.0
    assert model.asked[:2] == ["IwalktoPorto.", "Ipaintbirds."]


@pytest.mark.parametrize("model", [Shown("another-model", 4), Shown("SmolLM2-135M-Instruct", 5)])
def test_the_states_of_another_model_are_left_aside(
    keep: dict[str, Weights], model: Shown
) -> None:
    keep["keep"] = Weights(1.0, {}, np.full((1, 4), -9.0, dtype=np.float32))
    assert told(read("I live in Porto.", layers=model)) == [("I", "lives in", "Porto")]


@pytest.mark.parametrize("decision", ["keep", "told", "changes"])
@pytest.mark.parametrize(("by", "vectors"), [("alone", 0), ("encoder", 2), ("states", 1)])
def test_there_are_weights_for_every_decision(decision: str, by: str, vectors: int) -> None:
    found = weights(decision, by)
    assert len(found.vectors) == (1 if decision == "changes" and vectors else vectors)
    assert len(found.features) > 100
