"""What a database must get over: a full disk, a failed commit, growth, an older version's file."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import kuzu
import pytest

from langchain_kgt import GraphUpdate, KuzuTripleStore, StoreError, Triple
from langchain_kgt.graphs.base import SHARED
from langchain_kgt.graphs.kuzu_database import Database, log_bytes
from langchain_kgt.graphs.kuzu_files import Files
from langchain_kgt.graphs.kuzu_rows import hashed
from langchain_kgt.triples import now
from tests.processes import ran, started


def update(number: int, user: str = "ann") -> GraphUpdate:
    return GraphUpdate(
        id=f"u{number}", user_id=user, kind="tell", time=now(),
        added=(Triple("Ann", "knows", f"person {number}"),),
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB, which only root can make: in CI it must be possible."""
    if os.geteuid() != 0 and not os.environ.get("CI"):
        pytest.skip("a small disk can be made by root alone")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        # What was abandoned after a failed write still has it open.
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path, left: int) -> Path:
    ballast = folder / "ballast"
    state = os.statvfs(folder)
    ballast.write_bytes(b"x" * max(0, state.f_bavail * state.f_frsize - left))
    return ballast


@pytest.mark.parametrize("guarded", [True, False])
def test_a_full_disk_loses_nothing_and_is_got_over(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    path = small_disk / "m.kuzu"
    if not guarded:
        # As if the disk filled up between looking and writing.
        monkeypatch.setattr(Files, "check_room", lambda self: None)
    graph = KuzuTripleStore(path)
    told = [update(n) for n in range(40)]
    for one in told:
        graph.apply(one)
    ballast = fill(small_disk, 20_000)
    failed = 0
    for n in range(100, 125):
        try:
            graph.apply(update(n))
        except StoreError:
            failed += 1
        else:
            told.append(update(n))
        # Facts and journal agree, and both have all that was acknowledged.
        assert len(graph.triples("ann")) == len(graph.journal("ann")) == len(told)
    assert failed > 5
    ballast.unlink()
    for n in range(200, 260):
        graph.apply(update(n))
        told.append(update(n))
    graph.close()
    with KuzuTripleStore(path) as again:
        assert [u.id for u in again.journal("ann")] == [u.id for u in told]
        assert len(again.triples("ann")) == len(told)


@pytest.mark.parametrize("statement", ["COMMIT", "BEGIN TRANSACTION", "CREATE", "CHECKPOINT"])
def test_a_statement_that_fails_is_got_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    path = tmp_path / "m.kuzu"
    graph = KuzuTripleStore(path)
    graph.apply(update(1))
    run = Database.run

    def failing(self: Database, cypher: str, /, **parameters: Any) -> list[list[Any]]:
        if statement in cypher:
            raise StoreError("no")
        return run(self, cypher, **parameters)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "run", failing)
        if statement == "CHECKPOINT":
            graph.apply(update(2))
        else:
            with pytest.raises(StoreError, match="no"):
                graph.apply(update(2))
    graph.apply(update(3))
    expected = ["u1", "u2", "u3"] if statement == "CHECKPOINT" else ["u1", "u3"]
    assert [u.id for u in graph.journal("ann")] == expected
    graph.close()
    with KuzuTripleStore(path) as again:
        assert [u.id for u in again.journal("ann")] == expected


def test_a_commit_that_reached_the_log_is_done_though_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Database.run

    def failing(self: Database, cypher: str, /, **parameters: Any) -> list[list[Any]]:
        rows = run(self, cypher, **parameters)
        if cypher == "COMMIT":
            raise StoreError("the disk was slow")
        return rows

    with KuzuTripleStore(tmp_path / "m.kuzu") as graph:
        with monkeypatch.context() as patch:
            patch.setattr(Database, "run", failing)
            graph.apply(update(1))
        assert [u.id for u in graph.journal("ann")] == ["u1"]
        graph.apply(update(2))
        assert len(graph.triples("ann")) == 2


def test_a_checkpoint_that_fails_at_the_end_leaves_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.kuzu"
    graph = KuzuTripleStore(path)
    graph.apply(update(1))
    monkeypatch.setattr(Files, "has_room_for_checkpoint", lambda self: False)
    graph.close()
    assert log_bytes(str(path))
    monkeypatch.undo()
    with KuzuTripleStore(path) as again:
        assert [u.id for u in again.journal("ann")] == ["u1"]
    assert [file.name for file in tmp_path.iterdir()] == ["m.kuzu"]


def test_what_is_written_does_not_pile_up_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    with KuzuTripleStore(path) as graph:
        logged = []
        for n in range(1100):
            graph.apply(update(n))
            logged.append(log_bytes(str(path)))
        # Twice a checkpoint came, and emptied it.
        assert sum(after < before for before, after in pairwise(logged)) >= 2
        assert max(logged) < 4 * 2**20


# Databases of older versions. Their tables and keys as those versions made them.

