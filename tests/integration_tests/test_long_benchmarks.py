"""A small slice of the benchmarks of messages: long conversations, times, doubt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from benchmarks import dates, doubt, locomo, longmemeval, prefeval, tables
from benchmarks.evidence import Given, Question
from tests.integration_tests.test_benchmarks import written

SISTER = "My sister Ann works as a nurse."
OSLO, ROME = "I live in Oslo, in a flat by the harbour.", "I live in Rome now, by the way."


def given(*ranked: str, evidence: Sequence[str] = ("old", "new"), updates: bool = True) -> Given:
    when = datetime(2026, 1, 1, tzinfo=timezone.utc)
    question = Question("Where do I live?", "update", when, tuple(evidence), updates)
    return Given(question, [frozenset(one.split()) for one in ranked])


def test_evidence_is_found_among_so_many() -> None:
    one = given("a", "b", "old")
    assert [one.has_evidence(k) for k in (1, 2, 3)] == [False, False, True]
    assert not given().has_evidence(5)


@pytest.mark.parametrize(
    ("ranked", "right"),
    [
        (("new", "old"), True), (("a", "new"), True), (("a", "old new", "old"), False),
        (("old", "new"), False), ((), False), (("a", "b", "c", "d", "e", "new", "old"), False),
    ],
)
def test_the_latest_comes_before_the_first(ranked: tuple[str, ...], right: bool) -> None:
    assert given(*ranked).latest_first is right
    assert given(*ranked, updates=False).latest_first is None
    assert given(*ranked, evidence=["new"]).latest_first is None


def test_longmemeval_reports(tmp_path: Path) -> None:
    def asked(question: str, *sessions: tuple[str, str]) -> dict[str, Any]:
        return {
            "question": question, "question_date": "2023/06/01 (Thu) 00:58",
            "evidence_sessions": [
                {"date": date, "turns": [{"role": "user", "content": said}]}
                for date, said in sessions
            ],
        }

    sister = asked("What does my sister work as?", ("2023/05/25 (Thu) 20:21", SISTER))
    unsaid = asked("How old is my boat?")
    spoken = {"date": "2023/05/25 (Thu) 20:21", "turns": [{"role": "assistant", "content": "Hi."}]}
    items = [sister, unsaid, {**unsaid, "evidence_sessions": [spoken]}]
    written(tmp_path / "longmemeval-single-session-user-dev.json", items)
    for name in ("single-session-preference", "multi-session", "temporal-reasoning"):
        written(tmp_path / f"longmemeval-{name}-dev.json", [])
    home = asked(
        "Where do I live?", ("2023/05/27 (Sat) 10:20", ROME), ("2023/05/20 (Sat) 09:00", OSLO)
    )
    written(tmp_path / "longmemeval-knowledge-update-dev.json", [home])
    out = tmp_path / "report.json"
    longmemeval.main(tmp_path, out)
    report = json.loads(out.read_text())
    assert (report["messages"], report["questions_user"], report["all_shown"]) == (3, 1, 3)
    assert report["user_at_1"] == report["minilm_user_at_1"] == report["written_user"] == 100
    assert report["latest_first"] == 100  # Oslo has ended
    assert report["last_20_user"] == 100
    assert report["command"] == (
        "python -m benchmarks.longmemeval --data data --out docs/reports/report.json"
    )


def test_locomo_reports(tmp_path: Path) -> None:
    def turn(number: int, speaker: str, text: str) -> dict[str, str]:
        return {"speaker": speaker, "dia_id": f"D1:{number}", "text": text}

    later = {"session": 2, "date": "1:00 pm on 2 February, 2023", "turns": []}
    dialogue = {
        "sessions": [
            {"session": 1, "date": "4:04 pm on 20 January, 2023", "turns": [
                turn(1, "Ann", "I work as a nurse in Leeds."), turn(2, "Bob", "I play the cello."),
            ]},
            {**later, "turns": [{"speaker": "Ann", "dia_id": "D2:1", "text": "I sold my car."}]},
        ],
        "qa": [
            {"question": "What does Bob play?", "category_name": "single-hop",
             "evidence": ["D1:2"]},
            {"question": "What did Ann sell?", "category_name": "open-domain",
             "evidence": ["D2:1"]},
            {"question": "What does Bob sell?", "category_name": "adversarial",
             "evidence": ["D1:2"]},
        ],
    }
    data, out = written(tmp_path / "data.json", [dialogue]), tmp_path / "report.json"
    locomo.main(data, out, cases=1)
    report = json.loads(out.read_text())
    assert report["single_hop_at_5"] == report["minilm_single_hop_at_5"] == 100
    assert (report["questions_single_hop"], report["messages"]) == (1, 2)
    assert "open_at_5" not in report


def test_prefeval_reports_and_has_a_table(tmp_path: Path) -> None:
    pairs = [
        {"id": "a", "preference": ROME, "question": "Find me a museum near my flat."},
        {"id": "b", "preference": SISTER, "question": "Is anybody of us a nurse?"},
    ]
    data, out = written(tmp_path / "data.json", pairs), tmp_path / "prefeval.json"
    prefeval.main(data, out)
    report = json.loads(out.read_text())
    assert report["own_at_5"] == report["minilm_own_at_5"] == report["written_own"] == 100
    page = tmp_path / "page.md"
    page.write_text("<!-- prefeval -->\n<!-- /prefeval -->\n")
    tables.main(page, tmp_path)
    assert "| `minilm_own_at_5` | 100 |" in page.read_text()


def test_dates_reports(tmp_path: Path) -> None:
    said = {"now": "2024-08-27T09:20", "at": None, "from": None, "until": None}
    data = written(tmp_path / "data.json", [
        {**said, "message": "I started at the museum in 2019.", "about": "museum",
         "from": ["2019", "2019-01"]},
        {**said, "message": "Thanks!", "about": "museum", "at": "2024"},
    ])
    out = tmp_path / "report.json"
    dates.main(data, out)
    report = json.loads(out.read_text())
    assert (report["alone_even"], report["learned_even"], report["named"]) == (100, 100, 50)
    assert report["alone_odd"] == report["learned_odd"] == 0


def test_doubt_reports(tmp_path: Path) -> None:
    case = {
        "known": ["user | lives in | Oslo", "user | is allergic to | nuts"],
        "news": ROME, "replaced": [0], "doubtful": [],
    }
    data, out = written(tmp_path / "data.json", [case]), tmp_path / "report.json"
    doubt.main(data, out)
    report = json.loads(out.read_text())
    assert (report["replaced_gone"], report["wrongly_marked"], report["cases"]) == (100, 0, 1)
    assert report["marked"] is None
