"""Draws the annotations of the slice on screen, with their measures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath

from lungview.image.slice import Slice
from lungview.marks.annotation import Annotation
from lungview.ui.annotate import drawing, labels, statistics
from lungview.ui.annotate.labels import Label
from lungview.ui.annotate.traces import MarkTraces
from lungview.ui.pane import overlay_paint
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.marks.annotations import Annotations

_FAINT = 0.6


class AnnotationLayer:
    """A viewport's layer. Measures are kept while neither slice nor annotation changes.

    selected: the id of the annotation whose handles show, "" for none.

    Traces of other pictures' annotations are fainter, and cannot be taken hold of.
    """

    def __init__(self, annotations: Annotations, selected: Callable[[], str], traces: MarkTraces) -> None:
        self._annotations, self._selected, self._traces = annotations, selected, traces
        self._slice: Slice | None = None
        self._lines: dict[Annotation, tuple[str, ...]] = {}

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        shown = viewport.state.slice
        if shown is None or not viewport.state.overlays.annotations:
            return
        # Lines and text are as wide on screen at every zoom: drawn in widget coordinates.
        painter.setWorldMatrixEnabled(False)
        transform = viewport.transform()
        metrics, sight = QFontMetricsF(painter.font()), labels.sight_of(painter)
        key = self._key_label(shown, viewport, metrics)
        painter.setOpacity(_FAINT)
        for trace in self._traces.on(viewport):
            drawing.paint(painter, trace, transform)
        painter.setOpacity(1.0)
        for annotation in self._annotations.visible(shown):
            drawing.paint(painter, annotation, transform)
        for label in self._layout(shown, viewport, metrics, sight).values():
            labels.paint(painter, label, drawing.LINE)
        for label in key:
            labels.paint(painter, label, drawing.SELECTED)

    def paint_selected(self, painter: QPainter, viewport: Viewport) -> None:
        """The selected annotation once more, with its handles; never in an export."""
        shown = viewport.state.slice
        selected = self._selected()
        if shown is None or not viewport.state.overlays.annotations or not selected:
            return
        drawn = self._annotations.visible(shown)
        annotation = next((each for each in drawn if each.id == selected), None)
        if annotation is not None:
            drawing.paint(painter, annotation, viewport.transform(), selected=True)
            placed = self._layout(shown, viewport, QFontMetricsF(painter.font()), labels.sight_of(painter))
            if annotation.id in placed:
                labels.paint(painter, placed[annotation.id], drawing.SELECTED)

    def labels(self, viewport: Viewport) -> dict[str, Label]:
        """The labels on screen, by the id of their annotation."""
        shown = viewport.state.slice
        if shown is None or not viewport.state.overlays.annotations:
            return {}
        return self._layout(shown, viewport, QFontMetricsF(viewport.font()), QRectF(viewport.rect()))

    def _layout(
        self, shown: Slice, viewport: Viewport, metrics: QFontMetricsF, sight: QRectF
    ) -> dict[str, Label]:
        drawn = self._annotations.visible(shown)
        if not drawn:  # most slices: where the corners are need not be known
            return {}
        key = [label.area for label in self._key_label(shown, viewport, metrics)]
        taken = [*key, *overlay_paint.text_areas(viewport)]
        return labels.layout(
            drawn,
            lambda annotation: self._said(shown, annotation),
            viewport.transform(),
            metrics,
            sight,
            taken,
        )

    def _key_label(self, shown: Slice, viewport: Viewport, metrics: QFontMetricsF) -> tuple[Label, ...]:
        """The word on a key image: one or none."""
        if not self._annotations.is_key_image(shown):
            return ()
        lines = (QCoreApplication.translate("Annotations", "Key image"),)
        size = labels.size_of(lines, metrics)
        at = QPointF((viewport.width() - size.width()) / 2, viewport.height() - 106)  # above the corners
        return (Label(lines, QRectF(at, size), QPainterPath()),)

    def _said(self, shown: Slice, annotation: Annotation) -> tuple[str, ...]:
        if self._slice is not shown:
            self._slice, self._lines = shown, {}
        if annotation not in self._lines:
            if len(self._lines) > 200:  # a drag leaves one at every step
                self._lines.clear()
            self._lines[annotation] = statistics.lines(shown, annotation)
        return self._lines[annotation]
