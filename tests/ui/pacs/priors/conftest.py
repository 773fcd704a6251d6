"""A window that has the study of today open from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.archives.prior_desk import PriorDesk
from tests.viewer.archives.jane import SLICES, archive, write_today

__all__ = ["archive"]


@pytest.fixture
def desk(real: MainWindow) -> PriorDesk:
    found = real.session.workspace.services.find(PriorDesk)
    assert found is not None
    return found


def wish(window: MainWindow, *nodes: Any, **settings: Any) -> None:
    """Have these archives in the settings, and these wishes."""
    chosen = replace(window.session.settings, nodes={each.name: each for each in nodes}, **settings)
    window.session.change_settings(chosen)


def open_now(qtbot: Any, window: MainWindow, folder: Path, **values: str) -> None:
    """Open the study of today."""
    write_today(folder, **values)
    window.session.open([folder])
    qtbot.waitUntil(lambda: window.session.stack.count == SLICES, timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.scanning, timeout=20_000)
