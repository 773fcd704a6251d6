"""What the inner loop leaves out is there, and a list made anew holds what took long."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import quick

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("took", "slow"),
    [
        ([("a.py::test_b[1]", "call", 0.1), ("a.py::test_b[2]", "call", 0.5)], ["a.py::test_b"]),
        ([("a.py::test_b", "setup", 0.5), ("a.py::test_c", "call", 0.5)], ["a.py"]),
        ([("a.py::test_b", "teardown", 0.5), ("b.py::test_c", "setup", 0.1)], ["a.py::test_b"]),
    ],
)
def test_what_takes_long_is_listed(took: list[tuple[str, str, float]], slow: list[str]) -> None:
    assert quick.slow_of(took) == slow


def test_the_list_names_files_and_tests_that_are_there() -> None:
    for line in sorted(quick.list_of_slow()):
        file, _, test = line.partition("::")
        assert f"def {test}" in (ROOT / file).read_text("utf-8"), line
