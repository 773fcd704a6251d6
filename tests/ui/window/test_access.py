"""What a screen reader is told: every control that takes the keys has a role and a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from lungview.ui.shell.main_window import MainWindow
from tests.ui.conftest import make_slice, whole

ROLES = {
    *(QAccessible.Role.Button, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton),
    *(QAccessible.Role.EditableText, QAccessible.Role.ComboBox, QAccessible.Role.SpinBox),
    *(QAccessible.Role.Slider, QAccessible.Role.Table, QAccessible.Role.Tree, QAccessible.Role.List),
    *(QAccessible.Role.ButtonMenu, QAccessible.Role.ButtonDropDown, QAccessible.Role.MenuItem),
    *(QAccessible.Role.PageTab, QAccessible.Role.Link, QAccessible.Role.Dial, QAccessible.Role.HotkeyField),
}


def nameless(top: QWidget) -> list[str]:
    """Controls below a widget without a name, each by its class and its parents'."""
    return [
        f"{each.role().name} {_path(each)}"
        for each in _all(QAccessible.queryAccessibleInterface(top))
        if each.role() in ROLES and not each.text(QAccessible.Text.Name).strip()
    ]


def _all(found: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    if found is None or not found.isValid() or found.role() is QAccessible.Role.Cell:
        return
    yield found
    if found.role() in (QAccessible.Role.Table, QAccessible.Role.Tree, QAccessible.Role.List):
        return  # its cells are its contents
    if found.role() in (QAccessible.Role.ComboBox, QAccessible.Role.SpinBox, QAccessible.Role.EditableText):
        return  # one control: what it is made of is not gone to
    for at in range(found.childCount()):
        yield from _all(found.child(at))


def _path(found: QAccessibleInterface) -> str:
    names = []
    each: QAccessibleInterface | None = found
    while each is not None and each.isValid() and len(names) < 4:
        widget = each.object()
        names.append(type(widget).__name__ if widget is not None else each.role().name)
        each = each.parent()
    return " < ".join(names)


def test_a_control_without_a_name_is_found(qtbot) -> None:
    top = QWidget()
    qtbot.addWidget(top)
    layout = QVBoxLayout(top)
    field, named, button = QLineEdit(), QLineEdit(), QPushButton("Say")
    named.setAccessibleName("Name")
    for each in (field, named, button):
        layout.addWidget(each)
    assert len(nameless(top)) == 1


def test_every_control_of_the_window_has_a_name(show) -> None:
    window: MainWindow = whole(show(make_slice(0), make_slice(1)))
    for dock in window.docks.values():
        dock.show()
    found = nameless(window)
    assert found == []


DIALOGS = (
    *("file.open_pacs", "file.export", "file.settings", "file.tags", "file.report", "file.anonymise"),
    *("studies.list", "file.export_slices", "help.shortcuts", "help.notice", "help.about"),
)


@pytest.mark.parametrize("action", DIALOGS)
def test_every_control_of_a_dialog_has_a_name(qtbot, show, action: str) -> None:
    window: MainWindow = show(make_slice(0), make_slice(1))
    qtbot.waitUntil(lambda: window.session.viewport.state.slice is not None)
    assert window.actions_table[action].isEnabled()
    window.actions_table[action].trigger()
    dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
    assert len(dialogs) == 1
    found = nameless(dialogs[0])
    assert found == []
    dialogs[0].close()
