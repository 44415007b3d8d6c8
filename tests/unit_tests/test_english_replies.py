"""What a user's answer to a question says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from functools import cache

import pytest
from spacy.language import Language

from langchain_kgt.reading.base import Assertion, Question, Reply
from langchain_kgt.reading.english.reader import EnglishReader
from langchain_kgt.reading.english.replies import reply
from tests.unit_tests.english_replies import GIVEN, LATER, OWN, QUESTIONS, UNREAD

NOW = datetime(2026, 3, 14, 15, tzinfo=timezone.utc)
ALL = [*GIVEN, *OWN, *LATER]


@cache
def english() -> Language:
    return EnglishReader()._parse.nlp


def read(name: str, text: str) -> Reply:
    return reply(english(), QUESTIONS[name], text, NOW)


def differences(name: str, text: str, expected: Sequence[str]) -> list[str]:
    """What a reply says besides what it should, and what it does not say."""
    got = read(name, text)
    wrong = []
    if ("nothing" in expected) != bool(got.nothing):
        wrong.append(f"nothing={got.nothing!r}")
    if ("changed" in expected) != got.changed:
        wrong.append(f"changed={got.changed}")
    said = {"+": got.holds, "-": got.ended, "!": got.denied}
    optional = [value[2:] for value in expected if value[0] == "?"]
    polar = QUESTIONS[name].kind == "yes or no"
    for sign, assertions in said.items():
        left = list(assertions)
        for value in (value[2:] for value in expected if value[0] == sign):
            found = next((a for a in left if _is(a, value)), None)
            if found is None:
                wrong.append(f"lacks {sign} {value}")
            else:
                left.remove(found)
        # Who says yes denies no: `test_a_yes_denies_the_no` looks at that.
        wrong += [
            f"has {sign} {a.subject} / {a.relation} / {a.object}" for a in left
            if not (sign == "!" and polar) and not any(_is(a, value) for value in optional)
        ]
    return wrong


def _is(assertion: Assertion, value: str) -> bool:
    subject, relation, objects = value.split(" / ", 2)
    return (
        assertion.subject in subject.split("|")
        and assertion.relation in relation.split("|")
        and assertion.object in objects.split("|")
    )


@pytest.mark.parametrize(("question", "text", "expected"), ALL)
def test_what_a_reply_says(question: str, text: str, expected: tuple[str, ...]) -> None:
    assert differences(question, text, expected) == []


@pytest.mark.xfail(strict=True)
@pytest.mark.parametrize(("question", "text", "expected"), UNREAD)
def test_what_is_not_read_yet(question: str, text: str, expected: tuple[str, ...]) -> None:
    assert differences(question, text, expected) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("?!", "letter"), ("👍🏽", "letter"), ("I don't know", "not known"), ("never mind", "open"),
        ("I'll tell you tomorrow", "open"), ("same as before", "changed"), ("Thanks!", "courtesy"),
        ("Why do you ask?", "asks"), ("What if she moved to Rome one day?", "asks"),
        ("If she got the job, she would live in Rome.", "might"), ("ask me later", "asks for"),
        ("You already asked me that", "assistant"), ("Yes, that's right", "agrees"),
        ("I told you already", "before"), ("Perfect, sent it as is.", "courtesy"),
        ("Exactly what I tell him, thank you!", "courtesy"), ("whats the weather like", "asks"),
        ("That made me laugh", "what was said"), ("It is true", "agrees"),
        ("I forgot", "not known"), ("I said that", "before"),
        ("is it far from Oslo", "asks"), ("She hasn't moved", "changed"),
    ],
)
def test_what_is_no_answer_says_why(text: str, why: str) -> None:
    said = read("home", text)
    assert why in said.nothing
    assert (said.holds, said.ended, said.denied, said.changed) == ((), (), (), False)


def test_a_yes_denies_the_no_and_a_no_the_yes() -> None:
    question = QUESTIONS["neutered?"]
    assert read("neutered?", "Yes") == Reply((question.stated,), denied=(question.denied,))  # type: ignore[arg-type]
    assert read("neutered?", "No") == Reply((question.denied,), denied=(question.stated,))  # type: ignore[arg-type]
    assert read("jazz?", "He never listens to jazz").denied == ()
    assert read("meat?", "He never eats meat").denied == (QUESTIONS["meat?"].stated,)


@pytest.mark.parametrize(
    ("question", "text", "when"),
    [
        ("home", "No, she moved to Ghent last spring.", "last spring"),
        ("home", "Porto since 2019", "since 2019"),
        ("exam", "It's next Tuesday at 3 pm", "next Tuesday at 3 pm"),
        ("born", "May 3, 1990", "May 3, 1990"),
        ("neutered?", "Yep, since May", "since May"),
        ("home", "She died last year", "last year"),
    ],
)
def test_the_words_that_say_when_are_kept(question: str, text: str, when: str) -> None:
    assert read(question, text).holds[0].when == when


def test_what_begins_with_a_change_goes_on_and_what_was_before_ended_then() -> None:
    said = read("homes", "They moved to Porto last year, but before that they lived in Faro.")
    assert said.holds == (
        Assertion("my parents", "live in", "Porto", "2025", "", "last year"),
    )
    assert said.ended == (Assertion("my parents", "live in", "Faro", "", "2025"),)


def test_a_day_that_only_now_can_tell_becomes_a_date() -> None:
    [bought] = read("bought", "I bought it yesterday").holds
    assert (bought.object, bought.valid_from, bought.when) == (
        "2026-03-13", "2026-03-13", "yesterday"
    )
    [died] = read("home", "She died last year").holds
    assert (died.valid_from, died.valid_until) == ("2025", "2025")
    [ended] = read("jazz?", "He stopped liking jazz last year").ended
    assert ended.valid_until == "2025"


def test_an_age_is_of_this_year() -> None:
    age, birth = read("age", "She is 7 now").holds
    assert (birth.relation, birth.object) == ("was born in", "about 2019")
    assert birth.valid_from == "2019~"
    assert (age.object, age.valid_from) == ("7", "2026")
    [weight] = read("weight", "22 kg").holds
    assert weight.valid_from == ""


def test_without_a_subject_and_a_relation_a_value_is_an_object_alone() -> None:
    question = Question("Your sister lives in Oslo.")
    assert reply(english(), question, " Rome! ", NOW).holds == (Assertion("", "", "Rome"),)
    said = reply(english(), question, "It's Ruben who hates gluten.", NOW)
    assert said.holds == (Assertion("Ruben", "hates", "gluten"),)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Ida and Jon", ["Ida", "Jon"]),
        ("Simon & Garfunkel", ["Simon & Garfunkel"]),
        ("Mr. and Mrs. Smith", ["Mr. and Mrs. Smith"]),
        ("Ida, Jon and Max", ["Ida", "Jon", "Max"]),
        ("Ida, my neighbour from upstairs", ["Ida"]),
        ("Ida (from Lund, Sweden) and Jon", ["Ida (from Lund, Sweden)", "Jon"]),
    ],
)
def test_a_list_is_taken_apart(text: str, values: list[str]) -> None:
    assert [one.object for one in read("friends", text).holds] == values


def test_no_sentence_is_too_odd() -> None:
    words = " ".join(text for _, text, _ in ALL).split()
    for length in (1, 7, 160):
        for start in range(0, len(words), 97):
            for name in ("home", "jazz?", "born", "why"):
                said = read(name, " ".join(words[start : start + length])[:1000])
                assert bool(said.nothing) != bool(said.holds or said.ended or said.denied)
                assert all(held.object for held in said.holds)
