"""A pane's picture on screen: where it lies, and what is said of it and of the place under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from lungview.errors import LungViewError
from lungview.ui.pane import camera, overlay_text, qimage
from lungview.ui.pane import picture as pictures
from lungview.viewer.panes.pane import Pane
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.image.slice import Slice


class Canvas(QWidget):
    """Shows the state of its `pane`, whose events are signals here. What tools and texts know of a viewport.

    changed(before, after) follows every change. undoable(text, before, after) follows what a person did
    and may want to undo: once a gesture.
    """

    changed = Signal(object, object)
    undoable = Signal(str, object, object)
    scrolled = Signal(int)  # slices to go, from the wheel
    pointed = Signal(object)  # QPointF in image coordinates, or None when the mouse left
    value_changed = Signal(str)  # the value under the mouse with its unit, "" beside the picture
    menu_wanted = Signal(QPointF, object)  # widget and global position

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.up_is_brighter = True
        self.value_text = ""
        self.notice = ""
        self._apart: dict[str, str] = {}
        self.pane = Pane()
        self.pane.in_sight = self.isVisible
        self.pane.size_px = lambda: self.device_size().toTuple()
        self.pane.changed.connect(self._on_changed)
        self.pane.undoable.connect(self.undoable.emit)
        self._seen: tuple[object, QTransform, float] | None = None
        self._pointed: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Picture"))

    @property
    def state(self) -> ViewState:
        return self.pane.state

    def change(self, function: Callable[[ViewState], ViewState], undo: str = "") -> None:
        """As `Pane.change`."""
        self.pane.change(function, undo)

    def record(self, undo: str, before: ViewState) -> None:
        """As `Pane.record`."""
        self.pane.record(undo, before)

    def show_slice(self, slice_: Slice, index: int, count: int) -> None:
        self.pane.show_slice(slice_, index, count)

    def show_error(self, error: LungViewError, index: int, count: int) -> None:
        """No picture, and the reason in its place."""
        self.pane.show_error(error, index, count)

    def _on_changed(self, before: ViewState, after: ViewState) -> None:
        self.update()
        self.changed.emit(before, after)
        if after.slice is not before.slice:
            self.point(self._pointed)

    def set_notice(self, text: str) -> None:
        """A line over the picture, for what takes a while; "" takes it away."""
        if text != self.notice:
            self.notice = text
            self.update()

    @property
    def apart(self) -> str:
        """What this view does not do, a line each."""
        return "\n".join(filter(None, self._apart.values()))

    def set_apart(self, text: str, of: str = "link") -> None:
        """Why this view does not follow the one it is linked to, or does not show what another part lays over
        it; "" when it does. of: which part says it."""
        before, self._apart[of] = self.apart, text
        if self.apart != before:
            self.update()

    def device_size(self) -> QSizeF:
        """Size in device pixels."""
        ratio = self.devicePixelRatioF()
        return QSizeF(round(self.width() * ratio), round(self.height() * ratio))

    def transform(self) -> QTransform:
        """Image to widget coordinates; identity when nothing is shown."""
        return self._looked()[0]

    def _looked(self) -> tuple[QTransform, float]:
        """The transform and the zoom: each layer asks for them in each frame."""
        shown, seen = self.pane.state.slice, self.pane.state.camera
        if shown is None:
            return QTransform(), 1.0
        ratio = self.devicePixelRatioF()
        key = (shown.columns, shown.rows, shown.aspect, seen, self.width(), self.height(), ratio)
        if self._seen is None or self._seen[0] != key:
            size = self.device_size()
            device = camera.to_device(shown, seen, size)
            at = device * QTransform.fromScale(1 / ratio, 1 / ratio)
            self._seen = (key, at, camera.zoom_of(shown, seen, size))
        return self._seen[1], self._seen[2]

    def image_to_widget(self, point: QPointF) -> QPointF:
        return self.transform().map(point)

    def widget_to_image(self, point: QPointF) -> QPointF:
        return self.transform().inverted()[0].map(point)

    @property
    def zoom(self) -> float:
        """Device pixels per image pixel in force."""
        return self._looked()[1]

    def zoom_by(self, factor: float, anchor: QPointF | None = None, undo: str = "") -> None:
        """Zoom about a point of the widget, its middle by default."""
        shown = self.pane.state.slice
        if shown is None:
            return
        at = (anchor or QPointF(self.width() / 2, self.height() / 2)) * self.devicePixelRatioF()
        zoom = self.zoom * factor
        self.change(
            lambda s: s.seen_by(camera.zoomed_at(shown, s.camera, self.device_size(), zoom, at)), undo
        )

    def displayed(self) -> np.ndarray:
        """The slice through its window: uint8 (rows, columns[, 3]), kept until either changes."""
        return pictures.displayed(self.pane.state)

    def paint_picture(self, painter: QPainter) -> None:
        """The pixels alone; painter in widget coordinates."""
        if self.pane.state.slice is None:
            return
        shown = pictures.shown(self.pane.state, self.device_size())
        if shown is not None:
            ratio = self.devicePixelRatioF()
            image = qimage.from_array(shown.pixels)
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(shown.corner[0] / ratio, shown.corner[1] / ratio), image)

    def point(self, point: QPointF | None) -> None:
        """Tell what is under the mouse; again when another slice comes under it."""
        self._pointed = point
        shown = self.pane.state.slice
        said = ""
        if shown is not None and point is not None:
            said = overlay_text.value_text(shown, point.x(), point.y())
        self.pointed.emit(point)
        if said != self.value_text:
            self.value_text = said
            self.value_changed.emit(said)
            self.update()
