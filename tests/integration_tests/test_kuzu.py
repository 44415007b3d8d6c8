"""What only a file can get wrong: crashes, locks, other processes, other versions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import kuzu
import pytest

from langchain_kgt import (
    GraphUpdate,
    InvalidInputError,
    KuzuTripleStore,
    StoreError,
    StoreLockedError,
    StoreVersionError,
    Triple,
)
from langchain_kgt.graphs.kuzu_rows import VERSION
from langchain_kgt.triples import now

WRITER = textwrap.dedent(
    """
    import sys
    from langchain_kgt import GraphUpdate, KuzuTripleStore, Triple
    from langchain_kgt.triples import now
    graph = KuzuTripleStore(sys.argv[1])
    for n in range(100000):
        old = (Triple("Ann", "counts", str(n - 1)),) if n else ()
        new = (Triple("Ann", "counts", str(n)), Triple("Ann", "saw", str(n)))
        graph.apply(GraphUpdate(
            id=f"u{n}", user_id="ann", kind="tell", time=now(), added=new, retired=old))
        print(n, flush=True)
    """
)


def tell(graph: KuzuTripleStore, number: int) -> None:
    graph.apply(
        GraphUpdate(
            id=f"u{number}", user_id="ann", kind="tell", time=now(),
            added=(Triple("Ann", "knows", f"person {number}"),),
        )
    )


@pytest.mark.parametrize("lines", [1, 7, 40])
def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "m.kuzu"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    said = [int(writer.stdout.readline()) for _ in range(lines)]
    os.kill(writer.pid, signal.SIGKILL)
    said += [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    writer.stdout.close()
    with KuzuTripleStore(path) as graph:
        journal, facts = graph.journal("ann"), graph.triples("ann")
    # The last update is there whole or not at all, and no earlier one is missing.
    assert len(journal) in (said[-1] + 1, said[-1] + 2)
    last = journal[-1].added[0].object
    counts = [f.triple.object for f in facts if f.triple.relation == "counts"]
    saw = {f.triple.object for f in facts if f.triple.relation == "saw"}
    assert counts == [last]
    assert saw == {str(n) for n in range(len(journal))}


def test_another_process_is_told_who_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    code = f"from langchain_kgt import KuzuTripleStore; KuzuTripleStore({str(path)!r}).close()"
    with KuzuTripleStore(path) as graph:
        tell(graph, 1)
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "StoreLockedError" in run.stderr
        assert f"process {os.getpid()} on " in run.stderr
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
    assert not list(tmp_path.glob("*.holder"))


def test_a_process_that_closes_nothing_leaves_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    code = f"from langchain_kgt import KuzuTripleStore; graph = KuzuTripleStore({str(path)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["m.kuzu"]


def test_this_process_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    code = (
        f"from langchain_kgt import KuzuTripleStore; g = KuzuTripleStore({str(path)!r}); "
        "print('open', flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreLockedError, match=f"process {other.pid} on .* path of its own"):
            KuzuTripleStore(path)
        other.stdin.write("\n")
    with KuzuTripleStore(path) as graph:
        tell(graph, 1)


def test_one_path_is_one_database_in_a_process(tmp_path: Path) -> None:
    first = KuzuTripleStore(tmp_path / "m.kuzu")
    (tmp_path / "link").symlink_to(tmp_path)
    second = KuzuTripleStore(tmp_path / "link" / "m.kuzu")
    tell(first, 1)
    tell(second, 2)
    assert first.triples("ann") == second.triples("ann")
    second.close()
    tell(first, 3)
    first.close()
    with KuzuTripleStore(tmp_path / "m.kuzu") as again:
        assert len(again.triples("ann")) == 3


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    with KuzuTripleStore(path) as graph:
        tell(graph, 1)
        graph._opened().write(
            lambda run: run("MATCH (s:Schema) SET s.version = $v", v=VERSION + 1)
        )
    with pytest.raises(StoreVersionError, match="pip install -U"):
        KuzuTripleStore(path)
    with pytest.raises(StoreVersionError):
        KuzuTripleStore(path)


def test_paths_that_cannot_be_a_graph(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        KuzuTripleStore(tmp_path)
    with pytest.raises(StoreError, match="does not exist"):
        KuzuTripleStore(tmp_path / "no" / "m.kuzu")
    with pytest.raises(InvalidInputError, match="NUL"):
        KuzuTripleStore(f"{tmp_path}/a\0b")
    text = tmp_path / "text"
    text.write_text("not a database, but long enough to be looked at " * 200)
    with pytest.raises(StoreError, match="another path"):
        KuzuTripleStore(text)
    foreign = tmp_path / "foreign.kuzu"
    database = kuzu.Database(str(foreign), max_db_size=2**30)
    connection = kuzu.Connection(database)
    connection.execute("CREATE NODE TABLE Person(name STRING PRIMARY KEY)").close()  # type: ignore[union-attr]
    connection.close()
    database.close()
    with pytest.raises(StoreError, match="another program"):
        KuzuTripleStore(foreign)


def test_a_read_only_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.kuzu"
    KuzuTripleStore(path).close()
    # The tests may run as root, whom no mode stops: ask as somebody else would be answered.
    monkeypatch.setattr(os, "access", lambda target, mode: Path(target) != path)
    with pytest.raises(StoreError, match="read-only"):
        KuzuTripleStore(path)
    monkeypatch.setattr(os, "access", lambda target, mode: Path(target) != tmp_path)
    with pytest.raises(StoreError, match=r"folder .* read-only"):
        KuzuTripleStore(path)
