"""An archive with a patient's studies, and a window that has the study of today open from a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom
import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.ui.pacs.priors.desk import PriorDesk
from lungview.ui.shell.main_window import MainWindow
from tests.sources.archives import peers

SLICES = 6


def study(folder: Path, seed: int, date: str, **values: str) -> list[Path]:
    """Slices of Jane's, or of whoever is named."""
    jane = {"PatientID": "4711", "PatientName": "DOE^JANE", "PatientBirthDate": "19600102"}

    def change(dataset: pydicom.Dataset, _index: int) -> None:
        for keyword, value in {**jane, **values, "StudyDate": date}.items():
            setattr(dataset, keyword, value)

    return write_series(folder / str(seed), Thorax(slices=SLICES, matrix=64, seed=seed), change=change)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    """Two earlier studies of Jane's, and one of a woman with her number."""
    folder = tmp_path_factory.mktemp("studies")
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(study(folder, 1, "20240301"))
        running.upload(study(folder, 2, "20220301"))
        running.upload(study(folder, 3, "20250301", PatientName="ROE^MARY"))
        yield running


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
    study(folder, 9, "20260301", **values)
    window.session.open([folder])
    qtbot.waitUntil(lambda: window.session.stack.count == SLICES, timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.scanning, timeout=20_000)
