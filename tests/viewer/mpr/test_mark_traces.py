"""The reader's marks on planes: along their slice whole, across it where they cut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Geometry, Instance, Slice, Spacing
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import MANY, Kind
from lungview.study.key import PictureId, PictureName
from lungview.study.series import Series
from lungview.study.volume import Volume
from lungview.viewer.common.pictured import Pictured, pictured
from lungview.viewer.marks_list.listed import Listed, Place
from lungview.viewer.mpr.crosshair import Axis, Slab, middle_of
from lungview.viewer.mpr.mark_traces import traces
from lungview.viewer.mpr.plane_content import PlaneContent

GAP, PIXEL, ROWS, COLUMNS, COUNT = 3.0, 0.8, 40, 60, 11
AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
HERE = 5  # the slice that is drawn on, the middle one
FLAT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SPACING = Spacing(PIXEL, PIXEL, "PixelSpacing")
INSTANCES = tuple(
    Instance(Path(f"/ct/{k}"), geometry=Geometry((0.0, 0.0, GAP * k), FLAT), rows=ROWS, columns=COLUMNS)
    for k in range(COUNT)
)
SERIES = Series("k", "1.2", "", "CT", INSTANCES, ROWS, COLUMNS, SPACING, slice_spacing=GAP)
PICTURE = PictureId(PictureName("", "", "1.2", "1.2.5", 0), "")


@pytest.fixture(scope="module")
def volume() -> Volume:
    return Volume(np.zeros((COUNT, ROWS, COLUMNS), np.int16), (GAP, PIXEL, PIXEL), (0.0, 0.0, 0.0), AXES)


def plane(volume: Volume, axis: Axis, away: float = 0.0, thickness: float = 0.0) -> Pictured:
    """So many mm from the middle voxel, across."""
    crosshair = middle_of(volume).thick(axis, Slab(thickness))
    place = np.asarray(crosshair.point_mm) + away * np.asarray(crosshair.plane(axis).normal)
    content = PlaneContent(
        volume,
        Slice(INSTANCES[0], np.zeros((ROWS, COLUMNS), np.float32), "HU", SPACING),
        crosshair.moved((float(place[0]), float(place[1]), float(place[2]))).plane(axis),
    )
    found = pictured(content.read(content.nearest((float(place[0]), float(place[1]), float(place[2])))))
    assert found is not None
    return found


def mark(kind: Kind, *points: tuple[float, float]) -> Annotation:
    return Annotation(kind, tuple(Point(*p) for p in points), "a name", label=Point(1, 1))


def seen(volume: Volume, on: Pictured, *marks: Annotation) -> tuple[Annotation, ...]:
    placed = [Listed(PICTURE, each, Place(0, SERIES, HERE)) for each in marks]
    return traces(placed, on, volume.step_mm(on.plane.normal))


def places(on: Pictured, found: Annotation) -> np.ndarray:
    """(n, 3) mm of a mark's points on a plane, by the picture's middle and directions."""
    away = (np.array([(p.x, p.y) for p in found.points]) - np.array(on.shape[::-1]) / 2) * on.pixel_mm
    return np.asarray(on.plane.centre + away @ np.stack([on.plane.row, on.plane.column]))


def mm(*points: tuple[float, float]) -> np.ndarray:
    return np.array([((x - 0.5) * PIXEL, (y - 0.5) * PIXEL, GAP * HERE) for x, y in points])


RULER = mark(Kind.RULER, (10, 12), (45, 30))


@pytest.mark.parametrize("kind", [Kind.RULER, Kind.ARROW, Kind.PROFILE])
def test_along_its_slice_a_mark_is_what_it_was(volume: Volume, kind: Kind) -> None:
    on = plane(volume, Axis.AXIAL)
    (found,) = seen(volume, on, replace(RULER, kind=kind))
    assert (found.kind, found.text, found.label) == (kind, "a name", None)
    assert places(on, found) == pytest.approx(mm((10, 12), (45, 30)), abs=1e-6)


@pytest.mark.parametrize(
    ("away", "thickness", "shown"),
    [(GAP, 0.0, False), (GAP, 5.0, False), (GAP, 7.0, True), (2 * GAP, 7.0, False)],
)
def test_beside_its_slice_it_is_seen_in_a_slab_that_holds_the_slice(
    volume: Volume, away: float, thickness: float, shown: bool
) -> None:
    assert bool(seen(volume, plane(volume, Axis.AXIAL, away, thickness), RULER)) is shown


def test_across_its_slice_a_ruler_is_a_cross_where_it_cuts(volume: Volume) -> None:
    """On the coronal plane through row 20 (y 16 mm): at 8/18 of the way, by similar triangles."""
    on = plane(volume, Axis.CORONAL)
    (found,) = seen(volume, on, RULER)
    y = on.plane.centre[1]
    row = y / PIXEL + 0.5
    column = 10 + 35 * (row - 12) / 18
    assert found.kind is Kind.PROBE
    assert places(on, found) == pytest.approx(mm((column, row)), abs=0.5)
    assert seen(volume, plane(volume, Axis.CORONAL, 12.0), RULER) == ()


@pytest.mark.parametrize(
    ("region", "sides"),
    [
        (mark(Kind.RECTANGLE, (20, 10), (40, 30)), (20, 40)),
        (mark(Kind.ELLIPSE, (20, 10), (40, 31)), (20, 40)),
        (mark(Kind.POLYGON, (20, 10), (40, 10), (40, 30), (20, 30)), (20, 40)),
    ],
)
def test_a_region_is_cut_on_both_sides_and_whole_along_its_slice(
    volume: Volume, region: Annotation, sides: tuple[int, int]
) -> None:
    on = plane(volume, Axis.CORONAL)
    crosses = seen(volume, on, region)
    assert [each.kind for each in crosses] == [Kind.PROBE] * 2
    across = sorted(float(places(on, each)[0, 0]) for each in crosses)
    assert across == pytest.approx(sorted(mm(*((x, 20) for x in sides))[:, 0]), abs=0.5)
    axial = plane(volume, Axis.AXIAL)
    (whole,) = seen(volume, axial, region)
    assert whole.kind is Kind.POLYGON
    around = places(axial, whole)
    left, top, right, bottom = region.box
    box = mm((left, top), (right, bottom))
    assert np.stack([around.min(axis=0), around.max(axis=0)]) == pytest.approx(box, abs=0.02)


def test_both_axes_of_a_diameter_are_seen(volume: Volume) -> None:
    axes = mark(Kind.BIDIRECTIONAL, (10, 12), (45, 30), (30, 10), (20, 35))
    assert [each.kind for each in seen(volume, plane(volume, Axis.AXIAL), axes)] == [Kind.POLYLINE] * 2
    assert [each.kind for each in seen(volume, plane(volume, Axis.CORONAL), axes)] == [Kind.PROBE] * 2


def test_a_probe_is_seen_on_the_planes_through_it(volume: Volume) -> None:
    middle = middle_of(volume).point_mm
    probe = mark(Kind.PROBE, (middle[0] / PIXEL + 0.5, middle[1] / PIXEL + 0.5))
    for axis in (Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL):
        on = plane(volume, axis)
        (found,) = seen(volume, on, probe)
        assert places(on, found) == pytest.approx(np.array([middle]), abs=1e-6)


def test_a_line_of_as_many_points_as_there_may_be_stays_exact(volume: Volume) -> None:
    turns = np.linspace(0, 2 * np.pi, MANY, endpoint=False)
    around = [(30 + 15 * float(np.cos(t)), 20 + 12 * float(np.sin(t))) for t in turns]
    found = seen(volume, plane(volume, Axis.CORONAL, thickness=19.0), mark(Kind.CONTOUR, *around))
    assert found
    assert all(len(each.points) <= MANY for each in found)


def test_marks_that_are_not_open_or_have_no_place_cut_nothing(volume: Volume) -> None:
    bare = replace(SERIES, instances=tuple(replace(each, geometry=None) for each in INSTANCES))
    marks = [Listed(PICTURE, RULER), Listed(PICTURE, RULER, Place(0, bare, HERE))]
    assert traces(marks, plane(volume, Axis.AXIAL), GAP) == ()
