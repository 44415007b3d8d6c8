"""How users, facts and journals lie in the tables of Kuzu, and the statements that write them.

    (User)-[:Did]->(Piece)                      the journal: its JSON records in pieces
    (Update)                                    each record's number, to tell whether all are there
    (User)-[:Owns]->(Entity)-[:Has]->(Fact)     subjects, and their triples, live or retired
    (User)-[:Uses]->(Relation)                  each relation in one spelling
    (Head)                                      first words of subjects, with the most words behind

Ids are salted hashes of user and key: no query crosses from one user to another by them, and they
tell nothing when what they stand for is erased.

Of Kuzu 0.11: a statement with more than one key in it (UNWIND, IN) is a scan of the whole table, so
each finds its nodes by one. It crashes in the checkpoint after a relationship was deleted, so
nothing ever is: what is erased is overwritten with blanks. What is overwritten stays in memory with
its two thousand neighbours until the next checkpoint, so telling a fact overwrites nothing. And a
checkpoint holds in memory, and writes anew, the whole of a column of 131,072 nodes, and all columns
of the relationships of so many nodes, wherever one was added: so relationships hold nothing, what a
fact says is a node, and no text of a record is longer than a piece.
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
# The most characters of a piece of a record.
_PIECE = 200

TABLES = (
    "CREATE NODE TABLE Schema(id INT64 PRIMARY KEY, version INT64, salt STRING, open BOOL)",
    "CREATE NODE TABLE User(id STRING PRIMARY KEY)",
    "CREATE NODE TABLE Entity(id STRING PRIMARY KEY)",
    "CREATE NODE TABLE Update(id STRING PRIMARY KEY, number INT64)",
    # Without a key of its own, which would be one more index; it is found by its user.
    "CREATE NODE TABLE Piece(id SERIAL PRIMARY KEY, name STRING, number INT64, part INT64, "
    "text STRING)",
    "CREATE NODE TABLE Head(id STRING PRIMARY KEY, longest INT64)",
    "CREATE NODE TABLE Relation(id STRING PRIMARY KEY, name STRING)",
    # `hides`: retired, so that the same triple of the shared graph is not shown either.
    "CREATE NODE TABLE Fact(id STRING PRIMARY KEY, relation_key STRING, subject STRING, "
    "relation STRING, object STRING, live BOOL, hides BOOL, update_id STRING, time TIMESTAMP, "
    "seq INT64, nth INT64, query STRING)",
    "CREATE REL TABLE Owns(FROM User TO Entity)",
    "CREATE REL TABLE Did(FROM User TO Piece)",
    "CREATE REL TABLE Uses(FROM User TO Relation)",
    "CREATE REL TABLE Has(FROM Entity TO Fact)",
)

BLANK = (
    "f.live = false, f.hides = false, f.relation_key = '', f.subject = '', f.relation = '', "
    "f.object = '', f.query = '', f.update_id = ''"
)
# All facts of the user with the id $user; and those of the subject with the id $id.
OF_USER = "MATCH (:User {id: $user})-[:Owns]->(:Entity)-[:Has]->(f:Fact)"
OF_SUBJECT = "MATCH (:Entity {id: $id})-[:Has]->(f:Fact)"


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


def numbered(salt: bytes, number: int) -> str:
    """The id of the record of the database's update with this number, which counts from 1."""
    return hashed(salt, "update", str(number))


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

    def fact(self, key: TripleKey) -> str:
        """The id of a triple."""
        return hashed(self.salt, self.user_id, *key)

    def entity(self, subject_key: str) -> str:
        """The id of a subject."""
        return hashed(self.salt, self.user_id, subject_key)

    def record(self, update: GraphUpdate, number: int) -> None:
        """Append an update to the journal; the user's node is there afterwards."""
        self.run("MERGE (:User {id: $user})", user=self.user)
        self.run(
            "CREATE (:Update {id: $id, number: $number})",
            id=numbered(self.salt, number), number=number,
        )
        self._pieces(update, number)

    def _pieces(self, update: GraphUpdate, number: int) -> None:
        said = {key: value for key, value in update.to_json().items() if value or value == 0}
        record = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        for part in range(0, len(record), _PIECE):
            self.run(
                "MATCH (u:User {id: $user}) CREATE (u)-[:Did]->(:Piece "
                "{name: $name, number: $number, part: $part, text: $text})",
                user=self.user, name=update.id, number=number, part=part,
                text=record[part : part + _PIECE],
            )

    def journal(self) -> list[GraphUpdate]:
        """The user's updates, oldest first."""
        rows = self.run(
            "MATCH (:User {id: $user})-[:Did]->(p:Piece) WHERE p.text <> '' "
            "RETURN p.number, p.text ORDER BY p.number, p.part",
            user=self.user,
        )
        records: dict[int, list[str]] = {}
        for number, text in rows:
            records.setdefault(number, []).append(text)
        return [GraphUpdate.from_json(json.loads("".join(of))) for of in records.values()]

    def rewrite(self, update: GraphUpdate) -> None:
        """Put another record in the place of the one with the same id."""
        rows = self.run(
            "MATCH (:User {id: $user})-[:Did]->(p:Piece) WHERE p.name = $name "
            "SET p.text = '', p.name = '' RETURN p.number",
            user=self.user, name=update.id,
        )
        if rows:
            self._pieces(update, rows[0][0])

    def add(self, triple: Triple, origin: Origin) -> None:
        """Make a triple live."""
        known = self.run(
            "MATCH (f:Fact {id: $id}) WHERE f.relation_key <> '' "
            "SET f.live = true, f.hides = false, f.update_id = $update_id, "
            "f.time = $time, f.seq = $seq, f.nth = $nth, "
            "f.query = CASE WHEN $query = '' THEN f.query ELSE $query END RETURN 1",
            id=self.fact(triple.key), **origin.values(),
        )
        if not known:
            self.put(triple, origin, live=True, hides=False)

    def confirm(self, triple: Triple, origin: Origin) -> None:
        """Make a triple the user's own if it is not: one that only the shared graph had."""
        known = "MATCH (f:Fact {id: $id}) WHERE f.live RETURN 1"
        if not self.run(known, id=self.fact(triple.key)):
            self.add(triple, origin)

    def retire(self, triple: Triple, origin: Origin) -> None:
        """Make a triple no longer live; one of the shared graph is hidden from this user."""
        known = self.run(
            "MATCH (f:Fact {id: $id}) WHERE f.relation_key <> '' "
            "SET f.live = false, f.hides = true RETURN 1",
            id=self.fact(triple.key),
        )
        if not known:
            self.put(triple, origin, live=False, hides=True)

    def unsay(self, triple: Triple) -> None:
        """Make a triple neither live nor hidden, as if this user had never told or retired it."""
        self.run(
            "MATCH (f:Fact {id: $id}) SET f.live = false, f.hides = false",
            id=self.fact(triple.key),
        )

    def erase(self, key: TripleKey) -> None:
        """Overwrite a fact with blanks."""
        self.run(f"MATCH (f:Fact {{id: $id}}) SET {BLANK}", id=self.fact(key))

    def put(self, triple: Triple, origin: Origin, *, live: bool, hides: bool) -> None:
        """Write a fact that is not known, or is erased, with all that leads to it."""
        subject, relation_key, _ = triple.key
        self._index(triple)
        said = {
            "id": self.fact(triple.key), "r": relation_key, "subject": triple.subject,
            "relation": triple.relation, "object": triple.object, "live": live, "hides": hides,
            **origin.values(),
        }
        erased = self.run(
            "MATCH (f:Fact {id: $id}) SET f.relation_key = $r, f.subject = $subject, "
            "f.relation = $relation, f.object = $object, f.live = $live, f.hides = $hides, "
            "f.update_id = $update_id, f.time = $time, f.seq = $seq, f.nth = $nth, "
            "f.query = $query RETURN 1",
            **said,
        )
        if erased:
            return
        entity = self.entity(subject)
        if not self.run("MATCH (e:Entity {id: $id}) RETURN 1", id=entity):
            self.run(
                "MATCH (u:User {id: $user}) CREATE (u)-[:Owns]->(:Entity {id: $id})",
                user=self.user, id=entity,
            )
        self.run(
            "MATCH (e:Entity {id: $entity}) CREATE (e)-[:Has]->(:Fact {id: $id, relation_key: $r, "
            "subject: $subject, relation: $relation, object: $object, live: $live, "
            "hides: $hides, update_id: $update_id, time: $time, seq: $seq, nth: $nth, "
            "query: $query})",
            entity=entity, **said,
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
