"""Programs that tests start, kill, and look at."""

from __future__ import annotations

import subprocess
import sys
import textwrap

# What every program may use.
_PRELUDE = textwrap.dedent(
    '''
    import os, signal, sys, threading, time
    from langchain_kgt import GraphUpdate, KuzuTripleStore, StoreError, Triple
    from langchain_kgt.triples import now

    def tell(graph, number, user="ann"):
        graph.apply(GraphUpdate(
            id=f"u{number}", user_id=user, kind="tell", time=now(),
            added=(Triple("Ann", "knows", f"person {number}"),)))

    def spoil(path):
        """What a checkpoint that is cut short may do to a file and its log."""
        with open(path, "r+b") as file:
            file.seek(0, 2)
            file.seek(file.tell() // 3)
            file.write(b"spoilt" * 5000)
        with open(path + ".wal", "ab") as log:
            log.write(b"the record of a checkpoint")

    '''
)


def started(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a Python program, whose output is read line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", _PRELUDE + textwrap.dedent(program), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def ran(program: str, *arguments: object, seconds: float = 120) -> tuple[int, str, str]:
    """Run a Python program to its end: exit status, what it printed, and its errors."""
    process = started(program, *arguments)
    with process:
        try:
            out, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
            raise AssertionError(f"it hangs; printed {out!r}, errors {errors!r}") from None
    return process.returncode, out, errors
