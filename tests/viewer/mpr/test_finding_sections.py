"""Findings, lungs and the detector's map on planes: over the voxels that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Instance, Slice, Spacing
from lungview.nodules.answer import Located
from lungview.nodules.finding import Finding, Source, Status
from lungview.nodules.layers import Layers, ScoreMaps, layers
from lungview.nodules.outlining.outline import Outline
from lungview.study.volume import Volume
from lungview.viewer.common.pictured import Pictured, pictured
from lungview.viewer.mpr import finding_sections
from lungview.viewer.mpr.crosshair import Axis, middle_of
from lungview.viewer.mpr.finding_sections import Ground, Outlines, lungs_in, scores_in
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.nodules.listed import Listed
from lungview.viewer.sheet import sheet_of

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
SHAPE, SPACING = (20, 30, 40), (2.0, 0.8, 0.8)
START, SIDES = (6, 8, 10), (5, 12, 20)  # of what is outlined: z, y, x
MIDDLE = [s + (n - 1) / 2 for s, n in zip(START, SIDES, strict=True)]
INDICES = tuple(reversed(range(20)))  # the series is listed head first


@pytest.fixture
def volume() -> Volume:
    """-980 HU, but for 100 HU where the outline is."""
    values = np.full(SHAPE, -980, np.int16)
    values[tuple(slice(s, s + n) for s, n in zip(START, SIDES, strict=True))] = 100
    return Volume(values, SPACING, (-16.0, 40.0, 5.0), AXES)


def shown(volume: Volume, axis: Axis, at: Sequence[float] = MIDDLE) -> tuple[Slice, Pictured]:
    """A plane through a place, by default through the middle of what is outlined."""
    plain, pixel = Instance(Path("a"), modality="CT"), Spacing(0.8, 0.8, "PixelSpacing")
    like = Slice(plain, np.zeros((30, 40), np.float32), "HU", pixel)
    crosshair = middle_of(volume).moved(tuple(float(v) for v in volume.point_mm(np.array(at))))
    content = PlaneContent(volume, like, crosshair.plane(axis))
    slice_ = content.read(content.nearest(crosshair.point_mm))
    on = pictured(slice_)
    assert on is not None
    return slice_, on


def finding(*, outlined: bool = True, shape: tuple[int, int, int] = SHAPE) -> Listed:
    outline = Outline(np.ones(SIDES, bool), START, shape, SPACING, -900.0, 100.0) if outlined else None
    first, last = INDICES[START[0] + SIDES[0] - 1], INDICES[START[0]]
    made = Finding((first, last), Source.READER, Status.ACCEPTED, outline=outline)
    _, y, x = START
    return Listed(Located(made, first, (float(x), float(y), float(x + SIDES[2]), float(y + SIDES[1]))))


@pytest.mark.parametrize("axis", [Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL])
@pytest.mark.parametrize("outlined", [True, False])
def test_a_line_runs_around_what_is_bright(volume: Volume, axis: Axis, outlined: bool) -> None:
    slice_, on = shown(volume, axis)
    listed, sheet = finding(outlined=outlined), sheet_of(slice_)
    (line,) = Outlines(volume, INDICES).on_picture((listed,), on)[listed.id]
    ends = volume.point_mm(np.array([START, np.add(START, SIDES)]) - 0.5)
    (x0, y0), (x1, y1) = (sheet.at(tuple(each)) for each in ends)
    expected = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    assert (*line.min(axis=0), *line.max(axis=0)) == pytest.approx(expected, abs=0.5)


def test_beside_it_there_is_no_line(volume: Volume) -> None:
    _, on = shown(volume, Axis.AXIAL)
    away = on._replace(plane=replace(on.plane, centre=(0.0, 0.0, 5.0)))
    assert Outlines(volume, INDICES).on_picture((finding(), finding(outlined=False)), away) == {}


def test_of_other_voxels_nothing_is_drawn(volume: Volume) -> None:
    _, on = shown(volume, Axis.AXIAL)
    assert Outlines(volume, INDICES).on_picture((finding(shape=(40, 30, 40)),), on) == {}


def test_a_few_findings_are_quick_and_many_are_not(volume: Volume) -> None:
    _, on = shown(volume, Axis.AXIAL)
    found = Outlines(volume, INDICES)
    assert found.quick((finding(),), on)
    assert not found.quick(
        tuple(finding() for _ in range(finding_sections.QUICK // finding_sections._EACH)), on
    )


def over(inside: np.ndarray, scores: ScoreMaps | None = None) -> Layers:
    return layers(INDICES, inside, scores)


@pytest.mark.parametrize("axis", [Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL])
def test_low_lung_is_where_lung_and_low_values_are(volume: Volume, axis: Axis) -> None:
    """Lungs of a box around the outline: in it all but the outline lies below -950 HU."""
    inside = np.zeros(SHAPE, bool)
    inside[4:14, 5:25, 6:36] = True
    slice_, on = shown(volume, axis)
    low = Ground(volume, over(inside)).maps(on, slice_.values, scores=False).low
    lungs = Volume(inside.astype(np.int16), SPACING, volume.origin, AXES, unit="")
    where = shown(lungs, axis)[0].values >= 0.5
    assert low is not None
    assert np.array_equal(low, where & (slice_.values < -950))
    assert low.any()


def test_without_lungs_or_of_other_voxels_there_are_none(volume: Volume) -> None:
    assert lungs_in(volume, over(np.zeros(SHAPE, bool))) is None
    assert lungs_in(volume, over(np.ones((20, 30, 48), bool))) is None
    _, on = shown(volume, Axis.AXIAL)
    maps = Ground(volume, over(np.zeros(SHAPE, bool))).maps(on, np.zeros((3, 3)), scores=True)
    assert (maps.low, maps.scores) == (None, None)


@pytest.mark.parametrize("axis", [Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL])
def test_the_detectors_map_is_high_where_it_was_scored(volume: Volume, axis: Axis) -> None:
    """Cells of 4 × 5 px over all of a slice, on every second one; one cell of 0.8 in the outline's middle."""
    values = np.zeros((10, 6, 10), np.uint8)
    values[4, 2, 4] = 204  # slice 8, rows 10 to 15, columns 16 to 20
    maps = ScoreMaps(values, tuple(range(0, 20, 2)), (0.0, 0.0, 40.0, 30.0))
    assert scores_in(volume, maps) is not None
    _, on = shown(volume, axis, (8.0, 12.0, 17.5))  # the cell's middle
    cut = Ground(volume, over(np.ones(SHAPE, bool), maps)).maps(on, None, scores=True).scores
    assert cut is not None
    assert cut.share.max() == pytest.approx(0.8, abs=0.15)
    row, column = np.unravel_index(cut.share.argmax(), cut.share.shape)
    plane, (rows, columns) = on.plane, on.shape
    down, across = (cut.top + row - (rows - 1) / 2), (cut.left + column - (columns - 1) / 2)
    place = np.array(plane.centre) + on.pixel_mm * (
        down * np.array(plane.column) + across * np.array(plane.row)
    )
    expected = volume.point_mm((8.0, 12.0, 17.5))
    assert np.abs(place - expected).max() <= 2.0


def test_a_map_that_covers_nothing_is_left_out(volume: Volume) -> None:
    values = np.zeros((2, 6, 10), np.uint8)
    assert scores_in(volume, ScoreMaps(values, (0, 30), (0.0, 0.0, 40.0, 30.0))) is None
    assert scores_in(volume, ScoreMaps(values, (0, 2), (4.0, 0.0, 4.0, 30.0))) is None
