"""An oblique rod in a volume: the planes show it where it is, as steep as it is and as long as it is."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Instance, Slice, Spacing
from lungview.marks.annotation import Point
from lungview.marks.measure import length
from lungview.overlays.lines import Line, figures
from lungview.study.space import Projection
from lungview.study.strands import Strands
from lungview.study.volume import Volume
from lungview.viewer.common.pictured import pictured
from lungview.viewer.mpr.crosshair import Axis, Crosshair, Slab, middle_of
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.sheet import Sheet, sheet_of

SPACING, SHAPE, ORIGIN = (1.5, 0.7, 0.7), (60, 90, 90), (-30.0, 12.0, -200.0)
TILT, TURN = math.radians(25), math.radians(35)  # from the z axis; of its plane, from x towards y
ROD = np.array([math.sin(TILT) * math.cos(TURN), math.sin(TILT) * math.sin(TURN), math.cos(TILT)])
HALF_MM = 30.0  # the rod's half length


@pytest.fixture(scope="module")
def volume() -> Volume:
    """A rod of 2.5 mm radius about the middle voxel, with round ends and a soft edge."""
    k, r, c = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij")
    places = np.stack([ORIGIN[0] + c * 0.7, ORIGIN[1] + r * 0.7, ORIGIN[2] + k * 1.5], axis=-1)
    away = places - _middle()
    along = np.clip(away @ ROD, -HALF_MM, HALF_MM)
    distance = np.linalg.norm(away - along[..., None] * ROD, axis=-1)
    values = np.rint(1000 / (1 + np.exp((distance - 2.5) / 0.4))).astype(np.int16)
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    return Volume(values, SPACING, ORIGIN, axes)


def _middle() -> np.ndarray:
    return np.array([ORIGIN[0] + 45 * 0.7, ORIGIN[1] + 45 * 0.7, ORIGIN[2] + 30 * 1.5])


def _cut(volume: Volume, crosshair: Crosshair, axis: Axis) -> Slice:
    like = Slice(
        Instance(Path("a"), modality="CT"), np.zeros((90, 90), np.float32), "HU",
        Spacing(0.7, 0.7, "PixelSpacing"),
    )  # fmt: skip
    content = PlaneContent(volume, like, crosshair.plane(axis))
    return content.read(content.nearest(crosshair.point_mm))


def _picture(volume: Volume, crosshair: Crosshair, axis: Axis) -> tuple[Slice, Sheet]:
    shown = _cut(volume, crosshair, axis)
    sheet = sheet_of(shown)
    assert sheet is not None
    return shown, sheet


def _centre_of(values: np.ndarray) -> tuple[float, float]:
    """Image point of the middle of what is bright."""
    rows, columns = np.indices(values.shape)
    weight = np.clip(values, 0, None)
    return float((columns * weight).sum() / weight.sum()) + 0.5, float(
        (rows * weight).sum() / weight.sum()
    ) + 0.5


@pytest.mark.parametrize("height", [-18.0, -4.5, 0.0, 10.5, 19.5])
def test_axial_planes_meet_the_rod_within_half_a_millimetre(volume: Volume, height: float) -> None:
    crosshair = middle_of(volume)
    x, y, z = crosshair.point_mm
    shown, sheet = _picture(volume, crosshair.moved((x, y, z + height)), Axis.AXIAL)
    expected = _middle() + ROD * (height / ROD[2])
    assert math.dist(sheet.point_mm(_centre_of(shown.values)), expected) <= 0.5


def _along_the_rod(volume: Volume) -> tuple[Slice, Sheet]:
    """The coronal plane turned in the axial picture until the rod lies in it."""
    return _picture(volume, middle_of(volume).turned(Axis.CORONAL, Axis.AXIAL, TURN), Axis.CORONAL)


def test_a_plane_turned_into_the_rod_shows_its_slope_to_half_a_degree(volume: Volume) -> None:
    shown, _ = _along_the_rod(volume)
    rows = np.arange(shown.rows // 2 - 25, shown.rows // 2 + 25)
    middles = [_centre_of(shown.values[row : row + 1])[0] for row in rows]
    slope = np.polyfit(rows, middles, 1)[0]
    # Rows run to the feet: the rod, which leans towards +x on its way up, leans back on its way down.
    assert math.degrees(math.atan(-slope)) == pytest.approx(math.degrees(TILT), abs=0.5)


def _value(shown: Slice, at: tuple[float, float]) -> float:
    """Between the four pixels around an image point."""
    x, y = at[0] - 0.5, at[1] - 0.5
    left, top = int(x), int(y)
    square = shown.values[top : top + 2, left : left + 2]
    across = square[:, 0] + (square[:, 1] - square[:, 0]) * (x - left)
    return float(across[0] + (across[1] - across[0]) * (y - top))


def test_a_ruler_on_the_turned_plane_measures_the_rod_within_half_a_millimetre(volume: Volume) -> None:
    shown, sheet = _along_the_rod(volume)
    points = [sheet.at(tuple(_middle() + ROD * mm)) for mm in np.arange(-36, 36, 0.05)]
    bright = [point for point in points if _value(shown, point) > 500]
    measured = length(shown, Point(*bright[0]), Point(*bright[-1]))
    assert (measured.unit, measured.value) == ("mm", pytest.approx(2 * (HALF_MM + 2.5), abs=0.5))


TURNED = {  # planes that meet the rod at a slant, each about a point beside the volume's middle
    Axis.AXIAL: (0.0, 0.0),
    Axis.CORONAL: (-0.9, 0.0),
    Axis.OBLIQUE: (0.4, -0.5),
}


def _drawn(volume: Volume, axis: Axis, thickness: float) -> tuple[Slice, Sheet, np.ndarray]:
    """A plane, and the rod's axis on it as another program's line: (n, 2) px."""
    crosshair = middle_of(volume).turned(Axis.CORONAL, Axis.AXIAL, TURNED[axis][0])
    crosshair = crosshair.turned(Axis.OBLIQUE, Axis.AXIAL, TURNED[axis][0])
    crosshair = crosshair.turned(Axis.OBLIQUE, Axis.CORONAL, TURNED[axis][1])
    x, y, z = crosshair.point_mm
    crosshair = crosshair.moved((x + 2, y + 3, z + 4)).thick(axis, Slab(thickness, Projection.MAX))
    shown = _cut(volume, crosshair, axis)
    sheet, on = sheet_of(shown), pictured(shown)
    assert sheet is not None
    assert on is not None
    line = Line(0, np.stack([_middle() - HALF_MM * ROD, _middle() + HALF_MM * ROD]))
    step = volume.step_mm(on.plane.normal)
    (figure,) = figures(*on.pieces(Strands.of([line.points_mm]), step), (line,))
    return shown, sheet, figure.points


@pytest.mark.parametrize("axis", TURNED)
def test_a_line_along_the_rod_is_where_a_thin_plane_shows_the_rod(volume: Volume, axis: Axis) -> None:
    shown, sheet, points = _drawn(volume, axis, 0.0)
    middle = points.mean(axis=0)
    assert math.dist(sheet.point_mm(tuple(middle)), sheet.point_mm(_centre_of(shown.values))) <= 0.5


@pytest.mark.parametrize("axis", TURNED)
def test_a_line_along_the_rod_ends_where_the_rod_leaves_the_slab(volume: Volume, axis: Axis) -> None:
    _, sheet, points = _drawn(volume, axis, 8.0)
    depth = float((_middle() - np.asarray(sheet.geometry.position)) @ sheet.normal)
    ends = [_middle() + ROD * ((face - depth) / (ROD @ sheet.normal)) for face in (-4.0, 4.0)]
    expected = [
        end - (end - np.asarray(sheet.geometry.position)) @ sheet.normal * sheet.normal for end in ends
    ]
    found = [np.asarray(sheet.point_mm(tuple(point))) for point in points[[0, -1]]]
    pairs = min(((0, 1), (1, 0)), key=lambda p: math.dist(found[0], expected[p[0]]))
    assert all(math.dist(found[k], expected[at]) <= 0.01 for k, at in enumerate(pairs))


@pytest.mark.parametrize("thickness", [0.0, 6.0])
@pytest.mark.parametrize("axis", TURNED)
def test_a_point_is_seen_from_half_a_plane_in_front_to_half_a_plane_behind(
    volume: Volume, axis: Axis, thickness: float
) -> None:
    crosshair = (
        middle_of(volume).turned(Axis.OBLIQUE, Axis.AXIAL, 0.4).turned(Axis.OBLIQUE, Axis.CORONAL, 0.5)
    )
    shown, sheet = _picture(volume, crosshair.thick(axis, Slab(thickness, Projection.MAX)), axis)
    on = pictured(shown)
    assert on is not None
    step = volume.step_mm(on.plane.normal)
    half = max(thickness, step) / 2
    depths = np.array([-half - 0.01, -half + 0.01, 0.0, half - 0.01, half + 0.01])
    balls = np.asarray(on.plane.centre) + np.outer(depths, on.plane.normal)
    pieces, pixels = on.pieces(Strands.of(balls[:, None]), step)
    assert pieces.line.tolist() == [1, 2, 3]
    assert all(math.dist(sheet.point_mm(tuple(at)), on.plane.centre) <= 1e-6 for at in pixels)
