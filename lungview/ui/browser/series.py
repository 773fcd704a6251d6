"""The series browser: patients, studies, series; fills while files are being listed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QIcon, QPixmap
from PySide6.QtWidgets import QProgressBar, QPushButton, QTreeWidgetItem, QVBoxLayout, QWidget

from lungview.image.values import dates, person
from lungview.image.values.same_person import person_of
from lungview.ui.browser.series_tree import KEY, SeriesTree
from lungview.ui.language import speaking
from lungview.ui.pane import qimage
from lungview.ui.studies.session import Session
from lungview.ui.studies.tasks import Task
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.image.slice import Patient
    from lungview.sources.files.scan import Scan
    from lungview.study.series import Series


class SeriesPanel(QWidget):
    """A tree of what is open; a click or Enter shows a series."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.tree = SeriesTree()
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Files listed"))
        self.progress.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.tree)
        self._column.addWidget(self.progress)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: dict[tuple[str, ...], QTreeWidgetItem] = {}
        self._people: dict[tuple[str, ...], Patient] = {}
        self._thumbnails: dict[str, Task] = {}
        self._named = session.viewport.state.overlays.patient
        self._connect()
        for series in session.series:  # opened before the panel was made
            self._on_found(series)
        if session.stack.series is not None:
            self._on_shown(session.stack.series)

    def offer(self, action: QAction) -> None:
        """A button under the list, there while the action is possible."""
        button = QPushButton(action.text())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setVisible)
        self._column.addWidget(button)
        button.setVisible(action.isEnabled())

    def _connect(self) -> None:
        self._session.opening.connect(self._on_opening)
        self._session.replaced.connect(self._on_replaced)
        self._session.scan_stopped.connect(self.progress.hide)
        self._session.series_found.connect(self._on_found)
        self._session.relisted.connect(self._on_relisted)
        self._session.scan_progress.connect(self._on_progress)
        self._session.scan_ended.connect(self._on_ended)
        self._session.series_shown.connect(self._on_shown)
        self._session.active_changed.connect(lambda _: self._on_shown(self._session.stack.series))
        self._session.view_changed.connect(self._on_view)
        self.tree.itemActivated.connect(self._on_chosen)
        self.tree.itemClicked.connect(self._on_chosen)
        self.tree.close_wanted.connect(self._on_close)

    def changeEvent(self, event: QEvent) -> None:
        """The rows hold the files' own words, which nothing but this panel may say anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._on_relisted()
            self._name_people()

    def _on_opening(self, _: object) -> None:
        self.progress.setRange(0, 0)
        self.progress.show()

    def _on_replaced(self) -> None:
        self.tree.clear()
        self._items.clear()
        self._groups.clear()
        self._people.clear()
        for task in self._thumbnails.values():
            task.cancel()
        self._thumbnails.clear()

    def _on_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _on_ended(self, _: Scan) -> None:
        self.progress.hide()
        self._sort([series.key for series in self._session.series])

    def _on_relisted(self) -> None:
        for series in self._session.series:
            self._on_found(series)
        self._sort([series.key for series in self._session.series])

    def _sort(self, keys: list[str]) -> None:
        """Put the rows in the order of the scan, scouts last; rows of what was split since go."""
        current = self.tree.currentItem()
        for key in list(self._items):
            if key not in keys:
                _detached(self._items.pop(key))
                if key in self._thumbnails:
                    self._thumbnails.pop(key).cancel()
        for item in [self._items[key] for key in keys if key in self._items]:
            parent = item.parent()
            if parent is not None:
                parent.addChild(_detached(item))
        self._drop_empty_groups()
        if current is not None and current in self._items.values():
            self.tree.setCurrentItem(current)

    def _drop_empty_groups(self) -> None:
        """Studies and patients of which nothing is listed any more; the studies first."""
        for key in sorted(self._groups, key=len, reverse=True):
            group = self._groups[key]
            if group.childCount() == 0:
                _detached(group)
                self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(group))
                del self._groups[key]
                self._people.pop(key, None)
        self._name_people()

    def _on_close(self, keys: tuple[str, ...]) -> None:
        self._session.close_series([each for each in self._session.series if each.key in keys])

    def _on_found(self, series: Series) -> None:
        item = self._items.get(series.key)
        if item is None:
            item = QTreeWidgetItem(self._study_of(series))
            item.setData(0, KEY, series.key)
            self._items[series.key] = item
            self._ask_thumbnail(series)
        item.setText(0, self._describe(series))
        item.setToolTip(0, "\n".join(map(speaking.said, series.warnings)))

    def _study_of(self, series: Series) -> QTreeWidgetItem:
        patient_key = person_of(series.patient)
        patient = self._patient(patient_key, series.patient)
        study_key = (*patient_key, series.study.study_instance_uid)
        text = "  ".join(filter(None, (dates.date_text(series.study.date), series.study.description)))
        return self._group(study_key, patient, text)

    def _patient(self, key: tuple[str, ...], who: Patient) -> QTreeWidgetItem:
        """The row of a patient; numbered while patients are hidden."""
        item = self._group(key, None, "")
        if key not in self._people:
            self._people[key] = who
            self._name_people()
        return item

    def _name_people(self) -> None:
        """Names as in a list; two people of one name are told apart by more."""
        names = {key: _name_of(who) or self.tr("(no name)") for key, who in self._people.items()}
        same = Counter(names.values())
        for number, (key, who) in enumerate(self._people.items(), 1):
            more = (who.patient_id, dates.date_text(who.birth_date), who.sex) if same[names[key]] > 1 else ()
            hidden = self.tr("Patient %1").replace("%1", str(number))
            shown = "  ".join(filter(None, (names[key], *more)))
            self._groups[key].setText(0, shown if self._named else hidden)

    def _on_view(self, _: ViewState, after: ViewState) -> None:
        """One key hides the patient here too."""
        if after.overlays.patient != self._named:
            self._named = after.overlays.patient
            self._name_people()

    def _group(self, key: tuple[str, ...], parent: QTreeWidgetItem | None, text: str) -> QTreeWidgetItem:
        if key not in self._groups:
            group = QTreeWidgetItem(parent) if parent is not None else QTreeWidgetItem(self.tree)
            group.setText(0, text or self.tr("(no name)"))
            group.setExpanded(True)
            self._groups[key] = group
        return self._groups[key]

    def _describe(self, series: Series) -> str:
        number = len(series.instances)
        count = self.tr("1 slice") if number == 1 else self.tr("%1 slices").replace("%1", str(number))
        warned = self.tr("⚠ Warnings: %1").replace("%1", str(len(series.warnings))) if series.warnings else ""
        name = series.description or self.tr("(no description)")
        return "\n".join(filter(None, (name, f"{series.modality}  {count}".strip(), warned)))

    def _ask_thumbnail(self, series: Series) -> None:
        from lungview.study.series import thumbnail

        self._thumbnails[series.key] = self._session.idle.run(
            thumbnail,
            series,
            on_result=lambda pixels: self._on_thumbnail(series.key, pixels),
            on_error=lambda _: self._on_thumbnail(series.key, None),
        )

    def _on_thumbnail(self, key: str, pixels: np.ndarray | None) -> None:
        item = self._items.get(key)
        if item is not None and pixels is not None:
            pixmap, icon = QPixmap.fromImage(qimage.from_array(pixels)), QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint the selected one
                icon.addPixmap(pixmap, mode)
            item.setIcon(0, icon)

    def _on_chosen(self, item: QTreeWidgetItem) -> None:
        key = item.data(0, KEY)
        found = next((series for series in self._session.series if series.key == key), None)
        if found is not None:
            self._session.show_beside(found)
            self._session.viewport.setFocus()

    def _on_shown(self, series: Series | None) -> None:
        """Mark the series of the active view; none while it is empty."""
        item = self._items.get(series.key) if series is not None else None
        if item is not None or series is None:
            self.tree.setCurrentItem(item)  # type: ignore[arg-type]  # None takes the mark away


def _name_of(who: Patient) -> str:
    return person.short(who.name) or who.patient_id


def _detached(item: QTreeWidgetItem) -> QTreeWidgetItem:
    parent = item.parent()
    if parent is not None:
        parent.removeChild(item)
    return item
