"""What planes show of overlays: the parts in sight, the bodies kept, and the reason where there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from lungview.image.readers import read_instance
from lungview.overlays.placing import MaskOn
from lungview.overlays.values import Figure, Shape
from lungview.study.series import Series
from lungview.study.volume import volume
from lungview.viewer.common.pictured import Pictured, pictured
from lungview.viewer.mpr.crosshair import Axis, middle_of
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.overlays import in_planes
from lungview.viewer.overlays.in_planes import HeldBodies, Why
from lungview.viewer.overlays.listed import Chosen, Overlays
from tests.overlays.made import (
    COLUMNS,
    GAP,
    ORIGIN,
    ROWS,
    SLICES,
    SPACING,
    ct,
    laid,
    resaved,
    rtstruct,
    seg,
    series_in,
)

BOX = slice(2, 7), slice(10, 30), slice(20, 50)  # of slices from the feet, rows, columns
MIDDLE = (ORIGIN[0] + 34.5 * SPACING, ORIGIN[1] + 19.5 * SPACING, ORIGIN[2] + 4 * GAP)


@pytest.fixture
def series(images: list[Dataset], tmp_path: Path) -> Series:
    (found,) = series_in(tmp_path / "ct")
    return found


@pytest.fixture
def held(series: Series) -> HeldBodies:
    return HeldBodies(volume(series, read_instance), series)


def on(held: HeldBodies, axis: Axis) -> Pictured:
    """The plane through the box's middle."""
    crosshair = middle_of(held.volume).moved(MIDDLE)
    content = PlaneContent(held.volume, read_instance(held.series.instances[0]), crosshair.plane(axis))
    found = pictured(content.read(content.nearest(crosshair.point_mm)))
    assert found is not None
    return found


def box() -> np.ndarray:
    mask = np.zeros((SLICES, ROWS, COLUMNS), np.uint8)
    mask[BOX] = 1
    return mask


SIDES = {  # of the box, mm, across and down of the picture
    Axis.AXIAL: (30 * SPACING, 20 * SPACING),
    Axis.CORONAL: (30 * SPACING, 5 * GAP),
    Axis.SAGITTAL: (20 * SPACING, 5 * GAP),
}


