"""What a pane shows: slices of a series, or planes of a volume, by index and by place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Geometry, Instance, Patient, Slice, Spacing, Study
from lungview.study.key import frame_key, picture_id
from lungview.study.space import Plane, Projection
from lungview.study.volume import Volume
from lungview.viewer.content import StackContent
from lungview.viewer.mpr import plane_content
from lungview.viewer.mpr.plane_content import MOST_PIXELS, PlaneContent

ACROSS, BACK, HEAD = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
FEET = (0.0, 0.0, -1.0)
AXIAL, CORONAL, SAGITTAL = (ACROSS, BACK), (ACROSS, FEET), (BACK, FEET)
SPACING = (1.5, 0.5, 0.75)
ORIGIN = (-10.0, 5.0, 100.0)
SHAPE = (20, 31, 24)


def _slice_at(index: int) -> Slice:
    geometry = Geometry((*ORIGIN[:2], ORIGIN[2] + SPACING[0] * index), (*ACROSS, *BACK))
    instance = Instance(
        Path(f"{index}.dcm"), sop_instance_uid=f"1.{index}", series_instance_uid="1", modality="CT",
        geometry=geometry, rows=SHAPE[1], columns=SHAPE[2],
    )  # fmt: skip
    return Slice(
        instance, _values()[index].astype(np.float32), "HU", Spacing(*SPACING[1:], "PixelSpacing"),
        patient=Patient("Nobody^Ann", "7"), study=Study("1.2"),
    )  # fmt: skip


def _values() -> np.ndarray:
    return np.random.default_rng(3).integers(-1000, 1000, SHAPE).astype(np.int16)


class _Memory:
    """A cache of slices by instance that remembers what it was asked to read ahead."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self.slices = {each.instance: each for each in slices}
        self.asked: list[tuple[int, int]] = []

    def get(self, instance: Instance) -> Slice:
        return self.slices[instance]

    def peek(self, instance: Instance) -> Slice | None:
        return self.slices[instance]

    def prefetch(self, instances: Sequence[Instance], index: int, direction: int) -> None:
        self.asked.append((index, direction))

    def cached(self, instances: Sequence[Instance]) -> list[bool]:
        return [True for _ in instances]


@pytest.fixture
def volume() -> Volume:
    return Volume(_values(), SPACING, ORIGIN, (HEAD, BACK, ACROSS), frame_of_reference_uid="1.9")


def _planes(volume: Volume, direction: tuple = AXIAL, **slab: object) -> PlaneContent:
    return PlaneContent(volume, _slice_at(0), Plane(volume.centre, *direction, **slab))


def _stack() -> tuple[StackContent, _Memory]:
    slices = [_slice_at(index) for index in range(SHAPE[0])]
    cache = _Memory(slices)
    return StackContent([s.instance for s in slices], cache, "1.9", slices[0].spacing), cache


def test_the_slice_nearest_to_a_point_is_found_by_its_place() -> None:
    stack, _ = _stack()
    assert stack.nearest((999.0, -3.0, ORIGIN[2] + 7 * SPACING[0] + 0.6)) == 7


def test_pictures_without_a_place_are_nearest_to_nothing() -> None:
    plain = StackContent([Instance(Path("a.png"))], _Memory([]))
    assert plain.nearest((0.0, 0.0, 0.0)) is None
    assert plain.place(0) is None


def test_cosines_that_are_not_at_right_angles_give_no_place() -> None:
    skew = Instance(Path("a"), geometry=Geometry((0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.7, 0.7, 0.0)))
    assert StackContent([skew], _Memory([])).place(0) is None


def test_the_place_of_a_slice_is_the_middle_of_its_picture() -> None:
    stack, _ = _stack()
    place = stack.place(4)
    assert place is not None
    assert place.centre == pytest.approx((-10 + 11.5 * 0.75, 5 + 15 * 0.5, 106.0))


def test_reading_ahead_is_left_to_the_cache() -> None:
    stack, cache = _stack()
    stack.ahead(5, -1)
    assert cache.asked == [(5, -1)]


