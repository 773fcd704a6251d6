"""Window width and level as numbers, and the presets beside them."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from lungview.image.window import VoiLutFunction, Window
from lungview.ui.pane.tools.window import MOST, least_width
from lungview.ui.studies.session import Session
from lungview.viewer.state import ViewState


class WindowFields(QWidget):
    """Shows the window in force and takes another; Enter gives the keys back to the picture."""

    def __init__(self, session: Session, presets: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.width_field = self._field(self.tr("Window width"), 1.0)
        self.level_field = self._field(self.tr("Window level"), -MOST)
        self.presets = QToolButton()
        self.presets.setText(self.tr("Presets"))
        self.presets.setMenu(presets)
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        for label, field in ((self.tr("&W"), self.width_field), (self.tr("&L"), self.level_field)):
            name = QLabel(label)
            name.setBuddy(field)
            row.addWidget(name)
            row.addWidget(field)
        row.addWidget(self.presets)
        session.view_changed.connect(lambda _before, after: self._show(after))
        session.active_changed.connect(lambda viewport: self._show(viewport.state))
        self._show(session.viewport.state)

    def begin(self) -> None:
        """Let the user type."""
        self.width_field.setFocus()
        self.width_field.selectAll()

    def _field(self, name: str, least: float) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setRange(least, MOST)
        field.setDecimals(1)
        field.setKeyboardTracking(False)
        field.setGroupSeparatorShown(False)
        field.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        field.setFixedWidth(66)
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.valueChanged.connect(self._on_typed)
        field.lineEdit().returnPressed.connect(lambda: self._session.viewport.setFocus())
        return field

    def _on_typed(self) -> None:
        width, level = self.width_field.value(), self.level_field.value()
        function = self._session.viewport.state.window.function
        self._session.change(
            lambda s: s.windowed(Window(level, width, VoiLutFunction(function))), self.tr("Window")
        )

    def _show(self, state: ViewState) -> None:
        usable = state.slice is not None and not state.slice.colour
        self.setEnabled(usable)
        shown = ((self.width_field, state.window.width), (self.level_field, state.window.center))
        digits = _decimals(state.window.width)
        least = least_width(state.window.function)
        if self.width_field.minimum() != least:  # else the field would be painted anew for each slice
            self.width_field.setMinimum(least)
        for field, value in shown if usable else ():
            if field.decimals() != digits or field.value() != round(value, digits):
                blocked = field.blockSignals(True)
                field.setDecimals(digits)
                field.setValue(value)
                field.blockSignals(blocked)


def _decimals(width: float) -> int:
    """Digits behind the point: one, and more where the window is so narrow that they matter."""
    return min(max(1, 2 - math.floor(math.log10(width))), 9) if width < 1 else 1
