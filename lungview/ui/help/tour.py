"""The first tour: a line under the pictures that says what to try, and sees when it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolBar

from lungview import paths
from lungview.ui.help.steps import STEPS

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

_LOOK_MS = 250


class Tour(QToolBar):
    """Covers nothing, takes no key, and ends with its last step, its button, or Esc. ended follows once."""

    ended = Signal()

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._at, self._done = host, 0, False
        self._before: object = None
        self.setObjectName("tour")
        self.setMovable(False)
        self.setProperty("role", "notice")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.back, self.next, self.leave = QPushButton(), QPushButton(), QPushButton()
        self.addWidget(self.label)
        for button, act in ((self.back, self._back), (self.next, self._next), (self.leave, self.end)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the picture
            button.clicked.connect(act)
            self.addWidget(button)
        host.widget.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self)
        host.actions_table["edit.cancel"].triggered.connect(self.end)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        host.session.open([paths.resources() / "sample"])
        self._go(0)

    @property
    def step(self) -> int:
        """Which step is shown, from 0."""
        return self._at

    @property
    def done(self) -> bool:
        """Whether what the step asks for was done."""
        return self._done

    def end(self) -> None:
        """Leave; what was opened stays."""
        if self._timer.isActive():
            self._timer.stop()
            self._host.widget.removeToolBar(self)
            self.deleteLater()
            self._host.session.viewport.setFocus()
            self.ended.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _back(self) -> None:
        self._go(max(self._at - 1, 0))

    def _next(self) -> None:
        if self._at + 1 == len(STEPS):
            self.end()
        else:
            self._go(self._at + 1)

    def _go(self, at: int) -> None:
        self._at, self._done = at, False
        self._before = self._watched()
        self._say()
        self._host.session.viewport.setFocus()

    def _watched(self) -> object:
        watched = STEPS[self._at].watched
        return None if watched is None else watched(self._host)

    def _look(self) -> None:
        if not self._done and self._watched() != self._before:
            self._done = True
            self._say()

    def _say(self) -> None:
        place = self.tr("Step %1 of %2").replace("%1", str(self._at + 1)).replace("%2", str(len(STEPS)))
        sign = "✓ " if self._done else ""
        said = QCoreApplication.translate("Tour", STEPS[self._at].text)
        self.label.setText(f"{place} · {sign}{said}")
        self.label.setAccessibleName(self.label.text())
        last = self._at + 1 == len(STEPS)
        self.back.setText(self.tr("Back"))
        self.back.setEnabled(self._at > 0)
        self.next.setText(self.tr("Done") if last else self.tr("Next"))
        self.leave.setText(self.tr("Leave the tour"))
