"""The pointing game counts peaks in boxes."""

from pathlib import Path

import pytest

from lungview.errors import InputError
from lungview.image import phantom, readers
from lungview.model import registry
from lungview.training.measure import pointing

TINY = Path(__file__).parents[2] / "data/tiny_model"


def annotation(folder: Path, uid: str, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    text = f"<xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax>"
    (folder / f"{uid}.xml").write_text(f"<annotation><object><bndbox>{text}</bndbox></object></annotation>")


@pytest.fixture
def series(tmp_path: Path) -> tuple[Path, list[str]]:
    phantom.write_series(tmp_path / "series", phantom.Thorax(slices=2))
    files = sorted(p for p in (tmp_path / "series").rglob("*") if p.is_file())
    return tmp_path / "series", [readers.read_header(p).instances[0].sop_instance_uid for p in files]


def test_a_box_over_the_whole_slice_is_always_hit(series: tuple[Path, list[str]]) -> None:
    folder, uids = series
    annotation(folder, uids[0], (0, 0, 511, 511))
    found, lost = pointing.play(registry.find(str(TINY)), folder)
    assert (found["failed"], lost) == (0, ())
    assert (found["n"], found["hits"], found["hit_rate"]) == (1, 1, 1.0)
    assert found["chance"] == pytest.approx(1.0, abs=0.01)


def test_a_box_away_from_the_peak_is_missed(series: tuple[Path, list[str]]) -> None:
    folder, uids = series
    annotation(folder, uids[0], (0, 0, 511, 511))
    row, column = pointing.play(registry.find(str(TINY)), folder)[0]["slices"][0]["peak"]
    left, top = (200 if column < 128 else 5), (200 if row < 128 else 5)
    annotation(folder, uids[0], (left, top, left + 40, top + 40))
    assert pointing.play(registry.find(str(TINY)), folder)[0]["hits"] == 0


def test_slices_without_boxes_are_refused_in_one_sentence(series: tuple[Path, list[str]]) -> None:
    with pytest.raises(InputError, match="no slice here has a box"):
        pointing.play(registry.find(str(TINY)), series[0])


def test_a_damaged_annotation_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.2.xml").write_text(
        "<annotation><object><bndbox><xmin>1</xmin></bndbox></object></annotation>"
    )
    with pytest.raises(InputError, match="not a Pascal VOC annotation"):
        pointing.boxes(tmp_path)


@pytest.mark.shared
def test_the_real_series_has_eighteen_boxed_slices(shared_data: Path) -> None:
    assert len(pointing.boxes(shared_data / "dicom/lung-pet-ct-dx")) == 18
