"""A line of text typed on the picture, beside the annotation it belongs to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from lungview.marks.annotation import Annotation
from lungview.ui.annotate import labels
from lungview.ui.pane.canvas import Canvas
from lungview.viewer.marks.annotations import Annotations

LONGEST = 200


class TextEntry(QLineEdit):
    """Enter or a click elsewhere keeps the text, Esc does not."""

    def __init__(self, viewport: Canvas, annotations: Annotations, annotation: Annotation) -> None:
        super().__init__(annotation.text, viewport)
        shown = viewport.state.slice
        assert shown is not None, "only what is shown can be written on"
        self._annotations, self._annotation = annotations, annotation
        self._place = annotations.picture(shown)
        self._open = True
        self.setMaxLength(LONGEST)
        self.setAccessibleName(self.tr("Text of the annotation"))
        self.setPlaceholderText(self.tr("Text, then Enter"))
        place, transform = annotation.label, viewport.transform()
        at = transform.map(QPointF(place.x, place.y)) if place else labels.corner(annotation, transform)
        corner = at.toPoint()
        width = 220
        x = min(max(corner.x(), 0), max(viewport.width() - width, 0))
        y = min(max(corner.y(), 0), max(viewport.height() - self.sizeHint().height(), 0))
        self.setGeometry(x, y, width, self.sizeHint().height())
        self.editingFinished.connect(self._keep)
        viewport.changed.connect(self._keep)  # the picture moves on: the words stay with the old one
        self.show()
        self.setFocus()

    def _keep(self) -> None:
        current = self._annotations.find(self._place, self._annotation.id)
        if self._open and current is not None:
            self._annotations.replace(self._place, current.written(self.text().strip()), self.tr("Text"))
        self._end()

    def _end(self) -> None:
        if self._open:
            self._open = False
            self.hide()
            self.deleteLater()

    def event(self, event: QEvent) -> bool:
        # Every key is text here, not a shortcut of the window.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end()
        else:
            super().keyPressEvent(event)
