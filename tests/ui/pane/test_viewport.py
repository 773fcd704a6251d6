"""The viewport: values under the cursor, painted pixels, and the mouse of the hands."""

import random
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt

from lungview.errors import DamagedFile
from lungview.image.window import Window
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.state import Camera, Interpolation, Overlays, TextLevel
from tests.ui.conftest import make_slice
from tests.ui.hands import drag, send, wheel

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


@pytest.fixture
def view(qtbot):
    made = Viewport()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show_slice(make_slice(), 0, 1)
    made.show()
    return made


@pytest.mark.parametrize("zoom", [None, 0.5, 1.0, 7.3])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_value_under_the_cursor_is_the_files_at_100_random_points(view, zoom, rotation, mirrored):
    values = np.random.default_rng(1).integers(-1000, 1000, (40, 60)).astype(np.float32)
    view.show_slice(make_slice(values=values), 0, 1)
    view.change(lambda s: s.seen_by(Camera(zoom, (31.0, 17.0), rotation, mirrored)))
    chance = random.Random(2)
    for _ in range(100):
        row, column = chance.randrange(40), chance.randrange(60)
        inside = QPointF(column + chance.uniform(0.05, 0.95), row + chance.uniform(0.05, 0.95))
        at = view.image_to_widget(inside)
        send(view, QEvent.Type.MouseMove, Qt.MouseButton.NoButton, (at.x(), at.y()))
        assert view.value_text == f"{values[row, column]:.0f} HU  ({column}, {row})"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_painted_pixel_is_the_one_whose_value_is_told(view, rotation, mirrored):
    values = np.random.default_rng(1).integers(0, 256, (20, 20)).astype(np.float32)
    view.show_slice(make_slice(values=values), 0, 1)
    seen = Camera(16.0, (10.0, 10.0), rotation, mirrored)
    bare = Overlays(text=TextLevel.NONE)
    view.change(lambda s: s.seen_by(seen).over(bare).interpolated(Interpolation.NEAREST))
    view.change(lambda s: s.windowed(Window(128.0, 256.0)))  # 0…255 to 0…255
    image = view.grab().toImage()
    for row in range(2, 18):
        for column in range(2, 18):
            at = view.image_to_widget(QPointF(column + 0.5, row + 0.5)).toPoint()
            if 60 < at.y() < 340:  # clear of the letters
                assert image.pixelColor(at).red() == values[row, column]


def test_at_one_to_one_every_device_pixel_is_an_image_pixel(view):
    values = np.random.default_rng(3).integers(0, 256, (100, 120)).astype(np.float32)
    view.show_slice(make_slice(values=values), 0, 1)
    bare = Overlays(text=TextLevel.NONE)
    view.change(lambda s: s.seen_by(Camera(zoom=1.0)).over(bare).windowed(Window(128.0, 256.0)))
    image = view.grab().toImage()
    painted = [[image.pixelColor(240 + x, 150 + y).red() for x in range(120)] for y in range(100)]
    assert np.array_equal(painted, values)


def test_nothing_is_painted_in_the_place_of_a_slice_that_failed(view):
    view.show_error(DamagedFile("the file ends early"), 0, 1)
    image = view.grab().toImage()
    assert {image.pixelColor(x, y).name() for x in range(0, 600, 7) for y in range(0, 400, 7)} == {"#000000"}


def test_left_drag_right_widens_and_up_brightens_in_proportion_to_the_width(view):
    drag(view, LEFT, (300, 200), (340, 200))
    assert view.state.window.width == pytest.approx(1500 * (1 + 40 / 400))
    view.change(lambda s: s.windowed(Window(-600, 1500)))
    drag(view, LEFT, (300, 200), (300, 160))
    assert view.state.window.center == pytest.approx(-600 - 1500 * 40 / 400)  # a lower level is brighter


def test_the_direction_of_brighter_is_a_setting(view):
    view.up_is_brighter = False
    drag(view, LEFT, (300, 200), (300, 240))
    assert view.state.window.center == pytest.approx(-600 - 1500 * 40 / 400)


@pytest.mark.parametrize(
    ("modifier", "factor"),
    [(Qt.KeyboardModifier.ControlModifier, 0.2), (Qt.KeyboardModifier.ShiftModifier, 4.0)],
)
def test_ctrl_drags_finely_and_shift_coarsely(view, modifier, factor):
    drag(view, LEFT, (300, 200), (310, 200), modifiers=modifier)
    assert view.state.window.width == pytest.approx(1500 * (1 + factor * 10 / 400))


