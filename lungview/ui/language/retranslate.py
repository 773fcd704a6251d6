"""Everything on screen said anew in another language: no widget has to know how.

A text that the old catalogue (or English) made is found by its wording, its places filled in or not. What
no wording fits is data: a name, a number, a path. It stays. Widgets that keep parts of their texts, or hold
words of files, say theirs anew themselves on QEvent.LanguageChange, which Qt sends after this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QStatusBar,
    QTabBar,
    QTableWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from lungview import languages
from lungview.languages import Catalogue
from lungview.ui.language import speaking

Anew = Callable[[str], str]
_EVERY = ("toolTip", "statusTip", "whatsThis", "windowTitle", "accessibleName", "accessibleDescription")
_OF_KIND: tuple[tuple[type[QObject], tuple[str, ...]], ...] = (
    (QWidget, _EVERY),
    (QAction, ("text", "toolTip", "statusTip")),
    (QLabel, ("text",)),
    (QAbstractButton, ("text",)),
    (QMenu, ("title",)),
    (QGroupBox, ("title",)),
    (QLineEdit, ("placeholderText",)),
    (QPlainTextEdit, ("placeholderText",)),
    (QSpinBox, ("prefix", "suffix", "specialValueText")),
)


def switch(code: str) -> None:
    """Speak another language, and say all that is on screen in it. SettingsError when its file is bad."""
    catalogue, before = languages.load(code), speaking.in_force()
    if catalogue.code == before.code:
        return
    of_qt = _of_qt()
    speaking.use(catalogue)
    anew = _between(before, catalogue, dict(zip(of_qt, _of_qt(), strict=True)))
    for widget in QApplication.topLevelWidgets():
        say_anew(widget, anew)


def _of_qt() -> list[str]:
    """What Qt itself says on docks and tabs, and does not say anew."""
    said = (("QDockWidget", "Float"), ("QTabBar", "Scroll Left"), ("QTabBar", "Scroll Right"))
    return [QCoreApplication.translate(*each) for each in said]


def _between(before: Catalogue, after: Catalogue, known: dict[str, str]) -> Anew:
    """known: what is known already of both."""

    def anew(text: str) -> str:
        if text not in known:
            known[text] = after.said(before.english(text))
        return known[text]

    return anew


def say_anew(top: QObject, anew: Anew) -> None:
    """Put each text of an object and of all in it through `anew`."""
    for each in (top, *top.findChildren(QObject)):
        if isinstance(each.parent(), QDialogButtonBox):
            continue  # Qt says its own buttons itself
        for kind, names in _OF_KIND:
            if isinstance(each, kind):
                _properties(each, names, anew)
        if isinstance(each, QWidget):
            _contents(each, anew)
            each.update()  # what it draws


def _contents(each: QWidget, anew: Anew) -> None:
    """What is no property: options, tabs, cells."""
    if isinstance(each, QComboBox):
        _options(each, anew)
    elif isinstance(each, QTabBar):
        _tabs(each, anew)
    elif isinstance(each, QTreeWidget) and not each.property("refilled"):
        _tree(each, anew)
    elif isinstance(each, QTableWidget):
        _table(each, anew)
    elif isinstance(each, QStatusBar) and (shown := each.currentMessage()):
        each.showMessage(anew(shown))


def _properties(each: QObject, names: Iterable[str], anew: Anew) -> None:
    for name in names:
        text = each.property(name)
        if text and (said := anew(text)) != text:
            each.setProperty(name, said)


def _options(box: QComboBox, anew: Anew) -> None:
    for at in range(box.count()):
        box.setItemText(at, anew(box.itemText(at)))


def _tabs(bar: QTabBar, anew: Anew) -> None:
    if isinstance(bar.parent(), QDockWidget):
        return
    for at in range(bar.count()):
        bar.setTabText(at, anew(bar.tabText(at)))
        bar.setTabToolTip(at, anew(bar.tabToolTip(at)))


def _tree(tree: QTreeWidget, anew: Anew) -> None:
    waiting: list[QTreeWidgetItem] = [tree.headerItem(), tree.invisibleRootItem()]
    while waiting:
        item = waiting.pop()
        children = (item.child(at) for at in range(item.childCount()))
        waiting += [child for child in children if child is not None]
        for column in range(tree.columnCount()):
            for get, put in ((item.text, item.setText), (item.toolTip, item.setToolTip)):
                if (text := get(column)) and (said := anew(text)) != text:
                    put(column, said)


def _table(table: QTableWidget, anew: Anew) -> None:
    for at in range(table.columnCount()):
        if (item := table.horizontalHeaderItem(at)) is not None:
            item.setText(anew(item.text()))
    for row in range(table.rowCount()):
        for column in range(table.columnCount()):
            if (item := table.item(row, column)) is not None:
                item.setText(anew(item.text()))
