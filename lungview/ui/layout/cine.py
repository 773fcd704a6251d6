"""Cine: the slices of the active view one after the other, at a steady rate."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QSpinBox, QWidget

from lungview.ui.shell.host import Host
from lungview.ui.studies.session import Session


def install(host: Host) -> None:
    """The action, and the rate beside it in the toolbar; another series ends the play."""
    cine = Cine(host.session, host.widget)
    action = host.actions_table.handle("slice.cine", lambda _on: None)
    host.session.opening.connect(lambda _: action.setChecked(False))
    action.toggled.connect(cine.play)
    host.beside_tools(rate_field(cine, host.session.settings.cine_fps, host.widget))


class Cine(QObject):
    """Plays round and round; waits for a slice that is not decoded yet rather than skip it."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self.set_rate(session.settings.cine_fps)

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def play(self, on: bool) -> None:
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    def set_rate(self, fps: float) -> None:
        """Slices a second."""
        self._timer.setInterval(round(1000 / fps))

    def _on_tick(self) -> None:
        stack = self._session.stack
        if stack.count > 1 and not stack.pending:
            stack.go((stack.index + 1) % stack.count)


def rate_field(cine: Cine, fps: float, parent: QWidget) -> QSpinBox:
    """A field for the rate of `cine`."""
    field = QSpinBox(parent)
    field.setRange(1, 60)
    field.setValue(round(fps))
    field.setSuffix(cine.tr(" /s"))
    field.setAccessibleName(cine.tr("Cine, slices a second"))
    field.setToolTip(field.accessibleName())
    field.setKeyboardTracking(False)
    field.valueChanged.connect(cine.set_rate)
    return field
