"""Files that are copied, moved, removed and put back: what does not fit is noticed and said."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from langchain_kgt import (
    GraphUpdate,
    InvalidInputError,
    KuzuTripleStore,
    StoreError,
    StoreLockedError,
    Triple,
)
from langchain_kgt.triples import now
from tests.processes import ran, started


def tell(graph: KuzuTripleStore, number: int, user: str = "ann") -> None:
    graph.apply(
        GraphUpdate(
            id=f"u{number}", user_id=user, kind="tell", time=now(),
            added=(Triple("Ann", "knows", f"person {number}"),),
        )
    )


def killed(path: Path, updates: int = 100) -> None:
    """A process tells so many facts, and is killed: all is in the log."""
    code, out, errors = ran(
        """
        graph = KuzuTripleStore(sys.argv[1])
        for n in range(int(sys.argv[2])):
            tell(graph, n)
        print("told", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        path, updates,
    )
    assert (code, out) == (-9, "told\n"), errors


def knows(path: Path, **how: bool) -> int:
    with KuzuTripleStore(path, **how) as graph:
        found = len(graph.triples("ann"))
        assert len(graph.journal("ann")) == found
    return found


# Locks.


def test_a_copy_of_the_open_file_does_not_free_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    with KuzuTripleStore(path) as graph:
        tell(graph, 1)
        shutil.copy(path, tmp_path / "copy")
        for name in os.listdir(tmp_path):
            (tmp_path / name).read_bytes()
        code, _, errors = ran("KuzuTripleStore(sys.argv[1])", path)
        assert code == 1
        assert f"StoreLockedError: {path} is held by process {os.getpid()} on" in errors
        tell(graph, 2)
    assert knows(path) == 2


def test_who_waits_for_the_lock_gets_it_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    program = "graph = KuzuTripleStore(sys.argv[1]); print('open', flush=True); input()"
    holder = started(program, path)
    with holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "open\n"
        for _ in range(3):
            with pytest.raises(StoreLockedError):
                KuzuTripleStore(path)
        holder.stdin.write("\n")
    assert knows(path) == 0


# Logs.


def test_after_a_kill_the_log_has_everything(tmp_path: Path) -> None:
    killed(tmp_path / "m.kuzu")
    assert knows(tmp_path / "m.kuzu") == 100
    assert [file.name for file in tmp_path.iterdir()] == ["m.kuzu"]


def test_a_kill_before_anything_is_written_is_no_loss(tmp_path: Path) -> None:
    killed(tmp_path / "m.kuzu", 0)
    assert knows(tmp_path / "m.kuzu") == 0


def removed_log(path: Path) -> Path:
    os.unlink(f"{path}.wal")
    return path


def moved_alone(path: Path) -> Path:
    return Path(shutil.move(path, path.with_name("elsewhere.kuzu")))


def cut_log(path: Path) -> Path:
    os.truncate(f"{path}.wal", os.path.getsize(f"{path}.wal") // 2)
    return path


@pytest.mark.parametrize("lose", [removed_log, moved_alone, cut_log])
def test_a_file_without_all_of_its_log_is_refused(
    tmp_path: Path, lose: Callable[[Path], Path]
) -> None:
    killed(tmp_path / "m.kuzu")
    path = lose(tmp_path / "m.kuzu")
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError, match=r"log .*accept_loss=True"):
            KuzuTripleStore(path)
    assert path.read_bytes() == before
    # Whoever accepts the loss has what is left, and then it opens as any other.
    left = knows(path, accept_loss=True)
    assert left < 100
    assert knows(path) == left


def test_moved_with_its_log_it_is_whole(tmp_path: Path) -> None:
    killed(tmp_path / "m.kuzu")
    (tmp_path / "new").mkdir()
    for name in ("m.kuzu", "m.kuzu.wal"):
        shutil.move(tmp_path / name, tmp_path / "new" / name)
    assert knows(tmp_path / "new" / "m.kuzu") == 100


def test_a_copy_of_an_open_file_without_its_log_is_refused(tmp_path: Path) -> None:
    with KuzuTripleStore(tmp_path / "m.kuzu") as graph:
        for n in range(20):
            tell(graph, n)
        shutil.copy(tmp_path / "m.kuzu", tmp_path / "copy.kuzu")
    with pytest.raises(StoreError, match=r"copied or moved while it was open.*backup"):
        KuzuTripleStore(tmp_path / "copy.kuzu")


def test_a_copy_of_a_closed_file_is_whole(tmp_path: Path) -> None:
    with KuzuTripleStore(tmp_path / "m.kuzu") as graph:
        tell(graph, 1)
    shutil.copy(tmp_path / "m.kuzu", tmp_path / "copy.kuzu")
    assert knows(tmp_path / "copy.kuzu") == 1


