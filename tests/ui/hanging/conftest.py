"""Studies of the phantom as files, and a window that opens them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread
from pytestqt.qtbot import QtBot

from lungview.image import phantom
from lungview.ui.hanging.hanging import Hanging
from lungview.ui.shell.main_window import MainWindow


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., Path]:
    """Writes a study of some series; changes: attributes of every file."""

    def write(name: str, series: int = 1, **changes: object) -> Path:
        for number in range(series):
            folder = tmp_path / name / str(number)
            phantom.write_series(folder, phantom.Thorax(slices=2, matrix=32))
            for path in folder.rglob("*.dcm"):
                dataset = dcmread(path)
                dataset.PatientName = dataset.PatientID = "Adams^Ann"
                dataset.StudyInstanceUID, dataset.SeriesInstanceUID = (
                    f"1.{len(name)}",
                    f"1.{len(name)}.{number}",
                )
                dataset.SeriesNumber, dataset.StudyDescription = number, "Thorax"
                for keyword, value in changes.items():
                    setattr(dataset, keyword, value)
                dataset.save_as(path)
        return tmp_path / name

    return write


@pytest.fixture
def window(real: MainWindow) -> MainWindow:
    return real


@pytest.fixture
def hanging(window: MainWindow) -> Hanging:
    found = window.workspace.services.find(Hanging)
    assert found is not None
    return found


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow) -> Callable[..., None]:
    """Opens a folder and waits until all views that show something have their slice."""

    def open_folder(folder: Path, **how: object) -> None:
        window.session.open([folder], **how)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: not window.session.scanning, timeout=20_000)

        def quiet() -> bool:  # views that a rule brings are asked, too
            session = window.session
            return not any(session.stack_of(each).pending for each in session.viewports)

        qtbot.waitUntil(quiet, timeout=20_000)

    return open_folder
