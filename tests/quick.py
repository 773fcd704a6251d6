"""What the inner loop leaves out: files and tests that took longer than a moment when all were run.

`make quick` runs the others; `pytest --note-slow`, over all tests, writes the list anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("slow_tests.txt")
A_MOMENT_S = 0.2


@cache
def list_of_slow() -> frozenset[str]:
    """Files (tests/a/test_b.py) and tests without their parameters (tests/a/test_b.py::test_c)."""
    return frozenset(LIST.read_text("utf-8").split())


class SlowTests:
    """A plugin that writes the list at the end of a run."""

    def __init__(self) -> None:
        self._took: list[tuple[str, str, float]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._took.append((report.nodeid, report.when or "", report.duration))

    def pytest_sessionfinish(self) -> None:
        LIST.write_text("".join(f"{name}\n" for name in slow_of(self._took)), "utf-8")


def slow_of(took: Iterable[tuple[str, str, float]]) -> list[str]:
    """The lines of the list. took: test, phase ("setup", "call", "teardown") and seconds.

    What is set up for long is mostly set up for a whole file: without its first test the next one would pay.
    """
    slow = [(test.partition("[")[0], phase) for test, phase, seconds in took if seconds > A_MOMENT_S]
    files = {test.partition("::")[0] for test, phase in slow if phase == "setup"}
    tests = {test for test, _ in slow if test.partition("::")[0] not in files}
    return sorted(files | tests)
