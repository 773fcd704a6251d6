"""A synthetic patient at two dates, and a third person, as folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import Dataset

from lungview.image.phantom import Thorax, write_series
from tests.ui.nodules.conftest import go, make, window  # noqa: F401

_BELOW_MM = 10.0  # of the lowest slices become tissue: the lungs of the phantom have no lower end


def _write(folder: Path, seed: int, day: str, kernel: str, person: str = "P1", step: float = 2.5) -> Path:
    thorax = Thorax(slices=round(275 / step), matrix=96, slice_spacing=step, seed=seed)

    def change(dataset: Dataset, index: int) -> None:
        if index * step < _BELOW_MM:
            stored = dataset.pixel_array.copy()
            stored[thorax.lung_share(index) > 0] = 40 - int(dataset.RescaleIntercept)
            dataset.PixelData = stored.tobytes()
        dataset.StudyDate, dataset.ConvolutionKernel, dataset.PatientID = day, kernel, person
        dataset.SeriesDescription = f"Thorax {day}"

    write_series(folder, thorax, change=change)
    return folder


@pytest.fixture(scope="session")
def before(tmp_path_factory) -> Path:
    return _write(tmp_path_factory.mktemp("before"), 1, "20230131", "B70f")


@pytest.fixture(scope="session")
def now(tmp_path_factory) -> Path:
    return _write(tmp_path_factory.mktemp("now"), 2, "20240131", "B31f")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory) -> Path:
    return _write(tmp_path_factory.mktemp("stranger"), 3, "20240201", "B31f", "P2")


@pytest.fixture(scope="session")
def thick(tmp_path_factory) -> Path:
    return _write(tmp_path_factory.mktemp("thick"), 4, "20220131", "B31f", step=5.0)
