"""A window that reads files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session


@pytest.fixture
def real(qtbot: Any) -> Iterator[MainWindow]:
    """A window that reads files."""
    made = new_window(Session())
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: made.finished)
    yield made
    made.close()
