"""All texts of a window, for comparison, by where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QSpinBox,
    QTabBar,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

NAMES = ("windowTitle", "toolTip", "accessibleName", "text", "title", "placeholderText", "suffix")
KINDS = (QAbstractButton, QAction, QDockWidget, QGroupBox, QLabel, QLineEdit, QMenu, QSpinBox, QWidget)


def texts(top: QObject) -> list[tuple[str, str]]:
    """Every text of an object and of what is in it, with the class and the property it belongs to."""
    found = [pair for each in (top, *top.findChildren(QObject)) for pair in _of(each)]
    return [(where, text) for where, text in found if text]


def _of(each: QObject) -> Iterator[tuple[str, str]]:
    if isinstance(each.parent(), QDialogButtonBox) or not isinstance(each, KINDS):
        return
    kind = type(each).__name__
    for name in NAMES:
        if isinstance(each.property(name), str) and not (name == "text" and isinstance(each, QLineEdit)):
            yield f"{kind}.{name}", each.property(name)
    if isinstance(each, QComboBox):
        yield from ((f"{kind}.item", each.itemText(at)) for at in range(each.count()))
    elif isinstance(each, QTabBar):
        yield from ((f"{kind}.tab", each.tabText(at)) for at in range(each.count()))
    elif isinstance(each, QTreeWidget):
        yield from ((f"{kind}.cell", text) for text in _cells(each))


def _cells(tree: QTreeWidget) -> Iterator[str]:
    waiting: list[QTreeWidgetItem] = [tree.headerItem(), tree.invisibleRootItem()]
    while waiting:
        item = waiting.pop(0)
        waiting += [item.child(at) for at in range(item.childCount())]
        yield from (item.text(column) for column in range(tree.columnCount()))
