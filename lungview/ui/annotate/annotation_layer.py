"""Draws the annotations of the slice on screen, with their measures."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QPainter

from lungview.image.slice import Slice
from lungview.marks.annotation import Annotation
from lungview.ui.annotate import drawing, statistics
from lungview.ui.annotate.annotations import Annotations
from lungview.ui.annotate.tools.select import SelectTool
from lungview.ui.pane.viewport import Viewport


class AnnotationLayer:
    """A viewport's layer. Measures are kept while neither slice nor annotation changes."""

    def __init__(self, annotations: Annotations, selection: SelectTool) -> None:
        self._annotations, self._selection = annotations, selection
        self._slice: Slice | None = None
        self._lines: dict[Annotation, tuple[str, ...]] = {}

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        shown = viewport.state.slice
        if shown is None or not viewport.state.overlays.annotations:
            return
        # Lines and text are as wide on screen at every zoom: drawn in widget coordinates.
        painter.setWorldMatrixEnabled(False)
        transform = viewport.transform()
        if self._annotations.is_key_image(shown):
            said = QCoreApplication.translate("Annotations", "Key image")
            corner = QPointF(viewport.width() / 2 - 30, viewport.height() - 106)  # above the corners
            drawing.paint_text(painter, corner, [said], drawing.SELECTED, corner.y())
        for annotation in self._annotations.on(shown):
            drawing.paint(painter, annotation, transform, self._said(shown, annotation))

    def paint_selected(self, painter: QPainter, viewport: Viewport) -> None:
        """The selected annotation once more, with its handles; never in an export."""
        shown = viewport.state.slice
        if shown is None or not viewport.state.overlays.annotations or not self._selection.selected:
            return
        drawn = self._annotations.on(shown)
        annotation = next((each for each in drawn if each.id == self._selection.selected), None)
        if annotation is not None:
            lines = self._said(shown, annotation)
            drawing.paint(painter, annotation, viewport.transform(), lines, selected=True)

    def _said(self, shown: Slice, annotation: Annotation) -> tuple[str, ...]:
        if self._slice is not shown:
            self._slice, self._lines = shown, {}
        if annotation not in self._lines:
            if len(self._lines) > 200:  # a drag leaves one at every step
                self._lines.clear()
            self._lines[annotation] = statistics.lines(shown, annotation)
        return self._lines[annotation]
