"""Keys: each default key, pressed on the window, and what it does to the view."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from lungview.image.window import Window
from lungview.viewer.state import Camera, Interpolation, TextLevel
from tests.ui.conftest import make_slice


@pytest.fixture
def opened(show, qtbot):
    """A window on 30 slices, in front."""
    window = show(*(make_slice(index) for index in range(30)))
    window.activateWindow()
    window.session.viewport.setFocus()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def press(window, *keys):
    for key in keys:
        combination = QKeySequence(key)[0]
        QTest.keyClick(window.focusWidget() or window, combination.key(), combination.keyboardModifiers())
    return window.session.viewport.state


@pytest.mark.parametrize(
    ("key", "center", "width"),
    [("2", -600, 1500), ("3", 40, 400), ("4", 350, 2000), ("5", -700, 1000)],
)
def test_number_keys_are_the_presets_radiologists_know(opened, key, center, width):
    window = press(opened, key).window
    assert (window.center, window.width) == (center, width)


def test_1_goes_back_to_the_files_own_window(opened):
    assert press(opened, "3", "1").presentation.window is None


def test_0_is_the_1st_to_the_99th_percentile(opened):
    import numpy as np

    low, high = np.percentile(opened.session.viewport.state.slice.values, (1, 99))
    window = press(opened, "0").window
    assert window.width == pytest.approx(high - low + 1)


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (("Down",), 1), (("Down", "Down", "Up"), 1), (("PgDown",), 1), (("PgDown", "PgUp"), 0),
        (("Shift+Down",), 10), (("Shift+PgDown", "Shift+PgUp"), 0), (("End",), 29), (("End", "Home"), 0),
        (("End", "Down"), 29), (("Up",), 0),
    ],
)  # fmt: skip
def test_slice_keys(opened, keys, index):
    assert press(opened, *keys).index == index


@pytest.mark.parametrize(
    ("key", "camera"),
    [
        ("H", Camera(rotation=0, mirrored=True)),
        ("V", Camera(rotation=180, mirrored=True)),
        ("L", Camera(rotation=270)),
        ("R", Camera(rotation=90)),
    ],
)
def test_flip_and_rotate_keys(opened, key, camera):
    assert press(opened, key).camera == camera


def test_i_inverts_and_again_reverts(opened):
    assert press(opened, "I").presentation.inverted
    assert not press(opened, "I").presentation.inverted


def test_plus_and_minus_zoom_and_equals_fits(opened):
    fitted = opened.session.viewport.zoom
    press(opened, "+")
    assert opened.session.viewport.zoom == pytest.approx(1.25 * fitted)
    press(opened, "-")
    assert opened.session.viewport.zoom == pytest.approx(fitted)
    assert press(opened, "+", "=").camera.zoom is None


def test_ctrl_0_is_one_to_one(opened):
    assert press(opened, "Ctrl+0").camera.zoom == 1.0


def test_space_resets_window_inversion_and_camera(opened):
    state = press(opened, "3", "I", "R", "+", "Space")
    assert (state.presentation.window, state.presentation.inverted, state.camera) == (None, False, Camera())


def test_n_hides_the_patient_in_every_view(opened):
    opened.grid.show_views(2)
    press(opened, "N")
    assert [view.state.overlays.patient for view in opened.session.viewports] == [False, False]


def test_o_steps_through_three_levels_of_text(opened):
    levels = [press(opened, "O").overlays.text for _ in range(3)]
    assert levels == [TextLevel.BRIEF, TextLevel.NONE, TextLevel.FULL]


def test_shift_i_steps_through_the_interpolations(opened):
    kinds = [press(opened, "Shift+I").presentation.interpolation for _ in range(3)]
    assert kinds == [Interpolation.CUBIC, Interpolation.NEAREST, Interpolation.LINEAR]


def test_c_plays_round_and_round_and_c_again_stops(opened, qtbot):
    opened.tool_fields[0].setValue(60)
    opened.session.stack.go(28)
    press(opened, "C")
    qtbot.waitUntil(lambda: opened.session.stack.index == 1)
    press(opened, "C")
    assert not opened.actions_table["slice.cine"].isChecked()


@pytest.mark.parametrize("name", ["bar", "tree"])
def test_number_keys_work_wherever_the_focus_is(opened, name):
    widgets = {"bar": opened.grid.frames[0].bar, "tree": opened.panels["series"].tree}
    widgets[name].setFocus(Qt.FocusReason.OtherFocusReason)
    assert press(opened, "3").window.width == 400


def test_a_number_typed_into_a_field_is_no_shortcut(opened):
    opened.actions_table["window.enter"].trigger()
    QTest.keyClicks(opened.fields.width_field, "350")
    assert opened.session.viewport.state.window.width == 1500
    QTest.keyClick(opened.fields.width_field, Qt.Key.Key_Return)
    assert opened.session.viewport.state.window.width == 350
    assert opened.focusWidget() is opened.session.viewport


def test_arrows_move_inside_a_focused_list_and_not_the_slices(opened):
    opened.panels["series"].tree.setFocus()
    press(opened, "Down")
    assert opened.session.stack.index == 0


def test_f11_leaves_the_picture_and_the_banner_and_esc_comes_back(opened, qtbot):
    press(opened, "F11")
    qtbot.waitUntil(opened.isFullScreen)
    assert not opened.docks["series"].isVisible()
    assert opened.banner.isVisible()
    press(opened, "Esc")
    qtbot.waitUntil(lambda: not opened.isFullScreen())
    assert opened.docks["series"].isVisible()


def test_a_colour_picture_has_no_window_to_change(show):
    import numpy as np

    window = show(make_slice(0, values=np.zeros((8, 8, 3), np.uint8)))
    window.actions_table["window.lung"].trigger()
    window.actions_table["window.auto"].trigger()
    assert window.session.viewport.state.presentation.window is None


def test_the_fields_show_the_window_in_force(opened):
    opened.session.change(lambda s: s.windowed(Window(12, 345)))
    assert (opened.fields.width_field.value(), opened.fields.level_field.value()) == (345, 12)


def test_every_handled_action_has_a_text_and_an_object_name(opened):
    for row in opened.actions_table.rows:
        action = opened.actions_table[row.id]
        assert action.text()
        assert action.objectName() == row.id