def test_a_backup_beside_a_newer_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    with KuzuTripleStore(path) as graph:
        for n in range(1000, 1020):
            tell(graph, n)
    shutil.copy(path, tmp_path / "backup")
    with KuzuTripleStore(path) as graph:
        for n in range(2000, 2020):
            tell(graph, n)
    killed(path)
    log = Path(f"{path}.wal").read_bytes()
    shutil.copy(path, tmp_path / "newer")
    shutil.copy(tmp_path / "backup", path)
    with pytest.raises(StoreError, match="not the log of"):
        KuzuTripleStore(path)
    # Nothing is spoilt: with the file that belongs to it the log is good.
    assert Path(f"{path}.wal").read_bytes() == log
    shutil.copy(tmp_path / "newer", path)
    assert knows(path) == 140


def test_a_log_of_another_time_is_refused_also_where_no_note_tells(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    with KuzuTripleStore(path) as graph:
        tell(graph, 1000)
    shutil.copy(path, tmp_path / "backup")
    with KuzuTripleStore(path) as graph:
        for n in range(2000, 2020):
            tell(graph, n)
    killed(path)
    shutil.copy(tmp_path / "backup", path)
    os.unlink(f"{path}.holder")
    with pytest.raises(StoreError, match="do not belong together"):
        KuzuTripleStore(path)


def test_a_log_without_its_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    killed(path)
    path.unlink()
    with pytest.raises(StoreError, match="put that file back"):
        KuzuTripleStore(path)
    os.unlink(f"{path}.wal")
    assert knows(path) == 0


def test_the_log_of_another_database_is_refused(tmp_path: Path) -> None:
    killed(tmp_path / "one.kuzu")
    killed(tmp_path / "two.kuzu")
    shutil.copy(tmp_path / "one.kuzu.wal", tmp_path / "two.kuzu.wal")
    os.unlink(tmp_path / "two.kuzu.holder")
    with pytest.raises(StoreError, match="of another database"):
        KuzuTripleStore(tmp_path / "two.kuzu")


def test_an_empty_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "m.kuzu").touch()
    with pytest.raises(StoreError, match="is an empty file"):
        KuzuTripleStore(tmp_path / "m.kuzu")
    assert [file.name for file in tmp_path.iterdir()] == ["m.kuzu"]


def test_a_log_that_is_removed_while_it_is_needed_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    code, _, errors = ran(
        """
        graph = KuzuTripleStore(sys.argv[1])
        for n in range(10):
            tell(graph, n)
        os.unlink(sys.argv[1] + ".wal")
        tell(graph, 10)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        path,
    )
    assert code == -9, errors
    assert "was removed while it was open" in errors
    assert knows(path) == 11


# The file itself.


def test_a_file_that_is_removed_while_open_takes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    graph = KuzuTripleStore(path)
    tell(graph, 1)
    path.unlink()
    calls = (lambda: tell(graph, 2), lambda: graph.triples("ann"), lambda: graph.journal("ann"))
    for call in calls:
        with pytest.raises(StoreError, match="removed or replaced while it was open"):
            call()
    graph.close()


def test_a_file_that_is_replaced_while_open_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    with KuzuTripleStore(tmp_path / "other.kuzu") as other:
        tell(other, 1)
    graph = KuzuTripleStore(path)
    tell(graph, 2)
    os.unlink(f"{path}.wal")
    os.replace(tmp_path / "other.kuzu", path)
    with pytest.raises(StoreError, match="removed or replaced"):
        tell(graph, 3)
    with KuzuTripleStore(path) as opened:
        assert [u.id for u in opened.journal("ann")] == ["u1"]
    graph.close()
    assert knows(path) == 1


def test_what_was_dropped_without_closing_is_released(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    graph = KuzuTripleStore(path)
    tell(graph, 1)
    del graph
    gc.collect()
    # Another process can have it.
    deadline = 100
    while (result := ran("KuzuTripleStore(sys.argv[1]).close()", path))[0] and deadline:
        deadline -= 1
    assert result[0] == 0, result[2]


def test_a_new_file_on_the_path_of_a_dropped_graph_knows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    graph = KuzuTripleStore(path)
    tell(graph, 1)
    still_there = graph
    del graph
    for file in tmp_path.iterdir():
        file.unlink()
    with KuzuTripleStore(path) as new:
        assert new.triples("ann") == []
        tell(new, 2)
        with pytest.raises(StoreError, match="removed or replaced"):
            tell(still_there, 3)
    still_there.close()
    assert knows(path) == 1


# Backups.


def test_a_backup_is_whole_and_the_original_goes_on(tmp_path: Path) -> None:
    path, copy = tmp_path / "m.kuzu", tmp_path / "copy.kuzu"
    with KuzuTripleStore(path) as graph:
        tell(graph, 1)
        graph.backup(copy)
        tell(graph, 2)
        graph.backup(copy)
        tell(graph, 3)
        assert knows(copy) == 2
    assert knows(path) == 3
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.kuzu", "m.kuzu"]


def test_a_backup_onto_itself_or_a_folder_is_refused(tmp_path: Path) -> None:
    with KuzuTripleStore(tmp_path / "m.kuzu") as graph:
        for target in (tmp_path / "m.kuzu", tmp_path):
            with pytest.raises(InvalidInputError, match="another file"):
                graph.backup(target)
        with pytest.raises(StoreError, match="no backup at"):
            graph.backup(tmp_path / "no" / "m.kuzu")
        tell(graph, 1)
