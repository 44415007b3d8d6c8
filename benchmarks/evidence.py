"""Evidence@k: among k recalled facts is one that a message said which holds the evidence.

Beside it what messages word for word would give; see `benchmarks.baselines.messages`.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.baselines.messages import LAST, Messages
from benchmarks.conversations import USER, told_in
from benchmarks.harness import share
from langchain_kgt import KGTMemory

K = 5


@dataclass(frozen=True)
class Question:
    """What is asked of a conversation.

    Attributes:
        text: the question.
        kind: its category.
        when: when it is asked, with a time zone.
        evidence: the ids of the messages that answer it, oldest first; at least one.
        updates: whether the last of them says otherwise than the first.
    """

    text: str
    kind: str
    when: datetime
    evidence: tuple[str, ...]
    updates: bool = False


@dataclass(frozen=True)
class Given:
    """What one method gives for a question: the ids of the messages behind each, best first."""

    question: Question
    ranked: Sequence[frozenset[str]]

    def has_evidence(self, k: int) -> bool:
        """Whether one of the first k comes of a message that holds the evidence."""
        return any(one.intersection(self.question.evidence) for one in self.ranked[:k])

    @property
    def latest_first(self) -> bool | None:
        """Whether the latest evidence is among K and before the first; None if it is the same.

        What both messages said is before neither.
        """
        first, latest = self.question.evidence[0], self.question.evidence[-1]
        if not self.question.updates or first == latest:
            return None
        return self._place(latest) < min(K, self._place(first))

    def _place(self, message: str) -> int:
        return next((i for i, one in enumerate(self.ranked) if message in one), len(self.ranked))


@dataclass
class Evidence:
    """What memory and the messages themselves give for every question."""

    recalled: list[Given] = field(default_factory=list)
    nearest: list[Given] = field(default_factory=list)
    last: list[Given] = field(default_factory=list)
    written: list[bool] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)

    def ask(
        self,
        memory: KGTMemory,
        messages: Messages,
        questions: Sequence[Question],
        advance: Callable[[], None],
    ) -> None:
        """Ask every question at its own date."""
        facts = memory.facts(user_id=USER, every=True)
        known = frozenset[str]().union(*map(told_in, facts))
        for question in questions:
            found = memory.recall(question.text, user_id=USER, limit=K, now=question.when)
            self.recalled.append(Given(question, [told_in(one.stored) for one in found]))
            self.nearest.append(Given(question, _alone(messages.nearest(question.text))))
            self.last.append(Given(question, _alone(messages.last(question.when))))
            self.written.append(not known.isdisjoint(question.evidence))
            self.messages.append(len(messages.said))
            advance()

    def metrics(self) -> dict[str, Any]:
        """Per cent by category; `all_shown` is how many messages hold the evidence for sure."""
        metrics: dict[str, Any] = {}
        kinds = dict.fromkeys(given.question.kind for given in self.recalled)
        for kind in kinds:
            of_kind = [i for i, one in enumerate(self.recalled) if one.question.kind == kind]
            for k in (1, K):
                metrics[f"{kind}_at_{k}"] = share(
                    self.recalled[i].has_evidence(k) for i in of_kind
                )
                metrics[f"minilm_{kind}_at_{k}"] = share(
                    self.nearest[i].has_evidence(k) for i in of_kind
                )
            metrics[f"last_{LAST}_{kind}"] = share(self.last[i].has_evidence(LAST) for i in of_kind)
            metrics[f"written_{kind}"] = share(self.written[i] for i in of_kind)
            metrics[f"questions_{kind}"] = len(of_kind)
        if any(one.question.updates for one in self.recalled):
            metrics["latest_first"] = share(one.latest_first for one in self.recalled)
            metrics["minilm_latest_first"] = share(one.latest_first for one in self.nearest)
        return metrics | {
            "nothing_recalled": share(not one.ranked for one in self.recalled),
            "all_shown": round(statistics.mean(self.messages), 1),
        }


def _alone(ids: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset({one}) for one in ids]
