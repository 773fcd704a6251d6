"""Which objects are overlays, and what is said of those that are none."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from lungview.errors import Cancelled, DamagedFile, ReadError, UnsupportedFormat
from lungview.overlays import reading
from lungview.overlays.readers import objects
from lungview.overlays.values import Kind
from tests.overlays.made import gsps, item, resaved, sr


def test_every_kind_is_known_by_its_class() -> None:
    assert {kind for _, kind in reading.READERS.values()} == set(Kind)
    assert not reading.is_overlay("1.2.840.10008.5.1.4.1.1.2")
    assert not reading.is_overlay("")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rtstruct.dcm", Kind.STRUCTURES),
        ("liver_1frame.dcm", Kind.SEGMENTATION),
        ("test-SR.dcm", Kind.MEASUREMENTS),
    ],
)
def test_objects_of_pydicom_are_read(name: str, kind: Kind) -> None:
    path = get_testdata_file(name)
    assert isinstance(path, str)
    assert reading.read(Path(path)).kind is kind


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a not a DICOM object", "expected a DICOM object, found another file"),
        (b"", "expected a DICOM object, found another file"),
    ],
)
def test_another_file_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UnsupportedFormat, match=said):
        reading.read(tmp_path / "x")


def test_a_picture_is_no_overlay(images: list[Dataset], tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match="CT Image Storage is nothing that is laid over pictures"):
        reading.read(tmp_path / "ct" / "00.dcm")


def test_a_cut_file_is_one_sentence(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    content = (tmp_path / "pr.dcm").read_bytes()
    (tmp_path / "pr.dcm").write_bytes(content[: len(content) // 2])
    with pytest.raises((DamagedFile, UnsupportedFormat)) as error:
        reading.read(tmp_path / "pr.dcm")
    assert error.value.path.endswith("pr.dcm")


def test_what_ends_the_reading_is_passed_on(images: list[Dataset], tmp_path: Path) -> None:
    sr(images, tmp_path / "sr.dcm")

    def stop() -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        reading.read(tmp_path / "sr.dcm", check=stop)


def test_a_member_of_a_zip_is_read_where_it_lies(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "pr.dcm", "in/pr.dcm")
    found = reading.read(tmp_path / "all.zip", "in/pr.dcm")
    assert found.place == ("zip", str(tmp_path / "all.zip"), "in/pr.dcm")


def test_one_that_cannot_be_read_costs_no_other(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    sr(images, tmp_path / "sr.dcm")
    resaved(tmp_path / "sr.dcm", SOPClassUID="1.2.3")
    places = [(tmp_path / "sr.dcm", ""), (tmp_path / "none.dcm", ""), (tmp_path / "pr.dcm", "")]
    found, failed = reading.read_all(places)
    assert [each.kind for each in found] == [Kind.PRESENTATION]
    assert len(failed) == 2
    assert all(isinstance(error, ReadError) for error in failed)


def test_lab_colours_are_the_standards_srgb() -> None:
    """CIE: sRGB blue is L* 32.3, a* 79.2, b* −107.9; white is 100, 0, 0."""

    def encoded(lightness: float, a: float, b: float) -> Dataset:
        values = lightness * 655.35, (a + 128) * 257, (b + 128) * 257
        return item(RecommendedDisplayCIELabValue=[round(v) for v in values])

    assert objects.lab_colour(encoded(32.3, 79.2, -107.86), "RecommendedDisplayCIELabValue") == (0, 0, 255)
    assert objects.lab_colour(encoded(100, 0, 0), "RecommendedDisplayCIELabValue") == (255, 255, 255)
    assert objects.lab_colour(item(), "RecommendedDisplayCIELabValue") is None
