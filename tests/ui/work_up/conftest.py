"""The window of the findings' tests, with one finding chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

from lungview.nodules.finding import Status
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.work_up.panel import WorkUpPanel
from lungview.viewer.nodules.findings import Findings
from tests.ui.nodules.conftest import _detector, go, look, make, other, thorax, told, window  # noqa: F401
from tests.ui.nodules.test_findings import at_nodule


def panel_of(window: MainWindow) -> WorkUpPanel:  # noqa: F811
    panel = window.panels["work_up"]
    assert isinstance(panel, WorkUpPanel)
    return panel


@pytest.fixture
def chosen(qtbot, window, go, look, thorax) -> Callable[[], Findings]:  # noqa: F811
    """The phantom's nodule chosen and accepted in a window, and what its lungs tell."""

    def choose() -> Findings:
        go(window, thorax)
        found = look(window)
        found.choose(at_nodule(found).id)
        found.decide(Status.ACCEPTED)
        panel = panel_of(window)
        qtbot.waitUntil(lambda: panel._desks.here()[1].chest is not None, timeout=60_000)
        qtbot.waitUntil(lambda: not panel._soon.isActive())
        return found

    return choose


def say(qtbot, panel, name: str, text: str) -> None:
    """Choose or type an answer, as a reader does."""
    field = panel.form.fields[name]
    if isinstance(field, QComboBox):
        index = [field.itemText(k) for k in range(field.count())].index(text)
        field.setCurrentIndex(index)
        field.activated.emit(index)
    else:
        field.setText(text)
        field.editingFinished.emit()
    qtbot.waitUntil(lambda: not panel._soon.isActive())


def unsaid(panel, name: str) -> str:
    field = panel.form.fields[name]
    return field.placeholderText() if isinstance(field, QLineEdit) else field.itemText(0)
