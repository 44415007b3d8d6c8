"""Why a recall gives what it gives."""

from __future__ import annotations

import math
from dataclasses import dataclass

from langchain_kgt.config import KGTConfig
from langchain_kgt.recalling.likelihood import Evidence
from langchain_kgt.triples import RecalledTriple


@dataclass(frozen=True)
class Explanation:
    """What a recall had to choose from, how likely each fact was, and what was decided.

    Attributes:
        query: what was asked.
        names: the subjects of the graph that it names.
        candidates: all that was measured, best first, each with what was measured.
        wanted: the log-odds that anything of it is wanted; None if there was nothing to measure.
        answered: those that it has what the query spells out; None if it spells out nothing.
        given: what recall gives.
        answered_before: whether this very question was answered before.
    """

    query: str
    names: tuple[str, ...]
    candidates: tuple[tuple[RecalledTriple, Evidence], ...]
    wanted: float | None
    answered: float | None
    settings: KGTConfig
    given: tuple[RecalledTriple, ...]
    answered_before: bool = False

    @property
    def why(self) -> str:
        """What was decided, in a sentence."""
        least = self.settings.wanted
        if self.answered_before:
            return "this very question was answered before"
        if not self.candidates and not self.given:
            return "nothing that could be needed is known"
        if self.wanted is None:
            return "the facts of what it names, by their relations"
        if any(pair.path for pair in self.given):
            return "the facts lead on to one another"
        if self.wanted < least:
            return f"nothing seems wanted: log-odds {self.wanted:.1f}, at least {least:g}"
        if self.answered is not None and self.answered < least:
            return f"nothing known answers it: log-odds {self.answered:.1f}, at least {least:g}"
        return (
            f"at most {self.settings.limit}, each likely enough beside the best, and lists whole"
        )

    def __str__(self) -> str:
        given = {pair.stored for pair in self.given}
        lines = [f"{self.query}", f"names: {', '.join(self.names) or 'nobody known'}"]
        for pair, measured in self.candidates:
            mark = "+" if pair.stored in given else "-"
            parts = [f"told {measured.told:.1f}", f"cosine {measured.cosine:.2f}"]
            closely = (("few_shot", measured.few_shot), ("information", measured.information))
            parts += [f"{name} {value:.1f}" for name, value in closely if not math.isnan(value)]
            lines.append(f"{mark} {pair.score:.3f} {pair.stored} ({', '.join(parts)})")
        return "\n".join([*lines, f"given: {self.why}"])
