"""Requests of several threads run as one batch, and none of them pays for another."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from langchain_kgt.models.coalescing import Coalescer


def gather(coalescer: Coalescer[int, int], requests: list[list[int]]) -> list[Future[list[int]]]:
    """Submit all while the coalescer is busy, so that they wait together."""
    with ThreadPoolExecutor(len(requests)) as pool, coalescer.busy:
        futures = [pool.submit(coalescer, request) for request in requests]
        while len(coalescer._waiting) < len(requests):
            threading.Event().wait(0.001)
    return futures


def test_what_waits_runs_together() -> None:
    batches: list[list[int]] = []

    def run(items: list[int]) -> list[int]:
        batches.append(items)
        return [-item for item in items]

    futures = gather(Coalescer(run), [[1, 2], [3], []])
    assert [f.result() for f in futures] == [[-1, -2], [-3], []]
    assert sorted(batches[0]) == [1, 2, 3]
    assert len(batches) == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_request_that_fails_fails_alone(error: type[BaseException]) -> None:
    raised: list[None] = []

    def run(items: list[int]) -> list[int]:
        # Nobody presses Ctrl-C twice at once.
        if 13 in items and not (raised and error is KeyboardInterrupt):
            raised.append(None)
            raise error("13")
        return [-item for item in items]

    futures = gather(Coalescer(run), [[1], [13], [2]])
    assert futures[0].exception() is None or error is KeyboardInterrupt
    failed = [f for f in futures if f.exception()]
    if error is ValueError:
        assert failed == [futures[1]]
    else:  # Ctrl-C hits whoever runs; the others go on.
        assert len(failed) == 1
    assert [f.result() for f in futures if not f.exception()]
