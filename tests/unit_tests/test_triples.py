from __future__ import annotations

import json

from langchain_kgt.recalling import templates
from langchain_kgt.triples import GraphUpdate, Measurement, StoredTriple, Triple, now


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
