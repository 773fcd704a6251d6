"""Overlays of others in a workspace, without a window: read, chosen, presented, gone to, on planes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from lungview.image.readers import read_instance
from lungview.study.volume import volume
from lungview.viewer.common import going
from lungview.viewer.mpr.crosshair import Axis, middle_of
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.overlays.in_planes import Why
from lungview.viewer.overlays.shown import ShownOverlays, of
from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace
from tests.overlays.made import GAP, SLICES, ct, gsps, resaved, rtstruct, seg
from tests.overlays.readers.test_structure_set import circles
from tests.viewer.by_hand import Hand
from tests.viewer.overlays.test_in_planes import MIDDLE, box

Open = Callable[..., ShownOverlays]


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def workspace(hand: Hand) -> Iterator[Workspace]:
    made = Workspace(hand)
    made.keeps_settings = False
    made.add(Pane())
    yield made
    made.close()


@pytest.fixture
def told(workspace: Workspace) -> list[str]:
    heard: list[str] = []
    workspace.news.told.connect(heard.append)
    return heard


@pytest.fixture
def opened(workspace: Workspace, hand: Hand) -> Open:
    """Opens paths in a workspace whose one pane is followed."""
    shown = of(workspace)
    shown.follow(workspace.active)

    def open_(*paths: Path) -> ShownOverlays:
        workspace.open(paths)
        hand.work()
        return shown

    return open_


def on_planes(workspace: Workspace, hand: Hand) -> None:
    """The axial plane through the box's middle."""
    (series,) = workspace.studies.series
    cut = volume(series, read_instance)
    crosshair = middle_of(cut).moved(MIDDLE)
    content = PlaneContent(cut, read_instance(series.instances[0]), crosshair.plane(Axis.AXIAL))
    workspace.stack.fill(content, content.nearest(crosshair.point_mm), origin=series)
    hand.work()


