"""The DICOM tags of the instance on screen, with search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from lungview.image import tags
from lungview.image.slice import Slice
from lungview.image.tags import Tag
from lungview.ui.language import speaking
from lungview.ui.shell import screens
from lungview.ui.studies.tasks import Task, Tasks


class TagsDialog(QDialog):
    """Reads in the background; a failure stands where the tags would be. hide_personal masks names."""

    def __init__(
        self, path: Path, member: str, tasks: Tasks, *, hide_personal: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        screens.resize_within(self, 860, 640)
        self._hide_personal, self._tasks = hide_personal, tasks
        self._file: tuple[Path, str] | None = None
        self._task: Task | None = None
        self._over = False
        self.message = QLabel(self.tr("Reading…"), wordWrap=True)
        self._make_tree()
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.message)
        layout.addWidget(self.tree)
        self.show_file(path, member)

    def show_file(self, path: Path, member: str = "") -> None:
        """Read the tags of a file, or of the member of a zip, in the place of those shown."""
        if self._file == (path, member):
            return
        self.show_nothing()
        self._file = path, member
        self.setWindowTitle(self.tr("DICOM tags of %1").replace("%1", Path(member or path).name))
        self.message.setText(self.tr("Reading…"))
        self._task = self._tasks.run(
            tags.read, path, member, on_result=self._on_tags, on_error=self._on_error
        )

    def follow(self, slice_: Slice | None) -> None:
        """Another picture is on screen, or none. Closed, and gone a moment later, it reads no more."""
        if self._over:
            return
        if slice_ is None or slice_.reformatted:  # no file holds it
            self.show_nothing()
        else:
            self.show_file(slice_.instance.path, slice_.instance.member)

    def show_nothing(self) -> None:
        """There is no picture whose tags could be read."""
        if self._task is not None:
            self._task.cancel()
        self._file, self._task = None, None
        self.setWindowTitle(self.tr("DICOM tags"))
        self.model.removeRows(0, self.model.rowCount())
        self.tree.setEnabled(True)
        self.message.setText(self.tr("No picture"))
        self.message.show()

    def _make_tree(self) -> None:
        self.search = QLineEdit(placeholderText=self.tr("Search tag, name or value"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search"))
        self.model = QStandardItemModel(0, 4, self)
        self.model.setHorizontalHeaderLabels(
            [self.tr("Tag"), self.tr("Name"), self.tr("VR"), self.tr("Value")]
        )
        self.found = QSortFilterProxyModel(self)
        self.found.setSourceModel(self.model)
        self.found.setRecursiveFilteringEnabled(True)
        self.found.setFilterKeyColumn(-1)
        self.found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.tree = QTreeView()
        self.tree.setModel(self.found)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setAccessibleName(self.tr("DICOM tags"))
        for column, width in enumerate((150, 260, 40)):
            self.tree.setColumnWidth(column, width)
        self.search.textChanged.connect(self._on_search)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self.tree)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        self._over = True
        super().done(result)

    def _on_tags(self, found: Sequence[Tag]) -> None:
        self._task = None
        for tag in found:
            self.model.appendRow(self._row(tag))
        hidden = self.tr("Names and the patient's data are hidden.") if self._hide_personal else ""
        self.message.setText(hidden)
        self.message.setVisible(bool(hidden))

    def _on_error(self, error: BaseException) -> None:
        self._task = None
        self.tree.setEnabled(False)
        self.message.setText(speaking.told(error))

    def _row(self, tag: Tag) -> list[QStandardItem]:
        value = self.tr("(hidden)") if tag.personal and self._hide_personal and tag.value else tag.value
        row = [QStandardItem(text) for text in (tag.number, tag.name, tag.vr, value)]
        row[0].setText(tag.number or tag.name)
        for child in tag.children:
            row[0].appendRow(self._row(child))
        return row

    def _on_search(self, text: str) -> None:
        self.found.setFilterFixedString(text.strip())
        if text.strip():
            self.tree.expandAll()

    def _copy(self) -> None:
        """The selected rows as lines of tab-separated text."""
        rows = self.tree.selectionModel().selectedRows()
        lines = ["\t".join(str(row.siblingAtColumn(c).data() or "") for c in range(4)) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))
