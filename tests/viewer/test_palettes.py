"""Palettes against the data sets of the standard that pydicom brings along."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from pydicom.data import get_palette_files

from lungview.viewer.palettes import COLOURS, Palette, coloured


@pytest.mark.parametrize(("palette", "file"), [(Palette.HOT_IRON, "hotiron.dcm"), (Palette.PET, "pet.dcm")])
def test_the_standards_palettes_are_the_standards_entry_by_entry(palette: Palette, file: str) -> None:
    dataset = pydicom.dcmread(get_palette_files(file)[0], force=True)
    for column, name in enumerate(("Red", "Green", "Blue")):
        expected = np.frombuffer(dataset[f"{name}PaletteColorLookupTableData"].value, np.uint8)
        assert COLOURS[palette][:, column].tolist() == expected.tolist()


def test_cividis_grows_lighter_from_entry_to_entry() -> None:
    """Lightness alone tells the order: that is what makes it readable without red or green."""
    luminance = COLOURS[Palette.CIVIDIS] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance) > -0.5).all()
    assert luminance[-1] - luminance[0] > 150


def test_grey_and_coloured_pictures_stay_as_they_are() -> None:
    grey, rgb = np.arange(12, dtype=np.uint8).reshape(3, 4), np.zeros((3, 4, 3), np.uint8)
    assert coloured(grey, Palette.GREY) is grey
    assert coloured(rgb, Palette.PET) is rgb


def test_each_grey_becomes_its_entry() -> None:
    grey = np.array([[0, 128], [255, 1]], np.uint8)
    assert coloured(grey, Palette.HOT_IRON).tolist() == [
        [[0, 0, 0], [255, 0, 0]], [[255, 255, 255], [2, 0, 0]]
    ]  # fmt: skip
