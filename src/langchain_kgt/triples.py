"""The values that travel between the rooms: frozen, needing neither model nor store."""

from __future__ import annotations

import math
import uuid
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timezone
from typing import Any, Literal, TypeAlias

from langchain_kgt.errors import InvalidInputError, TextTooLongError
from langchain_kgt.keys import normalize as normalize

UpdateKind: TypeAlias = Literal[
    "correct", "tell", "retire", "undo", "feedback", "learn", "propose", "approve"
]
"""What an update is. One that proposes changes nothing: it says what would be added and retired."""
FactKind: TypeAlias = Literal["state", "event", "instruction"]
"""What a fact is: something that is so, something dated that happens, or how to answer."""
Status: TypeAlias = Literal["holds", "ended", "mistaken", "doubtful", "proposed"]
"""Whether a fact is so; was so; never was; may not be, as its user said; or is only supposed."""
Speaker: TypeAlias = Literal["user", "assistant", "tool", "import"]
TripleKey: TypeAlias = tuple[str, str, str]
"""What makes two triples the same fact."""

# The fields of an update that hold triples.
_TRIPLES = ("added", "retired", "facts", "confirmed", "unsaid")
# No text in a graph is longer: what reads and keeps them is bounded, whoever writes.
MAX_STORED_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Triple:
    """One fact, (subject, relation, object), as the user would write it.

    What is said besides, of when it holds and whether, makes it no other fact.

    Attributes:
        kind: what it is.
        status: how it stands; in an update, how it stands after it.
        valid_from: since when it holds, as an EDTF or ISO 8601 text at the granularity of the words
            (`2019`, `2026-03`, `2026-21` for a spring, `2026-03-14T15:00`); empty if not said.
        valid_until: until when, likewise. An event has both alike.
        when: the words that said so.

    >>> print(Triple("my dog", "eats", "carrots"))
    (my dog, eats, carrots)
    >>> home = Triple("my sister", "lives in", "Ghent", valid_from="2026-21", when="last spring")
    >>> home == Triple("my sister", "lives in", "Ghent")
    True
    """

    subject: str
    relation: str
    object: str
    kind: FactKind = field(default="state", compare=False, kw_only=True, repr=False)
    status: Status = field(default="holds", compare=False, kw_only=True, repr=False)
    valid_from: str = field(default="", compare=False, kw_only=True, repr=False)
    valid_until: str = field(default="", compare=False, kw_only=True, repr=False)
    when: str = field(default="", compare=False, kw_only=True, repr=False)

    @property
    def key(self) -> TripleKey:
        """What makes two triples the same fact: the key of each part."""
        return normalize(self.subject), normalize(self.relation), normalize(self.object)

    def __str__(self) -> str:
        return f"({self.subject}, {self.relation}, {self.object})"

    def to_json(self) -> dict[str, str]:
        """Its three parts, and of the rest what is not as usual."""
        values = {f.name: (getattr(self, f.name), f.default) for f in fields(self)}
        return {name: value for name, (value, usual) in values.items() if value != usual}


