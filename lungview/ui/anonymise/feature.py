"""Anonymised copies in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.shell.actions import FILE, QT_TRANSLATE_NOOP, Row

if TYPE_CHECKING:
    from lungview.ui.anonymise.dialog import AnonymiseDialog
    from lungview.ui.shell.host import Host
    from lungview.viewer.anonymised.copies import Source

_T = QT_TRANSLATE_NOOP
ROW = Row("file.anonymise", _T("Actions", "Anonymised copies…"), ("Ctrl+Shift+E",), FILE)


def install(host: Host) -> None:
    AnonymiseActions(host)


class AnonymiseActions(QObject):
    """The action that opens the dialog: one at a time."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        self.dialog: AnonymiseDialog | None = None
        host.actions_table.add_rows(ROW)
        host.actions_table.handle(ROW.id, self.open)
        host.when_closing(self._on_closing)

    def open(self) -> None:
        """Show the dialog; one whose copies are being written stays as it is."""
        from lungview.ui.anonymise.dialog import AnonymiseDialog

        if self.dialog is None:
            self.dialog = AnonymiseDialog(self.sources(), self._host.widget)
            self.dialog.finished.connect(lambda _: self._on_gone())
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def sources(self) -> list[tuple[str, Source]]:
        """What is open and can be copied: the study on screen, and all."""
        from lungview.viewer.anonymised.copies import of_series
        from lungview.viewer.studies.listed import study_of

        session = self._host.session
        shown, listed = session.stack.origin, session.series
        if shown is None or not listed:
            return []
        mine = [each for each in listed if study_of(each) == study_of(shown)]
        found = [(self.tr("This study (files: %1)"), of_series(mine, session.paths))]
        if len(mine) < len(listed):
            found.append((self.tr("All that is open (files: %1)"), of_series(listed, session.paths)))
        return [(text.replace("%1", f"{len(source.files):,}"), source) for text, source in found]

    def _on_gone(self) -> None:
        self.dialog = None

    def _on_closing(self) -> None:
        if self.dialog is not None:
            self.dialog.end()
