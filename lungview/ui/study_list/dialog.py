"""The list of studies at hand: search, order, how far each is read; opens them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lungview.errors import Cancelled, LungViewError
from lungview.ui.language import speaking
from lungview.ui.shell import screens
from lungview.ui.shell.views.long_texts import LongTexts
from lungview.ui.studies.tasks import Task, Tasks
from lungview.ui.study_list.table import PICTURE, STUDY, StudyFilter, StudyTable
from lungview.viewer.study_list import work
from lungview.viewer.study_list.entry import Entry, Reading
from lungview.viewer.study_list.noted import THUMBNAIL

if TYPE_CHECKING:
    from lungview.ui.studies.session import Session
    from lungview.ui.study_list.opener import StudyOpener
    from lungview.viewer.study_list.keeper import StudyKeeper
    from lungview.viewer.study_list.work import Change

_WIDTHS = (THUMBNAIL + 8, 190, 110, 90, 200, 70, 70, 90, 130)


class StudyListDialog(QDialog):
    """Not modal. Enter or a double click opens a study."""

    def __init__(
        self, session: Session, keeper: StudyKeeper, opener: StudyOpener, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Studies at hand"))
        self._session, self._keeper, self._opener = session, keeper, opener
        self._looking = Tasks(lambda: ThreadPoolExecutor(1, "lungview-look"), self)
        self._task: Task | None = None
        self.table = StudyTable(self)
        self.filter = StudyFilter(self.table, self)
        self._make_fields()
        self._make_view()
        self._make_buttons()
        self._lay_out()
        self._connect()
        screens.resize_within(self, 1080, 600)

    def _make_fields(self) -> None:
        self.search, self.kind = QLineEdit(), QComboBox()
        self.search.setPlaceholderText(self.tr("Name, ID, date, study, modality"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        texts = (self.tr("All"), self.tr("Not read yet"), self.tr("Read"))
        for kind, text in zip(StudyFilter.KINDS, texts, strict=True):
            self.kind.addItem(text, kind)
        self.kind.setAccessibleName(self.tr("Which studies"))
        self.status, self.privacy = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.privacy.setProperty("role", "muted")
        self.progress = QProgressBar()
        self.progress.hide()

    def _make_view(self) -> None:
        view = self.view = QTableView()
        view.setModel(self.filter)
        view.setAccessibleName(self.tr("Studies at hand"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        view.setWordWrap(False)
        view.setShowGrid(False)
        LongTexts(view)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(THUMBNAIL + 4)
        head = view.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            view.setColumnWidth(column, width)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(STUDY, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(PICTURE, QHeaderView.ResizeMode.Fixed)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorClearable(True)  # the third click: the order of reading again
        view.setSortingEnabled(True)

    def _make_buttons(self) -> None:
        def button(text: str, slot: Callable[[], object]) -> QPushButton:
            made = QPushButton(text, autoDefault=False)
            made.clicked.connect(lambda: slot())
            return made

        self.open_button = button(self.tr("Open"), self.open_chosen)
        self.read_button = button(self.tr("Read"), lambda: self._note(Reading.READ))
        self.unread_button = button(self.tr("To read"), lambda: self._note(Reading.UNREAD))
        self.up_button = button(self.tr("Earlier"), lambda: self._move(-1))
        self.down_button = button(self.tr("Later"), lambda: self._move(1))
        self.order_button = button(self.tr("Read in this order"), self._keep_order)
        self.add_button = button(self.tr("Add folder…"), self._ask_folder)
        self.stop_button = button(self.tr("Stop"), self.stop)
        self.remove_button = button(self.tr("Take off the list"), self._remove)
        self.clear_button = button(self.tr("Clear the list…"), self._ask_clear)
        self.close_button = button(self.tr("Close"), self.close)
        self.stop_button.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addLayout(_row(self.search, self.kind))
        column.addWidget(self.view, 1)
        chosen = (self.open_button, self.read_button, self.unread_button)
        column.addLayout(
            _row(*chosen, self.up_button, self.down_button, self.order_button, self.remove_button)
        )
        column.addWidget(self.progress)
        column.addWidget(self.status)
        column.addWidget(self.privacy)
        column.addLayout(_row(self.add_button, self.stop_button, self.clear_button, None, self.close_button))

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda text: self.filter.choose(text=text))
        self.kind.activated.connect(lambda _: self.filter.choose(kind=self.kind.currentData()))
        self.view.activated.connect(lambda _: self.open_chosen())
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        for signal in (self.filter.layoutChanged, self.filter.modelReset, self.filter.rowsRemoved):
            signal.connect(self._enable)
        self._keeper.changed.connect(self._on_changed)
        self._keeper.begun_anew.connect(lambda said: self.status.setText(speaking.said(said)))
        self._session.view_changed.connect(lambda _, after: self._name(after.overlays.patient))
        self._session.settings_changed.connect(lambda _: self._say_privacy())
        self._name(self._session.viewport.state.overlays.patient)
        self._say_privacy()
        self._enable()

    def chosen(self) -> list[Entry]:
        """The studies of the selected rows, in the order they are shown."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.filter.entry(row) for row in rows]

    def open_chosen(self) -> None:
        """Open the first that is chosen."""
        if chosen := self.chosen():
            self._opener.open(chosen[0])

    def add_folder(self, folder: Path) -> None:
        """List what is below a folder, without opening it."""
        if self._task is not None:
            return
        self.progress.setRange(0, 0)
        self._task = self._looking.stream(
            work.look_through,
            folder,
            on_event=self._on_step,
            on_result=self._on_added,
            on_error=self._on_error,
        )
        self._busy(True)

    def stop(self) -> None:
        """End adding: nothing of the folder is listed."""
        if self._task is not None:
            self._task.cancel()
            self._end(self.tr("Stopped. Nothing was added."))

    def end(self) -> None:
        """The program ends."""
        self._looking.close()

    def _on_changed(self, found: tuple[Entry, ...]) -> None:
        keys = {entry.key for entry in self.chosen()}
        self.table.show_entries(found)
        for row, entry in enumerate(self.filter.shown()):
            if entry.key in keys:
                flags = self.view.selectionModel().SelectionFlag
                self.view.selectionModel().select(self.filter.index(row, 0), flags.Select | flags.Rows)
        self._looking.run(work.gone, found, on_result=self.table.mark_gone, on_error=self._on_error)
        self._enable()

    def _note(self, reading: Reading) -> None:
        keys = [entry.key for entry in self.chosen()]
        self._keeper.change(lambda store: store.read(keys, reading))

    def _move(self, step: int) -> None:
        """Have the chosen study read a place earlier or later than its neighbour in the list."""
        (entry,) = self.chosen()
        keys = [each.key for each in self.filter.shown()]
        at = keys.index(entry.key)
        keys[at], keys[at + step] = keys[at + step], keys[at]
        self._arrange(keys)

    def _keep_order(self) -> None:
        self._arrange([entry.key for entry in self.filter.shown()])
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)

    def _arrange(self, keys: list[tuple[str, str]]) -> None:
        """Put studies in this order, in the places that they have among the others."""
        mine, order = set(keys), iter(keys)
        whole = [next(order) if entry.key in mine else entry.key for entry in self.table.entries]
        self._keeper.change(lambda store: store.arrange(whole))

    def _remove(self) -> None:
        keys = [entry.key for entry in self.chosen()]
        self._keeper.change(lambda store: store.remove(keys))

    def _ask_clear(self) -> None:
        asked = QMessageBox(QMessageBox.Icon.Question, self.tr("Clear the list"), "", parent=self)
        asked.setText(self.tr("Forget all studies of this list? Their files, and what you drew, stay."))
        clear = asked.addButton(self.tr("Clear"), QMessageBox.ButtonRole.DestructiveRole)
        asked.addButton(QMessageBox.StandardButton.Cancel)
        clear.clicked.connect(self.clear)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.open()

    def clear(self) -> None:
        """Forget every study."""
        self._keeper.change(lambda store: store.clear())

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Add the studies of a folder"))
        if folder:
            self.add_folder(Path(folder))

    def _on_step(self, step: tuple[int, int]) -> None:
        self.progress.setRange(0, step[1])
        self.progress.setValue(step[0])

    def _on_added(self, result: tuple[int, Change]) -> None:
        self._task = None  # what is found is listed now: it is too late to stop
        said = self.tr("Studies found: %1").replace("%1", str(result[0]))

        def on_listed(entries: tuple[Entry, ...]) -> None:
            self._end(said)
            self._keeper.changed.emit(entries)

        self._keeper.ask(work.changed, result[1], on_result=on_listed, on_error=self._on_error)

    def _on_error(self, error: BaseException) -> None:
        kind = self.tr("It failed: %1").replace("%1", type(error).__name__)
        if not isinstance(error, Cancelled):
            self._end(speaking.said(error.message) if isinstance(error, LungViewError) else kind)

    def _end(self, said: str) -> None:
        self._task = None
        self._busy(False)
        self.status.setText(said)

    def _busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.add_button.setEnabled(not busy)

    def _name(self, named: bool) -> None:
        if named != self.table.named:
            self.table.name_patients(named)
            self.filter.choose()

    def _say_privacy(self) -> None:
        on = self.tr("Names, places of files and small pictures, on this computer alone. No file is copied.")
        off = self.tr("The list is off: what is opened is not noted. Settings › General has the switch.")
        self.privacy.setText(on if self._session.settings.study_list else off)

    def _enable(self) -> None:
        chosen, shown = self.chosen(), self.filter.rowCount()
        for button in (self.open_button, self.read_button, self.unread_button, self.remove_button):
            button.setEnabled(bool(chosen))
        one = len(chosen) == 1 and not self.filter.sorted
        at = self.view.selectionModel().selectedRows()[0].row() if one else -1
        self.up_button.setEnabled(one and at > 0)
        self.down_button.setEnabled(one and at < shown - 1)
        self.order_button.setEnabled(self.filter.sorted and shown > 1)
        self.clear_button.setEnabled(bool(self.table.entries))


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None is room."""
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch()
        else:
            row.addWidget(widget)
    return row
