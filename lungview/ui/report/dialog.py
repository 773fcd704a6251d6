"""The report dialog: what goes in, a preview of every page, then save or print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import shiboken6
from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.errors import LungViewError
from lungview.report.content import Layout
from lungview.report.formats import Format
from lungview.settings import Settings
from lungview.ui.language import speaking
from lungview.ui.report import pdf_pages
from lungview.ui.report.form import BATCH_FORMATS, FORMATS, ReportForm
from lungview.ui.report.page_preview import PagePreview
from lungview.ui.report.printing import PagePrinter
from lungview.ui.shell import screens
from lungview.viewer.common.background import Background, Call
from lungview.viewer.report_draft import Document, Wanted, layout_of

PREVIEW_DPI, PRINT_DPI = 80, 300
WAIT = 400  # ms after the last change before the preview is made anew
Gather = Callable[[Wanted], Document]
SaveWith = Callable[[Document, Path, Layout], None]


class ReportDialog(QDialog):
    """gather: makes a draft from what the reader wants. opinion: recorded before, to begin with.

    settings_chosen: page, patient, head, reader. send_asked: the reader wants to send it; sends: there is
    where to. Nothing is on disk before it is saved. formats: what can be
    saved. name: proposed for the file, no patient in it. save_with: writes a report that takes
    long, after this dialog.
    """

    settings_chosen = Signal(object)
    told = Signal(str)
    send_asked = Signal()

    def __init__(
        self,
        gather: Gather,
        settings: Settings,
        tasks: Background,
        parent: QWidget | None = None,
        *,
        opinion: str = "",
        formats: Sequence[Format] = FORMATS,
        name: str = "report",
        save_with: SaveWith | None = None,
        sends: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Report"))
        self._gather, self._tasks, self._save_with = gather, tasks, save_with
        self._name = name
        self._task: Call | None = None
        batch = self.tr("The preview holds the summary, the first rows and the first flagged cases.")
        self._saved = batch if formats is BATCH_FORMATS else ""
        self.form, self.sheets = ReportForm(settings, opinion, formats), PagePreview()
        self._lay_out()
        self.send.setVisible(sends)
        self._timer = QTimer(self, singleShot=True, interval=WAIT)
        self._timer.timeout.connect(self.preview)
        self.form.changed.connect(self._timer.start)
        screens.resize_within(self, 1120, 820)
        self.preview()

    def _lay_out(self) -> None:
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Save | kind.Close)
        self.print = QPushButton(self.tr("Print…"))
        buttons.addButton(self.print, QDialogButtonBox.ButtonRole.ActionRole)
        self.print.clicked.connect(self._print)
        self.send = QPushButton(self.tr("Send to…"))
        buttons.addButton(self.send, QDialogButtonBox.ButtonRole.ActionRole)
        self.send.clicked.connect(self.send_asked)
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.form)
        row.addWidget(self.sheets, 1)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(buttons)

    @property
    def pages(self) -> Sequence[np.ndarray]:
        """The pages on screen."""
        return self.sheets.pages

    def preview(self) -> None:
        """Make the pages anew in the background."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._tasks.run(
            _pages, *self._draft(), on_result=self._show_pages, on_error=self._on_error
        )

    def _draft(self) -> tuple[Document, Layout, str]:
        return self._gather(self.form.wanted), layout_of(self.form.settings), self.form.chosen_format.kind

    def writer(self) -> Callable[[str, Path], tuple[str, ...]]:
        """What writes, in the background, the DICOM object of a kind of what is on screen now."""
        self.settings_chosen.emit(self.form.settings)
        draft, layout, _ = self._draft()
        return lambda kind, path: draft.write(path, layout, kind)

    def save_to(self, path: Path) -> None:
        """Write the report in the chosen format; a name without a suffix gets the format's."""
        suffix = self.form.chosen_format.suffix
        target = path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
        self.settings_chosen.emit(self.form.settings)
        draft, layout, kind = self._draft()
        if self._save_with is not None:
            self._save_with(draft, target, layout)
            self.accept()
            return
        self._tasks.run(
            draft.write,
            target,
            layout,
            kind,
            on_result=lambda notes: self._on_saved(target, notes),
            on_error=self._on_error,
        )

    def _save(self) -> None:
        suffix = self.form.chosen_format.suffix
        proposed = str(documents() / f"{self._name}{suffix}")
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), proposed, f"*{suffix}")
        if name:
            self.save_to(Path(name))

    def _on_saved(self, path: Path, notes: Sequence[str] = ()) -> None:
        saved = self.tr("Saved: %1").replace("%1", path.name)
        self._saved = "\n".join((saved, *map(speaking.said, notes)))
        self._tell(self._saved)

    def _tell(self, text: str) -> None:
        if shiboken6.isValid(self):  # closed meanwhile: it was done nevertheless
            self.form.message.setText(text)
            self.told.emit(text)

    def _show_pages(self, found: list[np.ndarray]) -> None:
        self.sheets.show_pages(found)
        self.form.message.setText(self._saved)  # an error that is mended goes, what was saved stays said

    def _on_error(self, error: BaseException) -> None:
        if not shiboken6.isValid(self):
            return
        said, hint = speaking.told(error), error.hint if isinstance(error, LungViewError) else ""
        self.form.message.setText(f"{said}. {speaking.said(hint)}" if hint else said)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._print_on(printer))
        dialog.show()

    def _print_on(self, printer: QPrinter) -> None:
        draft, layout, kind = self._draft()
        self.form.message.setText(self.tr("Printing…"))
        self._paper = PagePrinter(printer)
        self._paper.run(
            self._tasks,
            lambda: pdf_pages.pages(draft.pdf(layout, kind), PRINT_DPI),
            self._on_printed,
            self._on_error,
        )

    def _on_printed(self, count: int) -> None:
        self._tell(self.tr("Pages printed: %1").replace("%1", str(count)))

    def done(self, result: int) -> None:
        """Qt's end of a dialog: the preview goes with it."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
        super().done(result)


def documents() -> Path:
    """The user's folder of documents, or home where there is none."""
    kind = QStandardPaths.StandardLocation
    found = Path(QStandardPaths.writableLocation(kind.DocumentsLocation))
    return found if found.is_dir() else Path(QStandardPaths.writableLocation(kind.HomeLocation))


def _pages(draft: Document, layout: Layout, kind: str) -> list[np.ndarray]:
    """The pages as they are saved, of a long report some; of a format without pages those of the PDF."""
    return list(pdf_pages.pages(draft.pdf(layout, kind, excerpt=True), PREVIEW_DPI))
