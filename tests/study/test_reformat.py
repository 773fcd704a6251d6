"""A plane cut from a volume shows what lies in it: places, directions, values, slabs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import GeometryError
from lungview.image.readers import read_instance
from lungview.sources.files.scan import scan
from lungview.study.reformat import MAX_SIDE, Reformat, cut
from lungview.study.space import Plane, Projection, Vector
from lungview.study.volume import AIR_HU, Volume, volume

SPACING = (1.5, 0.7, 0.8)
AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
ORIGIN = (-30.0, 12.0, -200.0)
SHAPE = (60, 110, 100)
AXIAL, CORONAL, SAGITTAL = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
)


def _turned(seed: int) -> tuple[Vector, Vector]:
    q = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    return tuple(q[0]), tuple(q[1])  # type: ignore[return-value]


OBLIQUE = [_turned(seed) for seed in range(3)]
DIRECTIONS = [AXIAL, CORONAL, SAGITTAL, *OBLIQUE]


def _places() -> np.ndarray:
    """(slices, rows, columns, 3): mm of every voxel, written out from the header's own words."""
    k, r, c = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij")
    return np.stack(
        [ORIGIN[0] + c * SPACING[2], ORIGIN[1] + r * SPACING[1], ORIGIN[2] + k * SPACING[0]], axis=-1
    )


def _volume(values: np.ndarray, axes: tuple[Vector, Vector, Vector] = AXES) -> Volume:
    return Volume(values, SPACING, ORIGIN, axes)


@pytest.fixture(scope="module")
def ramp() -> Volume:
    """A value that rises by 2, −3 and 5 for each mm along x, y and z: linear interpolation is exact."""
    return _volume((_places() @ np.array([2.0, -3.0, 5.0])).astype(np.float32))


@pytest.fixture(scope="module")
def rod() -> Volume:
    """A rod of 3 mm radius through the volume's centre, 25 degrees off the z axis, with a soft edge."""
    from_axis = np.linalg.norm(np.cross(_places() - _middle(), ROD), axis=-1)
    return _volume(np.rint(1000 / (1 + np.exp((from_axis - 3.0) / 0.4))).astype(np.int16))


ROD = np.array(
    [math.sin(math.radians(25)) * 0.6, math.sin(math.radians(25)) * 0.8, math.cos(math.radians(25))]
)


def _middle() -> np.ndarray:
    return np.array([ORIGIN[a] + (SHAPE[2 - a] - 1) / 2 * SPACING[2 - a] for a in range(3)])


def _centroid(shown: Reformat) -> np.ndarray:
    """mm of the middle of what is bright, by the picture's own account of its pixels."""
    rows, columns = np.indices(shown.values.shape)
    weight = np.clip(shown.values, 0, None)
    weight[shown.outside] = 0
    row, column = (float((at * weight).sum() / weight.sum()) for at in (rows, columns))
    return np.array(shown.point_mm(row, column))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_pixel_shows_the_value_of_its_place(ramp: Volume, direction: tuple[Vector, Vector]) -> None:
    shown = cut(ramp, Plane(ramp.centre, *direction), shape=(31, 41), pixel_mm=0.6)
    places = np.array([[shown.point_mm(r, c) for c in range(41)] for r in range(31)])

    assert not shown.outside.any()
    assert shown.values == pytest.approx(places @ np.array([2.0, -3.0, 5.0]), abs=0.02)


def test_a_pixel_and_its_place_are_one(ramp: Volume) -> None:
    shown = cut(ramp, Plane(ramp.centre, *OBLIQUE[0]), shape=(31, 41), pixel_mm=0.6)

    assert shown.pixel(shown.point_mm(3.25, 17.5)) == pytest.approx((3.25, 17.5))


@pytest.mark.parametrize("height", [-25.0, -8.0, 0.0, 13.0, 25.0])
def test_an_oblique_rod_is_met_where_it_passes_to_half_a_millimetre(rod: Volume, height: float) -> None:
    centre = np.add(_middle(), (0, 0, height))
    shown = cut(rod, Plane(tuple(centre), *AXIAL), shape=(120, 120), pixel_mm=0.5)

    expected = _middle() + ROD * (height / ROD[2])
    assert math.dist(_centroid(shown), expected) <= 0.5


