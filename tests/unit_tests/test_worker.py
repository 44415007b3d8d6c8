"""The worker behind feedback in the background: no task is lost, no error is silent."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time

import pytest

from langchain_kgt import InvalidInputError, KGTError
from langchain_kgt.worker import Worker


def fail(error: str | type[BaseException]) -> None:
    raise ValueError(error) if isinstance(error, str) else error("now")


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(r.levelname, r.getMessage().rpartition(" ")[2]) for r in caplog.records]


def test_the_first_error_is_raised_and_no_other_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker(10)
    done: list[int] = []
    worker.submit(lambda: fail("one"))
    worker.submit(lambda: fail("two"))
    worker.submit(lambda: done.append(3))
    with pytest.raises(ValueError, match="one"):
        worker.flush()
    assert logged(caplog) == [("WARNING", "one"), ("WARNING", "two"), ("ERROR", "two")]
    assert done == [3]
    worker.close()


def test_an_error_is_logged_when_it_happens(caplog: pytest.LogCaptureFixture) -> None:
    worker, done = Worker(10), threading.Event()
    worker.submit(lambda: fail("one"))
    worker.submit(done.set)
    assert done.wait(5)
    assert logged(caplog) == [("WARNING", "one")]
    with pytest.raises(ValueError, match="one"):
        worker.close()


def test_errors_that_nobody_flushed_are_logged_and_raised_by_close(
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = Worker(10)
    worker.submit(lambda: fail("one"))
    worker.submit(lambda: fail("two"))
    with pytest.raises(ValueError, match="one"):
        worker.close()
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage()[-3:] for record in errors] == ["one", "two"]
    assert all(record.exc_info for record in errors)
    worker.close()  # once is enough
    worker.flush()


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_what_would_end_a_thread_ends_one_task(error: type[BaseException]) -> None:
    worker, done = Worker(10), threading.Event()
    worker.submit(lambda: fail(error))
    worker.submit(done.set)
    with pytest.raises(KGTError, match=f"{error.__name__}.*once more") as raised:
        worker.flush()
    assert isinstance(raised.value.__cause__, error)
    assert done.is_set()
    worker.close()


def test_what_came_before_close_is_done_and_what_comes_after_says_so() -> None:
    """Many threads give feedback to a short queue while it is closed."""
    worker = Worker(2)
    done: list[int] = []
    taken: list[int] = []
    refused: list[int] = []

    def give(number: int) -> None:
        for n in range(number * 1000, number * 1000 + 50):
            try:
                worker.submit(lambda n=n: done.append(n))
                taken.append(n)
            except InvalidInputError:
                refused.append(n)

    givers = [threading.Thread(target=give, args=(number,)) for number in range(8)]
    for giver in givers:
        giver.start()
    time.sleep(0.005)
    closers = [threading.Thread(target=worker.close) for _ in range(3)]
    for thread in closers:
        thread.start()
    for thread in (*givers, *closers):
        thread.join(10)
        assert not thread.is_alive()
    assert sorted(done) == sorted(taken)
    assert len(taken) + len(refused) == 400
    worker.flush()
    with pytest.raises(InvalidInputError, match="make a new one"):
        worker.submit(list)


@pytest.mark.parametrize("name", ["flush", "close"])
def test_a_task_cannot_wait_for_itself(name: str) -> None:
    worker = Worker(10)
    worker.submit(lambda: getattr(worker, name)())
    with pytest.raises(InvalidInputError, match="another thread"):
        worker.flush()
    worker.close()


def test_what_nobody_waited_for_is_done_and_its_errors_logged_at_exit() -> None:
    code = (
        "import logging, time\n"
        "logging.basicConfig(level='ERROR', format='%(levelname)s %(message)s')\n"
        "from langchain_kgt.worker import Worker\n"
        "worker = Worker(10)\n"
        "def slow(): time.sleep(0.3); print('done', flush=True)\n"
        "def fail(): raise ValueError('one')\n"
        "for task in (slow, fail): worker.submit(task)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "done\n"
    assert "ERROR feedback was not learned: one" in run.stderr
    assert "Traceback" in run.stderr
