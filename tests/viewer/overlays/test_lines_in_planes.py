"""Points and lines of overlays on planes: crosses and lines where they are in mm, or the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from lungview.image.readers import read_instance
from lungview.overlays.values import Figure, Shape
from lungview.study.strands import Pieces, Strands, within
from lungview.viewer.common import pictured as pictured_module
from lungview.viewer.common.pictured import Pictured, pictured
from lungview.viewer.mpr.crosshair import Axis, middle_of
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.overlays.in_planes import HeldBodies, Why
from lungview.viewer.overlays.listed import Chosen, Overlays
from tests.overlays.made import GAP, ORIGIN, SPACING, gsps, laid, rtstruct, sr
from tests.viewer.overlays.test_in_planes import MIDDLE, held, on, series

__all__ = ["held", "series"]  # fixtures


def figures(held: HeldBodies, now: Overlays, plane: Pictured) -> list[Figure]:
    drawn = [each for _, each in held.lay(held.parts(now), tuple(held.elsewhere(now)), plane).drawn]
    assert all(isinstance(each, Figure) for each in drawn)
    return [each for each in drawn if isinstance(each, Figure)]


def pixels(plane: Pictured, places: np.ndarray) -> np.ndarray:
    """Where places in the patient fall on a picture, by its middle and its two directions."""
    away = places - np.asarray(plane.plane.centre)
    axes = np.stack([plane.plane.row, plane.plane.column], axis=1)
    return np.asarray(away @ axes / plane.pixel_mm + np.array(plane.shape[::-1]) / 2)


@pytest.mark.parametrize("axis", [Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL])
def test_points_of_a_structure_set_are_crosses_on_the_planes_through_them(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, axis: Axis
) -> None:
    """Two in the plane, one of them aside; one 3 mm in front of every plane."""
    plane = on(held, axis)
    here, front = np.asarray(plane.plane.centre), 3 * np.asarray(plane.plane.normal)
    places = np.stack([here, here + 5 * np.asarray(plane.plane.row), here + front])
    rtstruct(images, list(places[:, None]), tmp_path / "rt.dcm", kind="POINT")
    now = Overlays((laid(tmp_path / "rt.dcm", tmp_path / "ct"),))
    (crosses,) = figures(held, now, plane)
    assert crosses.shape is Shape.POINTS
    assert crosses.points == pytest.approx(pixels(plane, places[:2]), abs=1e-3)


@pytest.mark.parametrize("kind", ["OPEN_PLANAR", "OPEN_NONPLANAR"])
def test_an_open_line_is_a_line_along_a_plane_and_a_cross_through_it(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, kind: str
) -> None:
    ends = np.array([MIDDLE, MIDDLE]) + np.array([(-6.0, 0, 0), (9.0, 0, 0)])
    rtstruct(images, [ends], tmp_path / "rt.dcm", kind=kind)
    now = Overlays((laid(tmp_path / "rt.dcm", tmp_path / "ct"),))
    for axis in (Axis.AXIAL, Axis.CORONAL):
        (line,) = figures(held, now, on(held, axis))
        assert line.shape is Shape.LINE
        assert line.points == pytest.approx(pixels(on(held, axis), ends), abs=1e-3)
    (cross,) = figures(held, now, on(held, Axis.SAGITTAL))
    assert cross.shape is Shape.POINTS
    expected = pixels(on(held, Axis.SAGITTAL), np.array([MIDDLE]))
    assert np.abs(cross.points - expected).max() * SPACING <= 0.5


def test_lengths_of_a_report_lie_on_the_plane_of_their_slice_with_their_words(
    held: HeldBodies, images: list[Dataset], tmp_path: Path
) -> None:
    sr(images, tmp_path / "sr.dcm")
    now = Overlays((laid(tmp_path / "sr.dcm", tmp_path / "ct"),))
    content = PlaneContent(
        held.volume, read_instance(held.series.instances[0]), middle_of(held.volume).plane(Axis.AXIAL)
    )
    seen = {}
    for index in range(content.count):
        plane = pictured(content.read(index))
        assert plane is not None
        drawn = figures(held, now, plane)
        seen |= {round((plane.plane.centre[2] - ORIGIN[2]) / GAP): drawn} if drawn else {}
    assert sorted(seen) == [3, 4]
    (line,), (around,) = seen[3], seen[4]
    assert (line.shape, line.lines) == (Shape.LINE, ("Longest", "Length: 15.0 mm"))
    assert float(np.linalg.norm(np.diff(line.points, axis=0)) * SPACING) == pytest.approx(15.0)
    assert (around.shape, around.lines) == (Shape.CLOSED, ("Round", "Area: 88.4 mm²"))


def test_drawings_of_a_state_are_on_planes_while_it_is_presented(
    held: HeldBodies, images: list[Dataset], tmp_path: Path
) -> None:
    gsps(images, tmp_path / "gsps.dcm")
    bound = laid(tmp_path / "gsps.dcm", tmp_path / "ct")
    plane = on(held, Axis.AXIAL)  # of slice 4, the last of the first half
    assert figures(held, Overlays((bound,)), plane) == []
    (line,) = figures(held, Overlays((bound,), Chosen(presented=bound.overlay.place)), plane)
    ends = np.array([(2.0, 3.0), (12.0, 3.0)])
    places = np.column_stack(
        [ORIGIN[0] + (ends[:, 0] - 0.5) * SPACING, ORIGIN[1] + (ends[:, 1] - 0.5) * SPACING]
    )
    expected = pixels(plane, np.column_stack([places, [MIDDLE[2]] * 2]))
    assert line.points == pytest.approx(expected, abs=1e-3)


def test_points_in_another_frame_of_reference_are_refused_with_the_reason(
    held: HeldBodies, images: list[Dataset], tmp_path: Path
) -> None:
    rtstruct(images, [np.array([MIDDLE])], tmp_path / "rt.dcm", kind="POINT")
    bound = laid(tmp_path / "rt.dcm", tmp_path / "ct")
    away = tuple(replace(each, frame_of_reference_uid="1.2.99") for each in bound.overlay.contours)
    bound = replace(bound, overlay=replace(bound.overlay, contours=away), drawn={})
    now = Overlays((bound,))
    assert held.parts(now) == ()
    found = held.lay((), tuple(held.elsewhere(now)), on(held, Axis.AXIAL))
    assert (found.drawn, found.lacking) == ((), ((bound, Why.FRAME),))


def test_ten_thousand_points_are_cut_at_once_and_drawn_as_one(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = np.random.default_rng(1).uniform(-8, 8, (10_000, 3)) + MIDDLE
    rtstruct(images, list(places[:, None]), tmp_path / "rt.dcm", kind="POINT")
    now = Overlays((laid(tmp_path / "rt.dcm", tmp_path / "ct"),))
    cuts: list[int] = []

    def counted(strands: Strands, *of: Any) -> Pieces:
        cuts.append(len(strands.counts))
        return within(strands, *of)

    monkeypatch.setattr(pictured_module, "within", counted)
    plane = on(held, Axis.CORONAL)
    assert held.quick(held.parts(now), plane)
    (crosses,) = figures(held, now, plane)
    assert cuts == [10_000]
    depth = np.abs((places - plane.plane.centre) @ plane.plane.normal)
    assert abs(len(crosses.points) - int((depth <= SPACING / 2).sum())) <= 2  # the file has four digits


def test_a_chosen_point_is_its_own_middle(held: HeldBodies, images: list[Dataset], tmp_path: Path) -> None:
    rtstruct(images, [np.array([MIDDLE])], tmp_path / "rt.dcm", kind="POINT")
    bound = laid(tmp_path / "rt.dcm", tmp_path / "ct")
    assert held.middle(bound, 0) == pytest.approx(MIDDLE, abs=1e-3)
