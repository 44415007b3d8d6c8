"""What an update and a recall cost, against the same work done naively and against the floor.

All methods do the same updates in one run, each on a graph of its own. No score is known before an
update begins: what an earlier one measured is forgotten. `update_after_recall` is the time of an
update whose question memory was asked just before, as it is in a conversation. `recall` is one in a
running process: what is asked of the facts is known, the question is new; `first_recall` is one of
which nothing is known. Of a user with 200 facts there are two kinds: all are about the user, who is
corrected, or each subject that is corrected has five of them.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from benchmarks import naive, options
from benchmarks.harness import open_model, peak_rss_mb, progress, provenance
from langchain_kgt import EnglishReader, HuggingFaceModel, KGTMemory, KuzuTripleStore, Reader
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.models.base import Prompt
from langchain_kgt.models.pairing import TokenSequence
from langchain_kgt.models.token_tree import TokenTree
from langchain_kgt.recalling import templates

_THREADS = 8
_FACTS, _OF_A_SUBJECT = 200, 5
_ABOUT_THE_USER = (
    ("Where do I live?", "Porto"), ("What do I work as?", "a nurse"),
    ("Which language do I speak?", "Greek"), ("What am I allergic to?", "shellfish"),
    ("Which sport do I play?", "tennis"), ("Who is my dentist?", "Dr. Lee"),
    ("What is my favourite food?", "ramen"), ("What do I drink in the morning?", "black tea"),
)


@dataclass(frozen=True)
class Correction:
    """One piece of feedback of the data, and two other wordings of its question."""

    user: str
    subject: str
    question: str
    answer: str
    paraphrases: tuple[str, str]


class Stages:
    """Seconds a stage, calls, and the sequences scored, while an update or a recall runs."""

    def __init__(self, memory: KGTMemory, model: HuggingFaceModel) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls = 0
        self.sequences: list[TokenSequence] = []
        graph: Any = memory.graph
        self._wrap(graph, "subjects", lambda *_: "link")
        for name in ("triples", "relations"):
            self._wrap(graph, name, lambda *_: "fetch")
        self._wrap(graph, "apply", lambda *_: "write")
        self._wrap(model, "log_probabilities", _stage_of)
        self._wrap(model, "generate", lambda *_: "generate")
        run = model.scorer.score

        def score(sequences: Sequence[TokenSequence]) -> list[float]:
            self.sequences += sequences
            return run(sequences)

        model.scorer.score = score  # type: ignore[method-assign]

    def _wrap(self, owner: Any, name: str, stage: Callable[..., str]) -> None:
        inner = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            self.calls += isinstance(owner, HuggingFaceModel)
            start = time.perf_counter()
            try:
                return inner(*args, **kwargs)
            finally:
                self.seconds[stage(*args)] += time.perf_counter() - start

        setattr(owner, name, timed)

    def clear(self) -> None:
        self.calls = 0
        self.seconds.clear()
        self.sequences.clear()

    @property
    def in_model(self) -> float:
        return sum(self.seconds[stage] for stage in ("link by model", "rank", "score", "generate"))


def _stage_of(prompts: Sequence[Prompt], *_: object) -> str:
    context = prompts[0].context if prompts else ""
    if context.startswith(templates.about("")[:20]):
        return "link by model" if "about:" in context else "rank"
    return "score" if "<answer>:" in context or "Answer:" in context else "rank"


def main(
    data: options.Data,
    out: options.Out,
    cases: Annotated[int, typer.Option(help="How many updates.", min=4)] = 24,
    model: options.Model = None,
    reader: options.ReaderOption = options.Readers.none,
) -> None:
    """Time the updates of a corrections data set, and write a report."""
    corrections = load(data, cases)
    # First, because a process inherits the peak of the one that starts it.
    memory = _memory(corrections, model, reader)
    report = {
        **_timings(corrections, model, reader),
        **_throughput(load(data, 10**6), model, reader),
        **memory,
    }
    command = f"python -m benchmarks.latency --data data/{data.name} --cases {cases} "
    command += f"--reader {reader.value} " if reader != options.Readers.none else ""
    scorer = open_model(model)
    report |= {
        "settings": {
            "benchmark": "latency", "data": data.name, "cases": cases, "reader": reader.value,
        },
        "command": f"{command}--out docs/reports/{out.name}",
        **provenance(scorer),
    }
    out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(report, indent=2))


def load(data: Path, cases: int) -> list[Correction]:
    """First and second answers, user by user, so that a part of the updates retires something."""
    users = json.loads(data.read_text(encoding="utf-8"))
    found = [
        Correction(user["user"], fact["subject"], fact["question"], fact["answers"][round_],
                   (*fact["paraphrases"], fact["question"], fact["question"])[:2])
        for user in users for round_ in (0, 1) for fact in user["facts"]
        if len(fact["answers"]) > round_
    ]
    return found[:cases]


def _timings(
    corrections: Sequence[Correction], name: str | None, reader: options.Readers
) -> dict[str, Any]:
    ours = open_model(name)
    batched, one_by_one = (
        kind(ours.model, ours.tokenizer) for kind in (naive.PlainBatches, naive.OneByOne)
    )
    times: dict[str, list[float]] = defaultdict(list)
    stages: dict[str, list[float]] = defaultdict(list)
    tokens: list[int] = []
    calls: list[int] = []
    with ExitStack() as stack:
        memory, after_recall, plain, slow = (
            stack.enter_context(_memory_of(model, reader))
            for model in (ours, ours, batched, one_by_one)
        )
        for warm_up in (memory, plain):
            warm_up.correct("What is my age?", "9", user_id="warm-up")
        timer = Stages(memory, ours)
        with progress(len(corrections), "updates") as advance:
            for c in corrections:
                ours.forget()
                timer.clear()
                times["update"].append(_seconds(_correct, memory, c))
                times["overhead"].append(times["update"][-1] - timer.in_model)
                tokens.append(_distinct(timer.sequences))
                calls.append(timer.calls)
                for stage, seconds in timer.seconds.items():
                    stages[stage].append(seconds)
                ours.forget()
                question, earlier = c.paraphrases
                times["first recall"].append(_seconds(memory.recall, earlier, user_id=c.user))
                timer.clear()
                times["recall"].append(_seconds(memory.recall, question, user_id=c.user))
                times["recall overhead"].append(times["recall"][-1] - timer.in_model)
                times["forward"].append(_seconds(_forward, ours, question))
                ours.forget()
                after_recall.recall(c.question, user_id=c.user)
                times["after recall"].append(_seconds(_correct, after_recall, c))
                times["batched"].append(_seconds(_correct, plain, c))
                times["naive"].append(_seconds(_correct, slow, c))
                times["finetune"].append(_seconds(naive.fine_tune, ours, c.question, c.answer))
                advance()
        for kind, facts, some in _with_many_facts(corrections):
            crowded = stack.enter_context(_memory_of(ours, reader))
            for fact in facts:
                crowded.tell(*fact, user_id=kind)
            for question, answer in some:
                ours.forget()
                timer.clear()
                times[kind].append(_seconds(crowded.correct, question, answer, user_id=kind))
                calls.append(timer.calls)
                times["finetune " + kind].append(_seconds(naive.fine_tune, ours, question, answer))
    rate = _matmul_rate(ours)
    floor = statistics.median(tokens) * 2 * ours.model.num_parameters() / rate
    median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "update_seconds_median": round(median["update"], 4),
        "update_after_recall_seconds_median": round(median["after recall"], 4),
        "naive_seconds_median": round(median["naive"], 4),
        "batched_seconds_median": round(median["batched"], 4),
        "finetune_seconds_median": round(median["finetune"], 4),
        "forward_seconds_median": round(median["forward"], 4),
        "recall_seconds_median": round(median["recall"], 4),
        "first_recall_seconds_median": round(median["first recall"], 4),
        "update_200_facts_seconds_median": round(median["200 facts"], 4),
        "update_200_facts_spread_seconds_median": round(median["200 facts spread"], 4),
        "model_calls_per_update_max": max(calls),
        "overhead_ms_median": round(1000 * median["overhead"], 2),
        "recall_overhead_ms_median": round(1000 * median["recall overhead"], 2),
        "floor_seconds": round(floor, 4),
        "floor_tokens_median": statistics.median(tokens),
        "matmul_gflops": round(rate / 1e9, 1),
        "naive_over_update": round(median["naive"] / median["update"], 2),
        "batched_over_update": round(median["batched"] / median["update"], 2),
        "finetune_over_update": round(median["finetune"] / median["update"], 2),
        "finetune_over_update_200_facts": round(
            median["finetune 200 facts"] / median["200 facts"], 2
        ),
        "finetune_over_update_200_facts_spread": round(
            median["finetune 200 facts spread"] / median["200 facts spread"], 2
        ),
        "update_over_floor": round(median["update"] / floor, 2),
        "recall_over_forward": round(median["recall"] / median["forward"], 2),
        "first_recall_over_forward": round(median["first recall"] / median["forward"], 2),
        "by_stage_ms_mean": {
            stage: round(1000 * sum(values) / len(corrections), 2)
            for stage, values in sorted(stages.items())
        },
    }


def _with_many_facts(
    corrections: Sequence[Correction],
) -> Iterator[tuple[str, list[tuple[str, str, str]], Sequence[tuple[str, str]]]]:
    """Users, the facts that they told before, and what they are then corrected in."""
    relations = Lexicon.shipped().wordings
    objects = list(dict.fromkeys(c.answer for c in corrections))
    facts = [(relations[n], f"{objects[n % len(objects)]} {n}") for n in range(_FACTS)]
    yield "200 facts", [("user", *fact) for fact in facts], _ABOUT_THE_USER
    subjects = list(dict.fromkeys(c.subject for c in corrections))
    subjects += [f"my thing {n}" for n in range(_FACTS // _OF_A_SUBJECT - len(subjects))]
    spread = [(subjects[n % len(subjects)], *fact) for n, fact in enumerate(facts)]
    yield "200 facts spread", spread, [
        (c.question, c.answer) for c in corrections[: len(_ABOUT_THE_USER)]
    ]


def _correct(memory: KGTMemory, correction: Correction) -> None:
    memory.correct(correction.question, correction.answer, user_id=correction.user)


def _forward(model: HuggingFaceModel, query: str) -> None:
    """The one pass that recall cannot do without: over its own prompt."""
    ids = model.tokenizer(templates.retrieve(query, "my dog"), return_tensors="pt").input_ids
    with torch.inference_mode():
        model.model(input_ids=ids.to(model.model.device), use_cache=False, logits_to_keep=1)


def _distinct(sequences: Sequence[TokenSequence]) -> int:
    """Tokens that must go through the model at least once: shared beginnings counted once."""
    tree = TokenTree()
    for sequence in sequences:
        tree.add(sequence.tokens[:-1])
    return len(tree)


def _matmul_rate(model: HuggingFaceModel) -> float:
    """Multiply-adds, counted as two operations, that this machine does in a second."""
    device, dtype = model.model.device, model.model.dtype
    size = 1024
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))

    def run() -> None:
        (a @ b).sum().item()

    run()
    return 2 * size**3 / statistics.median(_seconds(run) for _ in range(30))


def _seconds(call: Callable[..., object], *args: Any, **kwargs: Any) -> float:
    start = time.perf_counter()
    call(*args, **kwargs)
    return time.perf_counter() - start


@cache
def _reader(kind: options.Readers) -> Reader | None:
    return EnglishReader() if kind == options.Readers.english else None


@contextmanager
def _memory_of(model: HuggingFaceModel, reader: options.Readers) -> Iterator[KGTMemory]:
    with tempfile.TemporaryDirectory() as folder, KGTMemory(
        model=model, graph=KuzuTripleStore(Path(folder) / "graph.kuzu"), reader=_reader(reader)
    ) as memory:
        yield memory


def _throughput(
    corrections: Sequence[Correction], name: str | None, reader: options.Readers
) -> dict[str, float]:
    """Updates a second of one thread, and of eight threads with a user each."""
    model = open_model(name)
    by_user: dict[str, list[Correction]] = defaultdict(list)
    for correction in corrections:
        by_user[correction.user].append(correction)
    users = list(by_user.values())[: 2 * _THREADS]

    def work(memory: KGTMemory, mine: Sequence[Correction]) -> None:
        for correction in mine[:4]:
            _correct(memory, correction)

    model_prior = HuggingFaceModel(model.model, model.tokenizer)
    rates = []
    for threads, some in ((1, users[:_THREADS]), (_THREADS, users[:_THREADS])):
        model_prior.forget()
        with _memory_of(model_prior, reader) as memory, ThreadPoolExecutor(threads) as pool:
            work(memory, [Correction("warm-up", "user", "What is my age?", "9", ("", ""))])
            start = time.perf_counter()
            list(pool.map(lambda mine, memory=memory: work(memory, mine), some))
            rates.append(4 * len(some) / (time.perf_counter() - start))
    return {
        "updates_per_second_one_thread": round(rates[0], 3),
        "updates_per_second_eight_threads": round(rates[1], 3),
        "eight_threads_over_one": round(rates[1] / rates[0], 2),
    }


def _memory(
    corrections: Sequence[Correction], name: str | None, reader: options.Readers
) -> dict[str, float]:
    """Peak memory of processes of their own: one that answers, and one that is corrected too."""
    context = multiprocessing.get_context("spawn")
    peaks = []
    for tunes in (False, True):
        with context.Pool(1) as pool:
            peaks.append(pool.apply(_peak, (corrections, name, reader, tunes)))
    return {
        "peak_rss_mb_answering": peaks[0],
        "peak_rss_mb_tuning": peaks[1],
        "tuning_over_answering_rss": round(peaks[1] / peaks[0], 3),
    }


def _peak(
    corrections: Sequence[Correction], name: str | None, reader: options.Readers, tunes: bool
) -> float:
    model = open_model(name)
    with _memory_of(model, reader) as memory:
        for c in corrections:
            prompt = templates.reasoning(c.question, [])
            model.generate([prompt], max_new_tokens=16)
            if tunes:
                _correct(memory, c)
    return peak_rss_mb()


if __name__ == "__main__":
    typer.run(main)
