"""The window that a series opens with, a row a modality."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from lungview.settings import FIRST_WINDOW_KINDS, USER_WINDOW_KEYS

_FILE = "file"


class FirstWindows(QWidget):
    """Presets in HU are offered for CT alone."""

    def __init__(self) -> None:
        super().__init__()
        form = QFormLayout(self)
        self.boxes: dict[str, QComboBox] = {}
        for kind in FIRST_WINDOW_KINDS:
            self.boxes[kind] = box = self._box(kind)
            label = self.tr("All others") if kind == "other" else kind
            box.setAccessibleName(self.tr("First window of %1").replace("%1", label))
            form.addRow(label, box)
        note = QLabel(
            self.tr("A series is opened through this window. The named presets are for values in HU.")
        )
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        form.addRow(note)

    def _box(self, kind: str) -> QComboBox:
        box = QComboBox()
        in_hu = [
            ("lung", self.tr("Lung")),
            ("mediastinum", self.tr("Mediastinum")),
            ("bone", self.tr("Bone")),
        ]
        own = [(key, self.tr("Own preset %1").replace("%1", key)) for key in USER_WINDOW_KEYS]
        plain = [(_FILE, self.tr("As the file says")), ("auto", self.tr("Automatic"))]
        for value, text in (*plain, *(in_hu if kind == "CT" else ()), *own):
            box.addItem(text, value)
        return box

    def choices(self) -> dict[str, str]:
        """Settings.first_window."""
        return {kind: box.currentData() for kind, box in self.boxes.items() if box.currentData() != _FILE}

    def show_choices(self, chosen: Mapping[str, str]) -> None:
        for kind, box in self.boxes.items():
            box.setCurrentIndex(max(box.findData(chosen.get(kind, _FILE)), 0))
