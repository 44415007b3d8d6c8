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
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import blake2b
from typing import Any

from langchain_kgt.graphs.kuzu_database import Run
from langchain_kgt.graphs.standing import HIDES, SHARED, holds, nth_of
from langchain_kgt.triples import GraphUpdate, Source, StoredTriple, Triple, TripleKey

VERSION = 4
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
    # `asked`: the keys of its questions, each between two line breaks. `about`: what else is known
    # of it, as JSON, if it is more than that its user told it.
    "CREATE NODE TABLE Fact(id STRING PRIMARY KEY, relation_key STRING, subject STRING, "
    "relation STRING, object STRING, live BOOL, hides BOOL, update_id STRING, time TIMESTAMP, "
    "seq INT64, nth INT64, query STRING, asked STRING, about STRING)",
    "CREATE REL TABLE Owns(FROM User TO Entity)",
    "CREATE REL TABLE Did(FROM User TO Piece)",
    "CREATE REL TABLE Uses(FROM User TO Relation)",
    "CREATE REL TABLE Has(FROM Entity TO Fact)",
)

BLANK = (
    "f.live = false, f.hides = false, f.relation_key = '', f.subject = '', f.relation = '', "
    "f.object = '', f.query = '', f.update_id = '', f.asked = '', f.about = ''"
)
COLUMNS = (
    "f.subject, f.relation, f.object, f.update_id, f.time, f.query, f.asked, f.about"
)
# All facts of the user with the id $user; and those of the subject with the id $id.
OF_USER = "MATCH (:User {id: $user})-[:Owns]->(:Entity)-[:Has]->(f:Fact)"
OF_SUBJECT = "MATCH (:Entity {id: $id})-[:Has]->(f:Fact)"


# The columns of a fact, in the order of its table, with the parameters that fill them.
_FILLED = {
    "id": "id", "relation_key": "r", "subject": "subject", "relation": "relation",
    "object": "object", "live": "live", "hides": "hides", "update_id": "update_id",
    "time": "time", "seq": "seq", "nth": "nth", "query": "query", "asked": "asked",
    "about": "about",
}
FACT_PARAMETERS = tuple(_FILLED.values())
_CREATE = ", ".join(f"{name}: ${value}" for name, value in _FILLED.items())
_SET = ", ".join(f"f.{name} = ${value}" for name, value in _FILLED.items() if name != "id")
_AMEND = ", ".join(
    f"f.{name} = ${value}" for name, value in _FILLED.items() if name not in ("id", "seq", "nth")
)


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


def columns(fact: StoredTriple, user_id: str) -> dict[str, Any]:
    """What a row says of a fact, but for its ids and its place."""
    triple = fact.triple
    about = triple.to_json() | {
        "sources": [source.to_json() for source in fact.sources],
        "retired_by": fact.retired_by,
        "retired": fact.retired and fact.retired.isoformat(),
    }
    for part in ("subject", "relation", "object"):
        about.pop(part, None)
    if fact.sources == (_told(fact.time, user_id),):
        del about["sources"]
    about = {name: value for name, value in about.items() if value}
    return {
        "r": triple.key[1], "subject": triple.subject, "relation": triple.relation,
        "object": triple.object, "live": holds(fact), "hides": triple.status in HIDES,
        "update_id": fact.update_id,
        "time": fact.time.replace(tzinfo=None),
        "query": fact.query,
        "asked": among(fact.question_keys),
        "about": json.dumps(about, ensure_ascii=False) if about else "",
    }


def among(question_keys: Sequence[str]) -> str:
    """Keys as a row has them, each of which is found in it as it is alone."""
    return "".join(f"\n{key}\n" for key in question_keys)


def stored(row: Sequence[Any], user_id: str) -> StoredTriple:
    """The fact of a row of `COLUMNS`."""
    subject, relation, object_, update_id, time, query, asked, about = row
    time = time.replace(tzinfo=timezone.utc)
    known = json.loads(about) if about else {}
    said = known.pop("sources", None)
    sources = (_told(time, user_id),) if said is None else tuple(map(Source.from_json, said))
    retired_by, retired = known.pop("retired_by", ""), known.pop("retired", None)
    return StoredTriple(
        Triple(subject, relation, object_, **known), update_id, time, query or "", sources,
        tuple(key for key in (asked or "").split("\n") if key),
        retired_by, retired and datetime.fromisoformat(retired),
    )


def _told(time: datetime, user_id: str) -> Source:
    return Source("import" if user_id == SHARED else "user", "", "", time)


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

    def place(self, fact: StoredTriple) -> tuple[int, int]:
        """Which update told a fact, and where there."""
        pieces = self.run(
            "MATCH (:User {id: $user})-[:Did]->(p:Piece) WHERE p.name = $name "
            "RETURN p.number, p.text ORDER BY p.part",
            user=self.user, name=fact.update_id,
        )
        if not pieces:
            return 0, 0
        update = GraphUpdate.from_json(json.loads("".join(text for _, text in pieces)))
        return pieces[0][0], nth_of(update, fact.triple.key)

    def rewrite(self, update: GraphUpdate) -> None:
        """Put another record in the place of the one with the same id."""
        rows = self.run(
            "MATCH (:User {id: $user})-[:Did]->(p:Piece) WHERE p.name = $name "
            "SET p.text = '', p.name = '' RETURN p.number",
            user=self.user, name=update.id,
        )
        if rows:
            self._pieces(update, rows[0][0])

    def standing(self, key: TripleKey) -> StoredTriple | None:
        """A fact, live or not, as it stands."""
        rows = self.run(
            f"MATCH (f:Fact {{id: $id}}) WHERE f.relation_key <> '' RETURN {COLUMNS}",
            id=self.fact(key),
        )
        return stored(rows[0], self.user_id) if rows else None

    def is_of(self, fact: StoredTriple) -> bool:
        """Whether a fact's row is there, and of the update that told it."""
        known = self.standing(fact.triple.key)
        return known is not None and known.update_id == fact.update_id

    def erase(self, key: TripleKey) -> None:
        """Overwrite a fact with blanks."""
        self.run(f"MATCH (f:Fact {{id: $id}}) SET {BLANK}", id=self.fact(key))

    def put(self, fact: StoredTriple, seq: int, nth: int) -> None:
        """Write a fact as it stands, at its place among those of its user."""
        key = fact.triple.key
        self._index(fact.triple)
        said = columns(fact, self.user_id) | {"id": self.fact(key), "seq": seq, "nth": nth}
        if self.run(f"MATCH (f:Fact {{id: $id}}) SET {_SET} RETURN 1", **said):
            return
        entity = self.entity(key[0])
        if not self.run("MATCH (e:Entity {id: $id}) RETURN 1", id=entity):
            self.run(
                "MATCH (u:User {id: $user}) CREATE (u)-[:Owns]->(:Entity {id: $id})",
                user=self.user, id=entity,
            )
        self.run(
            f"MATCH (e:Entity {{id: $entity}}) CREATE (e)-[:Has]->(:Fact {{{_CREATE}}})",
            entity=entity, **said,
        )

    def amend(self, fact: StoredTriple) -> None:
        """Write a fact that is known as it stands now; its place stays."""
        said = columns(fact, self.user_id)
        self.run(
            f"MATCH (f:Fact {{id: $id}}) SET {_AMEND}", id=self.fact(fact.triple.key), **said
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
