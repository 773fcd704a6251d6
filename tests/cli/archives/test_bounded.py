"""What arguments of the node may be; what argparse makes of it is in `test_node.py`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import pytest

from lungview.cli.archives import bounded


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (bounded.port, "0", 0),
        (bounded.port, "65535", 65535),
        (bounded.none_or_more, "0", 0),
        (bounded.one_or_more, "1", 1),
        (bounded.amount, "0", 0.0),
        (bounded.more_than_none, "0.5", 0.5),
        (bounded.title, "AI 1", "AI 1"),
    ],
)
def test_what_is_within_is_read(read: Callable[[str], Any], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (bounded.port, "65536"),
        (bounded.port, ""),
        (bounded.none_or_more, "-1"),
        (bounded.one_or_more, "0"),
        (bounded.one_or_more, "1.5"),
        (bounded.amount, "inf"),
        (bounded.amount, "x"),
        (bounded.more_than_none, "0"),
        (bounded.title, " "),
        (bounded.title, "Ä"),
        (bounded.network, "10.0.0.1/24"),
    ],
)
def test_what_is_not_is_refused(read: Callable[[str], Any], text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="expected"):
        read(text)
