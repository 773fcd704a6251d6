"""A ball as segments and as contours of oblique slices: on every plane it is as large as the ball."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import GeometryError
from lungview.image.slice import Geometry, Patient
from lungview.overlays.bodies.bodies import Bodies
from lungview.overlays.values import Contour, Kind, Mask, Overlay, Part
from lungview.study.key import ObjectKey
from lungview.study.section import Solid, section
from lungview.study.space import Plane
from lungview.study.volume import Volume
from tests.overlays.test_placing import COLUMN, NORMAL, ROW

RADIUS, CENTRE = 12.0, np.array([20.0, -35.0, 140.0])
GAP, SPACING = 2.5, (0.8, 0.6)  # mm between slices; of pixels, rows and columns
ROWS, COLUMNS, SLICES = 60, 70, 14
FRAME = "1.9"


def first(k: float) -> np.ndarray:
    """Centre of the first pixel of slice k; the ball's middle is off all centres."""
    middle = np.array(COLUMN) * SPACING[0] * 29.7 + np.array(ROW) * SPACING[1] * 34.2
    return CENTRE - middle + NORMAL * GAP * (k - 6.3)


@pytest.fixture
def volume() -> Volume:
    """Of other voxels than the segments', in the same frame of reference."""
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    return Volume(
        np.zeros((40, 90, 90), np.int16), (1.5, 0.7, 0.7), (-10.0, -66.0, 110.0), axes,
        frame_of_reference_uid=FRAME,
    )  # fmt: skip


def masks(*, leave_out: tuple[int, ...] = (), shear: float = 0.0) -> tuple[Mask, ...]:
    """Voxels whose centre is in the ball, a frame for each slice that has any. shear: px sideways a slice."""
    found = []
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    for k in range(SLICES):
        start = first(k) + np.array(ROW) * SPACING[1] * shear * k
        places = (
            start
            + rows[..., None] * SPACING[0] * np.array(COLUMN)
            + columns[..., None] * SPACING[1] * np.array(ROW)
        )
        inside = np.linalg.norm(places - CENTRE, axis=-1) <= RADIUS
        if inside.any() and k not in leave_out:
            top, left = (int(each.min()) for each in np.nonzero(inside))
            geometry = Geometry(tuple(start), (*ROW, *COLUMN))
            found.append(Mask(0, inside[top:, left:], (top, left), inside.shape, geometry, SPACING))
    return tuple(found)


def circles(step: int = 1) -> tuple[Contour, ...]:
    """The ball's own circles on the planes of the slices."""
    found = []
    angles = np.linspace(0, 2 * math.pi, 90, endpoint=False)[:, None]
    for k in range(0, SLICES, step):
        away = float((first(k) - CENTRE) @ NORMAL)
        if abs(away) < RADIUS:
            radius = math.sqrt(RADIUS**2 - away**2)
            circle = np.cos(angles) * np.array(ROW) + np.sin(angles) * np.array(COLUMN)
            found.append(Contour(0, CENTRE + NORMAL * away + radius * circle, True, FRAME))
    return tuple(found)


def overlay(frame: str = FRAME, **what: object) -> Overlay:
    made = Overlay(
        Kind.SEGMENTATION, "Ball", ObjectKey("file", str(Path("/o"))), Patient(), "1.2", (Part("Ball"),),
        frame_of_reference_uid=frame,
    )  # fmt: skip
    return replace(made, **what)


PLANES = {
    "axial": ((1.0, 0, 0), (0.0, 1, 0)),
    "coronal": ((1.0, 0, 0), (0.0, 0, -1)),
    "sagittal": ((0.0, 1, 0), (0.0, 0, -1)),
    "the slices' own": (ROW, COLUMN),
    "across the slices": (ROW, tuple(NORMAL)),
}
PIXEL = 0.5


def extents(body: Solid, name: str, away: float = 0.0) -> tuple[float, float, float, float]:
    """Least and most of the body along the rows' and the columns' direction, mm from the ball's middle."""
    row, column = PLANES[name]
    centre = CENTRE + np.cross(row, column) * away
    found = section(body, Plane(tuple(centre), row, column), (121, 121), PIXEL)
    assert found is not None
    rows, columns = np.nonzero(found.mask)
    down, across = (rows + found.top - 60) * PIXEL, (columns + found.left - 60) * PIXEL
    return float(across.min()), float(across.max()), float(down.min()), float(down.max())


def voxel(name: str) -> float:
    """The most that a voxel of the slices reaches along the picture's axes, mm."""
    sides = np.stack([NORMAL * GAP, np.array(COLUMN) * SPACING[0], np.array(ROW) * SPACING[1]])
    return float(np.abs(sides @ np.array(PLANES[name]).T).max())


