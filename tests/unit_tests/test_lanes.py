"""Threads for async calls: order in a lane, turns between lanes, and nothing that stays."""

from __future__ import annotations

import threading
import time

import pytest

from langchain_kgt import lanes as lanes_module
from langchain_kgt.lanes import Lanes


def threads(name: str) -> int:
    return sum(thread.name == name for thread in threading.enumerate())


def test_a_lane_keeps_its_order_and_takes_one_thread() -> None:
    lanes, done, at_once = Lanes(8, "order"), threading.Event(), threading.Lock()
    order: list[int] = []

    def task(number: int) -> None:
        assert at_once.acquire(blocking=False)
        time.sleep(0.001)
        order.append(number)
        at_once.release()
        if number == 49:
            done.set()

    for number in range(50):
        lanes.submit("ann", lambda number=number: task(number))
    assert threads("order") == 1
    assert done.wait(10)
    assert order == list(range(50))


def test_a_lane_that_waits_for_long_holds_no_other_up() -> None:
    lanes, go_on, done = Lanes(2, "fair"), threading.Event(), threading.Event()
    for _ in range(40):
        lanes.submit("ann", go_on.wait)
    lanes.submit("bob", done.set)
    assert done.wait(5)
    go_on.set()


def test_lanes_take_turns_where_there_are_more_than_threads() -> None:
    lanes, go_on, done = Lanes(1, "turns"), threading.Event(), threading.Event()
    order: list[str] = []
    lanes.submit("first", go_on.wait)
    for name in ("ann", "ann", "ann", "bob"):
        lanes.submit(name, lambda name=name: order.append(name))
    lanes.submit("last", done.set)
    go_on.set()
    assert done.wait(5)
    assert order[:2] == ["ann", "bob"]


def test_what_is_in_no_lane_runs_side_by_side() -> None:
    lanes, together = Lanes(3, "apart"), threading.Barrier(4)
    for _ in range(3):
        lanes.submit(None, together.wait)
    together.wait(5)


def test_there_are_never_more_threads_than_allowed() -> None:
    lanes, go_on, done = Lanes(3, "bounded"), threading.Event(), threading.Semaphore(0)
    for number in range(20):
        lanes.submit(number, lambda: (go_on.wait(), done.release()))
    assert threads("bounded") == 3
    go_on.set()
    assert all(done.acquire(timeout=5) for _ in range(20))


def test_nothing_stays_of_lanes_and_threads_that_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lanes_module, "_IDLE", 0.05)
    lanes, done = Lanes(4, "gone"), threading.Semaphore(0)
    for number in range(100):
        lanes.submit(f"user {number}", done.release)
    assert all(done.acquire(timeout=5) for _ in range(100))
    until = time.monotonic() + 5
    while threads("gone") and time.monotonic() < until:
        time.sleep(0.01)
    assert threads("gone") == 0
    assert (lanes._lanes, list(lanes._ready), lanes._threads) == ({}, [], 0)
    lanes.submit("ann", done.release)  # and there are new ones when there is work again
    assert done.acquire(timeout=5)
