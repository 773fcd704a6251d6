"""The frames of a dose grid lie one behind the other by their offsets: PS3.3 C.8.8.3.2."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import Dataset, uid

from lungview.image import readers
from lungview.sources.files.scan import scan
from tests.image.readers import files

FEET_FIRST = [1, 0, 0, 0, -1, 0]  # the normal goes down
CASES = {  # orientation, offsets, z of the frames; the first lies at −40
    "relative": ([1, 0, 0, 0, 1, 0], [0, 2.5, 7.5], [-40, -37.5, -32.5]),
    "relative, downwards": ([1, 0, 0, 0, 1, 0], [0, -2.5, -5], [-40, -42.5, -45]),
    "along a normal that goes down": (FEET_FIRST, [0, 2.5, 5], [-40, -42.5, -45]),
    "absolute": ([1, 0, 0, 0, 1, 0], [-40, -37.5, -35], [-40, -37.5, -35]),
    "too few": ([1, 0, 0, 0, 1, 0], [0, 2.5], [-40, -37.5, -40]),
    "none": ([1, 0, 0, 0, 1, 0], None, [-40, -40, -40]),
}


def _grid(folder: Path, orientation: list[int], offsets: list[float] | None) -> Path:
    made = files.dataset(frames=3)
    made.SOPClassUID, made.Modality = uid.RTDoseStorage, "RTDOSE"
    made.ImagePositionPatient, made.ImageOrientationPatient = [1, 2, -40], orientation
    if offsets is not None:
        made.GridFrameOffsetVector = offsets
    return files.save(made, folder / "dose.dcm")


@pytest.mark.parametrize("name", CASES)
def test_a_frame_lies_at_its_offset(name: str, tmp_path: Path) -> None:
    orientation, offsets, expected = CASES[name]
    path = _grid(tmp_path, orientation, offsets)
    decoded = [slice_.instance.geometry for slice_ in readers.read_frames(path)]
    assert [instance.geometry for instance in readers.read_header(path).instances] == decoded
    assert [place.position for place in decoded if place] == [(1, 2, z) for z in expected]


def test_a_dose_grid_is_a_stack(tmp_path: Path) -> None:
    _grid(tmp_path, [1, 0, 0, 0, 1, 0], [0, 2.5, 5])
    (series,) = scan([tmp_path]).series
    assert series.slice_spacing == 2.5
    assert series.warnings == ()


def test_a_ct_of_many_frames_has_no_grid(tmp_path: Path) -> None:
    """Its frames say their places in functional groups, and those count."""

    def at(z: float) -> Dataset:
        place, group = Dataset(), Dataset()
        place.ImagePositionPatient = [0, 0, z]
        group.PlanePositionSequence = [place]
        return group

    made = files.dataset(frames=2)
    made.PerFrameFunctionalGroupsSequence = [at(5), at(9)]
    made.GridFrameOffsetVector = [0, 100]
    path = files.save(made, tmp_path / "a.dcm")
    found = [i.geometry for i in readers.read_header(path).instances]
    assert [place.position[2] for place in found if place] == [5, 9]
