"""A small slice of every benchmark, and of their resuming."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from benchmarks import (
    corrections,
    counterfact,
    daily,
    everyday,
    extraction,
    fitting,
    mquake,
    pararel,
    plots,
    sequential,
    tables,
    turns,
    zsre,
)
from benchmarks.baselines import rome
from benchmarks.baselines.all_facts import AllFacts
from benchmarks.cases import load_cases
from benchmarks.harness import GENERATED_TOKENS, Records, Run, first_sentence, says
from benchmarks.options import Labels, Method, Mode, Readers, Relations
from langchain_kgt.models.huggingface import HuggingFaceModel

EDITING_KEYS = {
    "efficacy", "paraphrase", "neighborhood", "neighborhood_no_memory", "neighborhood_untouched",
    "generation_accuracy", "generation_accuracy_no_memory", "added_per_update",
    "removed_per_update", "seconds_per_update_median", "seconds_per_update_p95", "peak_rss_mb",
}
CORRECTION_KEYS = {
    "latest_recall_at_1", "stale_recall", "collateral_loss", "cross_user_leak",
    "generation_accuracy", "generation_accuracy_no_memory", "added_per_update",
    "removed_per_update", "seconds_per_update_median", "seconds_per_update_p95", "peak_rss_mb",
}
FLAT = {
    "case_id": 1, "subject": "Mount Corvo", "prompt": "Mount Corvo is located in",
    "target_new": "Peru", "target_true": "Italy",
    "paraphrase_prompts": ["It rained a lot. Mount Corvo lies in"],
    "neighborhood_prompts": ["Mount Blanco is located in", "Mount Corvo Lodge is located in"],
}
PUBLISHED = {
    "case_id": 1,
    "requested_rewrite": {
        "prompt": "{} is located in", "subject": "Mount Corvo", "target_new": {"str": "Peru"},
        "target_true": {"str": "Italy"},
    },
    "paraphrase_prompts": FLAT["paraphrase_prompts"],
    "neighborhood_prompts": FLAT["neighborhood_prompts"],
}
OTHER = {
    "case_id": 2, "subject": "Anna Holm", "prompt": "Anna Holm was born in", "target_new": "Kyoto",
    "target_true": "London", "paraphrase_prompts": [],
    "neighborhood_prompts": ["Erik Berg was born in"],
}
PARAREL = {
    "case_id": 1, "subject": "Mount Corvo", "prompt": "Mount Corvo is located in",
    "target_new": "Peru", "target_true": "Italy", "paraphrases": ["Mount Corvo lies in"],
    "neighbor": {"prompt": "Mount Blanco is located in", "target": "Italy"},
}
ZSRE = {
    "subject": "Mount Corvo", "question": "Where is Mount Corvo?", "target_new": "Peru",
    "paraphrase": "In which country is Mount Corvo?", "target_true": "Italy",
}


def written(path: Path, records: Any) -> Path:
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def test_every_layout_is_read_alike(tmp_path: Path) -> None:
    cases = load_cases(written(tmp_path / "a.json", [FLAT, PUBLISHED, PARAREL, ZSRE]))
    assert cases[0] == cases[1]
    assert cases[2].neighborhood == ("Mount Blanco is located in",)
    assert cases[3].prompt == "Where is Mount Corvo?"
    assert {case.target_new for case in cases} == {"Peru"}


def test_what_counts_as_said() -> None:
    assert first_sentence(" It is Peru. Not Italy.") == "It is Peru."
    assert says("It is PERU. Not Italy.", "Peru", "Italy")
    assert not says("Peru, not Italy.", "Peru", "Italy")
    assert not says("Peruvian", "Peru")
    assert not says("Well.\nPeru", "Peru")


@pytest.mark.parametrize("labels", list(Labels))
def test_counterfact_reports_and_resumes(
    tmp_path: Path, labels: Labels, capsys: pytest.CaptureFixture[str]
) -> None:
    data = written(tmp_path / "data.json", [FLAT])
    out = tmp_path / "report.json"
    counterfact.main(data, out, labels=labels)
    report = json.loads(out.read_text())
    assert report.keys() >= EDITING_KEYS
    assert report["efficacy"] == report["paraphrase"] == 100
    assert report["neighborhood_untouched"] == 100
    assert report["neighborhood_excluded"] == 1
    assert (report["added_per_update"], report["removed_per_update"]) == (1, 0)

    steps = out.with_suffix(".steps.jsonl")
    before = steps.read_text()
    counterfact.main(data, out, labels=labels)  # all is done: nothing is asked again
    assert steps.read_text() == before
    with pytest.raises(typer.BadParameter, match="no-resume"):
        counterfact.main(data, out, labels=labels, alpha=0.5)
    header, *done = before.splitlines(keepends=True)
    code = json.loads(header)["code_sha256"]
    steps.write_text("".join([header.replace(code, "another"), *done]))
    with pytest.raises(typer.BadParameter, match="other code"):
        counterfact.main(data, out, labels=labels)
    counterfact.main(data, out, labels=labels, alpha=0.5, resume=False)
    assert json.loads(out.read_text())["efficacy"] == 100


def test_zsre_reports(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    zsre.main(written(tmp_path / "data.json", [ZSRE]), out)
    report = json.loads(out.read_text())
    assert report.keys() >= EDITING_KEYS
    assert report["efficacy"] == 100
    assert report["neighborhood"] is None


def test_zsre_tells_whether_the_relation_is_what_was_asked(tmp_path: Path) -> None:
    makers = [{"property": "maker", "question": "who made S", "relation": "made|maker"}]
    written(tmp_path / "zsre-relations.json", makers)
    boat = {**ZSRE, "subject": "Zampa boat", "question": "Who made Zampa boat?"}
    asked = [
        ZSRE | {"relation_pattern": "located|lies"}, boat, boat | {"relation_pattern": "sings"},
        ZSRE | {"question": "What does Mount Corvo like?"},
    ]
    data, out = written(tmp_path / "zsre-dev.json", asked), tmp_path / "report.json"
    right = [case.is_right("is made by") for case in load_cases(data)]
    assert right == [False, True, False, None]

    zsre.main(written(data, asked[1:3]), out, alpha=0, reader=Readers.english)
    report = json.loads(out.read_text())
    assert report["relation_right"] == 50
    assert report["relation_chosen_against_parse"] == 0
    zsre.main(data, out, alpha=0, method=Method.none, resume=False)
    report = json.loads(out.read_text())
    assert report["relation_right"] is report["relation_chosen_against_parse"] is None


@pytest.mark.parametrize("labels", list(Labels))
def test_pararel_reports(tmp_path: Path, labels: Labels) -> None:
    out = tmp_path / "report.json"
    pararel.main(written(tmp_path / "data.json", [PARAREL]), out, labels=labels)
    report = json.loads(out.read_text())
    assert report.keys() >= EDITING_KEYS
    assert report["efficacy"] == report["paraphrase"] == report["neighborhood_untouched"] == 100
    assert report["neighborhood"] == report["neighborhood_no_memory"]
    assert report["generation_accuracy_guided"] == 100
    assert report["command"].startswith("python -m benchmarks.pararel --data data/data.json")


@pytest.mark.parametrize("candidates", [1, 3])
def test_the_paper_adds_as_many_relations_as_there_are_candidates(
    tmp_path: Path, candidates: int
) -> None:
    data, out = written(tmp_path / "data.json", [PARAREL]), tmp_path / "report.json"
    counterfact.main(data, out, alpha=0, mode=Mode.paper, candidates=candidates)
    report = json.loads(out.read_text())
    assert report["added_per_update"] == report["config"]["candidates"] == candidates
    assert f"--mode paper --candidates {candidates} --out" in report["command"]
    with pytest.raises(typer.BadParameter, match="other options"):
        counterfact.main(data, out, alpha=0, mode=Mode.paper, candidates=2)


def test_relations_in_the_model_s_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "sits within"
    monkeypatch.setattr("langchain_kgt.recalling.relations.generate", lambda *_: [own])
    data, out = written(tmp_path / "data.json", [ZSRE]), tmp_path / "report.json"
    zsre.main(
        data, out, alpha=0, mode=Mode.paper, candidates=1, relations=Relations.generated,
        reader=Readers.none,
    )
    report = json.loads(out.read_text())
    assert report["config"]["relations"] == "generated"
    assert "--candidates 1 --relations generated --reader none --out" in report["command"]
    steps = out.with_suffix(".steps.jsonl").read_text()
    assert f"(Mount Corvo, {own}, Peru)" in steps

    data = written(tmp_path / "data.json", [ZSRE, PARAREL])
    found = iter([[own, "lies in"], []])
    monkeypatch.setattr("langchain_kgt.recalling.relations.generate", lambda *_: next(found))
    extraction.main(data, tmp_path / "extraction.json")
    extraction.main(data, tmp_path / "extraction.json")  # all is done: nothing is asked again
    report = json.loads((tmp_path / "extraction.json").read_text())
    assert (report["updates"], report["valid"], report["valid_per_update"]) == (2, 50, 1)
    assert report["relations"] == [[own, "lies in"], []]
    assert report["command"] == (
        "python -m benchmarks.extraction --data data/data.json --out docs/reports/extraction.json"
    )


def users() -> list[dict[str, Any]]:
    fact = {
        "subject": "my dog", "relation": "eats", "question": "What does my dog eat?",
        "paraphrases": ["Which food does my dog eat?"], "answers": ["meat", "rice", "carrots"],
    }
    other = {
        "subject": "my dog", "relation": "sleeps in", "question": "Where does my dog sleep?",
        "paraphrases": [], "answers": ["the hall"],
    }
    return [
        {"user": "ann", "facts": [fact, other]},
        {"user": "bob", "facts": [{**other, "answers": ["the attic"]}]},
    ]


def test_corrections_reports(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    corrections.main(written(tmp_path / "data.json", users()), out)
    report = json.loads(out.read_text())
    assert report.keys() >= CORRECTION_KEYS
    assert report["latest_recall_at_1"] == 100
    assert report["stale_recall"] == report["collateral_loss"] == report["cross_user_leak"] == 0
    assert report["updates"] == 5


def test_mquake_reports_and_resumes(tmp_path: Path) -> None:
    case = {
        "requested_rewrite": [
            {
                "question": "Who wrote The Long Night?", "subject": "The Long Night",
                "target_new": {"str": "Ann Hill"},
            }
        ],
        "questions": [
            "In which city was the author of The Long Night born?",
            "What is the place of birth of the author of The Long Night?",
            "Where was the author of The Long Night born? ",
        ],
        "new_answer": "Lima", "new_answer_alias": ["City of Kings"],
        "orig": {
            "triples_labeled": [
                ["The Long Night", "author", "Bob Lee"], ["Bob Lee", "place of birth", "Oslo"],
            ],
            "new_triples_labeled": [
                ["The Long Night", "author", "Ann Hill"], ["Ann Hill", "place of birth", "Lima"],
            ],
        },
    }
    data, out = written(tmp_path / "data.json", [case]), tmp_path / "report.json"
    mquake.main(data, out)
    report = json.loads(out.read_text())
    assert report["multihop_accuracy"] == report["multihop_accuracy_all_2_hops"] == 100
    assert report["multihop_accuracy_right_chain"] == 100
    assert report["multihop_accuracy_no_memory"] == 0
    assert report["answer_recall_at_1"] == 100
    assert report["updates"] == 2  # one a graph: the old author was not told, his birth place was
    steps = out.with_suffix(".steps.jsonl")
    before = steps.read_text()
    mquake.main(data, out)
    assert steps.read_text() == before


def test_turns_reports(tmp_path: Path) -> None:
    turn = {"split": "test", "question": "Where does my brother live?", "answer": "In Oslo."}
    data = written(tmp_path / "data.json", [
        {**turn, "message": "No, he lives in Rome.", "correction": True, "right": "Rome"},
        {**turn, "message": "Thank you!", "correction": False},
        {**turn, "message": "It's Rome.", "correction": True, "right": "Rome", "split": "dev"},
    ])
    out = tmp_path / "report.json"
    turns.main(out, data)
    report = json.loads(out.read_text())
    assert (report["turns"], report["corrections"]) == (2, 1)
    assert report["precision"] == report["recall"] == report["answer_found"] == 100
    assert report["mistaken"] == report["missed"] == []
    assert {"threshold", "precision", "recall"} == set(report["curve"][0])


def test_everyday_cases_are_right_only_if_the_graph_says_that_and_no_more(tmp_path: Path) -> None:
    case = {
        "id": 1, "question": "Where do I live?", "answer": "in Oslo since March", "before": [],
        "expect": [{"s": "user", "r": "lives in", "o": "Oslo", "since": "2026-03"}], "ok": [],
    }
    other = {**case["expect"][0], "o": "Rome"}  # type: ignore[index]
    data = written(tmp_path / "data.json", {
        "now": "2026-11-27T12:00:00+00:00", "bystander": ["my aunt", "lives in", "Bergen"],
        "questions": [case, {**case, "id": 3, "expect": []}, {**case, "id": 2, "expect": [other]}],
        "sequences": [{"id": 2, "steps": [{"tell": ["I", "live in", "Oslo"]}],
                       "expect": [{"s": "user", "r": "lives in", "o": "Oslo"}], "ok": []}],
        "names": [{"id": 1, "steps": [{"tell": ["Ann", "lives in", "Oslo"]}],
                   "recall": [["Where does Ann live?", "Oslo"], ["Where does Tom live?", None]]}],
    })
    out = tmp_path / "report.json"
    everyday.main(out, data)
    report = json.loads(out.read_text())
    assert report["questions_not_looked_at"] == 50
    assert report["questions_looked_at"] == 0
    assert report["sequences_looked_at"] == report["names_not_looked_at"] == 100


def probe(kind: str, question: str, *answers: str, stale: str = "") -> dict[str, Any]:
    return {
        "kind": kind, "question": question, "answers": [*answers],
        "stale": [stale] if stale else [],
    }


def person(user: str) -> dict[str, Any]:
    """Somebody who moved, as the daily data have it."""
    told = [
        ("user", "works as", "a nurse"), ("my dog", "eats", "figs"), ("user", "lives in", "Oslo"),
    ]
    facts = [dict(zip(("subject", "relation", "object"), fact, strict=True)) for fact in told]
    return {
        "user": user,
        "turns": [
            {"role": "user", "facts": facts, "retires": []}, {"role": "assistant"},
            {"role": "user", "facts": [{**facts[2], "object": "Rome"}], "retires": ["Oslo"]},
        ],
        "probes": [
            probe("direct", "Where do I live?", "Rome", stale="Oslo"),
            probe("direct", "What does my dog eat?", "figs"),
            probe("paraphrase", "Which town is my home in?", "Rome", stale="Oslo"),
            probe("indirect", "Find me a museum near my flat.", "Rome", stale="Oslo"),
            probe("unrelated", "Who painted The Night Watch?"),
            probe("unanswered", "What is my shoe size?"),
        ],
    }


@pytest.mark.parametrize("encoder", [True, False])
def test_daily_reports(tmp_path: Path, encoder: bool) -> None:
    data, out = written(tmp_path / "data.json", [person("a")]), tmp_path / "report.json"
    others = written(tmp_path / "others.json", [FLAT, OTHER])
    daily.main(data, out, among=others, others=5, encoder=encoder)
    report = json.loads(out.read_text())
    assert report["direct_at_1"] == report["direct_shown"] == 100
    assert report["all_facts"]["indirect_shown"] == 100
    assert report["encoder_alone"]["direct_at_3"] == 100
    assert report["stale_shown"] == 0
    assert report["unrelated_untouched"] == 100
    assert report["settings"]["others"] == 5


def test_the_weights_are_fitted_on_what_was_measured_and_that_goes_on(tmp_path: Path) -> None:
    data = written(tmp_path / "data.json", [person("a"), person("b")])
    out, weights = tmp_path / "recall.steps.jsonl", tmp_path / "weights.toml"
    fitting.main(data, out, cases=1, weights=weights)
    first = out.read_text().splitlines()
    fitting.main(data, out, weights=weights)
    assert out.read_text().splitlines()[: len(first)] == first
    fitted = tomllib.loads(weights.read_text())
    # One person's facts tell: what is likelier after the request is what answers.
    assert fitted["alone"]["ranking"]["told"] > 0
    assert fitted["encoder"]["ranking"]["cosine"] > 0
    assert fitted["alone"]["answered"].keys() == {"bias", "information", "same"}


@pytest.mark.parametrize("method", [m for m in Method if m is not Method.kgt])
def test_every_baseline_reports_and_resumes(
    tmp_path: Path, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rome, "_TEXTS", 8)
    data, out = written(tmp_path / "data.json", [FLAT, OTHER]), tmp_path / "report.json"
    counterfact.main(data, out, method=method)
    report = json.loads(out.read_text())
    assert report.keys() >= EDITING_KEYS
    assert report["method"] == method.value
    assert report["generation_accuracy_no_memory"] == 0  # the weights before any edit
    remembers = method is not Method.none
    assert report["efficacy"] == 100 * remembers
    assert (report["generation_accuracy"] > 0) is remembers
    assert report["neighborhood_untouched"] == 100 * (not remembers)
    edits = method in (Method.finetune, Method.lora, Method.rome)
    assert report["added_per_update"] == (None if edits else int(remembers))

    steps = out.with_suffix(".steps.jsonl")
    lines = steps.read_text().splitlines(keepends=True)
    steps.write_text("".join(lines[:3]))  # stopped after the updates: nothing is updated again
    counterfact.main(data, out, method=method)
    resumed = json.loads(out.read_text())
    assert steps.read_text().startswith("".join(lines[:3]))
    assert {key: resumed[key] for key in EDITING_KEYS - {"peak_rss_mb"}} == {
        key: report[key] for key in EDITING_KEYS - {"peak_rss_mb"}
    }


def test_a_vector_store_recalls_what_is_stale_and_one_model_tells_everybody(
    tmp_path: Path,
) -> None:
    data = written(tmp_path / "data.json", users())
    reports = {}
    for method in (Method.vector, Method.finetune):
        out = tmp_path / f"corrections-{method.value}.json"
        corrections.main(data, out, method=method)
        reports[method] = json.loads(out.read_text())
        assert reports[method].keys() >= CORRECTION_KEYS
    assert reports[Method.vector]["stale_recall"] > 0
    assert reports[Method.vector]["cross_user_leak"] == 0
    assert reports[Method.finetune]["stale_recall"] is None
    assert reports[Method.finetune]["cross_user_leak"] > 0


def test_the_oldest_facts_are_cut_where_the_context_is_full(
    tmp_path: Path, smollm: HuggingFaceModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = written(tmp_path / "data.json", [FLAT])
    run = Run("counterfact", data, tmp_path / "a.json", None, "given", 0, None, "default", False)
    method = AllFacts(smollm, run, Records(run))
    for n in range(60):
        method.update(f"What is number {n}?", f"{n} apples", user_id="ann", subject=None)
    monkeypatch.setattr(smollm, "_max_tokens", 400)
    query = "What is number 7?"
    facts = method.facts(query, user_id="ann")
    assert 0 < len(facts) < 60
    assert [t.object for t in facts] == [f"{n} apples" for n in range(60 - len(facts), 60)]
    prompt = method.reasoning(query, facts)
    assert len(smollm.tokenizer(prompt).input_ids) + GENERATED_TOKENS <= 400


def test_edits_one_after_another_and_their_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequential, "CHECKPOINTS", (1,))
    data = written(tmp_path / "data.json", [FLAT, OTHER])
    sequential.main(data, tmp_path / "sequential-all-facts.json", method=Method.all_facts)
    report = json.loads((tmp_path / "sequential-all-facts.json").read_text())
    assert [(row["edits"], row["sampled"], row["efficacy"]) for row in report["rows"]] == [
        (1, 1, 100), (2, 2, 100),
    ]
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- sequential -->\nwhat it was\n<!-- /sequential -->\nafter\n")
    tables.main(page, tmp_path)
    rows = [line for line in page.read_text().splitlines() if line.startswith("| all-facts |")]
    assert [row.split(" | ")[:4] for row in rows] == [
        ["| all-facts", "1", "1", "100"], ["| all-facts", "2", "2", "100"],
    ]
    assert "what it was" not in page.read_text()


def test_plots_are_drawn_from_the_reports_there_are_and_the_same_twice(tmp_path: Path) -> None:
    reports, out = Path("docs/reports"), tmp_path / "plots"
    plots.main(reports, out)
    names = {path.name for path in out.iterdir()}
    assert {"scale.png", "scale.svg", "latency.png", "latency.svg"} <= names
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    plots.main(reports, out)
    assert first == {path.name: path.read_bytes() for path in out.iterdir()}
    assert "triples in the store" in (out / "scale.svg").read_text()
    plots.main(tmp_path, tmp_path / "none")
    assert list((tmp_path / "none").iterdir()) == []


def test_the_table_beside_the_paper_has_its_figures_and_ours(tmp_path: Path) -> None:
    written(tmp_path / "counterfact-given.json", {"efficacy": 12.5, "command": "run"})
    page = tmp_path / "page.md"
    page.write_text("<!-- published -->\n<!-- /published -->\n")
    tables.main(page, tmp_path)
    rows = [line.split(" | ") for line in page.read_text().splitlines() if line.startswith("| ")]
    assert len({len(row) for row in rows}) == 1
    assert ["| Llama3-8B, published", "94.58", "86.89"] in [row[:3] for row in rows]
    assert ["| SmolLM2-135M, default", "12.5"] in [row[:2] for row in rows]


def test_a_report_of_another_k_has_a_row_and_what_was_not_run_has_none(tmp_path: Path) -> None:
    written(tmp_path / "pararel-paper-k10.json", {"efficacy": 12.5, "command": "run it"})
    page = tmp_path / "page.md"
    page.write_text("<!-- candidates -->\n<!-- /candidates -->\n")
    tables.main(page, tmp_path)
    head, _, *rows = page.read_text().splitlines()[1:-1]
    assert head.startswith("| | `efficacy` |")
    assert rows[0].startswith("| ParaRel, Algorithm 1, K = 10 | 12.5 |")
    assert rows[1:] == ["", "    run it"]
