"""What happens to one correction: `algorithm_1.py` of the paper, or our default.

The default stops at the paper's stated purpose: when, with the facts that recall would now give,
the model prefers the answer to every rival. It adds one triple where one is enough, and retires
what the answer supersedes or what still leads the model to another answer; nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from itertools import pairwise
from typing import TypeAlias

from langchain_kgt.config import KGTConfig
from langchain_kgt.graphs.base import TripleKey
from langchain_kgt.graphs.standing import is_over, question_key
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.models.base import LanguageModel, LogProbability, Prompt
from langchain_kgt.reading.base import Question, Reader
from langchain_kgt.reading.people import USER
from langchain_kgt.recalling import relations, subjects, templates
from langchain_kgt.recalling.candidates import Candidates, candidates
from langchain_kgt.recalling.choosing import choose, ranked
from langchain_kgt.recalling.names import bare, entity, identity, triples_of
from langchain_kgt.recalling.neighbourhood import around, by_words, nearest
from langchain_kgt.recalling.policy import Policy, Weighed
from langchain_kgt.recalling.relations import MeasuredRelation
from langchain_kgt.recalling.request import Request
from langchain_kgt.triples import (
    Correction,
    GraphUpdate,
    Measurement,
    StoredTriple,
    Triple,
    new_id,
    now,
)
from langchain_kgt.tuning.algorithm_1 import algorithm_1
from langchain_kgt.tuning.objective import Objective
from langchain_kgt.tuning.rivals import says_otherwise
from langchain_kgt.tuning.superseding import concerned, lexicon_of, same_fact

# Of the relations that a user brought in, those that stand nearest to a query.
_GROWN_RELATIONS = 64
# Objects of other facts that the answer is compared with.
_RIVALS = 16
_UNRANKED = MeasuredRelation(0.0, 0.0, 0.0)
# What is given beside the answer does not compete with it where it is this much less likely.
_COMPETES = 0.3
# Changes that are measured at most where no single candidate is enough.
_RUNGS = 8


def tune(
    correction: Correction,
    user_id: str,
    *,
    policy: Policy,
    question: Question | None = None,
    reader: Reader | None = None,
    time: datetime | None = None,
) -> GraphUpdate:
    """Decide which triples one correction adds and retires. Nothing is written.

    Given the question as a reader read it, the relation that it names itself comes before those
    that are ranked; the reader reads it anew where it turns out to be about something else.

    Raises `TextTooLongError` if the feedback does not fit into the model's context.
    """
    case = _Case.of(
        correction, user_id, policy, question=question, reader=reader, time=time or now()
    )
    return case.paper() if policy.settings.mode == "paper" else case.default()


# Triples to add, and triples to retire.
_Change: TypeAlias = tuple[tuple[Triple, ...], tuple[Triple, ...]]
_Loss: TypeAlias = Objective[TripleKey]


@dataclass(frozen=True)
class _Said:
    """What the model says of answer and rivals with some facts before it."""

    facts: tuple[StoredTriple, ...]
    log_probability: float
    rivals: tuple[tuple[float, str], ...]

    @property
    def margin(self) -> float:
        return self.log_probability - max((p for p, _ in self.rivals), default=-float("inf"))


@dataclass(frozen=True)
class _State:
    """A graph that an update could lead to, and what the model says with the facts it recalls.

    Attributes:
        recalled: with those that recall would give for this very question.
        beside: with those that it would give for the question in other words.
    """

    added: tuple[Triple, ...]
    retired: tuple[Triple, ...]
    recalled: _Said
    beside: _Said

    @property
    def margin(self) -> float:
        return min(self.recalled.margin, self.beside.margin)


@dataclass(frozen=True)
class _Case:
    """One correction with all that was read for it: subject, G_q, H and, once asked, P(r|q)."""

    correction: Correction
    user_id: str
    policy: Policy
    request: Request
    lexicon: Lexicon
    prompts: templates.Templates
    neighbourhood: tuple[StoredTriple, ...]
    candidates: tuple[Triple, ...]
    others: tuple[str, ...]
    readings: int
    measure: Callable[[], dict[str, MeasuredRelation]]

    @property
    def model(self) -> LanguageModel:
        return self.policy.model

    @property
    def settings(self) -> KGTConfig:
        return self.policy.settings

    @classmethod
    def of(
        cls,
        correction: Correction,
        user_id: str,
        policy: Policy,
        *,
        question: Question | None,
        reader: Reader | None,
        time: datetime,
    ) -> _Case:
        model, graph, settings = policy.model, policy.graph, policy.settings
        query, answer, lexicon = correction.query, correction.answer, lexicon_of(settings)
        request = policy.request(
            query, user_id, subject=correction.subject, now=time,
            # Where a subject is given, it was read from its side.
            question=None if correction.subject else question,
        )
        also, asked = request.also, question or Question(query)
        named = correction.subject or subjects.find(asked, user_id, graph, model, also)
        # Told from another side, the relation is another one.
        if reader is not None and bare(named) != bare(next(iter(asked.subjects), "")):
            asked = reader.question(query, named)
        about = entity(named, user_id, graph, also)
        subject = about.name
        of_user = subject == USER
        called = request.user if of_user else templates.DEFAULT.user
        prompts = templates.of(settings.mode, model.control_tokens, called)
        found = (
            around(query, user_id, subject, graph=graph, model=model, prompts=prompts)
            if settings.mode == "paper" else by_words(query, user_id, about.keys, graph)
        )
        proposed: dict[str, float] = {}
        if correction.relation is not None:
            given = correction.relation
            first = [lexicon.in_third_person(given) if of_user else given]
        else:
            read = [r for r in asked.relations if relations.is_relation(r)]
            first = [*read]
            if settings.relations == "generated":
                first += relations.generate(model, query, answer, subject, settings.candidates)
            if read and settings.mode == "default":
                # What was read, and how else that is put, is all that is right to write.
                same = [w for w in lexicon.wordings if any(lexicon.same(w, r) for r in read)]
                first += same
            else:
                grown = [r for r in graph.relations(user_id) if r not in lexicon.wordings]
                vocabulary = [*lexicon.wordings, *nearest(query, grown, _GROWN_RELATIONS)]
                proposed = relations.propose(
                    model, query, subject, vocabulary, settings.candidates, prompts
                )
        chosen = list(dict.fromkeys([*first, *proposed]))[: settings.candidates]
        neighbourhood = found.triples
        if not found.whole:
            # What the update may supersede must be there, however much else is not.
            more = [
                triples_of(about.keys, user_id, graph, query=query),
                concerned(chosen, about.keys, user_id, graph, lexicon),
            ]
            every = (s for group in (neighbourhood, *more) for s in group)
            neighbourhood = tuple({identity(stored.triple): stored for stored in every}.values())
        # What was over by then was right in its time.
        neighbourhood = tuple(s for s in neighbourhood if not is_over(s.triple, time))
        # One wording for one relation: what the graph has comes first.
        key_of = bare if settings.mode == "paper" else lexicon.fold
        wording = {key_of(s.triple.relation): s.triple.relation for s in neighbourhood}
        known = list(dict.fromkeys(s.triple.relation for s in neighbourhood))
        both = {subject: list(dict.fromkeys([*chosen, *known]))}
        measure = cache(lambda: relations.measure(model, query, both, prompts)[subject])
        if proposed:
            # The two ranks err differently, against a neutral subject and against this one; their
            # sum orders the candidates. What the query spells out itself stands before them.
            ranks = {r: proposed[r] + measure()[r].rank for r in chosen if r not in first}
            chosen.sort(key=lambda r: -ranks.get(r, math.inf))
        candidates: dict[str, str] = {}
        for relation in chosen:
            known_as = wording.get(key_of(relation), relation)
            # Of what is ranked, one wording of a relation is enough.
            candidates.setdefault(key_of(relation) if proposed else known_as, known_as)
        # And one spelling for one fact.
        objects = {identity(s.triple): s.triple.object for s in neighbourhood}
        value, *others = correction.values or (answer,)
        new = (Triple(subject, relation, value) for relation in candidates.values())
        return cls(
            correction, user_id, policy, request, lexicon, prompts, neighbourhood,
            tuple(replace(t, object=objects.get(identity(t), t.object)) for t in new),
            tuple(others),
            len({key_of(r) for r in first if r in chosen and proposed}) or len(candidates),
            measure,
        )

    # The default.

    def default(self) -> GraphUpdate:
        # What the question says itself is not given up for what ranks well.
        singles = [self._single(candidate) for candidate in self.candidates[: self.readings]]
        # Before the model is asked for its own answer, whose beginning is then known.
        known = self._known
        rivals = self._rivals()
        said, state, objective = self._begin(known, singles[0], rivals)
        start = _State((), (), said, said)
        if said.margin >= self.settings.margin and self._says_so(known[:1]):
            # Known already; said to this query too, if recall would not give it.
            return self._update(replace(start, added=(known[0].triple,)), start, objective)
        if state.margin < self.settings.margin:
            state = self._insist(state, singles[1:], rivals)
        return self._update(state, start, objective)

    @cached_property
    def _known(self) -> tuple[StoredTriple, ...]:
        """What recall gives now."""
        answered = self.policy.answered_before(self.request)
        if answered or not self._found.facts:
            return tuple(answered)
        given = self.policy.given(self.request, self._weighed.among(self._found.facts))
        return tuple(pair.stored for pair in given)

    def _begin(
        self, known: tuple[StoredTriple, ...], change: _Change, rivals: Sequence[str]
    ) -> tuple[_Said, _State, _Loss]:
        """One scoring call: the graph as it is, the first candidate's change, and the loss."""
        contexts = [known, *self._contexts(change)]
        asked = [self._prompt(facts, rivals) for facts in contexts]
        alone = self._alone(self._new(self.candidates))
        rows = self.model.log_probabilities([*asked, *alone])
        said, recalled, beside = self._said(contexts, rivals, rows)
        state = _State(*change, recalled, beside)
        return said, state, self._objective(rows[len(asked) :], self.candidates)

    def _says_so(self, facts: Sequence[StoredTriple]) -> bool:
        """Whether the fact has the answer, and is what is asked for: born in Rome, not living."""
        answer = bare(self.correction.answer)
        return any(
            bare(fact.triple.object) == answer
            and (
                self._same_question(fact)
                or same_fact(self.candidates[0], fact.triple, self.lexicon)
                or self.correction.relation is None
            )
            for fact in facts
        )

    def _single(self, triple: Triple) -> _Change:
        """What adding one candidate means: it, and what it supersedes."""
        every = (triple, *(replace(triple, object=value) for value in self.others))
        values = {bare(t.object) for t in every}
        superseded = tuple(
            s.triple for s in self.neighbourhood
            if not any(same_fact(t, s.triple, self.lexicon) for t in every)
            and (
                (self._same_question(s) and bare(s.triple.object) not in values)
                or any(
                    self.lexicon.replaces(t, s.triple) or self._answers_alike(t, s)
                    for t in every
                )
            )
        )
        return every, superseded

    def _answers_alike(self, new: Triple, old: StoredTriple) -> bool:
        """Whether who asks for the new fact is given the old one too."""
        if not self.correction.whole:
            return False
        # "my car's number plate" and "the number plate of my car" are one question.
        same = self.correction.relation is not None or (
            bool(old.question_keys) and new.relation.startswith(("has the ", "had the "))
        )
        return self.lexicon.answers_alike(new, old.triple) or (
            same and self.lexicon.same(new.relation, old.triple.relation)
        )

    def _insist(
        self, first: _State, others: Sequence[_Change], rivals: Sequence[str]
    ) -> _State:
        """The first candidate is not enough: another, or less beside it, or several; one call.

        If nothing helps, the likeliest candidate alone is the change that touches least.
        """
        ladder = self._ladder(first, others)
        states = self._measure([*others, *ladder], rivals)
        for state in states[: len(others)]:
            if state.margin >= self.settings.margin:
                return state
        for below, state in pairwise([first, *states[len(others) :]]):
            goes = set(state.retired) - set(below.retired)
            if state.added == below.added and goes.isdisjoint(self._competitors(below)):
                break
            if state.margin >= self.settings.margin:
                return state
        return first

    def _ladder(self, first: _State, others: Sequence[_Change]) -> list[_Change]:
        """What competes with the answer is retired, one by one, then a candidate more is added.

        In the order, and as far, as the objects tempt the model beside the first candidate.
        """
        rungs: list[_Change] = []
        state = first
        for following in (*others, None):
            while len(rungs) < _RUNGS and (competitors := self._competitors(state)):
                retired = (*state.retired, competitors[0])
                state = self._foreseen(state, state.added, retired)
                rungs.append((state.added, retired))
            if following is not None:
                added = (*state.added, *following[0])
                retired = tuple(dict.fromkeys((*state.retired, *following[1])))
                state = self._foreseen(state, added, retired)
                rungs.append((added, retired))
        return rungs[:_RUNGS]

    def _foreseen(
        self, state: _State, added: tuple[Triple, ...], retired: tuple[Triple, ...]
    ) -> _State:
        """The state after a change, as if the model went on to say what it says before it."""
        beside = replace(state.beside, facts=self._beside(added, retired))
        return replace(state, added=added, retired=retired, beside=beside)

    def _competitors(self, state: _State) -> list[Triple]:
        """Recalled triples whose objects beat the answer, the one the model likes best first."""
        new = {identity(triple) for triple in state.added}
        recalled = (stored.triple for stored in state.beside.facts)
        objects = {
            bare(t.object): t for t in recalled
            if identity(t) not in new
            and any(self.lexicon.of_one_kind(triple, t) for triple in state.added)
        }
        least = state.beside.log_probability - self.settings.margin
        rivals = sorted(state.beside.rivals, reverse=True)
        liked = (bare(rival) for p, rival in rivals if p > least)
        return [objects[key] for key in liked if key in objects]

    def _rivals(self) -> tuple[str, ...]:
        """What else the model could say: the objects it may recall, and its own answer."""
        ranks = self._logits(identity(stored.triple) for stored in self.neighbourhood)
        likeliest = sorted(self.neighbourhood, key=lambda s: -ranks[identity(s.triple)])
        texts = [stored.triple.object for stored in likeliest[:_RIVALS]]
        answer = self.correction.answer
        if self.settings.rival_tokens:
            prompt = self.prompts.reasoning(self.correction.query, [])
            own = self.model.generate(
                [prompt], max_new_tokens=self.settings.rival_tokens, stop=("\n", "."),
                suppress_at_start=("\n", "\n\n"),
            )[0]
            texts += [own.strip()] if says_otherwise(own, self.correction.query, answer) else []
        distinct = {bare(text): text for text in texts if text.strip()}
        # A rival that begins with the answer is no rival: it says the same and goes on.
        return tuple(t for key, t in distinct.items() if key and not key.startswith(bare(answer)))

    def _measure(self, changes: Sequence[_Change], rivals: Sequence[str]) -> list[_State]:
        """One scoring call: log P of answer and rivals with the facts each change would recall."""
        contexts = [facts for change in changes for facts in self._contexts(change)]
        rows = self.model.log_probabilities([self._prompt(facts, rivals) for facts in contexts])
        said = self._said(contexts, rivals, rows)
        return [
            _State(*change, recalled, beside)
            for change, recalled, beside in zip(changes, said[::2], said[1::2], strict=True)
        ]

    def _contexts(self, change: _Change) -> list[tuple[StoredTriple, ...]]:
        """What recall gives after a change: for this very question, and for it in other words."""
        return [tuple(self._new(change[0])), self._beside(*change)]

    def _prompt(self, facts: Sequence[StoredTriple], rivals: Sequence[str]) -> Prompt:
        texts = tuple(f" {text}" for text in (self.correction.answer, *rivals))
        return Prompt(self.prompts.reasoning(self.correction.query, facts), texts)

    def _said(
        self,
        contexts: Sequence[tuple[StoredTriple, ...]],
        rivals: Sequence[str],
        rows: Sequence[Sequence[LogProbability]],
    ) -> list[_Said]:
        return [
            _Said(facts, row[0].value, tuple(
                (score.value, rival) for score, rival in zip(row[1:], rivals, strict=True)
            ))
            for facts, row in zip(contexts, rows[: len(contexts)], strict=True)
        ]

    def _alone(self, facts: Sequence[StoredTriple]) -> list[Prompt]:
        """T_reasoning with each triple as the only fact, as the equations have it."""
        answer = (f" {self.correction.answer}",)
        return [
            Prompt(self.prompts.reasoning(self.correction.query, [fact]), answer) for fact in facts
        ]

    def _new(self, triples: Sequence[Triple]) -> list[StoredTriple]:
        """Triples as they would be stored."""
        return [StoredTriple(triple, "", now(), self.correction.query) for triple in triples]

    def _after(
        self, added: Sequence[Triple], retired: Sequence[Triple]
    ) -> list[StoredTriple]:
        """G_q after a change."""
        gone = {identity(triple) for triple in (*retired, *added)}
        kept = [s for s in self.neighbourhood if identity(s.triple) not in gone]
        return kept + self._new(added)

    def _beside(
        self, added: Sequence[Triple], retired: Sequence[Triple]
    ) -> tuple[StoredTriple, ...]:
        """The facts that compete for who asks in other words after a change, best first."""
        kept = self._after(added, retired)
        logits = self._logits(identity(stored.triple) for stored in kept)
        pairs = ranked(kept, [logits[identity(s.triple)] for s in kept])
        return tuple(pair.stored for pair in pairs[: self.settings.limit] if (
            pair.score >= _COMPETES * pairs[0].score
        ))

    def _logits(self, keys: Iterable[TripleKey]) -> dict[TripleKey, float]:
        """The logits of P(z|q) of what is known and what could be; of one alone, none is needed."""
        wanted = list(keys)
        if len(wanted) < 2:
            return dict.fromkeys(wanted, 0.0)
        # What is not even a candidate is as good as never recalled.
        floor = min(self._weights.values(), default=0.0) + math.log(self.settings.delta)
        return {key: self._weights.get(key, floor) for key in wanted}

    @cached_property
    def _found(self) -> Candidates:
        return candidates(self.request, self.policy.graph, self.policy.vectors)

    @cached_property
    def _weighed(self) -> Weighed:
        """What recall measures, and of each fact that could be added too."""
        there = {identity(stored.triple) for stored in self._found.facts}
        new = {
            identity(t): t for change in map(self._single, self.candidates) for t in change[0]
        }
        return self.policy.weigh(
            self.request, self._found,
            self._new([t for key, t in new.items() if key not in there]),
            # Where the model's own answer is asked for next, this shows how it begins.
            [self._prompt((), ())] if self.settings.rival_tokens else [],
        )

    @cached_property
    def _weights(self) -> dict[TripleKey, float]:
        return {
            identity(stored.triple): logit for stored, logit in self._weighed.logits().items()
        }

    # Algorithm 1.

    def paper(self) -> GraphUpdate:
        graph = {identity(stored.triple): stored.triple for stored in self.neighbourhood}
        triples = graph | {identity(triple): triple for triple in self.candidates}
        scored = [*self._new(self.candidates), *self.neighbourhood]
        rows = self.model.log_probabilities(self._alone(scored))
        scores = {identity(t): self.measure()[t.relation].log_probability for t in triples.values()}
        objective = replace(
            self._objective(rows, [stored.triple for stored in scored]), relation_scores=scores
        )
        added, removed = algorithm_1(objective, set(graph), epsilon=self.settings.epsilon)
        change = tuple(triples[z] for z in added), tuple(graph[z] for z in removed)
        contexts = [self._by_relation(*one) for one in (((), ()), change)]
        rows = self.model.log_probabilities([self._prompt(facts, ()) for facts in contexts])
        before, after = self._said(contexts, (), rows)
        return self._update(
            _State(*change, after, after), _State((), (), before, before), objective
        )

    def _measured(self, names: Iterable[str]) -> dict[str, MeasuredRelation]:
        """The relations as the model ranks them; it is not asked where there is but one."""
        distinct = set(names)
        return self.measure() if len(distinct) > 1 else dict.fromkeys(distinct, _UNRANKED)

    def _by_relation(
        self, added: Sequence[Triple], retired: Sequence[Triple]
    ) -> tuple[StoredTriple, ...]:
        """The facts that the paper's recall gives after a change."""
        kept = self._after(added, retired)
        ranks = self._measured(stored.triple.relation for stored in kept)
        pairs = ranked(kept, [ranks[stored.triple.relation].rank for stored in kept])
        return tuple(pair.stored for pair in choose(pairs, self.settings))

    # Both.

    def _update(self, state: _State, before: _State, objective: _Loss) -> GraphUpdate:
        live = {identity(stored.triple) for stored in self.neighbourhood}
        gone = {identity(triple) for triple in state.retired}
        graph_before = frozenset(live)
        # Of a list, the first value stands for all: they have one relation.
        added = {identity(triple) for triple in state.added}
        graph_after = (graph_before - gone) | added.intersection(map(identity, self.candidates))
        measurement = Measurement(
            log_probability_before=before.recalled.log_probability,
            log_probability_after=state.recalled.log_probability,
            margin=state.recalled.margin,
            retrieval_loss_before=self._retrieval(objective, graph_before),
            retrieval_loss_after=self._retrieval(objective, graph_after),
            reasoning_loss=objective.reasoning,
            preferred=state.recalled.margin >= self.settings.margin,
        )
        new = tuple(
            t for t in state.added
            if identity(t) not in live or not self._gives(identity(t))
        )
        return GraphUpdate(
            id=new_id(), user_id=self.user_id, kind="correct", time=now(),
            query=self.correction.query, answer=self.correction.answer,
            added=new,
            confirmed=tuple(t for t in state.added if t not in new),
            retired=tuple(replace(triple, status="mistaken") for triple in state.retired),
            reasons=tuple(self._reason(triple, state) for triple in state.retired),
            measurement=measurement,
        )

    def _retrieval(self, objective: _Loss, graph: frozenset[TripleKey]) -> float:
        """L_retrieve in a graph; of the paper's, only its own relations need be ranked."""
        if self.settings.mode == "default":
            logits = self._logits(graph)
            return replace(objective, relation_scores=logits).retrieval(graph)
        triples = (*(stored.triple for stored in self.neighbourhood), *self.candidates)
        relation_of = {identity(t): t.relation for t in triples if identity(t) in graph}
        measured = self._measured(relation_of.values())
        scores = {key: measured[name].log_probability for key, name in relation_of.items()}
        return replace(objective, relation_scores=scores).retrieval(graph)

    def _gives(self, key: TripleKey) -> bool:
        """Whether recall gives a fact that is known to this query."""
        return self.settings.mode == "paper" or any(
            identity(stored.triple) == key for stored in self._known
        )

    def _reason(self, retired: Triple, state: _State) -> str:
        asked = {identity(s.triple) for s in self.neighbourhood if self._same_question(s)}
        if self.settings.mode == "paper":
            why = "lowest P(a|q,z) in the neighbourhood"
        elif identity(retired) in asked:
            why = "the same question has a new answer"
        elif any(self.lexicon.replaces(triple, retired) for triple in state.added):
            why = "it cannot stay beside the new fact"
        elif any(
            self._answers_alike(triple, stored) for triple in state.added
            for stored in self.neighbourhood if stored.triple == retired
        ):
            why = "the same relation has a new value"
        else:
            why = f"beside the new fact it led the model to {retired.object!r}"
        return f"{retired} retired: {why}"

    def _same_question(self, stored: StoredTriple) -> bool:
        return question_key(self.correction.query) in stored.question_keys

    def _objective(
        self, rows: Sequence[Sequence[LogProbability]], scored: Sequence[Triple]
    ) -> _Loss:
        """The loss over H, from log P(a|q,z) of each scored triple alone."""
        return Objective(
            tuple(identity(triple) for triple in self.candidates),
            {},
            {identity(triple): row[0].value for triple, row in zip(scored, rows, strict=True)},
            self.settings.delta,
        )