@pytest.mark.parametrize("name", PLANES)
@pytest.mark.parametrize("away", [0.0, -7.0])
@pytest.mark.parametrize("what", ["masks", "contours", "every second contour"])
def test_a_ball_is_as_large_as_the_ball_on_every_plane(
    volume: Volume, name: str, away: float, what: str
) -> None:
    made = {
        "masks": overlay(masks=masks()),
        "contours": overlay("", contours=circles()),
        "every second contour": overlay("", contours=circles(2)),
    }[what]
    found = extents(Bodies(made, volume).of(0), name, away)
    half = math.sqrt(RADIUS**2 - away**2)
    within = voxel(name) * (2 if what.startswith("every") else 1)
    assert found == pytest.approx((-half, half, -half, half), abs=within)


def test_frames_that_step_aside_are_stacked_where_they_lie(volume: Volume) -> None:
    """As of a tilted gantry: 3 px further to the side on every slice."""
    body = Bodies(overlay(masks=masks(shear=3.0)), volume).of(0)
    assert extents(body, "across the slices") == pytest.approx((-12, 12, -12, 12), abs=GAP)
    assert extents(body, "axial") == pytest.approx((-12, 12, -12, 12), abs=GAP)


def test_a_slice_that_no_frame_is_of_stays_empty(volume: Volume) -> None:
    body = Bodies(overlay(masks=masks(leave_out=(6,))), volume).of(0)
    row, column = PLANES["across the slices"]
    found = section(body, Plane(tuple(CENTRE), row, column), (121, 121), PIXEL)
    assert found is not None
    filled = np.flatnonzero(found.mask[:, 60 - found.left])
    gap = np.diff(filled).max() * PIXEL
    assert gap == pytest.approx(GAP, abs=PIXEL)


def test_a_contour_inside_another_one_is_a_hole(volume: Volume) -> None:
    outer = circles()
    inner = tuple(
        replace(c, points_mm=c.points_mm.mean(0) + (c.points_mm - c.points_mm.mean(0)) / 2) for c in outer
    )
    body = Bodies(overlay("", contours=(*outer, *inner)), volume).of(0)
    found = section(body, Plane(tuple(CENTRE), ROW, COLUMN), (121, 121), PIXEL)
    assert found is not None
    assert not found.mask[60 - found.top, 60 - found.left]
    assert found.mask[60 - found.top, 60 + 18 - found.left]  # 9 mm beside the middle


def test_a_lone_contour_is_as_thick_as_the_slices_lie_apart(volume: Volume) -> None:
    away = float((first(6) - CENTRE) @ NORMAL)
    flat = next(c for c in circles() if abs(float((c.points_mm[0] - CENTRE) @ NORMAL) - away) < 1e-6)
    body = Bodies(overlay("", contours=(flat,)), volume).of(0)
    *_, low, high = extents(body, "across the slices")
    thick = 1 / np.linalg.norm(volume.inverse @ NORMAL)
    assert high - low + PIXEL == pytest.approx(thick, abs=PIXEL)


def test_points_lines_and_other_frames_of_reference_have_no_body(volume: Volume) -> None:
    line, *others = circles()
    away = replace(others[0], frame_of_reference_uid="1.8", part=1)
    few = replace(others[1], points_mm=others[1].points_mm[:2], part=2)
    made = overlay("1.8", masks=masks(), contours=(replace(line, closed=False), away, few))
    assert Bodies(made, volume).parts == ()
    assert Bodies(overlay(masks=masks()), volume).parts == (0,)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda m: replace(m, geometry=None, spacing=None), "do not say where they lie"),
        (lambda m: replace(m, spacing=(0.7, 0.7)), "do not run alike"),
        (lambda m: replace(m, geometry=Geometry(m.geometry.position, (*COLUMN, *ROW))), "do not run alike"),
        (
            lambda m: replace(
                m, geometry=Geometry(tuple(m.geometry.position + np.array(ROW)), (*ROW, *COLUMN))
            ),
            "beside one another",
        ),
    ],
)
def test_frames_that_make_up_no_body_are_refused_with_the_reason(volume: Volume, change, why: str) -> None:
    one, two, *others = masks()
    with pytest.raises(GeometryError, match=why):
        Bodies(overlay(masks=(one, change(two), *others)), volume).of(0)


def test_contours_of_several_directions_are_refused(volume: Volume) -> None:
    turned = circles()[4].points_mm
    across = Contour(0, CENTRE + (turned - CENTRE) @ np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]]), True, FRAME)
    with pytest.raises(GeometryError, match="several directions"):
        Bodies(overlay("", contours=(*circles(), across)), volume).of(0)
