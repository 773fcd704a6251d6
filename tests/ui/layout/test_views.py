"""Several views, linked views, the slice slider and what stands in for a picture."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QPalette
from PySide6.QtTest import QTest

from lungview.errors import MissingCodec
from lungview.image.slice import Geometry
from lungview.image.window import Window
from lungview.ui.layout import planes
from lungview.ui.pane.placeholder import Placeholder
from lungview.ui.pane.slice_bar import SliceBar
from lungview.ui.pane.tools.region import region_window
from tests.ui.conftest import MemorySeries, make_slice
from tests.ui.hands import drag


def spaced(index, step, key, start=0.0):
    from dataclasses import replace
    from pathlib import Path

    made = make_slice(index)
    place = Geometry((0.0, 0.0, start + step * index), made.instance.geometry.orientation)
    return replace(made, instance=replace(made.instance, path=Path(f"{key}{index}"), geometry=place))


@pytest.fixture
def two(window):
    """Two views: 40 slices 1 mm apart, and 20 slices 2 mm apart; the first one active."""
    window.grid.show_views(2)
    for at, (key, step, count) in enumerate((("a", 1.0, 40), ("b", 2.0, 20))):
        slices = [spaced(index, step, key) for index in range(count)]
        window.session.cache.slices.update({each.instance: each for each in slices})
        series = MemorySeries(tuple(each.instance for each in slices), key=key)
        window.session.show(series, 0, window.session.viewports[at])
    return window


def test_linked_views_scroll_by_position_and_not_by_number(two):
    two.session.link(True)
    two.session.stack.go(20)  # 20 mm
    assert two.session.stack_of(two.session.viewports[1]).index == 10  # of 2 mm each


def test_views_linked_at_an_offset_keep_it(two):
    two.session.stack_of(two.session.viewports[1]).go(5)  # 10 mm ahead
    two.session.link(True)
    two.session.stack.go(8)
    assert two.session.stack_of(two.session.viewports[1]).index == 9  # 18 mm


def test_a_view_of_another_plane_does_not_follow_and_says_so(two):
    from dataclasses import replace

    coronal = Geometry((0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0, 0.0, -1.0))
    slices = [spaced(index, 2.0, "c") for index in range(20)]
    slices = [replace(each, instance=replace(each.instance, geometry=coronal)) for each in slices]
    two.session.cache.slices.update({each.instance: each for each in slices})
    other = two.session.viewports[1]
    two.session.show(MemorySeries(tuple(each.instance for each in slices), key="c"), 4, other)

    two.session.link(True)
    two.session.stack.go(20)

    assert two.session.stack_of(other).index == 4
    assert other.apart == "Not linked: another plane"
    two.session.link(False)
    assert other.apart == ""


def test_a_window_change_reaches_linked_views_at_once(two):
    two.session.link(True)
    two.session.change(lambda s: s.windowed(Window(40, 400)))
    assert two.session.viewports[1].state.window == Window(40, 400)


def test_views_that_are_not_linked_are_left_alone(two):
    two.session.change(lambda s: s.windowed(Window(40, 400)))
    two.session.stack.go(20)
    other = two.session.viewports[1]
    assert (other.state.window.width, other.state.index) == (1500, 0)


def test_pressing_in_a_view_makes_it_the_one_keys_mean(two):
    QTest.mouseClick(two.session.viewports[1], Qt.MouseButton.LeftButton)
    assert two.session.viewport is two.session.viewports[1]


def test_panels_learn_what_another_active_view_shows(two):
    seen = []
    two.session.series_shown.connect(lambda series: seen.append(series.key))
    two.session.slice_shown.connect(lambda shown: seen.append(shown.instance.path.name))
    two.session.activate(two.session.viewports[1])
    assert seen == ["b", "b0"]


def test_the_active_view_is_lit_when_there_are_two(two):
    window, highlight = (two.palette().color(role).name() for role in (QPalette.Window, QPalette.Highlight))
    edges = [frame.grab().toImage().pixelColor(0, 50).name() for frame in two.grid.frames]
    assert edges == [highlight, window]


def test_going_back_to_one_view_makes_a_visible_view_active(two):
    two.session.activate(two.session.viewports[1])
    two.grid.show_views(1)
    assert two.session.viewport is two.session.viewports[0]


def test_the_slider_follows_the_slice_and_the_slice_the_slider(show):
    window = show(*(make_slice(index) for index in range(10)))
    bar = window.grid.frames[0].bar
    window.session.stack.go(4)
    assert bar.value() == 4
    bar.setValue(7)
    assert window.session.viewport.state.index == 7


def test_pressing_on_the_slider_goes_to_the_slice_at_that_height(qtbot):
    bar = SliceBar()
    qtbot.addWidget(bar)
    bar.setRange(0, 9)
    bar.resize(14, 206)  # 3 pixels of margin at either end: 20 a slice
    bar.show()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(7, 3 + 20 * 6 + 10))
    assert bar.value() == 6


def test_the_slider_marks_ranges_of_slices_in_memory(qtbot):
    bar = SliceBar()
    qtbot.addWidget(bar)
    bar.set_cached([True, True, False, True, False])
    assert bar.cached == ((0, 2), (3, 4))


def test_an_error_says_message_hint_and_path_where_the_picture_would_be(qtbot):
    placeholder = Placeholder()
    qtbot.addWidget(placeholder)
    placeholder.complain(MissingCodec("no decoder for 1.2.3", "x/a.dcm", "Export it uncompressed."))
    assert placeholder.sentence.text() == "No decoder for 1.2.3"
    assert placeholder.hint.text() == "Export it uncompressed.\nx/a.dcm"


def test_the_empty_window_says_what_to_drop(window):
    placeholder = window.grid.frames[0].placeholder
    assert placeholder.isVisible()
    assert "DICOM" in placeholder.sentence.text()


def test_a_drop_returns_before_anything_is_opened(window, qtbot, monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(window.session, "open", seen.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "Ünï 中文"))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier))
    assert seen == []
    qtbot.waitUntil(lambda: bool(seen))
    assert [str(path) for path in seen[0]] == [str(tmp_path / "Ünï 中文")]


def test_a_region_becomes_a_window_over_its_values():
    values = np.full((40, 60), -1000.0, np.float32)
    values[10:20, 10:20] = np.arange(100).reshape(10, 10)
    found = region_window(make_slice(values=values), QRectF(10, 10, 10, 10))
    low, high = np.percentile(values[10:20, 10:20], (1, 99))
    assert found.width == pytest.approx(high - low + 1)
    assert found.center - 0.5 == pytest.approx((low + high) / 2)


def test_a_region_beside_the_picture_gives_no_window():
    assert region_window(make_slice(), QRectF(100, 100, 10, 10)) is None


def test_a_region_dragged_with_the_tool_changes_the_window_and_can_be_undone(show):
    window = show(make_slice())
    undoable = []
    window.session.undoable.connect(lambda _view, text, *_: undoable.append(text))
    window.actions_table["tool.region"].trigger()
    view = window.session.viewport
    start, end = (view.image_to_widget(QPointF(*at)) for at in ((10.01, 10.01), (19.99, 19.99)))
    drag(view, Qt.MouseButton.LeftButton, (start.x(), start.y()), (end.x(), end.y()))
    low, high = np.percentile(make_slice().values[10:20, 10:20], (1, 99))
    assert view.state.window.width == pytest.approx(high - low + 1)
    assert undoable == ["Window from a region"]


def test_the_layout_is_there_again_in_the_next_window(qtbot, window):
    from lungview.ui.start.app import new_window
    from lungview.ui.studies.session import Session
    from tests.ui.conftest import MemoryCache

    window.docks["series"].hide()
    window.close()
    after = new_window(Session(cache=MemoryCache({})))
    qtbot.addWidget(after)
    after.show()
    qtbot.waitUntil(lambda: after.finished)
    assert not after.docks["series"].isVisible()
    after.close()


def test_the_files_own_overlay_is_painted_over_its_pixels_and_can_be_hidden(show):
    mask = np.zeros((40, 60), bool)
    mask[20, 30] = True
    window = show(make_slice(overlays=(mask,)))
    view = window.session.viewport
    at = view.image_to_widget(QPointF(30.5, 20.5)).toPoint()
    assert view.grab().toImage().pixelColor(at).name() == planes.COLOUR.name()
    window.actions_table["view.planes"].trigger()
    grey = view.grab().toImage().pixelColor(at)
    assert grey.red() == grey.blue()
