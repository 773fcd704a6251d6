"""Overlays in the window: listed, ticked, coloured, presented, and gone with their pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from PySide6.QtCore import QPointF, Qt

from lungview import languages
from lungview.overlays.values import Figure, Kind, Shape, Shutter
from lungview.ui.language import speaking
from lungview.ui.overlays import feature, figures, layer
from lungview.ui.overlays.actions import ROW
from lungview.ui.overlays.panel import OverlaysPanel
from lungview.ui.overlays.tree import NAME, SAID
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.features import FEATURES
from lungview.viewer.overlays.shown import ShownOverlays, of
from tests.overlays.made import COLUMNS, ROWS, SLICES, ct, gsps, resaved, rtstruct, seg, sr
from tests.overlays.readers.test_structure_set import circles

Open = Callable[..., ShownOverlays]


@pytest.fixture
def window(real: MainWindow) -> MainWindow:
    return real


@pytest.fixture
def opened(qtbot, window: MainWindow) -> Open:
    """Opens paths and waits for so many overlays."""

    def open_(*paths: Path, count: int) -> ShownOverlays:
        window.session.open([str(path) for path in paths])
        found = of(window.workspace)
        qtbot.waitUntil(lambda: len(found.now.bounds) == count and not window.session.scanning)
        qtbot.waitUntil(lambda: window.session.viewport.state.slice is not None)
        return found

    return open_


def panel(window: MainWindow) -> OverlaysPanel:
    found = window.panels["overlays"]
    assert isinstance(found, OverlaysPanel)
    return found


def box() -> np.ndarray:
    mask = np.zeros((SLICES, ROWS, COLUMNS), np.uint8)
    mask[2:7, 10:30, 20:50] = 1
    return mask


def middle_pixel(window: MainWindow, row: int, column: int) -> tuple[int, int, int]:
    """The colour on screen in the middle of a pixel of the picture."""
    view = window.session.viewport
    at = view.image_to_widget(QPointF(column + 0.5, row + 0.5)).toPoint()
    colour = view.grab().toImage().pixelColor(at * view.devicePixelRatioF())
    return colour.red(), colour.green(), colour.blue()


def test_a_segment_is_painted_where_it_lies_and_no_longer_when_unticked(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    found = opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1)
    assert [series.modality for series in window.session.series] == ["CT"]
    tree = panel(window).tree
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    assert window.session.viewport.state.index == 5  # the middle one of five, from the head
    found.set_opacity(1.0)
    assert middle_pixel(window, 20, 35) == (255, 0, 0)
    red, green, blue = middle_pixel(window, 5, 5)
    assert red == green == blue
    tree.topLevelItem(0).child(0).setCheckState(0, Qt.CheckState.Unchecked)
    red, green, blue = middle_pixel(window, 20, 35)
    assert red == green == blue


def test_a_contour_inside_another_is_a_hole(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    outer = circles()[3]
    middle = outer.mean(axis=0)
    rtstruct(images, [outer, middle + (outer - middle) * 0.4], tmp_path / "rt.dcm")
    found = opened(tmp_path / "ct", tmp_path / "rt.dcm", count=1)
    found.set_opacity(1.0)
    tree = panel(window).tree
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    red, green, _ = middle_pixel(window, 24, 38)  # 6 pixels beside the middle: in the ring
    assert red > green + 60
    red, green, _ = middle_pixel(window, 24, 32)
    assert abs(red - green) < 10


def test_shift_s_hides_and_shows_all(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    found = opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1)
    action = window.actions_table[ROW.id]
    assert action.isChecked()
    action.trigger()
    assert not found.now.chosen.on
    action.trigger()
    assert found.now.chosen.on


def test_an_object_opened_after_its_pictures_lies_over_them_and_changes_nothing_else(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    opened(tmp_path / "ct", count=0)
    window.session.stack.go(7)
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    seg(images, box(), tmp_path / "seg.dcm")
    opened(tmp_path / "rt.dcm", count=1)
    opened(tmp_path / "seg.dcm", count=2)
    assert len(window.session.series) == 1
    assert window.session.stack.index == 7
    assert window.session.skipped == []


def test_a_ticked_state_shows_every_picture_as_it_says(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    gsps(images, tmp_path / "pr.dcm", ImageRotation=90)
    found = opened(tmp_path / "ct", tmp_path / "pr.dcm", count=1)
    view, stack = window.session.viewport, window.session.stack
    before = view.state.window
    panel(window).tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Checked)
    stack.go(SLICES - 1)  # the foot's end: the first of the pictures that have a window
    qtbot.waitUntil(lambda: view.state.index == SLICES - 1)
    assert (view.state.window.center, view.state.window.width) == (-600, 1500)
    assert view.state.camera.rotation == 90
    assert found.now.presented is not None
    panel(window).tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert view.state.camera.rotation == 0
    assert view.state.window.width == before.width


def test_a_report_is_read_beside_its_pictures_and_says_what_is_missing(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    sr(images, tmp_path / "sr.dcm")
    (tmp_path / "ct" / "03.dcm").unlink()
    opened(tmp_path / "ct", tmp_path / "sr.dcm", count=1)
    panel(window).show()
    said = panel(window).notes.toolTip()  # a UID of 64 characters is wider than the panel
    assert f"1 of the 2 pictures that it names are not open: series {images[0].SeriesInstanceUID}." in said
    rows = panel(window).tree.topLevelItem(0)
    assert [rows.child(k).text(NAME) for k in range(rows.childCount())] == ["Longest", "Round"]
    assert rows.child(0).text(SAID) == "Length: 15.0 mm"


def test_what_is_missing_or_damaged_is_said_in_the_readers_language(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a file calls its parts stays as it is; what has no name of its own is called in the language."""
    german = languages.load("de")
    monkeypatch.setattr(speaking, "said", german.said)
    seg(images, box(), tmp_path / "seg.dcm", names=("Lung",))
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    resaved(tmp_path / "rt.dcm", StructureSetROISequence=[])
    (tmp_path / "ct" / "03.dcm").unlink()
    opened(tmp_path / "ct", tmp_path / "seg.dcm", tmp_path / "rt.dcm", count=1)
    said = panel(window).notes.toolTip() or panel(window).notes.text()
    assert "genannten Bilder sind nicht geöffnet" in said
    assert "der Structure Set führt 0 Regionen auf; erwartet werden 1 bis 4096." in said
    assert panel(window).tree.topLevelItem(0).child(0).text(NAME) == "Lung"