def test_the_width_never_falls_below_one(view):
    drag(view, LEFT, (590, 200), *[(590 - 10 * n, 200) for n in range(1, 60)], (5, 200),
         modifiers=Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
    assert view.state.window.width >= 1.0


def test_middle_drag_pans(view):
    view.change(lambda s: s.seen_by(Camera(zoom=10.0)))
    before = view.image_to_widget(QPointF(30, 20))
    drag(view, MIDDLE, (300, 200), (325, 185))
    assert view.image_to_widget(QPointF(30, 20)) == before + QPointF(25, -15)


def test_right_drag_up_zooms_in_about_the_point_it_began_at(view):
    fixed = view.widget_to_image(QPointF(200, 150))
    before = view.zoom
    drag(view, RIGHT, (200, 150), (200, 30))
    assert view.zoom == pytest.approx(2 * before)
    assert (view.image_to_widget(fixed) - QPointF(200, 150)).manhattanLength() < 1e-6


def test_a_right_click_asks_for_the_menu_and_a_right_drag_does_not(view, qtbot):
    asked = []
    view.menu_wanted.connect(lambda *_: asked.append(True))
    drag(view, RIGHT, (200, 150), (200, 30))
    assert asked == []
    send(view, QEvent.Type.MouseButtonPress, RIGHT, (100, 100))
    send(view, QEvent.Type.MouseButtonRelease, RIGHT, (100, 100), Qt.MouseButton.NoButton)
    assert asked == [True]


@pytest.mark.parametrize(("turned", "steps"), [(-120, [1]), (120, [-1]), (-240, [2]), (-60, [])])
def test_the_wheel_goes_one_slice_a_notch_down_is_on(view, turned, steps):
    seen = []
    view.scrolled.connect(seen.append)
    wheel(view, turned)
    assert seen == steps


def test_small_steps_of_a_trackpad_add_up_to_one_slice(view):
    seen = []
    view.scrolled.connect(seen.append)
    for _ in range(4):
        wheel(view, -30)
    assert seen == [1]


def test_ctrl_and_wheel_zoom_to_the_cursor(view):
    fixed, before = view.widget_to_image(QPointF(200, 150)), view.zoom
    wheel(view, 120, at=(200, 150), modifiers=Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == pytest.approx(1.25 * before)
    assert (view.image_to_widget(fixed) - QPointF(200, 150)).manhattanLength() < 1e-6


def test_a_drag_is_one_undoable_change(view):
    seen = []
    view.undoable.connect(lambda text, before, after: seen.append((text, before.window, after.window)))
    drag(view, LEFT, (300, 200), (310, 200), (320, 200), (340, 200))
    assert len(seen) == 1
    assert seen[0][1].width == 1500


def test_a_drag_that_changes_nothing_is_not_undoable(view):
    seen = []
    view.undoable.connect(lambda *change: seen.append(change))
    drag(view, LEFT, (300, 200), (300, 200))
    assert seen == []


def test_cancelling_a_window_drag_brings_the_window_back(view):
    send(view, QEvent.Type.MouseButtonPress, LEFT, (300, 200))
    send(view, QEvent.Type.MouseMove, Qt.MouseButton.NoButton, (400, 200), LEFT)
    view.mouse.cancel()
    assert view.state.window.width == 1500


def test_a_double_click_asks_for_the_full_screen(view, qtbot):
    with qtbot.waitSignal(view.double_clicked, timeout=500):
        send(view, QEvent.Type.MouseButtonDblClick, LEFT, (300, 200))


def test_the_value_follows_when_another_slice_comes_under_a_still_cursor(view):
    at = view.image_to_widget(QPointF(7.5, 2.5))
    send(view, QEvent.Type.MouseMove, Qt.MouseButton.NoButton, (at.x(), at.y()))
    assert view.value_text == "27 HU  (7, 2)"
    view.show_slice(make_slice(1), 1, 2)
    assert view.value_text == "-73 HU  (7, 2)"


def test_layers_paint_in_image_coordinates(view):
    bare = Overlays(text=TextLevel.NONE)
    view.change(lambda s: replace(s, camera=Camera(4.0, (30.0, 20.0), 90), overlays=bare))
    view.layers.append(lambda painter, _: painter.fillRect(10, 5, 2, 2, Qt.GlobalColor.red))
    at = view.image_to_widget(QPointF(11, 6)).toPoint()
    assert view.grab().toImage().pixelColor(at).name() == "#ff0000"


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_one_to_one_is_in_device_pixels_at_every_screen_scale(qtbot, ratio, monkeypatch):
    monkeypatch.setattr(Viewport, "devicePixelRatioF", lambda _: ratio)
    made = Viewport()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show_slice(make_slice(), 0, 1)
    made.change(lambda s: s.seen_by(Camera(zoom=1.0)))
    step = made.image_to_widget(QPointF(1, 0)) - made.image_to_widget(QPointF(0, 0))
    assert step.x() * ratio == pytest.approx(1.0)