@dataclass(frozen=True, slots=True)
class Source:
    """Who said a fact, in which words, and when.

    Attributes:
        said_by: the user, the assistant, a tool, or an import.
        text: the words; empty where it was told as a triple.
        message_id: the message that they stood in, if that has an id.
        time: in UTC.
    """

    said_by: Speaker
    text: str
    message_id: str
    time: datetime

    def to_json(self) -> dict[str, str]:
        """Its JSON-serialisable values; `from_json` reads them back."""
        return asdict(self) | {"time": self.time.isoformat()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Source:
        """Rebuild a source from what `to_json` returned."""
        return cls(**record | {"time": datetime.fromisoformat(record["time"])})

    def __str__(self) -> str:
        said = f": {self.text}" if self.text else ""
        return f"{self.said_by}, {self.time:%Y-%m-%d}{said}"


@dataclass(frozen=True, slots=True)
class StoredTriple:
    """A triple in a user's graph, with what is known of how it came there.

    Attributes:
        update_id: the update that added it.
        time: when that was, in UTC.
        query: the question that it was given as an answer to, the latest of several; empty if it
            was told outright.
        sources: all that said it, oldest first.
        question_keys: the questions that it answered, each by its key.
        retired_by: the update that retired it; empty while it holds.
        retired: when that was, in UTC.

    >>> home = Triple("user", "lives in", "Porto", status="ended", valid_until="2026-03")
    >>> print(StoredTriple(home, "u1", datetime(2026, 1, 1, tzinfo=timezone.utc)))
    the user lives in Porto [ended, until 2026-03]
    """

    triple: Triple
    update_id: str
    time: datetime
    query: str = ""
    sources: tuple[Source, ...] = ()
    question_keys: tuple[str, ...] = ()
    retired_by: str = ""
    retired: datetime | None = None

    @property
    def kind(self) -> FactKind:
        """Whether it is a state, an event or an instruction."""
        return self.triple.kind

    @property
    def status(self) -> Status:
        """Whether it holds, is over, was never so, is in doubt, or is only supposed."""
        return self.triple.status

    @property
    def valid_from(self) -> str:
        """Since when it holds, as an EDTF or ISO 8601 text; empty if that was not said."""
        return self.triple.valid_from

    @property
    def valid_until(self) -> str:
        """Until when, likewise."""
        return self.triple.valid_until

    def to_json(self) -> dict[str, Any]:
        """Its JSON-serialisable values."""
        return asdict(self.triple) | {
            "update_id": self.update_id, "time": self.time.isoformat(), "query": self.query,
            "sources": [source.to_json() for source in self.sources],
            "question_keys": list(self.question_keys),
            "retired_by": self.retired_by,
            "retired": self.retired.isoformat() if self.retired else None,
        }

    @property
    def marks(self) -> tuple[str, ...]:
        """How it stands, if not as usual, and when: "ended", "since 2019", "until 2026-03"."""
        marks: list[str] = [] if self.status == "holds" else [self.status]
        if self.valid_from and self.valid_from == self.valid_until:
            marks.append(self.valid_from)
        else:
            marks += [f"since {self.valid_from}"] if self.valid_from else []
            marks += [f"until {self.valid_until}"] if self.valid_until else []
        return tuple(marks)

    def __str__(self) -> str:
        triple = self.triple
        subject = "the user" if triple.subject == "user" else triple.subject
        said = f"{subject} {triple.relation} {triple.object}"
        return f"{said} [{', '.join(self.marks)}]" if self.marks else said


@dataclass(frozen=True, slots=True)
class RecalledTriple:
    """A stored triple that a query brought up, best first.

    Attributes:
        score: the retrieval probability P(z|q), between 0 and 1; those of one recall sum to 1
            before the list is cut to k. All facts of a path have that of its first one.
        path: the facts that led to it, in order, where the query asked for it over several.
        query: that query; else empty.
    """

    stored: StoredTriple
    score: float
    path: tuple[Triple, ...] = ()
    query: str = ""

    @property
    def triple(self) -> Triple:
        """The triple itself."""
        return self.stored.triple

    @property
    def shown(self) -> StoredTriple:
        """What a prompt says of it: at the end of a path, that it answers the query."""
        if not self.path:
            return self.stored
        answer = Triple(f"Question: {self.query}", "Answer:", self.triple.object)
        return replace(self.stored, triple=answer, query="")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a user says the answer to a query is; subject and relation only if they say so too.

    Attributes:
        values: the objects that the answer gives, where it is none itself: "neutered" of a "No" to
            "Is my dog neutered?", each one of a list.
        whole: whether they are all that there is, as of "What does my dog eat?", and not of "Does
            my dog eat carrots?".
    """

    query: str
    answer: str
    subject: str | None = None
    relation: str | None = None
    values: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the model thought of the answer, before and after an update. Natural logs throughout.

    Attributes:
        log_probability_before: log P(a|q) with the facts that recall gave before the update.
        log_probability_after: log P(a|q) with the facts that recall gives after it.
        margin: log P(a|q) less that of the best rival, after the update; infinite without rivals.
        retrieval_loss_before: L_retrieve of the candidate triples before the update.
        retrieval_loss_after: L_retrieve after it.
        reasoning_loss: L_reasoning of the candidate triples; an update does not change it.
        preferred: whether the model prefers the answer to every rival after the update.
    """

    log_probability_before: float
    log_probability_after: float
    margin: float
    retrieval_loss_before: float
    retrieval_loss_after: float
    reasoning_loss: float
    preferred: bool

    @property
    def loss_before(self) -> float:
        """L = L_retrieve + L_reasoning before the update."""
        return self.retrieval_loss_before + self.reasoning_loss

    @property
    def loss_after(self) -> float:
        """L = L_retrieve + L_reasoning after the update."""
        return self.retrieval_loss_after + self.reasoning_loss


@dataclass(frozen=True, slots=True)
class GraphUpdate:
    """One change of a user's graph: what was added, what was retired, and why.

    Attributes:
        added: what holds now.
        retired: what does not, each with its status: ended, mistaken or doubtful.
        confirmed: what was said again, and was there already, if only in the shared graph.
        said_by: whose words it goes by.
        text: these words, where `answer` does not have them.
        message_id: the message that they stood in.
        digest: by which the message is known again, if it was learned: a hash of its text.
        unsaid: of an undo, what it leaves as if the user had never told or retired it: a triple of
            the background knowledge shows again.
        approves: the proposal that it makes so.

    >>> update = GraphUpdate(
    ...     id="u1", user_id="ann", kind="correct", time=datetime(2026, 1, 1, tzinfo=timezone.utc),
    ...     added=(Triple("my dog", "eats", "vegetables"),),
    ...     retired=(Triple("my dog", "eats", "meat"),),
    ...     measurement=Measurement(-7.1, -0.4, 6.0, 16.1, 0.0, 0.4, True),
    ... )
    >>> print(update)
    - (my dog, eats, meat)  + (my dog, eats, vegetables)  log P(a|q) -7.1 -> -0.4
    """

    id: str
    user_id: str
    kind: UpdateKind
    time: datetime
    query: str = ""
    answer: str = ""
    added: tuple[Triple, ...] = ()
    retired: tuple[Triple, ...] = ()
    reasons: tuple[str, ...] = ()
    measurement: Measurement | None = None
    undoes: str | None = None
    score: float | None = None
    comment: str = ""
    facts: tuple[Triple, ...] = ()
    confirmed: tuple[Triple, ...] = ()
    unsaid: tuple[Triple, ...] = ()
    said_by: Speaker = "user"
    text: str = ""
    message_id: str = ""
    digest: str = ""
    approves: str = ""

    @property
    def source(self) -> Source:
        """Where what it says comes from."""
        time = self.time.astimezone(timezone.utc)
        return Source(self.said_by, self.text or self.answer, self.message_id, time)

    @property
    def stated(self) -> tuple[Triple, ...]:
        """What it adds, retires or confirms."""
        return (*self.added, *self.retired, *self.confirmed)

    @property
    def triples(self) -> tuple[Triple, ...]:
        """Every triple that the record speaks of."""
        return (*self.stated, *self.facts, *self.unsaid)

    def __str__(self) -> str:
        parts = [f"- {t}" for t in self.retired] + [f"+ {t}" for t in self.added]
        if not parts:
            parts = ["nothing changed"]
        elif self.kind == "propose":
            parts.append("(only proposed)")
        if self.undoes is not None:
            parts.append(f"undoes {self.undoes}")
        if self.measurement is not None:
            m = self.measurement
            before, after = m.log_probability_before, m.log_probability_after
            parts.append(f"log P(a|q) {before:.1f} -> {after:.1f}")
            if not m.preferred:
                parts.append("(the model still prefers another answer)")
        return "  ".join(parts)

    def without(self, keys: frozenset[TripleKey]) -> GraphUpdate:
        """This record with all trace of the triples of `keys` erased, its wording included."""
        left: dict[str, Any] = {
            name: tuple(t for t in getattr(self, name) if t.key not in keys) for name in _TRIPLES
        }
        return replace(self, query="", answer="", comment="", text="", reasons=(), **left)

    def to_json(self) -> dict[str, Any]:
        """A JSON-serialisable record; `from_json` reads it back unchanged."""
        triples = {name: [t.to_json() for t in getattr(self, name)] for name in _TRIPLES}
        record = asdict(self) | {"time": self.time.isoformat()} | triples
        # JSON has no infinity: a margin without rivals is null.
        if self.measurement is not None and math.isinf(self.measurement.margin):
            record["measurement"]["margin"] = None
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> GraphUpdate:
        """Rebuild an update from what `to_json` returned; what is left out is empty."""
        values = dict(record)
        values["time"] = datetime.fromisoformat(values["time"])
        for name in _TRIPLES:
            values[name] = tuple(Triple(**t) for t in values.get(name, ()))
        values["reasons"] = tuple(values.get("reasons", ()))
        if values.get("measurement") is not None:
            measured = dict(values["measurement"])
            if measured["margin"] is None:
                measured["margin"] = math.inf
            values["measurement"] = Measurement(**measured)
        return cls(**values)


def check_storable(update: GraphUpdate) -> None:
    """Refuse an update with a text that some store could not keep, or not read again.

    Raises `InvalidInputError` for a lone surrogate or a NUL, `TextTooLongError` for more characters
    than `MAX_STORED_CHARACTERS`.
    """
    texts = [update.id, update.user_id, update.query, update.answer, update.comment]
    texts += [update.text, update.message_id, *update.reasons]
    texts += [getattr(t, part.name) for t in update.triples for part in fields(t)]
    for text in texts:
        if not isinstance(text, str):
            raise InvalidInputError(f"an update holds a {type(text).__name__} where a text belongs")
        if len(text) > MAX_STORED_CHARACTERS:
            raise TextTooLongError(
                f"a text of {len(text)} characters cannot be stored; the limit is "
                f"{MAX_STORED_CHARACTERS}"
            )
        if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
            raise InvalidInputError(f"{text[:40]!r} has a lone surrogate; remove it")
        if "\0" in text:
            raise InvalidInputError(f"{text[:40]!r} has a NUL character; remove it")


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(timezone.utc)


def new_id() -> str:
    """A fresh id of an update."""
    return uuid.uuid4().hex[:12]
