"""Structure sets: contours on their slices, whose insides are those of the body they were cut from."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from skimage.draw import polygon2mask

from lungview.errors import DamagedFile
from lungview.overlays import reading
from lungview.overlays.values import Figure, Shape
from lungview.study.key import frame_key
from tests.overlays.made import COLUMNS, GAP, ORIGIN, ROWS, SPACING, laid, resaved, rtstruct, series_in

CENTRE = (ORIGIN[0] + 24.0, ORIGIN[1] + 18.0, ORIGIN[2] + 8.0)  # on slice 4, mm
RADIUS = 7.3


def circles(count: int = 256) -> list[np.ndarray]:
    """The cuts of a sphere with the planes of the slices."""
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    found = []
    for k in range(10):
        z = ORIGIN[2] + k * GAP
        squared = RADIUS**2 - (z - CENTRE[2]) ** 2
        if squared > 0.01:
            r = squared**0.5
            x, y = CENTRE[0] + r * np.cos(turns), CENTRE[1] + r * np.sin(turns)
            found.append(np.stack([x, y, np.full(count, z)], axis=1))
    return found


def test_contours_of_a_sphere_hold_the_pixels_inside_the_sphere(
    images: list[Dataset], tmp_path: Path
) -> None:
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    bound = laid(tmp_path / "rt.dcm", tmp_path / "ct")
    (series,) = series_in(tmp_path / "ct")
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    wrong = inside = 0
    for instance in series.instances:
        assert instance.geometry is not None
        x, y, z = instance.geometry.position
        away = (columns * SPACING + x - CENTRE[0]) ** 2 + (rows * SPACING + y - CENTRE[1]) ** 2
        truth = away + (z - CENTRE[2]) ** 2 < RADIUS**2
        found = np.zeros_like(truth)
        for figure in bound.drawn.get(frame_key(instance), ()):
            assert isinstance(figure, Figure)
            assert figure.shape is Shape.CLOSED
            # skimage counts centres from 0: half a pixel less in both directions
            found |= polygon2mask(truth.shape, figure.points[:, ::-1] - 0.5)
        wrong += int((found != truth).sum())
        inside += int(truth.sum())
    assert inside > 1200
    assert wrong == 0


def test_name_colour_and_kind_are_those_of_the_file(images: list[Dataset], tmp_path: Path) -> None:
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    (part,) = reading.read(tmp_path / "rt.dcm").parts
    assert (part.name, part.colour, part.words) == ("GTV", (255, 0, 0), ("gtv", "manual"))


def test_a_contour_between_slices_lies_on_the_nearest(images: list[Dataset], tmp_path: Path) -> None:
    moved = [contour + np.array((0, 0, 0.7)) for contour in circles()]
    rtstruct(images, moved, tmp_path / "rt.dcm")
    rtstruct(images, circles(), tmp_path / "on.dcm")
    ours, expected = laid(tmp_path / "rt.dcm", tmp_path / "ct"), laid(tmp_path / "on.dcm", tmp_path / "ct")
    assert set(ours.drawn) == set(expected.drawn)


def test_points_off_the_planes_are_said_and_not_drawn(images: list[Dataset], tmp_path: Path) -> None:
    tilted = circles()[2].copy()
    tilted[: len(tilted) // 2, 2] += 5
    far = circles()[2] + np.array((0, 0, 500))
    rtstruct(images, [circles()[2], tilted, far], tmp_path / "rt.dcm")
    bound = laid(tmp_path / "rt.dcm", tmp_path / "ct")
    assert sum(map(len, bound.drawn.values())) == 1
    assert "2 contours lie on no slice that is open" in bound.notes


def test_another_frame_of_reference_is_said(images: list[Dataset], tmp_path: Path) -> None:
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    dataset = pydicom.dcmread(tmp_path / "rt.dcm")
    dataset.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = "1.2.99"
    dataset.save_as(tmp_path / "rt.dcm")
    bound = laid(tmp_path / "rt.dcm", tmp_path / "ct")
    assert not bound.shown
    said = f"{len(circles())} contours lie in another frame of reference than what is open"
    assert said in bound.notes


def test_a_region_without_a_contour_is_listed_and_said(images: list[Dataset], tmp_path: Path) -> None:
    rtstruct(images, [], tmp_path / "rt.dcm")
    found = reading.read(tmp_path / "rt.dcm")
    assert len(found.parts) == 1
    assert found.notes == ("1 of 1 regions have no contour",)


def test_numbers_that_are_no_points_cost_their_contour_alone(images: list[Dataset], tmp_path: Path) -> None:
    rtstruct(images, circles()[:3], tmp_path / "rt.dcm")
    dataset = pydicom.dcmread(tmp_path / "rt.dcm")
    contours = dataset.ROIContourSequence[0].ContourSequence
    contours[0].ContourData = contours[0].ContourData[:-1]
    dataset.save_as(tmp_path / "rt.dcm")
    found = reading.read(tmp_path / "rt.dcm")
    assert len(found.contours) == 2
    assert "1 contours hold no three numbers for each point; not shown" in found.notes


def test_a_structure_set_without_regions_is_one_sentence(images: list[Dataset], tmp_path: Path) -> None:
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    resaved(tmp_path / "rt.dcm", StructureSetROISequence=[])
    with pytest.raises(DamagedFile, match="lists 0 regions; expected 1 to 4096"):
        reading.read(tmp_path / "rt.dcm")


def test_thousands_of_contours_are_asked_about_one_by_one(images: list[Dataset], tmp_path: Path) -> None:
    """So that closing the window, or opening something else, ends the reading at once."""
    rtstruct(images, [circles(12)[k % 7] for k in range(3_000)], tmp_path / "rt.dcm")
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1

    found = reading.read(tmp_path / "rt.dcm", check=check)
    assert len(found.contours) == 3_000
    assert asked > 3_000
    bound = laid(tmp_path / "rt.dcm", tmp_path / "ct")
    assert sum(map(len, bound.drawn.values())) == 3_000


def test_a_line_that_lies_in_no_plane_is_on_each_slice_that_it_passes(
    images: list[Dataset], tmp_path: Path
) -> None:
    """OPEN_NONPLANAR (PS3.3 C.8.8.6.3): from slice 2 to slice 5, 4 pixels to the right on the way."""
    ends = np.array([(0.0, 0.0, ORIGIN[2] + 2 * GAP), (3.0, 0.0, ORIGIN[2] + 5 * GAP)])
    rtstruct(images, [ends], tmp_path / "rt.dcm", kind="OPEN_NONPLANAR")
    bound = laid(tmp_path / "rt.dcm", tmp_path / "ct")
    (series,) = series_in(tmp_path / "ct")
    on = {i.sop_instance_uid: bound.drawn.get(frame_key(i), ()) for i in series.instances}
    found = [len(on[image.SOPInstanceUID]) for image in images]
    assert found == [0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    assert bound.notes == ()


def _contours_of(path: Path) -> list[int]:
    """How many contours each region has."""
    read = reading.read(path)
    return [sum(each.part == place for each in read.contours) for place in range(len(read.parts))]


def test_contours_of_a_region_may_stand_in_several_items(images: list[Dataset], tmp_path: Path) -> None:
    made = rtstruct(images, circles(), tmp_path / "rt.dcm")
    whole = _contours_of(tmp_path / "rt.dcm")
    (drawn,) = made.ROIContourSequence
    apart = [Dataset() for _ in drawn.ContourSequence]
    for one, contour in zip(apart, drawn.ContourSequence, strict=True):
        one.ReferencedROINumber, one.ROIDisplayColor, one.ContourSequence = 7, [255, 0, 0], [contour]
    made.ROIContourSequence = apart
    made.save_as(tmp_path / "rt.dcm", enforce_file_format=True)
    assert _contours_of(tmp_path / "rt.dcm") == whole == [len(apart)]
    assert reading.read(tmp_path / "rt.dcm").parts[0].colour == (255, 0, 0)


@pytest.mark.parametrize(("numbers", "drawn", "right"), [((7, 7), 7, [5, 0]), ((None, None), None, [0, 0])])
def test_contours_are_of_one_region_and_of_none_without_a_number(
    numbers: tuple[int | None, int | None],
    drawn: int | None,
    right: list[int],
    images: list[Dataset],
    tmp_path: Path,
) -> None:
    made = rtstruct(images, circles()[:5], tmp_path / "rt.dcm")
    made.StructureSetROISequence.append(copy.deepcopy(made.StructureSetROISequence[0]))
    for region, number in zip(made.StructureSetROISequence, numbers, strict=True):
        region.ROINumber = number
    made.ROIContourSequence[0].ReferencedROINumber = drawn
    made.save_as(tmp_path / "rt.dcm", enforce_file_format=True)
    assert _contours_of(tmp_path / "rt.dcm") == right
