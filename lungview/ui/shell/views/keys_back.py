"""The keys go back to the picture when what had them is no longer there."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget, QToolBar, QWidget

from lungview.ui.studies.session import Session

_PARTS = QDockWidget | QToolBar


class KeysBack(QObject):
    """Qt gives the keys of a widget that is hidden or switched off to the next in the row of all.

    That may be a field of the tool bar, where digits are typed into it. A neighbour in the same panel
    keeps them.
    """

    def __init__(self, session: Session, around: QWidget) -> None:
        super().__init__(around)
        self._session = session
        self._around = around
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_change)

    def _on_change(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is None or new is None or not old.window() is new.window() is self._around.window():
            return
        if self._part(old) is not self._part(new):
            # Qt moves on before it hides: whether it does is known when this turn has ended.
            QTimer.singleShot(0, self, lambda: self._look(old, new))

    def _look(self, old: QWidget, new: QWidget) -> None:
        gone = not shiboken6.isValid(old) or not old.isVisible() or not old.isEnabled()
        if gone and shiboken6.isValid(new) and new.hasFocus():
            self._session.viewport.setFocus()

    def _part(self, widget: QWidget) -> QWidget:
        """The views, or the panel or tool bar that a widget is in, or itself."""
        at: QWidget | None = widget
        while at is not None and at is not self._around and not isinstance(at, _PARTS):
            at = at.parentWidget()
        return at or widget
