"""What is opened in the place of what is open leaves nothing of it in any view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread
from pytestqt.qtbot import QtBot

from lungview.image import phantom
from lungview.ui.shell.main_window import MainWindow

NAMES = ("Adams^Ann", "Brown^Bob")


@pytest.fixture
def window(real: MainWindow) -> MainWindow:
    return real


@pytest.fixture
def open_study(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Callable[..., None]:
    """Opens the study of one of NAMES."""
    for number, name in enumerate(NAMES):
        phantom.write_series(tmp_path / name[0], phantom.Thorax(slices=2, matrix=32))
        for path in (tmp_path / name[0]).rglob("*.dcm"):
            dataset = dcmread(path)
            dataset.PatientName, dataset.StudyInstanceUID = name, f"1.2.{number}"
            dataset.SeriesInstanceUID = f"1.3.{number}"
            dataset.save_as(path)

    def open_one(number: int, *, add: bool) -> None:
        window.session.open([tmp_path / NAMES[number][0]], add=add)
        qtbot.waitUntil(lambda: not window.session.scanning, timeout=20_000)
        qtbot.waitUntil(lambda: not window.session.stack.pending, timeout=20_000)

    return open_one


def _people(window: MainWindow) -> list[str]:
    stacks = [window.session.stack_of(each) for each in window.session.viewports]
    return [stack.series.patient.name if stack.series is not None else "" for stack in stacks]


@pytest.mark.parametrize("active", [0, 1])
def test_opened_instead_no_view_shows_what_was_open_before(
    window: MainWindow, open_study: Callable[..., None], active: int
) -> None:
    open_study(0, add=True)
    window.actions_table["view.thorax"].trigger()
    window.session.activate(window.session.viewports[active])
    open_study(1, add=False)
    assert sorted(_people(window)) == ["", NAMES[1]]
    assert _people(window)[active] == NAMES[1]


def test_opened_beside_the_empty_view_takes_it(window: MainWindow, open_study: Callable[..., None]) -> None:
    open_study(0, add=True)
    window.actions_table["view.layout_2"].trigger()
    open_study(1, add=True)
    assert _people(window) == list(NAMES)
