"""Which sentence of a query asks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_kgt.recalling.sentences import from_subject, sentence_start


@pytest.mark.parametrize(
    ("query", "names", "asks"),
    [
        ("Shayna dies. Ann, a native", ["Ann"], "Ann, a native"),
        ("References\n\nAnn speaks", ["Ann"], "Ann speaks"),
        ("Is it you? Ann speaks", ["Ann"], "Ann speaks"),
        # A full stop within a sentence, or a name, ends none.
        ("The capital of the U.S. state of Utah is", ["Utah"], None),
        ("I like J. Smith and Dr. Strange", ["Strange"], None),
        ("Ann lives in St. Louis", ["Louis"], None),
        ("Hmm... Ann speaks", ["Ann"], "Ann speaks"),
        # A number is no abbreviation, and only a full stop ends one.
        ("Subtract it from 9. Ann speaks", ["Ann"], "Ann speaks"),
        ("Is it type B? ann speaks", ["ann"], "ann speaks"),
        # All that is named stays, from where it is named last.
        ("Bob came. Ann left. She met", ["Ann", "Bob"], None),
        ("Ann came. It rained. Ann left", ["Ann"], "Ann left"),
        ("It rained. She met", ["Ann"], "She met"),
        ("ẞßẞßẞßẞß Ann. She left", ["ann"], None),
        ("", ["Ann"], ""),
    ],
)
def test_a_query_begins_where_its_subject_is_named(
    query: str, names: list[str], asks: str | None
) -> None:
    assert from_subject(query, names) == (query if asks is None else asks)


@given(st.text(), st.text(min_size=1), st.text())
def test_nothing_behind_a_name_is_lost(before: str, name: str, after: str) -> None:
    query = before + name + after
    asks = from_subject(query, [name])
    assert query.endswith(asks)
    assert name in asks


@given(st.text(), st.integers(min_value=0, max_value=50))
def test_a_sentence_begins_at_or_before_its_place(text: str, position: int) -> None:
    assert 0 <= sentence_start(text, position) <= max(position, 0)


@pytest.mark.parametrize("text", ["a" * 200_000, "." * 200_000, "a. " * 70_000])
def test_what_users_paste_takes_no_longer_than_it_is_long(text: str) -> None:
    start = time.perf_counter()
    sentence_start(text, len(text))
    assert time.perf_counter() - start < 5
