"""Findings on planes: outlined around the nodule in every direction, gone to by the crosshair, decided on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.nodules.finding import Status
from lungview.ui.layout.layouts import Layouts
from lungview.viewer.mpr import finding_sections
from lungview.viewer.mpr.crosshair import Axis
from lungview.viewer.sheet import sheet_of
from tests.nodules.second_reader.test_second_look import THORAX
from tests.ui.mpr.test_mpr import settled, view
from tests.ui.nodules.conftest import panel_of
from tests.ui.nodules.test_findings import at_nodule

RADIUS = 9.0  # mm, of the phantom's nodule


def true_place() -> tuple[float, float, float]:
    """mm, of the phantom's nodule."""
    index, row, column = THORAX.nodule
    x, y, z = THORAX.position(index)
    return x + column * THORAX.pixel_spacing, y + row * THORAX.pixel_spacing, z


@pytest.fixture
def found(qtbot, window, go, look, thorax):
    """The findings, with the planes of the thorax in four views."""
    go(window, thorax)
    found = look(window)
    found.heard(found.opened(), (at_nodule(found).located,), "")  # it alone
    window.actions_table["view.mpr"].trigger()
    mpr = mpr_of(window)
    qtbot.waitUntil(lambda: mpr.crosshair is not None)
    at_rest(qtbot, window)
    return found


def at_rest(qtbot, window) -> None:
    settled(qtbot, window)
    qtbot.waitUntil(lambda: not window.session.masks.running)


def mpr_of(window):
    return next(each for each in window.children() if isinstance(each, Layouts)).mpr


def the_one(found):
    return found.list_of(found.opened(planes=True)).models[0]


def pixels(viewport) -> np.ndarray:
    image = viewport.grab().toImage()
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def away_mm(viewport) -> np.ndarray:
    """Of each pixel on screen, how far it is from the nodule's middle in the plane, mm."""
    transform, sheet = viewport.transform().inverted()[0], sheet_of(viewport.state.slice)
    ys, xs = np.mgrid[: viewport.height(), : viewport.width()] + 0.5
    columns = transform.m11() * xs + transform.m21() * ys + transform.dx()
    rows = transform.m12() * xs + transform.m22() * ys + transform.dy()
    at = sheet.at(true_place())
    return np.hypot((columns - at[0]) * sheet.spacing.column, (rows - at[1]) * sheet.spacing.row)


@pytest.mark.parametrize("scrolled", [0, 5])
def test_planes_begin_at_the_finding_that_is_chosen_while_its_slice_is_shown(
    qtbot, window, go, look, thorax, scrolled
):
    go(window, thorax)
    found = look(window)
    chosen = at_nodule(found)
    found.choose(chosen.id)
    shown = chosen.located.index + scrolled
    window.session.stack.go(shown)
    qtbot.waitUntil(lambda: window.session.stack.index == shown and not window.session.stack.pending)
    height = sheet_of(window.session.viewport.state.slice).geometry.position[2]
    window.actions_table["view.mpr"].trigger()
    mpr = mpr_of(window)
    qtbot.waitUntil(lambda: mpr.crosshair is not None)
    place = np.array(mpr.crosshair.point_mm)
    assert place[2] == pytest.approx(height, abs=1e-6)
    near = np.linalg.norm(place[:2] - chosen.located.finding.place_mm[:2]) < 1e-6
    assert near == (scrolled == 0)


def test_choosing_a_finding_takes_the_planes_to_it(qtbot, window, found):
    tree = panel_of(window).tree
    tree.chosen.emit(the_one(found).id)
    mpr = mpr_of(window)
    assert mpr.crosshair.point_mm == the_one(found).located.finding.place_mm
    assert np.linalg.norm(np.subtract(mpr.crosshair.point_mm, true_place())) < 3
    at_rest(qtbot, window)
    for viewport in window.session.viewports:
        assert abs(sheet_of(viewport.state.slice).distance_mm(mpr.crosshair.point_mm)) < 1.5


@pytest.mark.parametrize("axis", [Axis.AXIAL, Axis.CORONAL, Axis.SAGITTAL])
def test_the_outline_runs_around_the_nodule_on_every_plane(qtbot, window, found, axis):
    found.choose(the_one(found).id)
    at_rest(qtbot, window)
    viewport = view(window, axis)
    with_ = pixels(viewport)
    found.look(replace(found.shown, outlines=False))
    change = np.abs(with_ - pixels(viewport)).sum(axis=2) > 120
    away = away_mm(viewport)
    wide = 2.2 * 1.65 + 1.4  # mm: half of the line on screen, and a voxel
    assert (change & (away < RADIUS + wide)).sum() > 50
    assert not (change & (away < RADIUS - wide)).any()
    ring = change & (away < RADIUS + 4)
    assert np.median(away[ring]) == pytest.approx(RADIUS, abs=1.5)


def test_away_from_the_nodule_a_plane_has_no_outline(qtbot, window, found):
    mpr = mpr_of(window)
    x, y, z = true_place()
    mpr.go_to((x, y + 30, z))
    at_rest(qtbot, window)
    coronal = view(window, Axis.CORONAL)
    before = pixels(coronal)
    found.look(replace(found.shown, outlines=False))
    assert np.array_equal(before, pixels(coronal))


def test_emphysema_and_the_detectors_map_lie_over_planes(qtbot, window, found, monkeypatch):
    found.choose(the_one(found).id)
    at_rest(qtbot, window)
    viewport = view(window, Axis.SAGITTAL)
    found.look(replace(found.shown, outlines=False))
    plain = pixels(viewport)
    found.look(replace(found.shown, scores=True, opacity=1.0))
    at_rest(qtbot, window)
    change = np.abs(pixels(viewport) - plain).sum(axis=2)
    away = away_mm(viewport)
    assert change[away < 8].mean() > 5 * max(change[away > 40].mean(), 0.1)
    monkeypatch.setattr(finding_sections, "LOW_HU", -800)  # the phantom's lung is healthy
    found.look(replace(found.shown, scores=False, emphysema=True))
    at_rest(qtbot, window)
    change = np.abs(pixels(viewport) - plain).sum(axis=2) > 0
    assert change[(away > 16) & (away < 22)].mean() > 0.3  # lung around the nodule
    assert not change[away < 5].any()
    assert change.mean() < 0.5 * (viewport.state.slice.values < -800).mean()  # no air around the body


def test_a_finding_is_decided_on_while_planes_are_shown(window, found):
    found.choose(the_one(found).id)
    window.actions_table["findings.accept"].trigger()
    assert the_one(found).status is Status.ACCEPTED
    assert panel_of(window).accept.isEnabled()


def test_the_list_is_the_series_and_no_word_sends_back_to_slices(window, found):
    panel = panel_of(window)
    assert panel.tree.ids() == (the_one(found).id,)
    assert "planes" not in panel.sentence.text()


def test_leaving_the_planes_forgets_their_volume(qtbot, window, found):
    from lungview.ui.nodules.layers.layer import FindingsLayer

    layer = next(each for each in window.session.viewport.layers if isinstance(each, FindingsLayer))
    assert layer._planes._outlines is not None
    window.actions_table["view.layout_1"].trigger()
    at_rest(qtbot, window)
    assert layer._planes._outlines is None
