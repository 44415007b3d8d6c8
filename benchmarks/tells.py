"""What it costs to tell many facts, one by one, and whether all are there afterwards.

Each fact is a call of `KGTMemory.tell`, which returns once the fact is on the disk. Then the
database is closed and opened again, and every user's facts and history are read and counted.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import options
from benchmarks.harness import peak_rss_mb, provenance
from langchain_kgt import KGTMemory, KuzuTripleStore, LanguageModel
from langchain_kgt.models.base import LogProbability, Prompt

_OF_A_SUBJECT = 5
_RELATIONS = ("lives in", "works as", "is named", "likes", "was born in")


class _NoModel(LanguageModel):
    """Telling asks no model."""

    id = "none"
    max_tokens = 0

    def log_probabilities(self, prompts: Sequence[Prompt]) -> list[tuple[LogProbability, ...]]:
        raise AssertionError("a model was asked")

    def generate(self, prompts: Sequence[str], **_: Any) -> list[str]:
        raise AssertionError("a model was asked")


def main(
    out: options.Out,
    facts: Annotated[int, typer.Option(help="Facts that are told.", min=10)] = 200_000,
    users: Annotated[int, typer.Option(help="Users who tell them, by turns.", min=1)] = 1,
    folder: Annotated[Path | None, typer.Option(help="Where the database is put.")] = None,
) -> None:
    """Tell facts one by one, close, open, read everything, and write a report."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        path = Path(home) / "memory.kuzu"
        marks: list[dict[str, Any]] = []
        times: list[float] = []
        memory = KGTMemory(model=_NoModel(), graph=KuzuTripleStore(path))
        for number in range(facts):
            user, nth = number % users, number // users
            start = time.perf_counter()
            memory.tell(
                f"my thing {nth // _OF_A_SUBJECT}", _RELATIONS[nth % _OF_A_SUBJECT],
                f"value {nth} of user {user}", user_id=f"user {user}",
            )
            times.append(1000 * (time.perf_counter() - start))
            if (number + 1) % max(1, facts // 10) == 0:
                marks.append(_mark(number + 1, times[-max(1, facts // 10) :], path))
                typer.echo(json.dumps(marks[-1]))
        start = time.perf_counter()
        memory.close()
        closed, size = time.perf_counter() - start, path.stat().st_size
        start = time.perf_counter()
        memory = KGTMemory(model=_NoModel(), graph=KuzuTripleStore(path))
        opened = time.perf_counter() - start
        start = time.perf_counter()
        missing = 0
        for user in range(users):
            told = facts // users + (user < facts % users)
            missing += 2 * told - len(memory.facts(user_id=f"user {user}")) - len(
                memory.history(user_id=f"user {user}")
            )
        read = time.perf_counter() - start
        memory.close()
    report = {
        "facts": facts,
        "users": users,
        "missing_afterwards": missing,
        "told_in_seconds": round(sum(times) / 1000, 1),
        "tell_ms_median": round(statistics.median(times), 2),
        "tell_ms_p95": round(sorted(times)[int(0.95 * len(times))], 2),
        "tell_ms_most": round(max(times), 1),
        "closed_in_seconds": round(closed, 2),
        "opened_in_seconds": round(opened, 2),
        "read_everything_in_seconds": round(read, 1),
        "file_mb": round(size / 2**20, 1),
        "peak_rss_mb": peak_rss_mb(),
        "as_it_grew": marks,
        "settings": {"benchmark": "tells", "facts": facts, "users": users},
        "command": f"python -m benchmarks.tells --facts {facts} --users {users} "
        f"--out docs/reports/{out.name}",
        **provenance(),
    }
    out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps({key: value for key, value in report.items() if key != "as_it_grew"}))


def _mark(told: int, times: Sequence[float], path: Path) -> dict[str, Any]:
    return {
        "told": told,
        "tell_ms_median": round(statistics.median(times), 2),
        "tell_ms_most": round(max(times), 1),
        "file_mb": round(path.stat().st_size / 2**20, 1),
        "rss_mb": peak_rss_mb(),
    }


if __name__ == "__main__":
    typer.run(main)