def test_long_uids_are_no_wider_than_the_panel(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    uid = "1.2.826.0.1.3680043.8.498." + "7" * 38
    seg(images, box(), tmp_path / "seg.dcm", names=("N" * 64,))
    resaved(tmp_path / "seg.dcm", SeriesDescription=uid)
    (tmp_path / "ct" / "03.dcm").unlink()
    opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1)
    shown = panel(window)
    shown.show()
    assert images[0].SeriesInstanceUID in shown.notes.toolTip()
    assert shown.minimumSizeHint().width() <= 300


def test_a_narrow_panel_shows_the_words_of_names_whole(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    """Of 14 letters beside a long text; in a list of half that width neither pushes the other out."""
    seg(images, box(), tmp_path / "seg.dcm", names=("Segmentation 1",))
    opened(tmp_path / "ct", tmp_path / "seg.dcm", count=1)
    tree = panel(window).tree
    tree.resize(260, 120)
    name = tree.topLevelItem(0).child(0)
    name.setText(SAID, "Morphologically Altered Structure, Nodule")
    tree.resize(240, 120)
    assert tree.sizeHintForColumn(NAME) <= tree.columnWidth(NAME) <= 0.75 * tree.viewport().width()
    tree.resize(120, 120)
    assert tree.columnWidth(NAME) == int(0.75 * tree.viewport().width())


def test_closing_the_pictures_leaves_the_overlay_and_says_so(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    ct(tmp_path / "other", patient="99", study="1.2.55", frame="1.2.66")
    found = opened(tmp_path / "ct", tmp_path / "other", tmp_path / "seg.dcm", count=1)
    assert found.now.bounds[0].shown
    own = [s for s in window.session.series if s.patient.patient_id == "17"]
    window.session.close_series(own)
    qtbot.waitUntil(lambda: not found.now.bounds[0].shown)
    assert "another patient" in panel(window).notes.text()


def test_one_that_is_damaged_is_one_sentence_and_the_others_are_shown(
    window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    seg(images, box(), tmp_path / "seg.dcm")
    rtstruct(images, circles(), tmp_path / "rt.dcm")
    resaved(tmp_path / "rt.dcm", StructureSetROISequence=[])
    found = opened(tmp_path / "ct", tmp_path / "seg.dcm", tmp_path / "rt.dcm", count=1)
    assert found.now.bounds[0].overlay.kind is Kind.SEGMENTATION
    assert "the structure set lists 0 regions; expected 1 to 4096." in panel(window).notes.text()


def test_every_view_has_a_layer_of_its_own(window: MainWindow) -> None:
    assert feature.install in FEATURES
    for view in window.session.viewports:
        assert sum(isinstance(each, layer.OverlayLayer) for each in view.layers) == 1


def test_what_is_painted_can_be_made_of_any_shape() -> None:
    """A shutter's openings and a turned ellipse, by their boxes."""
    both = Shutter(box=(1, 2, 11, 22), circle=(5, 5, 3), polygon=((0, 0), (4, 0), (4, 4)))
    boxes = [opening.boundingRect().getRect() for opening in figures.openings(both)]
    assert boxes == [(1, 2, 10, 20), (2, 2, 6, 6), (0, 0, 4, 4)]
    ends = np.array([(10.0, 0.0), (10.0, 20.0), (5.0, 10.0), (15.0, 10.0)])
    around = figures.path(Figure(0, Shape.ELLIPSE, ends)).boundingRect()
    assert around.getRect() == pytest.approx((5, 0, 10, 20), abs=1e-6)
