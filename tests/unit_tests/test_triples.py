from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_kgt.triples import GraphUpdate, Measurement, StoredTriple, Triple, normalize, now
from langchain_kgt.tuning import templates


@pytest.mark.parametrize(
    "name",
    ["my dog", "My dog", "the dog", "the dog of mine", "MY  DOG", "our dog", "my dog.", " my dog "],
)
def test_one_entity_has_one_key(name: str) -> None:
    assert normalize(name) == "dog"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("my dog", "my dogs"), ("my sister", "my sister's dog"), ("Sydney", "HMAS Sydney"),
        ("C", "C++"), ("猫", "犬"), ("café", "cafe"), ("The", "A"),
    ],
)
def test_different_entities_have_different_keys(one: str, other: str) -> None:
    assert normalize(one) != normalize(other)


@given(st.lists(st.text("abcdefgh'", min_size=1, max_size=6), min_size=1, max_size=5))
def test_case_and_space_make_no_difference(words: list[str]) -> None:
    assert normalize(" ".join(words)) == normalize("  ".join(words).upper() + " ")


def test_an_update_survives_json() -> None:
    update = GraphUpdate(
        id="x", user_id="ann", kind="correct", time=now(), query="q?", answer="a",
        added=(Triple("s", "r", "o"),), reasons=("why",),
        measurement=Measurement(-1.0, -0.5, float("inf"), 2.0, 1.0, 0.5, True), score=0.0,
    )
    record = json.dumps(update.to_json(), allow_nan=False)
    assert GraphUpdate.from_json(json.loads(record)) == update


def test_a_fact_reads_as_one_bounded_line_that_keeps_its_answer() -> None:
    triple = Triple("my dog", "eats", "carrots")
    for query in ("Tell me\nnow: what does my dog eat?", "Well, " * 200 + "what does my dog eat?"):
        line = templates.fact(StoredTriple(triple, "u1", now(), query))
        assert "carrots" in line
        assert "\n" not in line
        assert len(line) <= templates.MAX_FACT_CHARACTERS
    same = [StoredTriple(triple, "u1", now(), "My dog eats")] * 2
    assert templates.facts_block(same) == "- My dog eats carrots"