def test_the_rods_direction_is_kept_to_half_a_degree(rod: Volume) -> None:
    ends = [
        _centroid(
            cut(rod, Plane(tuple(np.add(_middle(), (0, 0, h))), *AXIAL), shape=(120, 120), pixel_mm=0.5)
        )
        for h in (-25.0, 25.0)
    ]
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])

    assert math.degrees(math.acos(min(1.0, float(along @ ROD)))) <= 0.5


def test_across_its_axis_the_rod_is_round(rod: Volume) -> None:
    side = np.cross(ROD, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    plane = Plane(tuple(_middle()), tuple(side), tuple(np.cross(ROD, side)))
    shown = cut(rod, plane, shape=(41, 41), pixel_mm=0.25)

    across, down = ((shown.values > 500).sum(axis=a).max() * 0.25 for a in (1, 0))
    assert across == pytest.approx(6.0, abs=0.5)
    assert down == pytest.approx(6.0, abs=0.5)


def test_a_leaning_stack_is_cut_true_to_shape() -> None:
    """The rod along z of a stack with a tilted gantry stays along z."""
    lean = math.radians(20)
    axes = ((0.0, math.sin(lean), math.cos(lean)), AXES[1], AXES[2])
    bare = _volume(np.zeros(SHAPE, np.int16), axes)
    places = bare.point_mm(np.stack(np.indices(SHAPE), axis=-1))
    from_axis = np.linalg.norm((places - bare.centre)[..., :2], axis=-1)
    leaning = _volume(np.where(from_axis < 4.0, 1000, 0).astype(np.int16), axes)

    for height in (-15.0, 15.0):
        at = tuple(np.add(leaning.centre, (0.0, 0.0, height)))
        shown = cut(leaning, Plane(at, *AXIAL), shape=(41, 41), pixel_mm=0.5)
        assert math.dist(_centroid(shown)[:2], leaning.centre[:2]) <= 0.5


def _sheet_in(index: int, value: int) -> Volume:
    values = np.full(SHAPE, 10, np.int16)
    values[index] = value
    return _volume(values)


def _axial(index: float, thickness: float, projection: Projection) -> Plane:
    x, y, _ = _middle()
    return Plane((x, y, ORIGIN[2] + index * SPACING[0]), *AXIAL, thickness, projection)


@pytest.mark.parametrize(
    ("projection", "expected"),
    [(Projection.MEAN, 10 + 90 / 7), (Projection.MAX, 100.0), (Projection.MIN, 10.0)],
)
def test_a_slab_joins_its_seven_slices(projection: Projection, expected: float) -> None:
    shown = cut(_sheet_in(32, 100), _axial(30, 7 * SPACING[0], projection), shape=(9, 9))

    assert shown.values == pytest.approx(np.full((9, 9), expected), abs=1e-3)


def test_a_slab_does_not_see_what_lies_beyond_it() -> None:
    shown = cut(_sheet_in(35, 1000), _axial(30, 7 * SPACING[0], Projection.MAX), shape=(9, 9))

    assert (shown.values == 10).all()


def test_a_slab_half_outside_counts_what_is_inside() -> None:
    block = _volume(np.full(SHAPE, 50, np.int16))
    shown = cut(block, _axial(0, 12.0, Projection.MEAN), shape=(9, 9))

    assert (shown.values == 50).all()
    assert not shown.outside.any()


def test_outside_the_volume_there_is_air_and_it_is_said() -> None:
    block = _volume(np.full(SHAPE, 50, np.int16))
    shown = cut(block, _axial(SHAPE[0], 0.0, Projection.MEAN), shape=(9, 9))

    assert shown.outside.all()
    assert (shown.values == AIR_HU).all()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_without_a_size_the_whole_volume_is_shown(direction: tuple[Vector, Vector]) -> None:
    block = _volume(np.full(SHAPE, 50, np.int16))
    shown = cut(block, Plane(block.centre, *direction, 400.0, Projection.MAX))
    edge = np.concatenate([shown.values[0], shown.values[-1], shown.values[:, 0], shown.values[:, -1]])
    corners = block.point_mm(np.array(np.meshgrid(*((0, n - 1) for n in SHAPE))).reshape(3, -1).T)

    assert shown.spacing.row == min(SPACING)
    assert edge.size
    for corner in corners:
        row, column = shown.pixel(tuple(corner))
        assert -0.5 <= row <= shown.values.shape[0] - 0.5
        assert -0.5 <= column <= shown.values.shape[1] - 0.5


@pytest.mark.parametrize("shape", [(0, 5), (5, MAX_SIDE + 1)])
def test_a_picture_of_no_or_too_many_pixels_is_refused(ramp: Volume, shape: tuple[int, int]) -> None:
    with pytest.raises(GeometryError, match="pixels a side"):
        cut(ramp, Plane(ramp.centre, *AXIAL), shape=shape)


@pytest.mark.parametrize("pixel", [0.0, -1.0, math.nan])
def test_a_pixel_has_a_size(ramp: Volume, pixel: float) -> None:
    with pytest.raises(GeometryError, match="above 0 mm"):
        cut(ramp, Plane(ramp.centre, *AXIAL), pixel_mm=pixel)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_values_are_those_of_simpleitk(direction: tuple[Vector, Vector]) -> None:
    """ITK's resampling with a linear interpolator, on noise, where every wrong neighbour shows."""
    sitk = pytest.importorskip("SimpleITK")
    values = np.random.default_rng(4).normal(0, 300, SHAPE).astype(np.int16)
    plane = Plane(tuple(_middle()), *direction)
    shown = cut(_volume(values), plane, shape=(50, 60), pixel_mm=0.9)
    image = sitk.GetImageFromArray(values.astype(np.float32))
    image.SetSpacing(SPACING[::-1])
    image.SetOrigin(ORIGIN)
    frame = np.array([plane.row, plane.column, plane.normal]).T
    peer = sitk.Resample(
        image, (60, 50, 1), sitk.Transform(), sitk.sitkLinear, shown.point_mm(0, 0), (0.9, 0.9, 1.0),
        frame.reshape(-1).tolist(), AIR_HU,
    )  # fmt: skip
    both = ~shown.outside & (sitk.GetArrayFromImage(peer)[0] != AIR_HU)

    assert both.mean() > 0.5
    assert np.abs(shown.values - sitk.GetArrayFromImage(peer)[0])[both].max() < 0.5


@pytest.mark.shared
def test_a_real_series_is_cut_as_simpleitk_cuts_it(shared_data: Path) -> None:
    """An oblique plane through a lung, with ITK's own reading of places from the DICOM series."""
    sitk = pytest.importorskip("SimpleITK")
    folder = shared_data / "ct" / "R_168"
    (series,) = scan([folder]).series
    built = volume(series, read_instance)
    direction = OBLIQUE[1]
    shown = cut(built, Plane(built.centre, *direction), shape=(200, 240), pixel_mm=1.1)
    image = sitk.GetImageFromArray(built.values.astype(np.float32))
    image.SetSpacing(built.spacing_mm[::-1])
    lowest = series.instances[-1].geometry  # head first: the volume begins at the feet
    image.SetOrigin(lowest.position)  # type: ignore[union-attr]
    frame = np.array([*direction, np.cross(*direction)]).T
    peer = sitk.Resample(
        image, (240, 200, 1), sitk.Transform(), sitk.sitkLinear, shown.point_mm(0, 0), (1.1, 1.1, 1.0),
        frame.reshape(-1).tolist(), -5000.0,
    )  # fmt: skip
    expected = sitk.GetArrayFromImage(peer)[0]
    both = ~shown.outside & (expected > -4000)

    assert both.mean() > 0.3
    assert np.abs(shown.values - expected)[both].max() < 1.0
