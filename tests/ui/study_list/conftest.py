"""Three phantom studies in folders, and a window that knows how to list them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import dcmread
from pytestqt.qtbot import QtBot

from lungview.image import phantom
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.study_list.feature import StudyListActions

NAMES = ("Adams^Ann", "Brown^Bob", "Clark^Cleo")


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = []
    for number, name in enumerate(NAMES):
        folder = tmp_path / "in" / name[0]
        phantom.write_series(folder, phantom.Thorax(slices=2, matrix=32))
        for path in folder.rglob("*.dcm"):
            dataset = dcmread(path)
            dataset.PatientName, dataset.PatientID = name, name[:2]
            dataset.StudyInstanceUID = f"1.2.3.{number}"
            dataset.SeriesInstanceUID = f"1.2.4.{number}"
            dataset.StudyDate = f"2024010{number + 1}"
            dataset.save_as(path)
        made.append(folder)
    return made


@pytest.fixture
def window(real: MainWindow) -> MainWindow:
    return real


@pytest.fixture
def listing(window: MainWindow) -> StudyListActions:
    (found,) = window.findChildren(StudyListActions)
    return found


def settle(qtbot: QtBot, listing: StudyListActions) -> None:
    """Until the list's threads have nothing to do."""
    session = listing._host.session

    def quiet() -> bool:
        return not (session.scanning or session.idle.running or listing.tasks.running)

    qtbot.waitUntil(quiet, timeout=20_000)