@pytest.mark.parametrize("axis", SIDES)
def test_a_segment_is_as_large_on_every_plane(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, axis: Axis
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    now = Overlays((laid(tmp_path / "seg.dcm", tmp_path / "ct"),))
    plane = on(held, axis)
    ((_, drawn),) = held.lay(held.parts(now), (), plane).drawn
    assert isinstance(drawn, MaskOn)
    rows, columns = np.nonzero(drawn.mask)
    assert len(rows) == (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
    sides = (np.ptp(columns) + 1) * SPACING, (np.ptp(rows) + 1) * SPACING
    assert sides == pytest.approx(SIDES[axis], abs=SPACING)
    left, top = drawn.to_picture[4:]
    across, down = (
        left + columns.mean() + 0.5 - plane.shape[1] / 2,
        top + rows.mean() + 0.5 - plane.shape[0] / 2,
    )
    away = across * np.array(plane.plane.row) + down * np.array(plane.plane.column)
    middle = np.array(plane.plane.centre) + SPACING * away
    assert middle == pytest.approx(MIDDLE, abs=GAP / 2)


@pytest.mark.parametrize("axis", SIDES)
def test_a_region_is_drawn_as_closed_lines(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, axis: Axis
) -> None:
    x, y = (ORIGIN[a] + SPACING * (each.start - 0.5) for a, each in enumerate(BOX[:0:-1]))
    corners = np.array(
        [(x, y), (x + 30 * SPACING, y), (x + 30 * SPACING, y + 20 * SPACING), (x, y + 20 * SPACING)]
    )
    contours = [np.column_stack([corners, np.full(4, ORIGIN[2] + GAP * k)]) for k in range(2, 7)]
    rtstruct(images, contours, tmp_path / "rt.dcm")
    now = Overlays((laid(tmp_path / "rt.dcm", tmp_path / "ct"),))
    ((_, drawn),) = held.lay(held.parts(now), (), on(held, axis)).drawn
    assert isinstance(drawn, Figure)
    assert drawn.shape is Shape.CLOSED
    assert np.ptp(drawn.points, axis=0) * SPACING == pytest.approx(SIDES[axis], abs=SPACING)


def test_only_what_is_to_be_seen_is_cut(held: HeldBodies, images: list[Dataset], tmp_path: Path) -> None:
    two = np.stack([box(), np.roll(box(), 3, axis=1)], axis=-1)
    seg(images, two, tmp_path / "seg.dcm", names=("One", "Two"))
    bound = laid(tmp_path / "seg.dcm", tmp_path / "ct")
    now = Overlays((bound,))
    assert [part for _, part in held.parts(now)] == [0, 1]
    less = replace(now, chosen=Chosen().hiding([(bound.overlay.place, 0)], True))
    assert [part for _, part in held.parts(less)] == [1]
    assert held.parts(replace(now, chosen=Chosen(on=False))) == ()


def test_a_body_is_made_once_and_then_cut_at_once(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    bound = laid(tmp_path / "seg.dcm", tmp_path / "ct")
    parts, plane = held.parts(Overlays((bound,))), on(held, Axis.CORONAL)
    assert not held.quick(parts, plane)
    assert held.middle(bound, 0) is None
    held.lay(parts, (), plane)
    assert held.quick(parts, plane)
    middle = held.middle(bound, 0)
    assert middle == pytest.approx(MIDDLE)
    monkeypatch.setattr(in_planes, "QUICK", 10)
    assert not held.quick(parts, plane)


def test_the_bodies_used_last_are_kept_within_bounds(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_planes, "_HELD_BYTES", 1)
    two = np.stack([box(), np.roll(box(), 3, axis=1)], axis=-1)
    seg(images, two, tmp_path / "seg.dcm", names=("One", "Two"))
    bound = laid(tmp_path / "seg.dcm", tmp_path / "ct")
    assert len(held.lay(held.parts(Overlays((bound,))), (), on(held, Axis.AXIAL)).drawn) == 2
    assert held.middle(bound, 0) is None
    assert held.middle(bound, 1) is not None


def test_bound_fifty_times_an_overlay_is_held_once(
    held: HeldBodies, images: list[Dataset], tmp_path: Path
) -> None:
    """As one is with every study that is opened or closed beside it; once it is closed nothing is held."""
    seg(images, box(), tmp_path / "seg.dcm")
    bound, plane = laid(tmp_path / "seg.dcm", tmp_path / "ct"), on(held, Axis.AXIAL)
    for _ in range(50):
        again = replace(bound)
        assert len(held.lay(held.parts(Overlays((again,))), (), plane).drawn) == 1
    assert [len(each) for each in (held._bodies, held._lines, held._solids)] == [1, 1, 1]
    assert held._lines[bound.overlay.place][0] is again
    assert held.parts(Overlays()) == ()
    assert [len(each) for each in (held._bodies, held._lines, held._solids)] == [0, 0, 0]


def test_a_file_that_is_read_anew_has_its_new_body(
    held: HeldBodies, images: list[Dataset], tmp_path: Path
) -> None:
    plane, sizes = on(held, Axis.AXIAL), []
    for mask in (box(), box() * (np.arange(COLUMNS) < 30)):
        seg(images, mask.astype(np.uint8), tmp_path / "seg.dcm")
        now = Overlays((laid(tmp_path / "seg.dcm", tmp_path / "ct"),))
        ((_, drawn),) = held.lay(held.parts(now), (), plane).drawn
        assert isinstance(drawn, MaskOn)
        sizes.append(int(drawn.mask.sum()))
    assert sizes == [20 * 30, 20 * 10]
    assert len(held._solids) == 1


def test_of_another_frame_of_reference_the_plane_says_so(
    held: HeldBodies, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    resaved(tmp_path / "seg.dcm", FrameOfReferenceUID="1.2.3.77")
    bound = laid(tmp_path / "seg.dcm", tmp_path / "ct")
    now = Overlays((bound,))
    assert held.parts(now) == ()
    assert list(held.elsewhere(now)) == [bound]
    assert held.lay((), (bound,), on(held, Axis.AXIAL)).lacking == ((bound, Why.FRAME),)
    hidden = replace(now, chosen=Chosen().hiding([(bound.overlay.place, 0)], True))
    assert list(held.elsewhere(hidden)) == []


def test_what_is_on_another_series_slices_is_not_missed(held: HeldBodies, tmp_path: Path) -> None:
    prior = ct(tmp_path / "prior", study="1.2.4", frame="1.2.4.9")
    seg(prior, box(), tmp_path / "seg.dcm")
    bound = laid(tmp_path / "seg.dcm", tmp_path / "ct", tmp_path / "prior")
    assert bound.shown
    assert list(held.elsewhere(Overlays((bound,)))) == []


def test_of_another_patient_nothing_is_said(held: HeldBodies, images: list[Dataset], tmp_path: Path) -> None:
    stranger = ct(tmp_path / "other", patient="99", study="1.2.55", frame="1.2.66")
    seg(stranger, box(), tmp_path / "seg.dcm")
    now = Overlays((laid(tmp_path / "seg.dcm", tmp_path / "ct"),))
    assert held.parts(now) == ()
    assert list(held.elsewhere(now)) == []


def test_frames_that_make_up_no_body_are_said(
    held: HeldBodies, images: list[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    bound = laid(tmp_path / "seg.dcm", tmp_path / "ct")
    one, *others = bound.overlay.masks
    bare = replace(one, geometry=None, spacing=None)
    bound = replace(bound, overlay=replace(bound.overlay, masks=(bare, *others)))
    found = held.lay(held.parts(Overlays((bound,))), (), on(held, Axis.AXIAL))
    assert (found.drawn, found.lacking) == ((), ((bound, Why.BODY),))
