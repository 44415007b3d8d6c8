"""What all benchmarks share: the model, resumable records, metrics of one answer, the report."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from langchain_kgt import KGTConfig, KGTMemory
from langchain_kgt.graphs.kuzu import KuzuGraph
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.models.default import default_model_path
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.tuning import templates

GENERATED_TOKENS = 16
STOP = ("\n", ". ")
# Small models like to begin with a line break or a tag; what they say then is mostly right.
SUPPRESSED_AT_START = ("\n", "\n\n", " \n", "<", " <")
_PACKAGES = ("langchain-kgt", "langchain-core", "torch", "transformers", "kuzu")


@dataclass(frozen=True)
class Run:
    """The options of one benchmark run, as they stand in its report."""

    benchmark: str
    data: Path
    out: Path
    cases: int | None
    labels: str
    alpha: float
    model: str | None
    mode: str
    resume: bool

    def settings(self) -> dict[str, Any]:
        return {
            "benchmark": self.benchmark, "data": self.data.name,
            "data_sha256": hashlib.sha256(self.data.read_bytes()).hexdigest()[:16],
            "cases": self.cases or "all", "labels": self.labels, "alpha": self.alpha,
            "model": self.model or "default", "mode": self.mode,
        }

    def command(self) -> str:
        """What to type to get the report again; the folders are the reader's own."""
        options = [f"--data data/{self.data.name}"]
        options += [f"--cases {self.cases}"] if self.cases else []
        options += [f"--labels {self.labels}"]
        options += [f"--alpha {self.alpha}"] if self.alpha else []
        options += [f"--model {Path(self.model).name}"] if self.model else []
        options += [f"--mode {self.mode}"] if self.mode != "default" else []
        options += [f"--out docs/reports/{self.out.name}"]
        return " ".join([f"python -m benchmarks.{self.benchmark}", *options])


class Records:
    """One JSON line a step beside the report, so that a run that was stopped goes on."""

    def __init__(self, run: Run) -> None:
        self.path = run.out.with_suffix(".steps.jsonl")
        self.database = run.out.with_suffix(".kuzu")
        header = json.dumps(run.settings(), sort_keys=True)
        self.done: dict[str, dict[str, Any]] = {}
        if run.resume and self.path.exists():
            first, *lines = self.path.read_text(encoding="utf-8").splitlines()
            if first != header:
                raise typer.BadParameter(
                    f"{self.path} belongs to a run with other options; run with --no-resume"
                )
            for line in lines:
                record = json.loads(line)
                self.done[record["step"]] = record
        else:
            for path in self.database.parent.glob(f"{self.database.name}*"):
                path.unlink()
            self.path.write_text(header + "\n", encoding="utf-8")

    def add(self, step: str, **values: Any) -> None:
        record = {"step": step, "peak_rss_mb": peak_rss_mb(), **values}
        self.done[step] = record
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [record for step, record in self.done.items() if step.startswith(f"{kind}:")]


def open_memory(run: Run, records: Records) -> KGTMemory:
    model = HuggingFaceModel.from_pretrained(run.model or default_model_path())
    config = KGTConfig(mode="paper" if run.mode == "paper" else "default")
    return KGTMemory(model=model, graph=KuzuGraph(records.database), config=config)


def correct_once(
    step: str, memory: KGTMemory, records: Records, query: str, answer: str, *,
    user_id: str, subject: str | None,
) -> None:
    """Apply one correction and record it, unless the run that was stopped has done so."""
    if step in records.done:
        return
    start = time.perf_counter()
    update = memory.correct(query, answer, user_id=user_id, subject=subject)
    seconds, measurement = time.perf_counter() - start, update.measurement
    records.add(
        step, seconds=seconds, text=str(update),
        added=len(update.added), removed=len(update.retired),
        preferred=measurement is not None and measurement.preferred,
        loss_before=measurement and measurement.loss_before,
        loss_after=measurement and measurement.loss_after,
    )


