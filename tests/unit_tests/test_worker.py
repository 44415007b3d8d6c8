from __future__ import annotations

import pytest

from langchain_kgt.worker import Worker


def test_the_first_error_is_raised_and_no_other_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker(10)
    done: list[int] = []

    def fail(text: str) -> None:
        raise ValueError(text)

    worker.submit(lambda: fail("one"))
    worker.submit(lambda: fail("two"))
    worker.submit(lambda: done.append(3))
    with pytest.raises(ValueError, match="one"):
        worker.flush()
    assert [record.getMessage() for record in caplog.records] == ["a task failed: two"]
    assert done == [3]
    worker.close()
