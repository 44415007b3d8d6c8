"""Ctrl-C, or any exception at any line of a write: it is whole or not at all, and all goes on."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from langchain_kgt import KuzuTripleStore, Triple, TripleStore
from langchain_kgt.config import KGTConfig
from langchain_kgt.tuning.telling import tell
from tests.processes import ran

STORES = os.path.join("langchain_kgt", "graphs") + os.sep


class InterruptError(BaseException):
    """Like KeyboardInterrupt, but nobody else raises it."""


def raised_at_line(number: int, work: Callable[[], object]) -> bool:
    """Do some work, and raise at the nth line of a store that this thread comes to.

    Returns whether there was an nth line.
    """
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        if STORES not in frame.f_code.co_filename:
            return None
        if event == "line":
            lines += 1
            if lines == number:
                raise InterruptError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except InterruptError:
        return True
    finally:
        sys.settrace(before)
    return False


CONFIG = KGTConfig()


def written(graph: TripleStore, number: int, user: str = "ann") -> None:
    """What `KGTMemory.tell` does: read, decide, apply."""
    with graph.writing(user):
        fact = Triple("Ann", "lives in", f"city {number}")
        graph.apply(tell(fact, user, graph=graph, settings=CONFIG))


def assert_whole(graph: TripleStore, user: str = "ann") -> int:
    """Facts and journal agree; returns how many updates there are."""
    journal = graph.journal(user)
    live: set[Any] = set()
    for update in journal:
        live = (live - {t.key for t in update.retired}) | {t.key for t in update.added}
    assert {stored.triple.key for stored in graph.triples(user)} == live
    return len(journal)


def elsewhere(work: Callable[[], object]) -> None:
    """Do some work on another thread: what was interrupted here holds nothing that it needs."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "it waits for ever"


def test_an_exception_at_any_line_of_a_write_leaves_it_whole_or_undone(graph: TripleStore) -> None:
    written(graph, 0)
    number, updates = 0, 1
    while raised_at_line(number := number + 1, partial(written, graph, number)):
        found = assert_whole(graph)
        assert found in (updates, updates + 1), f"line {number}"
        updates = found
        if number % 4 == 0:
            # The next write of this user and of another works.
            elsewhere(partial(written, graph, 100_000 + number))
            written(graph, number, "bob")
            updates = assert_whole(graph)
            assert updates == found + 1
            assert assert_whole(graph, "bob") == number // 4
    assert number > 15


def test_an_exception_at_any_line_of_erasing_leaves_all_or_nothing(graph: TripleStore) -> None:
    number = 0
    again = True
    while again:
        number += 1
        written(graph, number)
        [stored] = graph.triples("ann")
        doomed = frozenset({stored.triple.key})
        records = [update.without(doomed) for update in graph.journal("ann")]
        erase = partial(graph.rewrite, "ann", erase=doomed, journal=records)
        again = raised_at_line(number, erase)
        gone = stored.triple.object not in str(graph.journal("ann"))
        assert gone == (graph.triples("ann") == [])
        again = raised_at_line(number, partial(graph.erase_user, "ann")) or again
        assert bool(graph.triples("ann")) <= bool(graph.journal("ann"))
        graph.erase_user("ann")
        assert graph.journal("ann") == []
    assert number > 5


def test_signals_while_kuzu_writes(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    code, out, errors = ran(
        """
        import random, _thread
        graph = KuzuTripleStore(sys.argv[1])
        chance, tried, interrupted = random.Random(7), 0, 0
        main = threading.get_ident()
        alive = threading.Event()
        def disturb():
            while not alive.is_set():
                time.sleep(chance.uniform(0, 0.01))
                if armed.is_set():
                    armed.clear()
                    signal.pthread_kill(main, signal.SIGINT)
        armed = threading.Event()
        threading.Thread(target=disturb, daemon=True).start()
        for n in range(150):
            try:
                armed.set()
                tell(graph, n)
                armed.clear()
                time.sleep(0.012)
            except KeyboardInterrupt:
                interrupted += 1
            finally:
                while True:
                    try:
                        armed.clear()
                        time.sleep(0.012)
                        break
                    except KeyboardInterrupt:
                        pass
            tell(graph, 1000 + n, "bob")
            tell(graph, 1000 + n)
        alive.set()
        print(interrupted > 20, flush=True)
        journal, facts = graph.journal("ann"), graph.triples("ann")
        print(len(journal) == len(facts) >= 150, len(graph.journal("bob")), flush=True)
        """,
        path,
    )
    assert (code, out) == (0, "True\nTrue 150\n"), errors
    with KuzuTripleStore(path) as graph:
        assert len(graph.journal("bob")) == 150


@pytest.mark.parametrize("end", ["return", "sys.exit(0)", "raise ValueError"])
def test_a_process_that_ends_while_threads_write_ends_well(tmp_path: Path, end: str) -> None:
    path = tmp_path / "m.kuzu"
    code, out, errors = ran(
        f"""
        graph = KuzuTripleStore(sys.argv[1])
        def write(first):
            for n in range(first, first + 10000):
                tell(graph, n)
                os.write(1, b"%d\\n" % n)  # a whole line, whoever else writes
        for i in range(4):
            threading.Thread(target=write, args=(10000 * i,), daemon=True).start()
        time.sleep(0.5)
        def main():
            {end}
        main()
        """,
        path,
    )
    assert code == (1 if "raise" in end else 0), errors
    said = {f"u{number}" for number in out.split()}
    with KuzuTripleStore(path) as graph:
        kept = {update.id for update in graph.journal("ann")}
    assert said
    assert said <= kept
