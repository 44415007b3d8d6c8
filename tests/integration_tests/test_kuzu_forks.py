"""A child process has its parent's objects, but no right to its database."""

from __future__ import annotations

from pathlib import Path

import pytest

from langchain_kgt import KuzuTripleStore
from tests.processes import ran

# The child of a fork does something and ends in some way; the parent goes on and is killed.
FORKS = """
    import gc
    path, what, children = sys.argv[1], sys.argv[2], int(sys.argv[3])
    graph = KuzuTripleStore(path)
    for n in range(50):
        tell(graph, n)
    ends = {
        "exit": lambda: sys.exit(0),
        "close": lambda: (graph.close(), sys.exit(0)),
        "drop": lambda: (globals().pop("graph"), gc.collect(), sys.exit(0)),
        "_exit": lambda: os._exit(0),
        "raise": lambda: 1 / 0,
    }
    for _ in range(children):
        child = os.fork()
        if not child:
            try:
                tell(graph, 1000)
            except StoreError as error:
                assert "forked" in str(error), error
            else:
                print("the child wrote")
            ends[what]()
    for _ in range(children):
        deadline = time.time() + 20
        while (ended := os.waitpid(-1, os.WNOHANG)) == (0, 0):
            assert time.time() < deadline, "a child hangs"
            time.sleep(0.01)
    for n in range(50, 100):
        tell(graph, n)
    print("parent done", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("end", "children"),
    [("exit", 1), ("exit", 4), ("close", 1), ("drop", 1), ("_exit", 1), ("raise", 1)],
)
def test_what_children_end_like_costs_the_parent_nothing(
    tmp_path: Path, end: str, children: int
) -> None:
    path = tmp_path / "m.kuzu"
    code, out, errors = ran(FORKS, path, end, children)
    assert out == "parent done\n", errors
    assert code == -9
    with KuzuTripleStore(path) as graph:
        assert len(graph.journal("ann")) == 100
        assert len(graph.triples("ann")) == 100


def test_a_child_that_outlives_its_parent_does_not_hold_the_file(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    code, out, errors = ran(
        """
        graph = KuzuTripleStore(sys.argv[1])
        tell(graph, 1)
        read, write = os.pipe()
        if os.fork():
            graph.close()
            os.write(write, b"closed")
            os._exit(0)
        os.read(read, 6)
        with KuzuTripleStore(sys.argv[1]) as own:
            tell(own, 2)
            print(len(own.triples("ann")), flush=True)
        """,
        path,
    )
    assert (code, out) == (0, "2\n"), errors


def test_a_child_that_opens_the_path_is_told_that_the_parent_has_it(tmp_path: Path) -> None:
    code, out, errors = ran(
        """
        graph = KuzuTripleStore(sys.argv[1])
        tell(graph, 1)
        child = os.fork()
        if not child:
            try:
                KuzuTripleStore(sys.argv[1])
            except StoreError as error:
                print(f"process {os.getppid()} on" in str(error), flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        """,
        tmp_path / "m.kuzu",
    )
    assert (code, out) == (0, "True\n"), errors


def test_forks_while_threads_write_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.kuzu"
    _, out, errors = ran(
        """
        graph = KuzuTripleStore(sys.argv[1])
        done = []
        def write(first):
            for n in range(first, first + 40):
                tell(graph, n)
                done.append(n)
        threads = [threading.Thread(target=write, args=(100 * i,)) for i in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(15):
            child = os.fork()
            if not child:
                sys.exit(0)
            os.waitpid(child, 0)
            time.sleep(0.02)
        for thread in threads:
            thread.join()
        print(len(done), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        path,
    )
    assert out == "120\n", errors
    with KuzuTripleStore(path) as graph:
        assert len(graph.journal("ann")) == 120


def test_a_graph_in_memory_goes_on_in_a_child(tmp_path: Path) -> None:
    code, out, errors = ran(
        """
        from langchain_kgt import InMemoryTripleStore
        graph = InMemoryTripleStore()
        writing = threading.Thread(target=lambda: [tell(graph, n) for n in range(3000)])
        writing.start()
        time.sleep(0.01)
        child = os.fork()
        if not child:
            with graph.writing("ann"):
                tell(graph, 5000)
            known = {s.triple.object for s in graph.triples("ann")}
            whole = len(known) == len(graph.journal("ann"))
            print("person 5000" in known, whole, flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        writing.join()
        """
    )
    assert (code, out) == (0, "True True\n"), errors
