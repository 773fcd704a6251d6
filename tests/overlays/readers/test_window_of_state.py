"""A state's window means its own modality values, whatever the picture's are (C.11.6.1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from lungview.image import readers
from lungview.image.window import VoiLutFunction, Window
from lungview.overlays.rescale import fitted, own_rescale
from lungview.overlays.values import Look
from tests.overlays.made import series_in


def test_a_window_of_stored_values_becomes_one_of_hounsfield_units(
    images: list[Dataset], tmp_path: Path
) -> None:
    """1064 of stored values is 40 HU with an intercept of −1024."""
    (series,) = series_in(tmp_path / "ct")
    own = own_rescale(series.instances[0])
    assert own == (1.0, -1024.0)
    found = fitted(Look(window=Window(1064, 400)), own).window
    assert found is not None
    assert (found.center, found.width) == (40, 400)
    assert readers.read_instance(series.instances[0]).values.min() == -1024


def test_slopes_scale_the_width() -> None:
    found = fitted(Look(window=Window(100, 50), rescale=(2.0, 10.0)), (4.0, -20.0)).window
    assert found is not None
    # Stored 45 is 100 there and 160 here; 25 stored values are 50 there and 100 here.
    assert (found.center, found.width) == (160, 100)


def test_a_window_that_becomes_narrow_stays_a_window() -> None:
    found = fitted(Look(window=Window(0, 2, VoiLutFunction.LINEAR)), (0.001, 0.0)).window
    assert found is not None
    assert found.function is VoiLutFunction.LINEAR_EXACT
    assert found.width == pytest.approx(0.002)


def test_a_picture_that_cannot_be_read_has_no_rescale(tmp_path: Path, images: list[Dataset]) -> None:
    (series,) = series_in(tmp_path / "ct")
    Path(series.instances[0].path).unlink()
    assert own_rescale(series.instances[0]) == (1.0, 0.0)
