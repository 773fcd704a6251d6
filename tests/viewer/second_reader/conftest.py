"""A second reader without a window: one small model, the user's own, and pictures that it knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lungview import paths
from lungview.image.slice import Slice
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.reader import SecondReader
from tests.in_memory import MemorySeries
from tests.tiny import install
from tests.viewer.by_hand import Opened


@pytest.fixture
def reader(opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path) -> SecondReader:
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "no-models")
    install()
    found = second_reader.of(opened.workspace)
    opened.hand.work()  # the names in the record
    return found


@pytest.fixture
def show(opened: Opened) -> Callable[..., None]:
    """Shows slices as one series in the active pane."""

    def show_slices(*slices: Slice) -> None:
        opened.cache.slices.update({each.instance: each for each in slices})
        opened.workspace.show(MemorySeries(tuple(each.instance for each in slices)))  # type: ignore[arg-type]

    return show_slices


@pytest.fixture
def told(opened: Opened) -> list[str]:
    """What was said in the status bar."""
    heard: list[str] = []
    opened.workspace.news.told.connect(heard.append)
    return heard
