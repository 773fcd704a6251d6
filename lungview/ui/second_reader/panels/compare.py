"""Every model on one slice: answers and heat maps side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.classify import words
from lungview.classify.case import Case, Prediction
from lungview.classify.classify import classify
from lungview.classify.error_rate import error_rate
from lungview.classify.heat import heatmap
from lungview.classify.kept import record
from lungview.classify.verdict import malignancy
from lungview.image.slice import Slice
from lungview.image.window import Window, display
from lungview.model.input import Box
from lungview.model.registry import Entry
from lungview.study.key import PictureId, picture_id
from lungview.ui.language import speaking
from lungview.ui.pane import qimage
from lungview.ui.second_reader import model_list
from lungview.ui.second_reader import reader as second_reader
from lungview.ui.studies.session import Session
from lungview.ui.studies.tasks import Task
from lungview.viewer.second_reader.heat_map_look import Look

SIDE = 128  # px of a heat map in the table
PICTURE, ANSWER, MALIGNANT = range(3)  # rows


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One model's column about a picture. map: uint8 (rows, columns, 3), or None when there is none."""

    entry: Entry
    case: Case
    picture: PictureId
    map: np.ndarray | None


class ComparePanel(QWidget):
    """A column a model that can judge what is on screen, those of one task together.

    A double click on a column, or Enter in it, makes its model the chosen one.
    """

    TITLE = "Compare"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._reader = session, second_reader.of(session)
        self._task: Task | None = None
        self.start, self.stop = QPushButton(self.tr("Compare all models")), QPushButton(self.tr("Stop"))
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.table = QTableWidget(3, 0)
        self.table.setVerticalHeaderLabels([self.tr("Heat map"), self.tr("Answer"), self.tr("Malignant")])
        self.table.setIconSize(QSize(SIDE, SIDE))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectColumns)
        self.table.setWordWrap(True)
        self.table.setRowHeight(PICTURE, SIDE + 4)
        self.table.setMinimumHeight(80)
        self.table.setHorizontalScrollMode(QTableWidget.ScrollMode.ScrollPerPixel)
        self.table.setVerticalScrollMode(QTableWidget.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setDefaultSectionSize(SIDE + 24)
        self.table.setAccessibleName(self.tr("Models on this slice"))
        row = QHBoxLayout()
        row.addWidget(self.start)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        self.start.clicked.connect(self.run)
        self.stop.clicked.connect(self.cancel)
        for signal in (self.table.cellDoubleClicked, self.table.cellActivated):
            signal.connect(lambda _row, column: self._on_column(column))
        session.slice_shown.connect(lambda _: self.clear())
        session.active_changed.connect(lambda _: self.clear())
        session.settings_changed.connect(lambda _: self._reflect())
        self._reader.box_changed.connect(self.clear)
        self._reader.answer_changed.connect(self._reflect)
        self._reflect()

    def run(self) -> None:
        """Classify the slice on screen with every model, one after the other."""
        self.clear()
        shown = self._reader.slice
        if shown is None or self._reader.hidden():
            return
        self._task = self._session.inference.stream(
            _compare,
            shown,
            self._able(shown),
            self._reader.box(shown),
            self._session.viewport.state.window,
            self._reader.look,
            on_event=self._add,
            on_result=lambda _: self._ended(),
            on_error=lambda error: self._ended(type(error).__name__),
        )
        self._reflect()

    def _able(self, shown: Slice) -> list[Entry]:
        entries = [entry for _, group in model_list.grouped(self._reader.entries) for entry in group]
        of_nodules = [e for e in entries if e.card.preparation == "box"]
        of_slices = [e for e in entries if e.card.preparation != "box"]
        # Whoever drew a box, or opened a nodule cut out beforehand, asks about the nodule first.
        asked = self._reader.box(shown) is not None or self._reader.is_crop(shown)
        return [*of_nodules, *of_slices] if asked else of_slices

    def cancel(self) -> None:
        """Stop after the model that runs; its column does not come."""
        if self._task is not None:
            self._task.cancel()
        self._ended()

    def clear(self) -> None:
        """Another slice, or another box on it: the columns were not about it."""
        self.cancel()
        self.table.setColumnCount(0)

    def _ended(self, problem: str = "") -> None:
        self._task = None
        if problem:
            self._session.told.emit(self.tr("The comparison stopped: %1").replace("%1", problem))
        self._reflect()

    def _reflect(self) -> None:
        running, hidden = self._task is not None, self._reader.hidden()
        shown = self._reader.slice
        asked = self._able(shown) if shown is not None else []
        able = bool(asked)
        left_out = len(self._reader.entries) - len(asked)
        self.start.setEnabled(able and not running and not hidden)
        self.stop.setEnabled(running)
        if hidden:
            self.table.setColumnCount(0)
            self.note.setText(self.tr("“I read first” is on: record your opinion first."))
        elif shown is not None and left_out:
            needed = self.tr("%1 nodule models are left out until you draw a box around a nodule.")
            self.note.setText(
                f"{speaking.said(words.NOT_A_LOCALISATION)} {needed.replace('%1', str(left_out))}"
            )
        else:
            self.note.setText(speaking.said(words.NOT_A_LOCALISATION))

    def _add(self, found: Compared) -> None:
        self._reader.add(found.case, found.picture, found.entry)  # there at once when this model is chosen
        at = self.table.columnCount()
        self.table.insertColumn(at)
        header = QTableWidgetItem(found.entry.card.name.replace(", ", "\n", 1))
        header.setData(Qt.ItemDataRole.UserRole, found.entry.card.id)
        header.setToolTip(
            f"{found.entry.card.name}\n{speaking.said(error_rate(found.entry.card, found.case))}"
        )
        self.table.setHorizontalHeaderItem(at, header)
        for row, text in ((ANSWER, _answer(found)), (MALIGNANT, _malignant(found))):
            item = QTableWidgetItem(text)
            item.setToolTip("\n".join((text, *_reasons(found))))
            self.table.setItem(row, at, item)
        self.table.resizeRowToContents(ANSWER)
        if found.map is not None:
            item = QTableWidgetItem()
            item.setIcon(QIcon(QPixmap.fromImage(qimage.from_array(found.map))))
            self.table.setItem(PICTURE, at, item)

    def _on_column(self, column: int) -> None:
        header = self.table.horizontalHeaderItem(column)
        if header is not None:
            self._reader.choose(header.data(Qt.ItemDataRole.UserRole))


def _answer(found: Compared) -> str:
    prediction = found.case.prediction
    if prediction is None:
        return speaking.said(found.case.error.message) if found.case.error else ""
    said = speaking.said(words.verdict(found.entry.card, prediction))
    if prediction.refused:
        return said
    said += f", {speaking.said(words.OVERRIDDEN)}" if prediction.suitability.overridden else ""
    word = "" if prediction.calibrated else f" {speaking.said(words.number_word(prediction)).lower()}"
    return f"{said}{word} {words.share(max(prediction.probabilities))}"


def _reasons(found: Compared) -> tuple[str, ...]:
    """Why the gate refused, if it did."""
    prediction = found.case.prediction
    return tuple(map(speaking.said, prediction.suitability.reasons)) if prediction is not None else ()


def _malignant(found: Compared) -> str:
    judged = found.case.judged
    total = malignancy(found.entry.card, judged.probabilities) if judged else None
    return "–" if total is None else words.share(total)


def _compare(
    emit: Callable[[object], None],
    cancelled: Callable[[], bool],
    shown: Slice,
    entries: Sequence[Entry],
    box: Box | None,
    window: Window,
    look: Look,
) -> None:
    for entry in entries:
        if cancelled():
            return
        used = box if entry.card.preparation == "box" else None
        case = record.answered(shown, classify(shown, entry, box=box), used)
        picture = _picture(shown, case.judged, window, look) if case.judged is not None else None
        emit(Compared(entry, case, picture_id(shown), picture))


def _picture(shown: Slice, found: Prediction, window: Window, look: Look) -> np.ndarray:
    values = heatmap.upsample(found, found.keys.index(found.label), shown.rows, shown.columns)
    layer = heatmap.rgba(values, opacity=look.opacity, threshold=look.threshold, colours=look.colours)
    picture = heatmap.overlay(display(shown, window), layer)
    factor = SIDE / max(shown.rows, shown.columns)
    size = (max(1, round(shown.columns * factor)), max(1, round(shown.rows * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
