"""How a clause of a message reads as a fact."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest

from langchain_kgt.reading.english.parser import Parser
from langchain_kgt.reading.english.talk.features import Context
from langchain_kgt.reading.english.talk.instructions import is_instruction
from langchain_kgt.reading.english.talk.kinds import kind_of, result_of
from langchain_kgt.reading.english.talk.message import candidates, written_out
from langchain_kgt.reading.english.talk.taking_back import taken_back
from langchain_kgt.reading.secrets import secrets, without_secrets
from tests.stub_models import english

NOW = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
PARSE = Parser()

# A message, and a fact that stands in it.
FACTS = [
    ("I work at the harbour.", ("I", "works at", "the harbour")),
    ("We've been living in Porto since May.", ("I", "has been living in", "Porto since May")),
    ("On Sundays I swim in the lake.", ("I", "swims in", "the lake On Sundays")),
    ("My sister who lives in Cork plays the harp.", ("my sister", "plays", "the harp")),
    ("My sister who lives in Cork plays the harp.", ("my sister", "lives in", "Cork")),
    ("My sister in Cork has two kids.", ("my sister", "has", "two kids")),
    ("I'm allergic to peanuts.", ("I", "is allergic to", "peanuts")),
    ("My dog doesn't eat meat.", ("my dog", "does not eat", "meat")),
    ("I'm no vet.", ("I", "is", "no vet")),
    ("My uncle never smokes.", ("my uncle", "does", "never smokes")),
    ("She used to live in Rome. My aunt loved it.", ("my aunt", "loved", "it")),
    ("My brother sold the boat and moved to Faro.", ("my brother", "moved to", "Faro")),
    ("My son is called Leo. He hates peas.", ("my son", "hates", "peas")),
    ("My wife is from Porto. Her brother drives a taxi.",
     ("my wife's brother", "drives", "a taxi")),
    ("my flatmate's called Ioana", ("my flatmate", "is called", "Ioana")),
    ("Plumber by trade.", ("I", "says", "Plumber by trade")),
    ("There's one other person on staff, my niece.",
     ("I", "says there is", "one other person on staff, my niece")),
    ("Because I teach at night, mornings are free.", ("I", "teaches at", "night")),
]


@pytest.mark.parametrize(("text", "fact"), FACTS)
def test_a_clause_reads_as_a_fact(text: str, fact: tuple[str, str, str]) -> None:
    doc = PARSE(written_out(text))
    found = [(c.subject, c.relation, c.object) for c in candidates(Context(doc), [doc])]
    assert fact in found


def test_she_is_whom_the_message_before_named() -> None:
    before, doc = PARSE("My aunt Rosa is ill."), PARSE("She needs a walking frame.")
    [candidate] = candidates(Context(doc), [before, doc])
    assert candidate.subject == "my aunt Rosa"
    [alone] = candidates(Context(doc), [doc])
    assert alone.subject == ""


KINDS = [
    ("I live in Porto.", "state", "holds"),
    ("I used to live in Porto.", "state", "ended"),
    ("My sister no longer works for the airline.", "state", "ended"),
    ("I taught maths in Kano.", "state", "ended"),
    ("I won a marathon.", "event", "holds"),
    ("I have kept an allotment since 1987.", "state", "holds"),
    ("My visa has arrived.", "event", "holds"),
    ("I was born in Riga.", "state", "holds"),
    ("My uncles run a chip van.", "state", "holds"),
]


@pytest.mark.parametrize(("text", "kind", "status"), KINDS)
def test_what_is_over_and_what_happened_are_told_apart(text: str, kind: str, status: str) -> None:
    doc = PARSE(text)
    found = next(iter(candidates(Context(doc), [doc])))
    assert kind_of(found.spoken, dated=False) == (kind, status)


@pytest.mark.parametrize(("text", "relation"), [
    ("We moved to Lisbon.", "lives in"), ("I bought a canoe.", "has"),
    ("We didn't move to Lisbon.", ""), ("I may move to Lisbon.", ""), ("I live in Lisbon.", ""),
])
def test_what_a_change_leads_to(text: str, relation: str) -> None:
    doc = PARSE(text)
    found = next(iter(candidates(Context(doc), [doc])))
    assert result_of(found.spoken, found.relation) == relation


@pytest.mark.parametrize(("text", "is_one"), [
    ("Always answer in two lines.", True), ("Never use emojis with me, please.", True),
    ("Call me Nadia.", True), ("From now on reply in French.", True),
    ("I always write with my left hand.", False), ("Shorten that to two lines.", False),
    ("Could you always answer in French?", False), ("Just this once, use emojis.", False),
])
def test_how_to_answer_from_now_on(text: str, is_one: bool) -> None:
    [sentence] = PARSE(text).sents
    assert is_instruction(sentence) is is_one


@pytest.mark.parametrize(("text", "what"), [
    ("Forget what I said about Leo.", "Leo"), ("Scrap the bit about garlic.", "garlic"),
    ("Never mind what I told you about the car", "the car"),
    ("I always forget the keys.", ""), ("Don't forget the milk.", ""),
    ("Can you forget the past?", ""),
])
def test_what_is_taken_back(text: str, what: str) -> None:
    assert taken_back(text) == what


@pytest.mark.parametrize(("text", "secret"), [
    ("my password is hunter2", "hunter2"), ("PIN: 4711", "4711"),
    ("the key is AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    ("card 4242 4242 4242 4242", "4242 4242 4242 4242"),
    ("IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
    ("passport no. C01X00T47", "C01X00T47"),
])
def test_a_secret_is_found(text: str, secret: str) -> None:
    assert secret in secrets(text)


@pytest.mark.parametrize("text", [
    "Our hut is number 3362.", "Call me on 020 7946 0123.", "order 4242 4242 4242 4243",
    "I forgot my password again", "the pin on my jacket is a swallow, from 2019",
])
def test_what_is_no_secret(text: str) -> None:
    assert secrets(text) == []


@pytest.mark.parametrize(("text", "asked"), [
    ("Rosebud77", "What is your wifi password?"), ("It is 8306.", "And the alarm code?"),
    ("8306 is my PIN.", ""), ("Rosebud77 is my password.", ""),
    ("I use 8306 as my alarm code.", ""),
    ("I changed my wifi password. It's Rosebud77 now.", ""), ("My password was Rosebud", ""),
    ("My card is 4242 4242.\n4242 4242, keep it.", ""), ("my number is 078-05-1120", ""),
    ("account: de89 3704 0044 0532 0130 00", ""), ("PIN 48 21", ""),
])
def test_no_sentence_of_a_secret_is_left(text: str, asked: str) -> None:
    left, found = without_secrets(text, asked)
    assert found
    assert not any(secret in left for secret in ("Rosebud", "8306", "4242", "1120", "3704", "48"))


@pytest.mark.parametrize("text", [
    "My password is the worst. I live in the north. My brother lives here.",
    "I forgot my password. I was born in 1987.",
])
def test_what_stands_beside_a_password_and_is_none_stays(text: str) -> None:
    assert without_secrets(text) == (text, False)


@pytest.mark.parametrize("text", [
    "I like " + "a, " * 1300 + "b", "(a) " * 1000, "a" * 4000, "-" * 4000, "," * 4000,
    "I live in Porto\n" * 250, "my sister who lives with " * 160,
])
def test_odd_texts_are_read_in_bounded_time(text: str) -> None:
    began = time.perf_counter()
    english().message(text, now=NOW)
    assert time.perf_counter() - began < 20
