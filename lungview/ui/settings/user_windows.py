"""The table of the user's own windows, on the number keys 5 to 9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QLineEdit, QWidget

from lungview.image.window import Window

_MOST = 100_000.0


class UserWindows(QWidget):
    """A row a key: name, width, level. A width of 0 leaves the key free."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        for column, title in enumerate((self.tr("Key"), self.tr("Name"), self.tr("Width"), self.tr("Level"))):
            grid.addWidget(QLabel(title), 0, column)
        self.rows: dict[str, tuple[QLineEdit, QDoubleSpinBox, QDoubleSpinBox]] = {}
        for place, key in enumerate(keys, start=1):
            self.rows[key] = row = self._row(key)
            grid.addWidget(QLabel(key), place, 0)
            for column, widget in enumerate(row, start=1):
                grid.addWidget(widget, place, column)
        grid.setRowStretch(len(keys) + 1, 1)

    def _row(self, key: str) -> tuple[QLineEdit, QDoubleSpinBox, QDoubleSpinBox]:
        name = QLineEdit(maxLength=40)
        width = QDoubleSpinBox(minimum=0, maximum=_MOST, decimals=1)
        width.setSpecialValueText(self.tr("free"))
        level = QDoubleSpinBox(minimum=-_MOST, maximum=_MOST, decimals=1)
        named = ((name, self.tr("Name of key %1")), (width, self.tr("Width of key %1")))
        for widget, text in (*named, (level, self.tr("Level of key %1"))):
            widget.setAccessibleName(text.replace("%1", key))
        return name, width, level

    def windows(self) -> dict[str, Window]:
        """The windows by key; a width below 1 counts as none."""
        return {
            key: Window(level.value(), width.value(), name=name.text().strip())
            for key, (name, width, level) in self.rows.items()
            if width.value() >= 1
        }

    def show_windows(self, windows: Mapping[str, Window]) -> None:
        for key, (name, width, level) in self.rows.items():
            shown = windows.get(key)
            name.setText(shown.name if shown else "")
            width.setValue(shown.width if shown else 0.0)
            level.setValue(shown.center if shown else 0.0)
