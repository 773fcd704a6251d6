"""The marks of a study as rows: slice, what it is, the reader's name, what it measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from lungview.ui.keys.focus_keys import NAMES_ROWS
from lungview.ui.shell.views.long_texts import LongTexts
from lungview.viewer.marks_list.listed import Listed
from lungview.viewer.marks_list.numbers import ContourStack, Numbers
from lungview.viewer.marks_list.table import ml, word

SLICE, MARK, NAME, SAID = range(4)
_ID = Qt.ItemDataRole.UserRole
_LONGEST = 1000  # characters of a name
_WIDEST = 110  # px of a column
_Flag = Qt.ItemFlag


class MarksTree(QTreeWidget):
    """went(id) follows a choice by mouse or key, renamed(id, text) and hidden(id, bool) the reader's hand."""

    went = Signal(str)
    renamed = Signal(str, str)
    hid = Signal(str, bool)
    written = Signal()  # the entry of a name was closed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderLabels([self.tr("Slice"), self.tr("Mark"), self.tr("Name"), self.tr("Measures")])
        self.headerItem().setToolTip(SLICE, self.tr("Ticked: on the picture. Reports keep what is hidden."))
        self.headerItem().setToolTip(
            NAME, self.tr("Double click to write. Contours of one name are one volume.")
        )
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(False)
        self.setAlternatingRowColors(True)
        self.setMinimumHeight(84)
        self.setProperty(NAMES_ROWS, True)
        self.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)  # only names are written
        self.setAccessibleName(self.tr("Marks of the study"))
        header = self.header()
        header.setStretchLastSection(True)
        for column in (SLICE, MARK, NAME):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setMaximumSectionSize(_WIDEST)  # the last one takes what is left
        LongTexts(self)
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._writing = ""  # the mark whose name was written last
        self.currentItemChanged.connect(self._on_current)
        self.itemClicked.connect(lambda item, _: self._on_current(item, None))
        self.itemDoubleClicked.connect(lambda item, _: self.edit_name(str(item.data(SLICE, _ID))))
        self.itemChanged.connect(self._on_item)

    def sizeHint(self) -> QSize:
        return QSize(280, 110)

    def show_marks(
        self,
        marks: Sequence[Listed],
        measured: Mapping[str, Numbers],
        stacks: Sequence[ContourStack],
        hidden: frozenset[str],
        chosen: str,
    ) -> None:
        """Show these rows, volumes last; where the reader is writing the name of one, only after that."""
        if self.state() == QTreeWidget.State.EditingState:
            if self._writing in {each.drawn.id for each in marks}:
                return
            self._stop_writing()
        at = self.verticalScrollBar().value()
        self.blockSignals(True)
        self.clear()
        self._rows = {each.drawn.id: self._mark(each, measured, hidden) for each in marks}
        self.addTopLevelItems([*self._rows.values(), *(_volume(each) for each in stacks)])
        self.verticalScrollBar().setValue(at)
        self.blockSignals(False)
        self.choose(chosen)

    def choose(self, annotation_id: str) -> None:
        """Mark the row of a mark; none for an id that is not listed."""
        self.blockSignals(True)
        item = self._rows.get(annotation_id)
        if item is None:
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentItem(item)
            self.scrollToItem(item)
        self.blockSignals(False)

    def edit_name(self, annotation_id: str) -> None:
        if annotation_id in self._rows:
            self._writing = annotation_id
            self.editItem(self._rows[annotation_id], NAME)

    def _stop_writing(self) -> None:
        """Close the entry of a mark that is listed no more: its row must not stay beside another study."""
        self.blockSignals(True)
        for entry in self.viewport().findChildren(QLineEdit):
            self.closeEditor(entry, QAbstractItemDelegate.EndEditHint.RevertModelCache)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() == Qt.Key.Key_F2 and item is not None:
            self.edit_name(str(item.data(SLICE, _ID)))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chart of the chosen mark comes and goes below: its row stays in sight."""
        super().resizeEvent(event)
        item = self.currentItem()
        if item is not None:
            self.scrollToItem(item)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.written.emit()

    def _mark(self, each: Listed, measured: Mapping[str, Numbers], hidden: frozenset[str]) -> QTreeWidgetItem:
        known = measured.get(each.drawn.id)
        where = "–" if each.place is None else str(each.place.index + 1)
        kind = QCoreApplication.translate("Marks", word(each.drawn.kind))
        item = QTreeWidgetItem([where, kind, each.drawn.text, self._said(each, known)])
        item.setData(SLICE, _ID, each.drawn.id)
        item.setFlags(item.flags() | _Flag.ItemIsUserCheckable | _Flag.ItemIsEditable)
        on = each.drawn.id not in hidden
        item.setCheckState(SLICE, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        if each.place is not None and each.place.series.description:
            item.setToolTip(MARK, each.place.series.description)
        item.setToolTip(SAID, item.text(SAID))
        return item

    def _said(self, each: Listed, known: Numbers | None) -> str:
        if each.picture.name.reformatted:
            return self.tr("On a plane cut from the series")
        if each.place is None:
            return self.tr("Its picture is not open")
        if known is None:
            return self.tr("Reading…")
        return ", ".join(known.said) or known.why

    def _on_current(self, item: QTreeWidgetItem | None, _: object) -> None:
        if item is not None and item.data(SLICE, _ID):
            self.went.emit(str(item.data(SLICE, _ID)))

    def _on_item(self, item: QTreeWidgetItem, column: int) -> None:
        annotation_id = str(item.data(SLICE, _ID))
        if column == NAME:
            self.renamed.emit(annotation_id, item.text(NAME)[:_LONGEST])
        elif column == SLICE:
            self.hid.emit(annotation_id, item.checkState(SLICE) is Qt.CheckState.Unchecked)


def _volume(stack: ContourStack) -> QTreeWidgetItem:
    translate = QCoreApplication.translate
    if stack.volume is None:
        said = stack.why
    else:
        said = translate("Marks", "%1 of %2 slices").replace("%1", ml(stack.volume.mm3))
        said = said.replace("%2", str(stack.volume.slices))
        if stack.volume.missing:
            said += "\n" + translate("Marks", "Slices bridged: %1").replace("%1", str(stack.volume.missing))
    item = QTreeWidgetItem(["", translate("Marks", "Volume"), stack.name, said])
    item.setFlags(_Flag.ItemIsEnabled)
    item.setToolTip(SAID, said)
    for column in range(4):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return item
