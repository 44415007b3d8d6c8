"""From a request to the facts that it needs: the one object that recall and tuning both ask.

    link -> candidates -> P(z|q) -> whether anything is wanted -> what is given

What was corrected in these very words is its own answer, and no model is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.graphs.standing import holds, question_key
from langchain_kgt.keys import normalize
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.reading.base import INSTRUCTS, Question, Reader
from langchain_kgt.reading.people import USER
from langchain_kgt.recalling import asking, likelihood, paper, subjects, templates, wanting
from langchain_kgt.recalling.aliases import aliases
from langchain_kgt.recalling.candidates import Candidates, candidates
from langchain_kgt.recalling.choosing import choose, named_too, ranked, whole_lists, within
from langchain_kgt.recalling.explaining import Explanation
from langchain_kgt.recalling.likelihood import Evidence
from langchain_kgt.recalling.names import user_in_prompts
from langchain_kgt.recalling.request import Request
from langchain_kgt.recalling.templates import Templates
from langchain_kgt.recalling.valid_time import as_of
from langchain_kgt.recalling.vectors import Vectors
from langchain_kgt.recalling.walking import walk
from langchain_kgt.triples import RecalledTriple, StoredTriple
from langchain_kgt.triples import now as present

logger = logging.getLogger(__name__)

@dataclass(frozen=True)
class Policy:
    """What recall goes by.

    Attributes:
        model: gives the likelihoods.
        graph: what is known.
        settings: the hyperparameters; of `mode="paper"` it is the paper's recall.
        reader: tells what a question asks for; without one its form tells.
        vectors: of an encoder, if the app has one.
    """

    model: LanguageModel
    graph: TripleStore
    settings: KGTConfig
    reader: Reader | None = None
    vectors: Vectors | None = None

    def recall(
        self,
        query: str,
        user_id: str,
        *,
        subject: str | None = None,
        limit: int | None = None,
        now: datetime | None = None,
    ) -> list[RecalledTriple]:
        """The facts of this user that the query needs, best first.

        Given a subject, linking is left out. Given `limit`, that many are returned if there are as
        many, whatever they are; without it, those that are likely enough, if any is wanted, and
        last how the user wants to be answered, always.
        """
        given = self._recall(self.request(query, user_id, subject=subject, now=now), limit)
        return given if limit is not None else [*given, *self._instructions(user_id)]

    def _instructions(self, user_id: str) -> list[RecalledTriple]:
        told = self.graph.triples(user_id, normalize(USER), relation_key=INSTRUCTS)
        return [RecalledTriple(stored, 1.0) for stored in told if stored.kind == "instruction"]

    def _recall(self, request: Request, limit: int | None = None) -> list[RecalledTriple]:
        if self.settings.mode == "paper":
            return paper.recall(
                request, model=self.model, graph=self.graph, settings=self.settings, limit=limit
            )
        known = self.answered_before(request)
        if known and limit is None:
            return self._within([RecalledTriple(stored, 1 / len(known)) for stored in known])
        found = candidates(request, self.graph, self.vectors)
        if limit is None and asking.in_general(request.text, request.names):
            about = sorted(found.named, key=lambda s: s.time, reverse=True)
            return self._within([RecalledTriple(stored, 1 / len(about)) for stored in about])
        weighed = self.weigh(request, found)
        if limit is None:
            return self._within(self.given(request, weighed))
        pairs = weighed.ranked()
        first = [pair for pair in pairs if pair.stored in known]
        first = first or self._path(request, weighed, pairs)
        there = {pair.stored for pair in first}
        return [*first, *(pair for pair in pairs if pair.stored not in there)][:limit]

    def given(self, request: Request, weighed: Weighed) -> list[RecalledTriple]:
        """What is given by default: the path to an answer, or what is likely enough, if wanted."""
        pairs = weighed.ranked()
        if path := self._path(request, weighed, pairs):
            return path[: self.settings.limit]
        if not pairs or weighed.wanted(request) < self.settings.wanted:
            return []
        of_a_thing = weighed.finds_a_thing(request)
        best = choose(pairs, self.settings, spelled=request.asks or of_a_thing)
        if of_a_thing:
            # Who asks about the dog is not told of the cat.
            best = [pair for pair in best if weighed.evidence[pair.stored].named]
        return whole_lists(named_too(best, request, self.settings.limit), pairs, request)

    def explain(
        self, query: str, user_id: str, *, subject: str | None = None, now: datetime | None = None
    ) -> Explanation:
        """Why `recall` gives what it gives, and not the rest."""
        request = self.request(query, user_id, subject=subject, now=now)
        given = self._recall(request)
        found = candidates(request, self.graph, self.vectors)
        if self.settings.mode == "paper" or not found.facts:
            return Explanation(query, request.names, (), None, None, self.settings, tuple(given))
        weighed = self.weigh(request, found)
        evidence = weighed.evidence
        return Explanation(
            query, request.names,
            tuple((pair, evidence[pair.stored]) for pair in weighed.ranked()),
            *weighed.decisions(request), self.settings, tuple(given),
            answered_before=bool(self.answered_before(request)),
        )

    def _within(self, given: list[RecalledTriple]) -> list[RecalledTriple]:
        """As many as the budget has room for."""
        kept = within(given, self.settings.max_tokens, self.model)
        if len(kept) < len(given):
            logger.info(
                "%d of %d facts left out: more than max_tokens=%d", len(given) - len(kept),
                len(given), self.settings.max_tokens,
            )
        return kept

    def request(
        self,
        query: str,
        user_id: str,
        *,
        subject: str | None = None,
        now: datetime | None = None,
        question: Question | None = None,
    ) -> Request:
        """Read a request: whom it names, and what the user is called in prompts.

        The question is not read again where that was done.
        """
        also = aliases(user_id, self.graph)
        names = [subject] if subject is not None else subjects.link(
            query, user_id, self.graph, also=also
        )
        names = [USER if also.is_user(name) else name for name in names]
        if also.user_name and f" {normalize(also.user_name)} " in f" {normalize(query)} ":
            names = [*names, also.user_name]
        return Request(
            query, user_id, tuple(dict.fromkeys(names)), also,
            user_in_prompts(user_id, self.graph, also), now or present(), self.reader,
            question,
        )

    def answered_before(self, request: Request) -> list[StoredTriple]:
        """What this very question was answered with, the newest first."""
        found = self.graph.triples(
            request.user_id, question_key=question_key(request.text)
        )
        one = request.also.one
        subjects_ = {one(name) for name in request.names}
        return [
            stored for stored in reversed(found)
            if holds(as_of(stored, request.now))
            and (not subjects_ or one(stored.triple.subject) in subjects_)
        ]

    def weigh(
        self,
        request: Request,
        found: Candidates,
        new: Sequence[StoredTriple] = (),
        beside: Sequence[Prompt] = (),
    ) -> Weighed:
        """Measure the candidates, and beside them what is not stored yet, in the same call."""
        facts = (*found.facts, *new)
        evidence = likelihood.measure(
            request, facts, found.named.union(new), self.model, self.vectors,
            self._prompts(request), also=frozenset(new), beside=beside,
        )
        return Weighed(
            dict(zip(facts, evidence, strict=True)), asks=request.wants_an_answer,
            encoder=self.vectors is not None,
        )

    def _prompts(self, request: Request) -> Templates:
        return templates.of("default", self.model.control_tokens, request.user)

    def _path(
        self, request: Request, weighed: Weighed, pairs: Sequence[RecalledTriple]
    ) -> list[RecalledTriple]:
        """Where the facts asked for lead on to others: the last fact, then those on the way."""
        # What the user's own facts mention is a candidate by itself.
        starts = [
            pair for pair in choose(pairs, self.settings) if weighed.evidence[pair.stored].named
        ]
        path = walk(
            request.text, request.user_id, starts, graph=self.graph, model=self.model,
            prompts=self._prompts(request), also=request.also,
        )
        return [path[-1], *path[:-1]] if path else []


@dataclass(frozen=True)
class Weighed:
    """Facts, and what was measured of each for one request.

    Attributes:
        asks: whether the request wants an answer.
        encoder: whether there are vectors.
    """

    evidence: Mapping[StoredTriple, Evidence]
    asks: bool
    encoder: bool

    def logits(self) -> dict[StoredTriple, float]:
        """Of P(z|q)."""
        evidence = list(self.evidence.values())
        logits = likelihood.weighed_closely(
            evidence, self._likely, asks=self.asks, encoder=self.encoder
        )
        return dict(zip(self.evidence, logits, strict=True))

    @property
    def _likely(self) -> list[float]:
        return likelihood.scores(list(self.evidence.values()), encoder=self.encoder)

    def ranked(self) -> list[RecalledTriple]:
        """By P(z|q)."""
        return ranked(list(self.evidence), list(self.logits().values()))

    def among(self, facts: Iterable[StoredTriple]) -> Weighed:
        """Of these facts alone."""
        return replace(self, evidence={fact: self.evidence[fact] for fact in facts})

    def finds_a_thing(self, request: Request) -> bool:
        """Whether the request is of a thing, and the likeliest fact is said of it."""
        return request.of_a_thing and bool(self.evidence[self.ranked()[0].stored].named)

    def decisions(self, request: Request) -> tuple[float, float | None]:
        """The log-odds that it wants anything of them, and, if it spells out what, has it."""
        return wanting.decisions(
            list(self.evidence.values()), self._likely, personal=request.personal,
            asks=self.asks, of_a_thing=self.finds_a_thing(request), encoder=self.encoder,
        )

    def wanted(self, request: Request) -> float:
        """The log-odds of the decision that is less sure."""
        return min(odds for odds in self.decisions(request) if odds is not None)
