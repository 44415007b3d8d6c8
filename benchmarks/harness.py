"""What all benchmarks share: the model, resumable records, metrics of one answer, the report."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import langchain_kgt
from benchmarks.gemma import gemma_path
from langchain_kgt.guidance import SUPPRESSED_AT_START
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.models.default import default_model_path
from langchain_kgt.models.huggingface import HuggingFaceModel
from langchain_kgt.recalling import templates

if TYPE_CHECKING:
    from benchmarks.baselines.base import Method

GENERATED_TOKENS = 16
STOP = ("\n", ". ")
# These read reports or files, and measure nothing.
_READERS = frozenset({"aims.py", "plots.py", "registry.py", "tables.py"})
_PACKAGES = ("langchain-kgt", "langchain-core", "torch", "transformers", "kuzu")


@dataclass(frozen=True)
class Run:
    """The options of one benchmark run, as they stand in its report."""

    benchmark: str
    data: Path
    out: Path
    cases: int | None
    labels: str
    alpha: float | None
    model: str | None
    mode: str
    resume: bool
    method: str = "kgt"
    candidates: int = 5
    relations: str = "ranked"
    reader: str = "english"

    @property
    def given(self) -> bool:
        """Whether the subject comes with a question."""
        return self.labels == "given"

    def settings(self) -> dict[str, Any]:
        return {
            "benchmark": self.benchmark, "data": self.data.name,
            "data_sha256": hashlib.sha256(self.data.read_bytes()).hexdigest()[:16],
            "code_sha256": code_hash(),
            "cases": self.cases or "all", "labels": self.labels, "alpha": self.alpha,
            "model": self.model or "default", "mode": self.mode,
            "method": self.method, "candidates": self.candidates, "relations": self.relations,
            "reader": self.reader,
        }

    def command(self) -> str:
        """What to type to get the report again; the folders are the reader's own."""
        options = [f"--data data/{self.data.name}"]
        options += [f"--cases {self.cases}"] if self.cases else []
        options += [f"--labels {self.labels}"] if self.labels else []
        options += [] if self.alpha is None else [f"--alpha {self.alpha:g}"]
        options += [f"--model {Path(self.model).name}"] if self.model else []
        options += [f"--mode {self.mode}"] if self.mode != "default" else []
        options += [f"--method {self.method}"] if self.method != "kgt" else []
        options += [f"--candidates {self.candidates}"] if self.candidates != 5 else []
        options += ["--relations generated"] if self.relations == "generated" else []
        options += [f"--reader {self.reader}"] if self.reader != "english" else []
        device = os.environ.get("DEVICE")
        folder = Path("docs/reports", device or "")
        options += [f"--out {(folder / self.out.name).as_posix()}"]
        start = f"DEVICE={device} " if device else ""
        return " ".join([f"{start}python -m benchmarks.{self.benchmark}", *options])


class Records:
    """One JSON line a step beside the report, so that a run that was stopped goes on."""

    def __init__(self, run: Run) -> None:
        self.path = run.out.with_suffix(".steps.jsonl")
        self.database = run.out.with_suffix(".kuzu")
        self.weights = run.out.with_suffix(".weights")
        header = json.dumps(run.settings(), sort_keys=True)
        self.done: dict[str, dict[str, Any]] = {}
        if run.resume and self.path.exists():
            first, *lines = self.path.read_text(encoding="utf-8").splitlines()
            if first != header:
                raise typer.BadParameter(
                    f"{self.path} belongs to a run of other options or other code; run with "
                    "--no-resume"
                )
            for line in lines:
                record = json.loads(line)
                self.done[record["step"]] = record
        else:
            for kept in (self.database, self.weights):
                for path in kept.parent.glob(f"{kept.name}*"):
                    path.unlink()
            self.path.write_text(header + "\n", encoding="utf-8")

    def add(self, step: str, **values: Any) -> None:
        record = {"step": step, "peak_rss_mb": peak_rss_mb(), **values}
        self.done[step] = record
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [record for step, record in self.done.items() if step.startswith(f"{kind}:")]


def correct_once(
    step: str, method: Method, records: Records, query: str, answer: str, *,
    user_id: str, subject: str | None,
) -> None:
    """Apply one correction and record it, unless the run that was stopped has done so."""
    if step in records.done:
        method.again(query, answer, user_id=user_id)
        return
    start = time.perf_counter()
    values = method.update(query, answer, user_id=user_id, subject=subject)
    records.add(step, seconds=time.perf_counter() - start, **values)


def open_model(name: str | None) -> HuggingFaceModel:
    """A model by id or folder, `gemma`, or the default one, on the device that DEVICE says."""
    device = os.environ.get("DEVICE") or None
    path = gemma_path() if name == "gemma" else name or default_model_path()
    return HuggingFaceModel.from_pretrained(path, device=device)


