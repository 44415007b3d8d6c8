"""What a piece of news makes doubtful of what is known, and what it should leave: `doubt-dev.json`.

The known facts of each case are told to a memory of its own, then the news is learned. Only facts
that held before the news count.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import typer

from benchmarks import options
from benchmarks.harness import open_model, progress, share
from benchmarks.learned import new_memories, write_report
from langchain_kgt import KGTMemory


@dataclass
class Counts:
    """A fact each, of all cases; the numbers of the cases stand beside those of doubtful ones."""

    marked: list[bool] = field(default_factory=list)
    of_case: list[int] = field(default_factory=list)
    wrongly: list[bool] = field(default_factory=list)
    replaced: list[bool] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    lost: int = 0

    def metrics(self) -> dict[str, Any]:
        """Per cent, and counts."""
        halves = [[m for m, case in zip(self.marked, self.of_case, strict=True) if case % 2 == half]
                  for half in (0, 1)]
        return {
            "marked": share(self.marked), "marked_even": share(halves[0]),
            "marked_odd": share(halves[1]), "wrongly_marked": share(self.wrongly),
            "replaced_gone": share(self.replaced),
            "doubtful_facts": len(self.marked), "other_facts": len(self.wrongly),
            "replaced_facts": len(self.replaced), "lost_in_telling": self.lost,
            "doubtful_now": dict(sorted(self.statuses.items())),
        }


def main(
    data: options.Data,
    out: options.Out,
    cases: options.Cases = None,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Tell what is known, learn the news, for a user each, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))[:cases]
    scorer = open_model(model)
    new_memory = new_memories(scorer, encoder=encoder)
    counts = Counts()
    with progress(len(items), "pieces of news") as advance:
        for number, item in enumerate(items):
            count(new_memory(), number, item, counts)
            advance()
    metrics = {**counts.metrics(), "cases": len(items)}
    write_report("doubt", metrics, data, out, scorer, encoder=encoder, cases=cases)


def count(memory: KGTMemory, number: int, item: dict[str, Any], counts: Counts) -> None:
    """What became of each known fact of a case."""
    keys = []
    for known in item["known"]:
        update = memory.tell(*(part.strip() for part in known.split("|")), user_id="u")
        keys.append((*update.added, *update.confirmed)[0].key)
    before = {fact.triple.key for fact in memory.facts(user_id="u")}
    memory.learn(item["news"], user_id="u")
    now = {f.triple.key: f.status for f in memory.facts(user_id="u", every=True)}
    for place, key in enumerate(keys):
        if key not in before:
            counts.lost += 1
            continue
        status = now.get(key, "gone")
        if place in item["doubtful"]:
            counts.marked.append(status in ("doubtful", "ended", "gone"))
            counts.of_case.append(number)
            counts.statuses[status] = counts.statuses.get(status, 0) + 1
        elif place in item["replaced"]:
            counts.replaced.append(status != "holds")
        else:
            counts.wrongly.append(status != "holds")


if __name__ == "__main__":
    typer.run(main)
