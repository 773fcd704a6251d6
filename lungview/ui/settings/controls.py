"""Widgets that stand for a setting each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QWidget


@dataclass(frozen=True, slots=True)
class Control:
    """A widget that stands for one setting."""

    widget: QWidget
    get: Callable[[], Any]
    put: Callable[[Any], None]


def choice(options: Sequence[tuple[str, str]]) -> Control:
    """One of several: (value, text)."""
    box = QComboBox()
    for value, text in options:
        box.addItem(text, value)
    return Control(box, box.currentData, lambda value: box.setCurrentIndex(max(box.findData(value), 0)))


def yes_or_no(text: str) -> Control:
    box = QCheckBox(text)
    return Control(box, box.isChecked, box.setChecked)


def number(low: float, high: float, step: float, decimals: int, suffix: str = "") -> Control:
    box = QDoubleSpinBox(minimum=low, maximum=high, singleStep=step, decimals=decimals, suffix=suffix)
    return Control(box, box.value if decimals else lambda: int(box.value()), box.setValue)
