"""The shape and size of pixels that are not square or have no spacing in the patient."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import Dataset, Sequence

from lungview.image import readers
from lungview.image.slice import Region, Spacing
from lungview.marks.measure import Quantity
from lungview.marks.measure_text import quantity
from lungview.sources.files.scan import scan
from lungview.study.series import thumbnail
from tests.image.readers import files
from tests.image.readers.files import setting, text_element

NO_SPACING = setting(PixelSpacing=None)


@pytest.mark.parametrize(
    ("written", "aspect"),
    [
        ("2\\1", 2.0),
        ("1\\2", 0.5),
        ("4\\3", 4 / 3),
        ("1\\1", 1),
        ("0\\1", 1),
        ("2", 1),
        ("-2\\1", 1),
        ("9999\\1", 1),
    ],
)
def test_pixel_aspect_ratio_is_the_shape_of_a_pixel(written: str, aspect: float, tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        NO_SPACING(made)
        text_element("PixelAspectRatio", written)(made)

    slice_ = readers.read(files.write(tmp_path, change))
    assert slice_.aspect == pytest.approx(aspect)
    assert slice_.spacing is None


def test_a_spacing_counts_more_than_an_aspect_ratio(tmp_path: Path) -> None:
    change = setting(PixelSpacing=["1", "2"], PixelAspectRatio=["3", "1"])
    assert readers.read(files.write(tmp_path, change)).aspect == 0.5


def test_a_thumbnail_has_the_true_shape(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        NO_SPACING(made)
        made.PixelAspectRatio = ["2", "1"]

    files.write(tmp_path, change)
    (series,) = scan([tmp_path]).series
    assert thumbnail(series, 96).shape == (96, 36)  # 16 rows of 2, 12 columns


def test_a_scanned_film_has_the_spacing_of_the_film(tmp_path: Path) -> None:
    change = setting(PixelSpacing=None, NominalScannedPixelSpacing=["0.2", "0.1"])
    path = files.write(tmp_path, change)

    expected = Spacing(0.2, 0.1, "NominalScannedPixelSpacing")
    assert readers.read(path).spacing == expected
    assert readers.read_header(path).spacing == expected
    assert quantity(Quantity(3.0, "mm", expected.source)) == "3.0 mm (on the film)"


def _region(**elements: object) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 2
    item.RegionLocationMinX0, item.RegionLocationMinY0 = 2, 3
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = 9, 11
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = 3
    item.PhysicalDeltaX, item.PhysicalDeltaY = 0.05, -0.02
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    return item


REGIONS = {
    "cm": (_region(), (Region(2, 3, 10, 12, 0.2, 0.5),)),
    "seconds": (_region(PhysicalUnitsXDirection=4), (Region(2, 3, 10, 12, 0, 0),)),
    "M-mode": (_region(RegionSpatialFormat=2), (Region(2, 3, 10, 12, 0, 0),)),
    "no delta": (_region(PhysicalDeltaX=0.0), (Region(2, 3, 10, 12, 0, 0),)),
    "no format": (_region(RegionSpatialFormat=0), ()),
}


@pytest.mark.parametrize("name", REGIONS)
def test_an_ultrasound_region_in_cm_has_pixels_in_mm(name: str, tmp_path: Path) -> None:
    item, expected = REGIONS[name]

    def change(made: Dataset) -> None:
        NO_SPACING(made)
        made.Modality, made.SequenceOfUltrasoundRegions = "US", Sequence([item])

    slice_ = readers.read(files.write(tmp_path, change))
    assert slice_.spacing is None
    assert slice_.regions == expected


@pytest.mark.parametrize("said", ["1e-7\\1e-7", "1e9\\1e9", "100\\0.01", "0.01\\100", "1e-300\\1e300"])
@pytest.mark.parametrize("keyword", ["PixelSpacing", "ImagerPixelSpacing"])
def test_a_size_that_no_pixel_has_is_not_used_and_said(keyword: str, said: str, tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        NO_SPACING(made)
        files.text_element(keyword, said)(made)

    slice_ = files.read(tmp_path, change)
    assert (slice_.spacing, slice_.aspect) == (None, 1)
    assert f"{keyword} is " in slice_.warnings[0]
    assert "which no pixel has" in slice_.warnings[0]


@pytest.mark.parametrize("said", ["0.00025\\0.00025", "45\\45", "1\\0.1"])
def test_a_size_that_a_pixel_may_have_is_used(said: str, tmp_path: Path) -> None:
    spacing = files.read(tmp_path, files.text_element("PixelSpacing", said)).spacing
    assert spacing is not None
    assert [spacing.row, spacing.column] == [float(v) for v in said.split("\\")]
