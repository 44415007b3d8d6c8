"""How users, facts and journals lie in the tables of Kuzu, and the statements that write them.

    (User)-[:Did]->(Update)                 the journal: one JSON record each
    (User)-[:Owns]->(Entity)
    (Entity)-[:Fact]->(Entity)              a triple, live or retired
    (User)-[:Uses]->(Relation)              each relation in one spelling
    (Head)                                  first words of subjects, with the most words behind each

Ids are salted hashes of user and key: no query crosses from one user to another by them, and they
tell nothing when what they stand for is erased.

Of Kuzu 0.11: a statement with more than one key in it (UNWIND, IN) is a scan of the whole table, so
each finds its nodes by one. It crashes in the checkpoint after a relationship was deleted, so
nothing ever is: what is erased is overwritten with blanks. What is overwritten stays in memory with
its two thousand neighbours until the next checkpoint, so telling a fact overwrites nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timezone
from hashlib import blake2b
from typing import Any

from langchain_kgt.graphs.base import TripleKey
from langchain_kgt.graphs.kuzu_database import Run
from langchain_kgt.triples import GraphUpdate, Triple

VERSION = 3

TABLES = (
    "CREATE NODE TABLE Schema(id INT64 PRIMARY KEY, version INT64, salt STRING, open BOOL)",
    "CREATE NODE TABLE User(id STRING PRIMARY KEY)",
    "CREATE NODE TABLE Entity(id STRING PRIMARY KEY)",
    "CREATE NODE TABLE Update(id STRING PRIMARY KEY, name STRING, number INT64, record STRING)",
    "CREATE NODE TABLE Head(id STRING PRIMARY KEY, longest INT64)",
    "CREATE NODE TABLE Relation(id STRING PRIMARY KEY, name STRING)",
    "CREATE REL TABLE Owns(FROM User TO Entity)",
    "CREATE REL TABLE Did(FROM User TO Update)",
    "CREATE REL TABLE Uses(FROM User TO Relation)",
    # `hides`: retired, so that the same triple of the shared graph is not shown either.
    "CREATE REL TABLE Fact(FROM Entity TO Entity, relation_key STRING, subject STRING, "
    "relation STRING, object STRING, live BOOL, hides BOOL, update_id STRING, time TIMESTAMP, "
    "seq INT64, nth INT64, query STRING)",
)

BLANK = (
    "f.live = false, f.hides = false, f.relation_key = '', f.subject = '', f.relation = '', "
    "f.object = '', f.query = '', f.update_id = ''"
)
_FACT = "MATCH (s:Entity {id: $s})-[f:Fact]->(o:Entity {id: $o}) WHERE f.relation_key = $r"


def create_tables(run: Run, salt: str) -> None:
    """The tables of a new database, whose ids are made with this salt."""
    for statement in TABLES:
        run(statement)
    run(
        "CREATE (:Schema {id: 0, version: $version, salt: $salt, open: false})",
        version=VERSION, salt=salt,
    )


def hashed(salt: bytes, *parts: str) -> str:
    """The id of a user, or of something that belongs to the node whose id is the first part."""
    return blake2b(json.dumps(parts).encode(), key=salt, digest_size=16).hexdigest()


def head_of(subject_key: str) -> tuple[str, int]:
    """The first word of a subject's key, and how many words it has.

    >>> head_of("neighbour tom")
    ('neighbour', 2)
    """
    words = subject_key.split(" ")
    return words[0], len(words)


@dataclass(frozen=True)
class Origin:
    """What a fact keeps of where it came from; `seq` and `nth` order the facts of a user."""

    update_id: str
    time: Any
    query: str
    seq: int
    nth: int = 0

    @classmethod
    def of(cls, update: GraphUpdate, seq: int, nth: int = 0) -> Origin:
        """The origin of the nth fact of an update."""
        time = update.time.astimezone(timezone.utc).replace(tzinfo=None)
        return cls(update.id, time, update.query, seq, nth)

    def values(self) -> dict[str, Any]:
        """As parameters of a statement."""
        return {
            "update_id": self.update_id, "time": self.time, "query": self.query,
            "seq": self.seq, "nth": self.nth,
        }


@dataclass(frozen=True)
class Rows:
    """Writes one user's rows, within a transaction.

    Attributes:
        run: runs a query.
        salt: of the database.
        user_id: whose rows.
    """

    run: Run
    salt: bytes
    user_id: str

    @property
    def user(self) -> str:
        """The id of the user's node."""
        return hashed(self.salt, self.user_id)

    def ids(self, key: TripleKey) -> dict[str, str]:
        """The ends of a triple, and the key of its relation, as parameters of a statement."""
        s, o = (hashed(self.salt, self.user_id, part) for part in (key[0], key[2]))
        return {"s": s, "r": key[1], "o": o}

    def record(self, update: GraphUpdate, number: int) -> None:
        """Append an update to the journal; the user's node is there afterwards."""
        self.run("MERGE (:User {id: $user})", user=self.user)
        self.run(
            "MATCH (u:User {id: $user}) "
            "CREATE (u)-[:Did]->(:Update {id: $id, name: $name, number: $number, record: $record})",
            user=self.user, id=hashed(self.salt, self.user, "update", str(number)),
            name=update.id, number=number, record=dumps(update),
        )

    def add(self, triple: Triple, origin: Origin) -> None:
        """Make a triple live."""
        ids = self.ids(triple.key)
        missing = self._missing(ids)
        known = not missing and self.run(
            f"{_FACT} SET f.live = true, f.hides = false, f.update_id = $update_id, "
            "f.time = $time, f.seq = $seq, f.nth = $nth, "
            "f.query = CASE WHEN $query = '' THEN f.query ELSE $query END RETURN 1",
            **ids, **origin.values(),
        )
        if not known:
            self._create(triple, origin, missing, live=True, hides=False)

    def retire(self, triple: Triple, origin: Origin) -> None:
        """Make a triple no longer live; one of the shared graph is hidden from this user."""
        ids = self.ids(triple.key)
        known = self.run(f"{_FACT} SET f.live = false, f.hides = true RETURN 1", **ids)
        if not known:
            self._create(triple, origin, self._missing(ids), live=False, hides=True)

    def unsay(self, triple: Triple) -> None:
        """Make a triple neither live nor hidden, as if this user had never told or retired it."""
        self.run(f"{_FACT} SET f.live = false, f.hides = false RETURN 1", **self.ids(triple.key))

    def put(self, triple: Triple, origin: Origin, *, live: bool, hides: bool) -> None:
        """Write a fact as it is, where none of its key is yet."""
        self._create(triple, origin, self._missing(self.ids(triple.key)), live=live, hides=hides)

    def erase(self, key: TripleKey) -> None:
        """Overwrite a fact with blanks."""
        self.run(f"{_FACT} SET {BLANK}", **self.ids(key))

    def _missing(self, ids: dict[str, str]) -> set[str]:
        """The ids of those ends of a triple that are no entities yet."""
        ends = {ids["s"], ids["o"]}
        return {id_ for id_ in ends if not self.run("MATCH (e:Entity {id: $id}) RETURN 1", id=id_)}

    def _create(
        self, triple: Triple, origin: Origin, missing: set[str], *, live: bool, hides: bool
    ) -> None:
        for id_ in sorted(missing):
            self.run(
                "MATCH (u:User {id: $user}) CREATE (u)-[:Owns]->(:Entity {id: $id})",
                user=self.user, id=id_,
            )
        self._index(triple)
        self.run(
            "MATCH (s:Entity {id: $s}), (o:Entity {id: $o}) "
            "CREATE (s)-[:Fact {relation_key: $r, subject: $subject, relation: $relation, "
            "object: $object, live: $live, hides: $hides, update_id: $update_id, time: $time, "
            "seq: $seq, nth: $nth, query: $query}]->(o)",
            **self.ids(triple.key), **origin.values(), live=live, hides=hides,
            subject=triple.subject, relation=triple.relation, object=triple.object,
        )

    def _index(self, triple: Triple) -> None:
        """Remember the first word of the subject, and the relation."""
        subject_key, relation_key, _ = triple.key
        first, words = head_of(subject_key)
        head = hashed(self.salt, self.user, "head", first)
        longest = longest_of(self.run, head)
        if not longest:
            self.run("CREATE (:Head {id: $id, longest: $words})", id=head, words=words)
        elif longest < words:
            self.run("MATCH (h:Head {id: $id}) SET h.longest = $words", id=head, words=words)
        used = hashed(self.salt, self.user, "relation", relation_key)
        names = self.run("MATCH (r:Relation {id: $id}) RETURN r.name", id=used)
        if not names:
            self.run(
                "MATCH (u:User {id: $user}) CREATE (u)-[:Uses]->(:Relation {id: $id, name: $name})",
                user=self.user, id=used, name=triple.relation,
            )
        elif not names[0][0]:
            self.run(
                "MATCH (r:Relation {id: $id}) SET r.name = $name", id=used, name=triple.relation
            )


def longest_of(run: Run, head: str) -> int:
    """How many words the longest subject has whose first word has this id; 0 if none does."""
    rows = run("MATCH (h:Head {id: $id}) RETURN h.longest", id=head)
    return int(rows[0][0]) if rows else 0


def dumps(update: GraphUpdate) -> str:
    """An update as the journal keeps it."""
    return json.dumps(update.to_json(), ensure_ascii=False)