def test_what_was_opened_with_its_pictures_is_read_and_told(
    workspace: Workspace, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    arrived, changes = [], []
    of(workspace).arrived.connect(arrived.append)
    of(workspace).changed.connect(lambda: changes.append(1))
    shown = opened(tmp_path / "ct", tmp_path / "seg.dcm")
    assert [bound.shown for bound in shown.now.bounds] == [True]
    assert (arrived, shown.reading) == ([1], False)
    assert changes


def test_others_of_them_are_told_once_and_the_same_not_at_all(
    opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    shown, changes = opened(tmp_path / "ct", tmp_path / "seg.dcm"), []
    shown.changed.connect(lambda: changes.append(1))
    (bound,) = shown.now.bounds
    part = (bound.overlay.place, 0)
    for act in (
        lambda: shown.hide([part], True),
        lambda: shown.colour(part, (1, 2, 3)),
        lambda: shown.set_opacity(0.8),
        lambda: shown.show(False),
    ):
        act()
        count = len(changes)
        act()
        assert len(changes) == count
    assert len(changes) == 4
    assert (shown.now.hidden(bound, 0), shown.now.colour(bound, 0)) == (True, (1, 2, 3))


def test_a_state_shows_every_picture_as_it_says_until_it_is_taken_away(
    workspace: Workspace, hand: Hand, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    gsps(images, tmp_path / "pr.dcm", ImageRotation=90)
    shown, pane, undone = opened(tmp_path / "ct", tmp_path / "pr.dcm"), workspace.active, []
    pane.undoable.connect(lambda text, *_: undone.append(text))
    shown.present(shown.now.bounds[0].overlay.place)
    assert (pane.state.camera.rotation, undone) == (90, ["Presentation state"])
    workspace.stack.go(SLICES - 1)
    hand.work()
    assert (pane.state.index, pane.state.camera.rotation) == (SLICES - 1, 90)
    shown.present(None)
    assert pane.state.camera.rotation == 0


def test_an_area_is_fitted_into_the_size_of_the_pane(
    workspace: Workspace, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    """15 columns by 23 rows of square pixels in 460 pixels of height, then in 920."""
    area = Dataset()
    area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner = [6, 8], [20, 30]
    area.PresentationSizeMode, area.PresentationPixelAspectRatio = "SCALE TO FIT", [1, 1]
    gsps(images, tmp_path / "pr.dcm", DisplayedAreaSelectionSequence=[area])
    shown = opened(tmp_path / "ct", tmp_path / "pr.dcm")
    zooms = []
    for high in (460.0, 920.0):
        workspace.active.size_px = lambda high=high: (2000.0, high)
        shown.present(None)
        shown.present(shown.now.bounds[0].overlay.place)
        zooms.append(workspace.active.state.camera.zoom)
    assert zooms == pytest.approx([20, 40])


def test_when_its_pictures_are_closed_an_overlay_stays_and_says_so(
    workspace: Workspace, hand: Hand, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    ct(tmp_path / "other", patient="99", study="1.2.55", frame="1.2.66")
    shown = opened(tmp_path / "ct", tmp_path / "other", tmp_path / "seg.dcm")
    assert shown.now.bounds[0].shown
    workspace.close_series([s for s in workspace.studies.series if s.patient.patient_id == "17"])
    hand.work()
    (bound,) = shown.now.bounds
    assert not bound.shown
    assert "another patient" in bound.notes[0]


def test_one_that_is_damaged_is_a_sentence_and_the_others_are_there(
    opened: Open, told: list[str], images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    resaved(tmp_path / "rt.dcm", StructureSetROISequence=[])
    shown = opened(tmp_path / "ct", tmp_path / "seg.dcm", tmp_path / "rt.dcm")
    assert len(shown.now.bounds) == len(shown.failed) == 1
    assert str(shown.failed[0]) in told


def test_others_that_are_opened_in_their_place_leave_none(
    workspace: Workspace, hand: Hand, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    shown = opened(tmp_path / "ct", tmp_path / "seg.dcm")
    ct(tmp_path / "other", patient="99", study="1.2.55", frame="1.2.66")
    workspace.open([tmp_path / "other"], add=False)
    hand.work()
    assert shown.now.bounds == ()


def test_what_programs_found_waits_while_the_reader_reads_first(workspace: Workspace) -> None:
    shown = of(workspace)
    for first in (True, False):
        workspace.change_settings(replace(workspace.settings, read_first=first))
        assert shown.now.programs_hidden is first


def test_a_part_is_gone_to_by_its_middle_picture_and_on_planes_by_its_place(
    workspace: Workspace, hand: Hand, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    shown, wanted = opened(tmp_path / "ct", tmp_path / "seg.dcm"), []
    going.of(workspace.services).wanted.connect(wanted.append)
    (bound,) = shown.now.bounds
    shown.go_to(bound, 0)
    hand.work()
    at = workspace.active.state.slice
    assert at is not None
    assert at.instance.geometry is not None
    assert at.instance.geometry.position[2] == pytest.approx(MIDDLE[2], abs=GAP / 2)
    on_planes(workspace, hand)
    shown.go_to(bound, 0)
    assert wanted == [pytest.approx(MIDDLE)]


def test_planes_have_their_sections_and_name_what_they_lack(
    workspace: Workspace, hand: Hand, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    seg(images, box(), tmp_path / "away.dcm")
    resaved(tmp_path / "away.dcm", FrameOfReferenceUID="1.2.3.77", SOPInstanceUID="1.2.3.78")
    shown, come = opened(tmp_path / "ct", tmp_path / "seg.dcm", tmp_path / "away.dcm"), []
    shown.planes.come.connect(come.append)
    pane = workspace.active
    assert shown.planes.of(pane) is None
    on_planes(workspace, hand)
    laid = shown.planes.of(pane)
    assert laid is not None
    assert [np.count_nonzero(drawn.mask) > 0 for _, drawn in laid.drawn] == [True]
    assert [why for _, why in shown.planes.lacking(pane)] == [Why.FRAME]
    assert come[-1] is pane
    workspace.stack.empty()
    assert shown.planes.of(pane) is None
    assert shown.planes.lacking(pane) == ()