@contextmanager
def progress(total: int, what: str) -> Iterator[Any]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )
    with Progress(*columns, transient=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


class Asker:
    """Asks one question with and without memory; what does not depend on memory is asked once."""

    def __init__(self, memory: KGTMemory, alpha: float) -> None:
        self.memory = memory
        self.model: LanguageModel = memory.model
        self.alpha = alpha
        self.reasoning = templates.of(memory.config.mode).reasoning
        self._scores: dict[tuple[str, tuple[str, ...]], tuple[float, ...]] = {}
        self._texts: dict[tuple[str, str], str] = {}

    def prompts(self, query: str, facts: Sequence[templates.Fact]) -> tuple[str, str]:
        """The prompt with memory, and the one without: the same bytes if there are no facts."""
        without = templates.reasoning(query, [])
        return (self.reasoning(query, facts) if facts else without), without

    def log_probabilities(self, prompt: str, targets: tuple[str, ...]) -> tuple[float, ...]:
        key = (prompt, targets)
        if key not in self._scores:
            row = self.model.log_probabilities([Prompt(prompt, tuple(f" {t}" for t in targets))])
            self._scores[key] = tuple(score.value for score in row[0])
        return self._scores[key]

    def prefers(self, prompt: str, without: str, a: str, b: str) -> tuple[bool, bool]:
        """Whether log P(a) > log P(b): as it is, and with context-aware decoding."""
        given, plain = (self.log_probabilities(p, (a, b)) for p in (prompt, without))
        guided = [(1 + self.alpha) * s - self.alpha * p for s, p in zip(given, plain, strict=True)]
        return given[0] > given[1], guided[0] > guided[1]

    def prepare(self, prompts: Iterable[str]) -> None:
        """Generate for several prompts in one go; `answer` finds it then."""
        new = [prompt for prompt in dict.fromkeys(prompts) if (prompt, "") not in self._texts]
        texts = self.model.generate(
            new, max_new_tokens=GENERATED_TOKENS, stop=STOP, suppress_at_start=SUPPRESSED_AT_START
        )
        self._texts.update(((prompt, ""), text) for prompt, text in zip(new, texts, strict=True))

    def answer(self, prompt: str, without: str = "") -> str:
        """Free-running greedy generation; given the prompt without facts, guided by them."""
        if (prompt, without) not in self._texts:
            guided = self.model.generate(
                [prompt], max_new_tokens=GENERATED_TOKENS, stop=STOP,
                suppress_at_start=SUPPRESSED_AT_START,
                without=[without] if without else (), guidance=1 + self.alpha,
            )
            self._texts[prompt, without] = guided[0]
        return self._texts[prompt, without]


def first_sentence(text: str) -> str:
    """Up to the first line break or sentence end."""
    return re.split(r"\n|(?<=[.!?])\s", text.strip(), maxsplit=1)[0]


def says(text: str, wanted: str, *unwanted: str) -> bool:
    """Whether the first sentence contains `wanted` and none of the others, as whole words."""
    sentence = first_sentence(text)
    if not _contains(sentence, wanted):
        return False
    return not any(_contains(sentence, other) for other in unwanted)


def _contains(sentence: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence, re.IGNORECASE) is not None


def share(values: Sequence[bool]) -> float | None:
    """Per cent of true values; none if there is nothing to count."""
    return round(100 * sum(values) / len(values), 2) if values else None


def updates_summary(updates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    seconds = sorted(update["seconds"] for update in updates)
    return {
        "updates": len(updates),
        "added_per_update": round(statistics.mean(u["added"] for u in updates), 3),
        "removed_per_update": round(statistics.mean(u["removed"] for u in updates), 3),
        "preferred_after_update": share([bool(u["preferred"]) for u in updates]),
        "seconds_per_update_median": round(statistics.median(seconds), 3),
        "seconds_per_update_p95": round(seconds[int(0.95 * (len(seconds) - 1))], 3),
    }


def peak_rss_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def write_report(
    run: Run, memory: KGTMemory, records: Records, metrics: dict[str, Any]
) -> None:
    report = {
        **metrics,
        "peak_rss_mb": max(
            [peak_rss_mb(), *(record.get("peak_rss_mb", 0.0) for record in records.done.values())]
        ),
        "settings": run.settings(),
        "config": memory.config.model_dump(mode="json"),
        "command": run.command(),
        **provenance(memory.model),
    }
    run.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(metrics, indent=2))


def provenance(model: LanguageModel | None = None) -> dict[str, Any]:
    """What a report says of the software and of the model that it was made with."""
    inner = getattr(model, "model", None)
    of_model = {} if model is None else {
        "model_id": Path(model.id).name,
        "model_sha256": _weights_hash(model.id),
        "dtype": str(getattr(inner, "dtype", "")),
        "device": str(getattr(inner, "device", "")),
    }
    return {
        **of_model,
        "seed": "none: greedy and deterministic",
        "python": platform.python_version(),
        "threads": torch.get_num_threads(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _weights_hash(model_id: str) -> str | None:
    digest = hashlib.sha256()
    files = sorted(Path(model_id).glob("*.safetensors")) if Path(model_id).is_dir() else []
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16] if files else None