OLD_TABLES = (
    "CREATE NODE TABLE Schema(id INT64 PRIMARY KEY, version INT64, salt STRING)",
    "CREATE NODE TABLE User(id STRING PRIMARY KEY, updates INT64)",
    "CREATE NODE TABLE Entity(id STRING PRIMARY KEY)",
    "CREATE NODE TABLE Update(id STRING PRIMARY KEY, name STRING, seq INT64, record STRING)",
    "CREATE REL TABLE Owns(FROM User TO Entity)",
    "CREATE REL TABLE Did(FROM User TO Update)",
    "CREATE REL TABLE Fact(FROM Entity TO Entity, relation_key STRING, subject STRING, "
    "relation STRING, object STRING, live BOOL, update_id STRING, time TIMESTAMP, "
    "seq INT64, nth INT64, query STRING)",
)


def old_database(
    path: Path, version: int, facts: list[tuple[str, Triple, bool]], query: str | None = ""
) -> None:
    """A database of an older version, closed in good order, with one update a fact."""
    salt = bytes(16)
    database = kuzu.Database(str(path), max_db_size=2**30, buffer_pool_size=2**28)
    connection = kuzu.Connection(database)

    def run(cypher: str, **parameters: Any) -> None:
        connection.execute(cypher, parameters).close()  # type: ignore[union-attr]

    for statement in OLD_TABLES:
        run(statement)
    run("CREATE (:Schema {id: 0, version: $v, salt: $s})", v=version, s=salt.hex())
    for number, (user_id, triple, live) in enumerate(facts, start=1):
        user = hashed(salt, user_id)
        run("MERGE (:User {id: $u})", u=user)
        # Any keys will do: those of old are not looked at.
        ends = {"s": f"old {triple.subject} {user}", "o": f"old {triple.object} {user}"}
        for end in ends.values():
            run("MERGE (:Entity {id: $e})", e=end)
            owns = "MATCH (u:User {id: $u}), (e:Entity {id: $e}) MERGE (u)-[:Owns]->(e)"
            run(owns, u=user, e=end)
        one = GraphUpdate(
            id=f"u{number}", user_id=user_id, kind="tell", time=now(), added=(triple,)
        )
        if user_id != SHARED:
            run(
                "MATCH (u:User {id: $u}) CREATE (u)-[:Did]->(:Update "
                "{id: $id, name: $n, seq: $q, record: $r})",
                u=user, id=f"record {number}", n=one.id, q=number, r=json.dumps(one.to_json()),
            )
        run(
            "MATCH (s:Entity {id: $s}), (o:Entity {id: $o}) CREATE (s)-[:Fact {relation_key: 'x', "
            "subject: $subject, relation: $relation, object: $object, live: $live, "
            "update_id: $id, time: $t, seq: $q, nth: 0, query: $query}]->(o)",
            **ends, subject=triple.subject, relation=triple.relation, object=triple.object,
            live=live, id=one.id, t=one.time.replace(tzinfo=None), q=number, query=query,
        )
    connection.close()
    database.close()


@pytest.mark.parametrize("version", [1, 2])
def test_a_database_of_an_older_version_is_brought_up_once(tmp_path: Path, version: int) -> None:
    path = tmp_path / "m.kuzu"
    old_database(path, version, [
        ("ann", Triple("my dog", "eats", "meat"), False),
        ("ann", Triple("my dog", "eats", "carrots"), True),
        ("bob", Triple("Ann Lee", "lives in", "Oslo"), True),
        ("ann", Triple("मेरी बहन", "का नाम है", "राम"), True),
        (SHARED, Triple("dog", "has", "a tail"), True),
        (SHARED, Triple("dog", "can", "bark"), True),
    ])
    for number in range(2):
        with KuzuTripleStore(path) as graph:
            assert [str(s.triple) for s in graph.triples("ann")] == [
                "(my dog, eats, carrots)", "(मेरी बहन, का नाम है, राम)",
            ]
            dog = Triple("my dog", "eats", "carrots").key[0]
            assert [s.triple.object for s in graph.triples("ann", dog)][-1] == "carrots"
            assert [u.id for u in graph.journal("ann")] == ["u1", "u2", "u4"]
            assert graph.relations("bob")[0] == "lives in"
            tail = graph.triples("bob", Triple("dog", "has", "a tail").key[0])
            assert [s.triple.object for s in tail] == ["a tail", "bark"]
            assert len(graph.journal("bob")) == 1 + number
            graph.apply(update(100 + number, "bob"))
    assert [file.name for file in tmp_path.iterdir()] == ["m.kuzu"]


