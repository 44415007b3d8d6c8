"""What the store costs as it grows: users and triples, facts at one subject, ConceptNet."""

from __future__ import annotations

import json
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import options
from benchmarks.harness import open_model, peak_rss_mb, provenance
from langchain_kgt import GraphUpdate, HuggingFaceModel, KGTMemory, KuzuTripleStore, Triple
from langchain_kgt.conceptnet import import_conceptnet
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.recalling import subjects
from langchain_kgt.recalling.names import entity, triples_of
from langchain_kgt.recalling.neighbourhood import MAX_FACTS
from langchain_kgt.triples import new_id, now

_OF_A_USER = 100
_RELATIONS = [r for r in Lexicon.shipped().wordings if Lexicon.shipped().single_valued(r)]
_NAMES = ("my dog", "my car", "my neighbour Tom", "Anna Weber", "our canteen", "the book club",
          "my sister", "my laptop", "HMAS Sydney", "my garden")
_QUERY = "In which city is the home of {} these days, please?"


def main(
    out: options.Out,
    largest: Annotated[int, typer.Option(help="Triples of the largest store.", min=1000)] = 10**6,
    fan_out: Annotated[int, typer.Option(help="Most facts at one subject.", min=10)] = 10**4,
    conceptnet: Annotated[Path | None, typer.Option(help="A ConceptNet file to import.")] = None,
    model: options.Model = None,
) -> None:
    """Time everything but the model at each size, recall at each fan-out, and write a report."""
    sizes = [size for size in (10**3, 10**4, 10**5, 10**6) if size <= largest]
    rows = [_in_a_process(_store, size) for size in sizes]
    if conceptnet is not None:
        rows_of_import = {"conceptnet": _in_a_process(_import, conceptnet)}
    else:
        rows_of_import = {}
    scorer = open_model(model)
    fans = [fan for fan in (1, 10, 100, 1000, 10**4) if fan <= fan_out]
    recalls = [_recall(fan, scorer) for fan in fans]
    seconds = {row["facts"]: row["recall_ms_median"] for row in recalls}
    report = {
        "rows": rows,
        "fan_out": recalls,
        "overhead_largest_over_smallest": round(
            rows[-1]["overhead_ms_median"] / rows[0]["overhead_ms_median"], 2
        ),
        "recall_largest_fan_out_over_10": round(seconds[fans[-1]] / seconds[10], 2),
        **rows_of_import,
        "settings": {"benchmark": "scale", "largest": largest, "fan_out": fan_out},
        "command": f"python -m benchmarks.scale --largest {largest} --fan-out {fan_out} "
        + (f"--conceptnet data/{conceptnet.name} " if conceptnet else "")
        + f"--out docs/reports/{out.name}",
        **provenance(scorer),
    }
    out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(report, indent=2))


def _in_a_process(work: Callable[[Any], dict[str, Any]], argument: Any) -> dict[str, Any]:
    """In a process of its own, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (argument,))


def _facts(users: int) -> Iterator[tuple[str, Triple]]:
    for user in range(users):
        for n in range(_OF_A_USER):
            subject, relation = _NAMES[n % len(_NAMES)], _RELATIONS[n // len(_NAMES)]
            yield f"user {user}", Triple(subject, relation, f"value {n} of {user}")


def _store(size: int) -> dict[str, Any]:
    """Link, fetch and write in a store of this size: what an update does beside the model."""
    users = size // _OF_A_USER
    with (
        tempfile.TemporaryDirectory() as folder,
        KuzuTripleStore(Path(folder) / "graph.kuzu") as graph,
    ):
        start = time.perf_counter()
        graph._loader().load(_facts(users), "scale")
        built = time.perf_counter() - start
        times: dict[str, list[float]] = {"link": [], "fetch": [], "write": [], "overhead": []}
        chance = random.Random(7)
        for number in range(330):
            user, name = f"user {chance.randrange(users)}", chance.choice(_NAMES)
            marks = [time.perf_counter()]
            [linked] = subjects.link(_QUERY.format(name), user, graph)
            marks.append(time.perf_counter())
            keys = entity(linked, user, graph).keys
            known = triples_of(keys, user, graph, newest=MAX_FACTS + 1)
            graph.relations(user)
            marks.append(time.perf_counter())
            old = chance.choice(known).triple
            new = Triple(old.subject, old.relation, f"new value {number}")
            graph.apply(GraphUpdate(
                id=new_id(), user_id=user, kind="correct", time=now(), query=_QUERY.format(name),
                answer=new.object, added=(new,), retired=(old,),
            ))
            marks.append(time.perf_counter())
            if number >= 30:
                for stage, begin, end in zip(times, marks, marks[1:], strict=False):
                    times[stage].append(1000 * (end - begin))
                times["overhead"].append(1000 * (marks[-1] - marks[0]))
        return {
            "triples": size,
            "users": users,
            **{f"{stage}_ms_median": round(statistics.median(t), 2) for stage, t in times.items()},
            "overhead_ms_p95": round(sorted(times["overhead"])[int(0.95 * 299)], 2),
            "file_mb": round((Path(folder) / "graph.kuzu").stat().st_size / 2**20, 1),
            "peak_rss_mb": peak_rss_mb(),
            "built_in_seconds": round(built, 1),
        }


def _recall(facts: int, model: HuggingFaceModel) -> dict[str, Any]:
    """Recall with nothing known yet at a subject with so many facts."""
    crowd = ((f"user {facts}", Triple("Anna Weber", _RELATIONS[n % len(_RELATIONS)], f"value {n}"))
             for n in range(facts))
    with tempfile.TemporaryDirectory() as folder, KGTMemory(
        model=model, graph=KuzuTripleStore(Path(folder) / "graph.kuzu")
    ) as memory:
        graph = memory.graph
        assert isinstance(graph, KuzuTripleStore)
        graph._loader().load(crowd, "scale")
        times = []
        for number in range(13):
            model.forget()
            start = time.perf_counter()
            memory.recall(_QUERY.format("Anna Weber"), user_id=f"user {facts}")
            if number >= 3:
                times.append(1000 * (time.perf_counter() - start))
    return {"facts": facts, "recall_ms_median": round(statistics.median(times), 1)}


def _import(path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, KuzuTripleStore(
        Path(folder) / "graph.kuzu", buffer_pool_size=3 * 2**28
    ) as graph:
        start = time.perf_counter()
        added = import_conceptnet(path, graph, progress=False)
        return {
            "triples": added,
            "seconds": round(time.perf_counter() - start, 1),
            "peak_rss_mb": peak_rss_mb(),
        }


if __name__ == "__main__":
    typer.run(main)
