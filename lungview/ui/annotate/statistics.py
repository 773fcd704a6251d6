"""What stands beside an annotation on screen, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lungview.image.slice import Slice
from lungview.marks import measure_text
from lungview.marks.annotation import Annotation


def lines(slice_: Slice, annotation: Annotation) -> tuple[str, ...]:
    """The reader's text, then the measures with their units."""
    return measure_text.lines(slice_, annotation, translated)


def translated(text: str) -> str:
    """One of the words of a measure, from any thread."""
    return QCoreApplication.translate("Statistics", text)