@pytest.mark.parametrize("query", ["Where does she live?", "", None])
def test_facts_of_an_older_version_stand_as_they_did(tmp_path: Path, query: str | None) -> None:
    path, dog = tmp_path / "m.kuzu", Triple("dog", "can", "bark")
    old_database(path, 2, [
        ("ann", Triple("my sister", "lives in", "Oslo"), False),
        # One fact under the keys of today, told three times.
        ("ann", Triple("my sister", "lives in", "Rome"), True),
        ("ann", Triple("my sister", "lives in", "Rome!"), False),
        ("ann", Triple("my sister", "speaks", "Greek"), False),
        ("ann", Triple("my sister", "speaks", "greek"), False),
        (SHARED, dog, True),
        ("ann", dog, False),
    ], query)
    with KuzuTripleStore(path) as graph:
        facts = graph.triples("ann", every=True)
        assert [(s.triple.object, s.status, s.update_id) for s in facts] == [
            ("Oslo", "mistaken", "u1"), ("Rome", "holds", "u2"), ("greek", "mistaken", "u5"),
            ("bark", "mistaken", "u7"),
        ]
        keys = ("where does she live",) if query else ()
        for fact in facts:
            assert (fact.query, fact.question_keys) == (query or "", keys)
            [source] = fact.sources
            assert (source.said_by, source.time) == ("user", fact.time)
            assert fact.time.utcoffset() == timedelta(0)
        assert [s.triple for s in graph.triples("ann", "dog")] == []
        [shared] = graph.triples("bob", "dog")
        assert shared.sources[0].said_by == "import"


def test_bringing_up_that_is_cut_short_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.kuzu"
    old_database(path, 2, [("ann", Triple("my dog", "eats", "meat"), True)])
    with monkeypatch.context() as patch:
        def stop(*_: object) -> None:
            raise StoreError("stopped")

        patch.setattr(Files, "replaced_by", stop)
        with pytest.raises(StoreError, match="stopped"):
            KuzuTripleStore(path)
    with KuzuTripleStore(path) as graph:
        assert [str(s.triple) for s in graph.triples("ann")] == ["(my dog, eats, meat)"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_in_the_middle_of_a_checkpoint_loses_nothing(tmp_path: Path, when: str) -> None:
    """Killed as the checkpoint begins and has spoilt the file, or as it has just ended."""
    path = tmp_path / "m.kuzu"
    code, out, errors = ran(
        """
        from langchain_kgt.graphs.kuzu_database import Database
        run = Database.run
        def checkpointing(self, cypher, /, **parameters):
            if cypher == "CHECKPOINT" and armed:
                if sys.argv[2] == "after":
                    run(self, cypher)
                else:
                    spoil(sys.argv[1])
                os.kill(os.getpid(), signal.SIGKILL)
            return run(self, cypher, **parameters)
        Database.run = checkpointing
        armed = False
        graph = KuzuTripleStore(sys.argv[1])
        for n in range(30):
            tell(graph, n)
        armed = True
        graph.close()
        """,
        path, when,
    )
    assert code == -9, (out, errors)
    with KuzuTripleStore(path) as graph:
        assert len(graph.journal("ann")) == len(graph.triples("ann")) == 30
        graph.apply(update(100))
    assert [file.name for file in tmp_path.iterdir()] == ["m.kuzu"]


def test_kills_at_any_time_with_many_checkpoints_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    acknowledged = 0
    for _ in range(8):
        writer = started(
            """
            from langchain_kgt.graphs import kuzu_engine
            kuzu_engine._UPDATES_OF_A_CHECKPOINT = 5
            graph = KuzuTripleStore(sys.argv[1])
            n = len(graph.journal("ann"))
            while True:
                tell(graph, n)
                n += 1
                print(n, flush=True)
            """,
            path,
        )
        with writer:
            assert writer.stdout is not None
            said = [int(writer.stdout.readline()) for _ in range(23)]
            writer.kill()
            said += [int(line) for line in writer.stdout.read().split()]
        acknowledged = said[-1]
        with KuzuTripleStore(path) as graph:
            found = len(graph.journal("ann"))
            assert found in (acknowledged, acknowledged + 1)
            assert len(graph.triples("ann")) == found


def test_a_kill_while_triples_are_loaded_leaves_the_rest_whole(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    code, out, errors = ran(
        """
        from langchain_kgt.graphs.kuzu_database import Database
        run = Database.run
        def committing(self, cypher, /, **parameters):
            if cypher.startswith("COPY"):
                copied.append(cypher)
            if cypher == "COMMIT" and copied and loading:
                spoil(sys.argv[1])
                os.kill(os.getpid(), signal.SIGKILL)
            return run(self, cypher, **parameters)
        Database.run = committing
        copied, loading = [], False
        graph = KuzuTripleStore(sys.argv[1])
        graph.load([Triple("cat", "can", "purr")], source="first")
        for n in range(30):
            tell(graph, n)
        copied.clear()
        loading = True
        graph.load([Triple("dog", "can", "bark")], source="second")
        """,
        path,
    )
    assert code == -9, (out, errors)
    with KuzuTripleStore(path) as graph:
        assert len(graph.journal("ann")) == len(graph.triples("ann")) == 30
        assert [s.triple.object for s in graph.triples("ann", "cat")] == ["purr"]
        assert graph.triples("ann", "dog") == []
        assert graph.load([Triple("dog", "can", "bark")], source="second") == 1
        assert [s.triple.object for s in graph.triples("ann", "dog")] == ["bark"]
