"""Keys by their place: layouts of other scripts, digits behind Shift, and wherever the focus is."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from lungview.ui.keys import key_places
from lungview.ui.keys.focus_keys import typed_into
from lungview.viewer.second_reader import reader as second_reader
from tests.ui.conftest import make_slice, whole

# Key codes of X11 (evdev's and eight): the row of digits begins at 10, of QWERTY at 24, of ASDF at 38.
DIGIT_2, DIGIT_3, DIGIT_6, LETTER_I, LETTER_D = 11, 12, 15, 31, 40


@pytest.fixture
def opened(show, qtbot, monkeypatch):
    """A window on 30 slices, in front, on a system whose keys are numbered as X11 does."""
    monkeypatch.setattr(sys, "platform", "linux")
    window = show(*(make_slice(index) for index in range(30)))
    window.activateWindow()
    window.session.viewport.setFocus()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def press(window, key, text, code, modifiers=Qt.KeyboardModifier.NoModifier):
    """A key of some layout, as the system tells of it: first whether it is a shortcut, then pressed."""
    target = window.focusWidget() or window
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers, code, 0, 0, text)
    asked.ignore()
    QApplication.sendEvent(target, asked)
    pressed = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, code, 0, 0, text)
    if asked.isAccepted():  # an event that is not the system's own would be asked about once more
        window.actions_table.eventFilter(target, pressed)
    else:
        QApplication.sendEvent(target, pressed)
    return asked.isAccepted()


@pytest.mark.parametrize(
    ("key", "text", "code", "width"),
    [
        (Qt.Key.Key_Eacute, "é", DIGIT_2, 1500),  # French
        (Qt.Key.Key_QuoteDbl, '"', DIGIT_3, 400),
        (Qt.Key(0x0160), "š", DIGIT_3, 400),  # Czech
    ],
)
def test_digits_behind_shift_are_presets_all_the_same(opened, key, text, code, width):
    press(opened, Qt.Key.Key_4, "4", 13)
    press(opened, key, text, code)
    assert opened.session.viewport.state.window.width == width


CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize("key", [Qt.Key.Key_1, Qt.Key.Key_Exclam, Qt.Key.Key_Ampersand])
def test_layouts_of_views_are_found_where_digits_are_behind_shift(opened, key):
    """As X11 tells of Ctrl+Shift+1 on French and Czech keyboards, and on a US one."""
    opened.actions_table["view.layout_4"].trigger()
    assert _views(opened) == 4
    assert press(opened, key, "", DIGIT_2 - 1, CONTROL | SHIFT)  # nor is Ctrl+1 looked for
    assert _views(opened) == 1


def _views(window):
    QApplication.processEvents()
    return sum(frame.isVisible() for frame in window.grid.frames)


def test_a_sign_with_control_is_what_it_stands_for_where_no_digit_there_does_anything(opened):
    assert not press(opened, Qt.Key.Key_Minus, "-", DIGIT_6, CONTROL)  # French: zoom out, not Ctrl+6


def test_a_sign_on_the_row_of_digits_is_the_preset_and_not_what_the_sign_stands_for(opened):
    camera = opened.session.viewport.state.camera
    assert press(opened, Qt.Key.Key_Minus, "-", DIGIT_6)  # French: no shortcut is looked for
    assert opened.session.viewport.state.camera == camera


@pytest.mark.parametrize(
    ("key", "text"), [(Qt.Key(0x0428), "ш"), (Qt.Key(0x0399), "ι")], ids=["Cyrillic", "Greek"]
)
def test_letters_of_another_script_work_by_their_place(opened, key, text):
    press(opened, key, text, LETTER_I)
    assert opened.session.viewport.state.presentation.inverted


def test_a_latin_letter_counts_by_what_is_written_on_it(opened):
    press(opened, Qt.Key.Key_Q, "q", LETTER_I)  # another Latin layout has its Q there
    assert not opened.session.viewport.state.presentation.inverted


def test_modifiers_count_by_place_too(opened):
    press(opened, Qt.Key(0x0428), "Ш", LETTER_I, Qt.KeyboardModifier.ShiftModifier)
    assert not opened.session.viewport.state.presentation.inverted  # Shift+I is another action


def test_text_fields_keep_every_sign(opened):
    opened.fields.width_field.setFocus()
    press(opened, Qt.Key.Key_Eacute, "é", DIGIT_2)
    press(opened, Qt.Key(0x0428), "ш", LETTER_I)
    assert not opened.session.viewport.state.presentation.inverted
    assert opened.session.viewport.state.window.width == 1500


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_every_letter_and_digit_has_one_place_on_each_system(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    mac = platform == "darwin"
    bare = Qt.KeyboardModifier.NoModifier
    pressed = [(0, code) if mac else (code, 0) for code in range(128)]  # scan code, virtual key
    names = [key_places.name_at(QKeyEvent(QEvent.Type.KeyPress, 0, bare, *each, 0)) for each in pressed]
    assert sorted(filter(None, names)) == sorted("1234567890QWERTYUIOPASDFGHJKLZXCVBNM")


def _focusable(window: QWidget) -> list[QWidget]:
    return [
        each
        for each in window.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.isVisible()
        and each.isEnabled()
        and each.window() is window
        and not typed_into(each)
        and not typed_into(each.parent())
    ]


def test_window_keys_work_wherever_the_focus_can_be(opened, qtbot):
    for dock in whole(opened).docks.values():
        dock.show()
    widgets = _focusable(opened)
    assert len(widgets) > 10
    deaf = []
    for widget in widgets:
        widget.setFocus()
        if opened.focusWidget() is not widget:
            continue
        QTest.keyClick(widget, Qt.Key.Key_4)
        QTest.keyClick(widget, Qt.Key.Key_3)
        if opened.session.viewport.state.window.width != 400:
            deaf.append(f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}")
    assert deaf == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_model_is_chosen_from_the_open_list_by_key(opened, qtbot, key):
    reader = second_reader.of(opened.session.workspace)
    qtbot.waitUntil(lambda: bool(reader.entries), timeout=20_000)
    box = opened.panels["prediction"].findChild(QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    view.setFocus()  # as a real window system does
    before = box.currentIndex()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, key)
    qtbot.waitUntil(lambda: not view.isVisible())
    assert box.currentIndex() != before
