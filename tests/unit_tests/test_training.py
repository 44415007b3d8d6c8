"""What the gate of plain talk is fitted on."""

from __future__ import annotations

from functools import cache

from benchmarks.training import PLAIN, Said, plain_sentences, read

PERSON = {
    "user": "p",
    "turns": [
        {
            "role": "user", "kind": "statement", "retires": [],
            "content": "Right so, it's Cork I live in these days, and who'd blame me?",
            "facts": [{
                "subject": "user", "relation": "lives in", "object": "Cork", "any_of": ["Cork"],
            }],
        },
        {
            "role": "user", "kind": "request", "retires": [], "facts": [],
            "content": "I have a puncture. Write to the boss. If I run, I make it.",
        },
    ],
}


@cache
def plain() -> dict[str, Said]:
    """By their texts; parsed once for all tests."""
    return {said.text: said for said in read([PERSON]) if said.kind == PLAIN}


def test_facts_are_said_plainly_and_in_other_words() -> None:
    found = plain()
    assert {"I live in Cork.", "I reside in Cork."} <= found.keys()
    assert all(found["I live in Cork."].right)


def test_small_talk_stands_beside_it_unless_something_frames_it() -> None:
    found = plain()
    assert not any(found["I have a puncture."].right)
    assert not {"If I run.", "I run.", "I make it."} & found.keys()


def test_the_sentences_written_for_the_fit_are_pairs_of_both_kinds() -> None:
    lasting = {text for text, lasts in plain_sentences() if lasts}
    moments = {text for text, lasts in plain_sentences() if not lasts}
    assert len(lasting) == len(moments)
    assert not lasting & moments
    assert any(plain()["I keep goats and a few hens"].right)
    assert not any(plain()["I'm wearing my pyjamas still at noon."].right)
