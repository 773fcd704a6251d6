"""Marks stay on their pictures when series are joined, parted and opened anew, whatever their UIDs say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset

from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read_instance
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.marks.study_marks import StudyMarks
from lungview.report.key_images import marks, read_key_images
from lungview.sources.files.scan import scan
from lungview.study.key import picture_id
from lungview.study.series import Series
from lungview.study.sorting.joining import joinable, joined

THORAX = Thorax(slices=6, matrix=64)
MARKED = 3  # of the slices as they were scanned


def _own_series(dataset: Dataset, index: int) -> None:
    dataset.SeriesInstanceUID = f"1.2.3.{index + 1}"


def _one_sop(dataset: Dataset, index: int) -> None:
    _own_series(dataset, index)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.99"


def _blank_sop(dataset: Dataset, index: int) -> None:
    _own_series(dataset, index)
    dataset.SOPInstanceUID = ""


@pytest.fixture(params=[_own_series, _one_sop, _blank_sop])
def loose(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Six series of one slice each."""
    change: Callable[[Dataset, int], None] = request.param
    write_series(tmp_path / "a", THORAX, change=change)
    return tmp_path / "a"


@pytest.fixture
def store(tmp_path: Path) -> AnnotationStore:
    return AnnotationStore(tmp_path / "marks.sqlite")


def stack(folder: Path) -> Series:
    (group,) = joinable(scan([folder]).series)
    return joined(group)


def marked(series: Series, of_study: StudyMarks) -> list[float]:
    """Where the slices of a series lie that bear a drawing, mm along the patient."""
    slices = [read_instance(instance) for instance in series.instances]
    there = [each for each in slices if of_study.annotations(picture_id(each))]
    return [each.instance.geometry.position[2] for each in there if each.instance.geometry]


def put(store: AnnotationStore, series: Series, z: float) -> StudyMarks:
    """A ruler on the slice at z, which becomes a key image; all that the store has of the study."""
    found = next(i for i in series.instances if i.geometry and abs(i.geometry.position[2] - z) < 0.1)
    picture = picture_id(read_instance(found))
    store.put(picture, Annotation(Kind.RULER, (Point(1, 1), Point(9, 9)), id="r"))
    store.mark_key_image(picture, True)
    return store.around(picture)


def place() -> float:
    return float(THORAX.position(MARKED)[2])


def test_a_mark_made_on_a_loose_slice_is_on_it_in_the_joined_stack(
    loose: Path, store: AnnotationStore
) -> None:
    series = next(s for s in scan([loose]).series if abs(s.instances[0].geometry.position[2] - place()) < 0.1)
    of_study = put(store, series, place())
    assert marked(stack(loose), of_study) == pytest.approx([place()])
    images, measured = read_key_images([marks(stack(loose), of_study)], read_instance)
    (image,) = images
    assert f"at {place():.1f} mm".replace("-", "−") in image.place
    assert len(measured) == 1


def test_a_mark_made_in_the_joined_stack_is_on_its_slice_when_it_is_parted(
    loose: Path, store: AnnotationStore
) -> None:
    of_study = put(store, stack(loose), place())
    places = [z for series in scan([loose]).series for z in marked(series, of_study)]
    assert places == pytest.approx([place()])


def test_a_mark_is_found_when_the_files_lie_elsewhere_and_one_is_gone(
    loose: Path, store: AnnotationStore, tmp_path: Path
) -> None:
    of_study = put(store, stack(loose), place())
    shutil.copytree(loose, tmp_path / "b")
    sorted((tmp_path / "b").iterdir())[0].unlink()
    assert marked(stack(tmp_path / "b"), of_study) == pytest.approx([place()])