@contextmanager
def progress(total: int, what: str) -> Iterator[Any]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )
    with Progress(*columns, transient=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


@dataclass(frozen=True)
class Asked:
    """What a model is asked: a prompt, after so many edits of its weights.

    `beside` is what guidance compares it with: the same prompt where each fact is but its subject.
    """

    prompt: str
    edits: int
    beside: str


class Asker:
    """Asks one question with and without memory; what does not depend on memory is asked once."""

    def __init__(self, method: Method, alpha: float | None) -> None:
        self.method = method
        self.alpha = alpha or 0.0
        self._scores: dict[tuple[Asked, tuple[str, ...]], tuple[float, ...]] = {}
        self._texts: dict[tuple[Asked, bool], str] = {}

    def prompts(self, query: str, facts: Sequence[templates.Fact]) -> tuple[Asked, Asked]:
        """With memory, and without: the same bytes if there are no facts, and the same weights."""
        without = templates.reasoning(query, [])
        prompt = self.method.reasoning(query, facts) if facts else without
        # Where nothing guides there is nothing to compare with, and no pass for it.
        guided = facts and self.alpha
        beside = self.method.reasoning(query, templates.compared(facts)) if guided else prompt
        return Asked(prompt, self.method.edits, beside), Asked(without, 0, without)

    def score(self, asked: Iterable[Asked], targets: tuple[str, ...]) -> None:
        """Score the targets after several prompts in one go; `prefers` finds it then."""
        new = [one for one in dict.fromkeys(asked) if (one, targets) not in self._scores]
        texts = tuple(f" {target}" for target in targets)
        for some in _by_edits(new):
            with self._weights(some[0]):
                rows = self.method.model.log_probabilities(
                    [Prompt(one.prompt, texts) for one in some]
                )
            for one, row in zip(some, rows, strict=True):
                self._scores[one, targets] = tuple(score.value for score in row)

    def _weights(self, asked: Asked) -> AbstractContextManager[None]:
        return nullcontext() if asked.edits else self.method.unedited()

    def prefers(self, asked: Asked, a: str, b: str) -> tuple[bool, bool]:
        """Whether log P(a) > log P(b): as it is, and with context-aware decoding."""
        beside = replace(asked, prompt=asked.beside)
        self.score((asked, beside), (a, b))
        given, compared = (self._scores[one, (a, b)] for one in (asked, beside))
        guided = [
            (1 + self.alpha) * s - self.alpha * c for s, c in zip(given, compared, strict=True)
        ]
        return given[0] > given[1], guided[0] > guided[1]

    def prepare(self, asked: Iterable[Asked]) -> None:
        """Generate for several prompts in one go, also guided; `answer` finds it then."""
        distinct = list(dict.fromkeys(asked))
        for guided in (False, True):
            new = [
                one for one in distinct
                if (one, guided) not in self._texts and not (guided and _unguided(one))
            ]
            for some in _by_edits(new):
                with self._weights(some[0]):
                    texts = self.method.model.generate(
                        [one.prompt for one in some], max_new_tokens=GENERATED_TOKENS, stop=STOP,
                        suppress_at_start=SUPPRESSED_AT_START,
                        without=[one.beside for one in some] if guided else (),
                        guidance=1 + self.alpha if guided else 1.0,
                    )
                self._texts.update(
                    ((one, guided), text) for one, text in zip(some, texts, strict=True)
                )

    def answer(self, asked: Asked, *, guided: bool = False) -> str:
        """Free-running greedy generation, guided by the facts if there are any and it is wanted."""
        self.prepare([asked])
        return self._texts[asked, guided and not _unguided(asked)]


def _unguided(asked: Asked) -> bool:
    return asked.beside == asked.prompt


def _by_edits(asked: Sequence[Asked]) -> Iterator[list[Asked]]:
    ordered = sorted(asked, key=lambda one: one.edits)
    return (list(group) for _, group in groupby(ordered, lambda one: one.edits))


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


def share(values: Iterable[bool | None]) -> float | None:
    """Per cent of true values; none if there is nothing to count, or that makes no sense here."""
    counted = [value for value in values if value is not None]
    return round(100 * sum(counted) / len(counted), 2) if counted else None


def _mean(values: Iterable[int | None]) -> float | None:
    counted = [value for value in values if value is not None]
    return round(statistics.mean(counted), 3) if counted else None


def updates_summary(updates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    seconds = sorted(update["seconds"] for update in updates)
    return {
        "updates": len(updates),
        "added_per_update": _mean(u["added"] for u in updates),
        "removed_per_update": _mean(u["removed"] for u in updates),
        "preferred_after_update": share(u["preferred"] for u in updates),
        "seconds_per_update_median": round(statistics.median(seconds), 3),
        "seconds_per_update_p95": round(seconds[int(0.95 * (len(seconds) - 1))], 3),
    }


def peak_rss_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def peak_cuda_mb() -> float | None:
    """What PyTorch had allocated on the GPU at most, if it used one."""
    used = torch.cuda.is_available() and torch.cuda.max_memory_allocated()
    return round(used / 2**20, 1) if used else None


def write_report(run: Run, method: Method, records: Records, metrics: dict[str, Any]) -> None:
    report = {
        "method": run.method,
        **metrics,
        "peak_rss_mb": max(
            [peak_rss_mb(), *(record.get("peak_rss_mb", 0.0) for record in records.done.values())]
        ),
        "peak_cuda_mb": peak_cuda_mb(),
        "settings": run.settings(),
        "config": method.settings(),
        "command": run.command(),
        **provenance(method.model),
    }
    if method.seed is not None:
        report["seed"] = method.seed
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


@cache
def code_hash() -> str:
    """Of the package and the benchmarks: what one state of them measured is not another's."""
    digest = hashlib.sha256()
    for folder in (Path(langchain_kgt.__file__).parent, Path(__file__).parent):
        for file in sorted((*folder.rglob("*.py"), *folder.rglob("*.json"))):
            if file.name not in _READERS:
                digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _weights_hash(model_id: str) -> str | None:
    digest = hashlib.sha256()
    files = sorted(Path(model_id).glob("*.safetensors")) if Path(model_id).is_dir() else []
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16] if files else None