def test_axial_planes_of_an_axial_volume_are_its_slices(volume: Volume) -> None:
    stack, planes = _stack()[0], PlaneContent(volume, _slice_at(0), Plane(ORIGIN, *AXIAL))
    assert planes.count == stack.count
    shown = planes.read(SHAPE[0] - 1 - 6)  # head first
    there = stack.read(6).instance.geometry
    assert shown.instance.geometry is not None
    assert there is not None
    assert shown.instance.geometry.position[2] == pytest.approx(there.position[2])
    # Pixels of 0.5 mm stand where those of the file do along a column; between two of 0.75 mm along a row.
    middle = shown.values[:, shown.columns // 2 - 1 : shown.columns // 2 + 1].mean(axis=1)
    assert middle == pytest.approx(_values()[6, :, 11:13].mean(axis=1), abs=0.01)


def test_a_coronal_plane_shows_one_row_of_every_slice_head_first(volume: Volume) -> None:
    x, y, z = volume.point_mm((10, 12, 8))
    content = PlaneContent(volume, _slice_at(0), Plane((x, y, z), *CORONAL))
    shown = content.read(content.nearest((x, y, z)))
    assert (shown.rows, shown.columns) == (60, 36)  # 0.5 mm: three a slice, three for two columns
    columns = (np.arange(36) + 0.5) / 1.5 - 0.5
    for row, slice_ in ((1, 19), (58, 0)):
        expected = np.interp(columns, np.arange(24), _values()[slice_, 12])
        assert shown.values[row] == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("direction", [AXIAL, CORONAL, SAGITTAL, ((0.8, 0.36, 0.48), (-0.6, 0.48, 0.64))])
def test_the_plane_nearest_to_its_own_middle_is_itself(volume: Volume, direction: tuple) -> None:
    content = _planes(volume, direction)
    indices = range(0, content.count, 5)
    assert [content.nearest(content.place(index).centre) for index in indices] == list(indices)


def test_the_planes_pass_through_the_point_asked_for(volume: Volume) -> None:
    through = (-3.3, 9.1, 111.7)
    content = PlaneContent(volume, _slice_at(0), Plane(through, (0.8, 0.36, 0.48), (-0.6, 0.48, 0.64)))
    assert content.place(content.nearest(through)).distance_mm(through) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("direction", "first"), [(AXIAL, 2), (CORONAL, 1), (SAGITTAL, 0)])
def test_the_first_plane_is_at_the_head_the_front_or_the_right(
    volume: Volume, direction: tuple, first: int
) -> None:
    content = _planes(volume, direction)
    moved = np.subtract(content.place(1).centre, content.place(0).centre)
    assert np.sign(moved[first]) == (-1 if first == 2 else 1)


def test_planes_reach_from_end_to_end_and_no_further(volume: Volume) -> None:
    content = _planes(volume, CORONAL)
    ends = sorted((content.place(0).centre[1], content.place(content.count - 1).centre[1]))
    assert content.count == SHAPE[1]
    assert ends == pytest.approx([5.0, 5.0 + 30 * 0.5])


def test_a_place_outside_is_nearest_to_the_last_plane(volume: Volume) -> None:
    content = _planes(volume)
    assert content.nearest((0.0, 0.0, -9999.0)) == content.count - 1
    assert content.nearest((0.0, 0.0, 9999.0)) == 0


def test_the_header_of_a_plane_says_where_its_first_pixel_is(volume: Volume) -> None:
    shown = _planes(volume, SAGITTAL).read(0)
    geometry = shown.instance.geometry
    assert geometry is not None
    assert geometry.orientation == (*BACK, *FEET)
    assert geometry.position[1] == pytest.approx(ORIGIN[1])
    assert geometry.position[2] == pytest.approx(ORIGIN[2] + 19 * 1.5 + 0.5)  # a third of a voxel above


def test_a_slab_is_said_with_what_the_volume_had_put_right() -> None:
    noted = Volume(_values(), SPACING, ORIGIN, (HEAD, BACK, ACROSS), notes=("gantry tilt: 5 degrees",))
    shown = _planes(noted, thickness_mm=10.0, projection=Projection.MAX).read(3)
    assert shown.warnings == ("Reformatted, maximum of 10 mm", "gantry tilt: 5 degrees")
    assert shown.thickness == 10.0


def test_a_plane_is_no_picture_of_any_file(volume: Volume) -> None:
    content, taken = _planes(volume), _slice_at(0)
    shown = content.read(4)
    assert shown.reformatted
    assert not taken.reformatted
    assert frame_key(shown.instance) != frame_key(taken.instance)
    assert shown.instance.sop_instance_uid == ""


def test_two_planes_of_the_same_pixels_are_two_pictures() -> None:
    air = Volume(np.full(SHAPE, -1000, np.int16), SPACING, ORIGIN, (HEAD, BACK, ACROSS))
    content = _planes(air)
    assert picture_id(content.read(3)) != picture_id(content.read(4))
    assert picture_id(content.read(3)) == picture_id(_planes(air).read(3))


def test_what_lies_outside_the_volume_is_padding(volume: Volume) -> None:
    tilted = _planes(volume, ((math.cos(0.5), math.sin(0.5), 0.0), (-math.sin(0.5), math.cos(0.5), 0.0)))
    shown = tilted.read(5)
    assert shown.padding is not None
    assert shown.padding[0, 0]
    assert not shown.padding[shown.rows // 2, shown.columns // 2]


def test_a_picture_of_very_fine_voxels_stays_within_bounds() -> None:
    fine = Volume(np.zeros((2, 2, 3000), np.int16), (900.0, 900.0, 0.3), ORIGIN, (HEAD, BACK, ACROSS))
    shown = _planes(fine).read(0)
    assert max(shown.rows, shown.columns) <= MOST_PIXELS


def test_a_cut_plane_is_at_hand_the_next_time(volume: Volume) -> None:
    content = _planes(volume)
    assert content.peek(2) is None
    assert content.read(2) is content.peek(2)
    assert all(content.ready())


def test_cut_pictures_are_held_within_bounds(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _planes(volume)
    size = content.read(0).values.nbytes
    monkeypatch.setattr(plane_content, "_HELD_BYTES", 3 * size)
    for index in range(8):
        content.read(index)
    assert [content.peek(index) is not None for index in range(8)] == [False] * 5 + [True] * 3
