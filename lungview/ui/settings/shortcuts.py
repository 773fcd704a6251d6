"""Every shortcut and mouse gesture on one sheet; keys are changed where they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.ui.keys.bindings import Bindings
from lungview.ui.shell import screens

_ID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Entry:
    """An action on the sheet: id, translated text, translated menu without its mnemonic."""

    id: str
    text: str
    menu: str


class KeyEdit(QKeySequenceEdit):
    """One key; while it has the focus no shortcut of the window fires."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)
        self.setClearButtonEnabled(True)
        inner = self.findChild(QLineEdit)
        if inner is not None:
            inner.setAccessibleName(self.tr("New key"))  # the keys go there

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


class ShortcutsDialog(QDialog):
    """The sheet behind `?`. changed(Bindings) follows every rebinding, which is in force at once."""

    changed = Signal(object)

    def __init__(self, entries: Sequence[Entry], bindings: Bindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Shortcuts"))
        screens.resize_within(self, 620, 680)
        self.bindings = bindings
        self._texts = {entry.id: entry.text for entry in entries}
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._make_tree(entries)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)
        layout.addLayout(self._make_editor())
        layout.addWidget(self.message)
        self._show_keys()
        self._on_selected()

    def _make_tree(self, entries: Sequence[Entry]) -> None:
        self.search = QLineEdit(placeholderText=self.tr("Search action or key"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search"))
        self.search.textChanged.connect(self._on_search)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setColumnWidth(0, 360)
        self.tree.setAlternatingRowColors(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setAccessibleName(self.tr("Shortcuts"))
        self.tree.currentItemChanged.connect(self._on_selected)
        menus: dict[str, QTreeWidgetItem] = {}
        for entry in entries:
            if entry.menu not in menus:
                menus[entry.menu] = QTreeWidgetItem(self.tree, [entry.menu])
            row = QTreeWidgetItem(menus[entry.menu], [entry.text])
            row.setData(0, _ID, entry.id)
            self._rows[entry.id] = row
        mouse = QTreeWidgetItem(self.tree, [self.tr("Mouse")])
        for gesture, effect in self._mouse():
            QTreeWidgetItem(mouse, [effect, gesture])
        self._menus = (*menus.values(), mouse)
        self.tree.expandAll()

    def _mouse(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Left drag"), self.tr("Window width and level, or the chosen tool")),
            (self.tr("Ctrl + left drag"), self.tr("Window, fine")),
            (self.tr("Shift + left drag"), self.tr("Window, coarse")),
            (self.tr("Middle drag"), self.tr("Pan")),
            (self.tr("Right drag"), self.tr("Zoom")),
            (self.tr("Wheel"), self.tr("Slices")),
            (self.tr("Ctrl + wheel"), self.tr("Zoom to the cursor")),
            (self.tr("Double click on an annotation"), self.tr("Edit its text")),
            (self.tr("Double click"), self.tr("Full screen")),
        )

    def _make_editor(self) -> QHBoxLayout:
        self.key = KeyEdit()
        self.key.setAccessibleName(self.tr("New key"))
        self.key.keySequenceChanged.connect(self._on_key)
        self.add = QPushButton(self.tr("Add key"))
        self.clear = QPushButton(self.tr("Remove keys"))
        self.default = QPushButton(self.tr("Default"))
        self.all_default = QPushButton(self.tr("All defaults"))
        self.message = QLabel(wordWrap=True)
        self.message.setProperty("role", "warning")
        self.add.clicked.connect(self._on_add)
        self.clear.clicked.connect(self._on_clear)
        self.default.clicked.connect(self._on_default)
        self.all_default.clicked.connect(self._on_all_default)
        row = QHBoxLayout()
        row.addWidget(self.key, 1)
        for button in (self.add, self.clear, self.default, self.all_default):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    @property
    def selected(self) -> str:
        """The id of the selected action; "" for a heading or a gesture."""
        item = self.tree.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def select(self, action: str) -> None:
        self.tree.setCurrentItem(self._rows[action])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter must not press a button by accident; Esc closes.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(event)

    def _on_selected(self) -> None:
        for widget in (self.key, self.clear, self.default):
            widget.setEnabled(bool(self.selected))
        self.key.clear()
        self.message.clear()
        self.add.setEnabled(False)

    def _on_key(self, sequence: QKeySequence) -> None:
        """Say whose key it is before it is taken."""
        key = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        owner = self.bindings.owner(key) if key else ""
        self.add.setEnabled(bool(key) and owner != self.selected)
        taken = self.tr("%1 is the key of “%2”. Adding it here takes it away there.")
        self.message.setText(
            taken.replace("%1", key).replace("%2", self._texts.get(owner, owner)) if owner else ""
        )

    def _on_add(self) -> None:
        key = self.key.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if key and self.selected:
            self._change(self.bindings.given(self.selected, key))

    def _on_clear(self) -> None:
        changed = self.bindings
        for key in changed.keys(self.selected):
            changed = changed.taken(self.selected, key)
        self._change(changed)

    def _on_default(self) -> None:
        self._change(self.bindings.reset(self.selected))

    def _on_all_default(self) -> None:
        self._change(Bindings(self.bindings.defaults))

    def _change(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self._show_keys()
        self._on_selected()
        self.changed.emit(bindings)

    def _show_keys(self) -> None:
        native = QKeySequence.SequenceFormat.NativeText
        for action, row in self._rows.items():
            keys = [QKeySequence(key).toString(native) for key in self.bindings.keys(action)]
            row.setText(1, "   ".join(keys))

    def _on_search(self, text: str) -> None:
        wanted = text.strip().casefold()
        for menu in self._menus:
            rows = [row for row in map(menu.child, range(menu.childCount())) if row is not None]
            for row in rows:
                said = f"{row.text(0)} {row.text(1)} {menu.text(0)}".casefold()
                row.setHidden(wanted not in said)
            menu.setHidden(all(row.isHidden() for row in rows))
