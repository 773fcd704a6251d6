"""Anonymised copies: what, where to, what is kept; then progress, and what became of every file."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.errors import LungViewError
from lungview.report.anonymise import run as work
from lungview.ui.anonymise.form import AnonymiseForm
from lungview.ui.anonymise.outcomes import Outcomes
from lungview.ui.language import speaking
from lungview.ui.shell import screens
from lungview.ui.studies.tasks import Task, Tasks
from lungview.viewer.anonymised import copies
from lungview.viewer.anonymised.copies import Result, Source


class AnonymiseDialog(QDialog):
    """Not modal: reading goes on meanwhile. sources: as `AnonymiseForm` has them."""

    def __init__(self, sources: Sequence[tuple[str, Source]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Anonymised copies"))
        self._tasks = Tasks(lambda: ThreadPoolExecutor(1, "lungview-anonymise"), self)
        self._task: Task | None = None
        self.form, self.outcomes = AnonymiseForm(sources, self), Outcomes(self)
        self.progress = QProgressBar()
        self.progress.hide()
        self.outcomes.hide()
        self._make_texts()
        self._make_buttons()
        self._lay_out()
        self.form.changed.connect(self._enable)
        self._enable()
        screens.resize_within(self, 760, 420)

    def _make_texts(self) -> None:
        self.about = QLabel(wordWrap=True)
        self.about.setProperty("role", "muted")
        self.about.setText(
            self.tr(
                "Copies by DICOM PS3.15 Annex E: names, numbers, dates, private attributes and unknown texts"
                " go, UIDs become others. Pixels stay: a face can be rebuilt from a CT of the head."
            )
        )
        self.status = QLabel(wordWrap=True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _make_buttons(self) -> None:
        self.start_button = QPushButton(self.tr("Write copies"), default=True)
        self.stop_button = QPushButton(self.tr("Stop"), autoDefault=False)
        self.close_button = QPushButton(self.tr("Close"), autoDefault=False)
        self.start_button.clicked.connect(self.start)
        self.stop_button.clicked.connect(self.stop)
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addStretch()
        for button in (self.start_button, self.stop_button, self.close_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.about)
        column.addWidget(self.form)
        column.addWidget(self.progress)
        column.addWidget(self.status)
        column.addWidget(self.outcomes, 1)
        column.addStretch()
        column.addLayout(row)

    @property
    def running(self) -> bool:
        return self._task is not None

    def start(self) -> None:
        """Write what is asked for."""
        wanted = self.form.wanted
        if wanted is None or self.running:
            return
        self.outcomes.hide()
        self._say(self.tr("Looking for files…"))
        self.progress.setRange(0, 0)
        self.progress.show()
        self._task = self._tasks.stream(
            copies.make, wanted, on_event=self._on_step, on_result=self._on_done, on_error=self._on_error
        )
        self._enable()

    def stop(self) -> None:
        """End it: nothing of the copies is left."""
        if self._task is not None:
            self._task.cancel()
            self._end(self.tr("Stopped. Nothing was written."))

    def end(self) -> None:
        """The program ends."""
        self._tasks.close()

    def done(self, result: int) -> None:
        """Closed by its button, by Esc or by the frame: what is under way is stopped."""
        self._tasks.close()
        super().done(result)

    def _on_step(self, step: tuple[int, int]) -> None:
        done, total = step
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self._say(self.tr("%1 of %2 files").replace("%1", f"{done:,}").replace("%2", f"{total:,}"))

    def _on_done(self, result: Result) -> None:
        self._end(self.said(result))
        self.outcomes.show_outcomes(result.told)
        self.outcomes.setVisible(bool(result.told))
        if result.told and self.height() < 560:
            screens.resize_within(self, self.width(), 600)

    def said(self, result: Result) -> str:
        """How many were written, that they were looked through, and how many were not."""
        if not result.written:
            return self.tr("No file could be copied, nothing was written.")
        lines = [
            self.tr("%1 files written to %2")
            .replace("%1", f"{result.written:,}")
            .replace("%2", str(result.out)),
            self.tr(
                "The bytes of each were searched: no name, number, date, text or UID taken away is in them."
            ),
        ]
        counted = (
            (work.BURNED_IN, self.tr("%1 may show a name in the picture.")),
            (work.FAILED, self.tr("%1 could not be copied.")),
            (work.LEFT_OUT, self.tr("%1 were left out.")),
        )
        more = [text.replace("%1", f"{result.counts[s]:,}") for s, text in counted if result.counts[s]]
        return "\n".join((*lines, " ".join(more))).strip()

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, LungViewError):
            said = error.message[:1].upper() + error.message[1:] + "."
            self._end(speaking.said(f"{said} {error.hint}".strip()))
        else:
            self._end(self.tr("It failed: %1").replace("%1", type(error).__name__))

    def _end(self, said: str) -> None:
        self._task = None
        self.progress.hide()
        self._say(said)
        self._enable()

    def _say(self, text: str) -> None:
        self.status.setText(text)

    def _enable(self) -> None:
        self.form.setEnabled(not self.running)
        self.start_button.setEnabled(not self.running and self.form.wanted is not None)
        self.stop_button.setEnabled(self.running)
