"""Take hold of what is drawn: select, move, reshape, edit its text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QPainter

from lungview.marks.annotation import Annotation, Point
from lungview.study.key import PictureId
from lungview.ui.annotate import drawing
from lungview.ui.annotate.annotation_layer import AnnotationLayer
from lungview.ui.annotate.labels import Label
from lungview.ui.annotate.text_entry import TextEntry
from lungview.ui.pane.tools.base import Pointer, Tool
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.marks.annotations import Annotations

LABEL = -1  # in the place of a handle's number: the label is held


class SelectTool(Tool):
    """Also at work while another tool is chosen: a press on a line or handle is for it.

    selected: the id of the annotation whose handles show, "" for none.
    """

    id = "tool.select"
    viewport: Viewport

    def __init__(self, viewport: Viewport, annotations: Annotations) -> None:
        super().__init__(viewport)
        self.annotations = annotations
        self.selected = ""
        self.layer: AnnotationLayer | None = None  # draws the selected one
        self._held: Annotation | None = None  # as it was at the press
        self._held_on: PictureId | None = None
        self._handle: int | None = None
        self._from, self._label_from = QPointF(), Point(0.0, 0.0)
        self._gesture = 0
        self._over = False

    @property
    def place(self) -> PictureId | None:
        """The picture on screen, where it bears a mark."""
        shown = self.viewport.state.slice
        return None if shown is None else self.annotations.bearing(shown)

    def select(self, annotation_id: str) -> None:
        if annotation_id != self.selected:
            self.selected = annotation_id
            self.viewport.update()
            place = self.place
            if place is not None:
                self.annotations.choose(self.annotations.find(place, annotation_id))

    def paint(self, painter: QPainter) -> None:
        if self.layer is not None:
            self.layer.paint_selected(painter, self.viewport)

    def wants(self, pointer: Pointer) -> bool:
        return self._at(pointer.position) is not None

    def press(self, pointer: Pointer) -> None:
        found = self._at(pointer.position)
        self._held, self._handle = found if found is not None else (None, None)
        self._from, self._held_on = pointer.image, self.place
        self._label_from = self._label_corner()
        self._gesture += 1
        self.select("" if self._held is None else self._held.id)

    def move(self, pointer: Pointer) -> None:
        if self._held is not None:
            moved = QCoreApplication.translate("Undo", "Move")
            reshaped = QCoreApplication.translate("Undo", "Reshape")
            label = QCoreApplication.translate("Undo", "Move label")
            said = {None: moved, LABEL: label}.get(self._handle, reshaped)
            self._replace(self._shaped(pointer), said)

    def release(self, pointer: Pointer) -> None:
        self._held = None

    def cancel(self) -> None:
        """Put back what is being dragged; else give the selection up."""
        if self._held is None:
            self.select("")
        else:
            self._replace(self._held, QCoreApplication.translate("Undo", "Move"))
        self._held = None

    def let_go(self) -> None:
        """Another slice is on screen: what was dragged stays where it is now."""
        self._held = None
        self.select("")

    def _replace(self, new: Annotation, text: str) -> None:
        if self._held_on is not None and self.annotations.find(self._held_on, new.id) is not None:
            self.annotations.replace(self._held_on, new, text, (id(self), self._gesture))

    def double_click(self, pointer: Pointer) -> bool:
        """Edit the text of what is under the mouse."""
        found = self._at(pointer.position)
        if found is not None:
            self._held = None
            TextEntry(self.viewport, self.annotations, found[0])
        return found is not None

    def moved(self, pointer: Pointer) -> None:
        """Show by the cursor that a press would take hold."""
        found = self._at(pointer.position)
        if found is not None:
            handle = found[1] not in (None, LABEL)
            self.viewport.setCursor(
                Qt.CursorShape.PointingHandCursor if handle else Qt.CursorShape.SizeAllCursor
            )
        elif self._over:
            self.viewport.setCursor(self.viewport.mouse.tool.cursor)
        self._over = found is not None

    def delete_selected(self) -> bool:
        """Whether there was something selected to delete."""
        place = self.place
        found = None if place is None else self.annotations.find(place, self.selected)
        if place is None or found is None:
            return False
        self.annotations.remove(place, (found,), QCoreApplication.translate("Undo", "Delete"))
        self.selected = ""
        return True

    def select_at(self, position: QPointF) -> bool:
        """Select what is at a widget position. Whether there is something."""
        found = self._at(position)
        self.select("" if found is None else found[0].id)
        return found is not None

    def edit_selected(self) -> None:
        """Ask for the text of the selected annotation, on the picture."""
        place = self.place
        found = None if place is None else self.annotations.find(place, self.selected)
        if found is not None:
            TextEntry(self.viewport, self.annotations, found)

    def _shaped(self, pointer: Pointer) -> Annotation:
        assert self._held is not None
        step = pointer.image - self._from
        if self._handle is None:
            return self._held.moved(step.x(), step.y())
        if self._handle == LABEL:
            return self._held.labelled_at(self._label_from.moved(step.x(), step.y()))
        start = drawing.handles(self._held)[self._handle]
        return drawing.with_handle(self._held, self._handle, Point(start.x + step.x(), start.y + step.y()))

    def _at(self, position: QPointF) -> tuple[Annotation, int | None] | None:
        """What is under the mouse: the selected one's handle first, then a label, then the newest line."""
        shown, transform = self.viewport.state.slice, self.viewport.transform()
        if shown is None or not self.viewport.state.overlays.annotations:
            return None
        newest_first = list(reversed(self.annotations.visible(shown)))
        for each in sorted(newest_first, key=lambda one: one.id != self.selected):
            handle = drawing.handle_at(each, transform, position)
            if handle is not None and (each.id == self.selected or len(each.points) > 1):
                return each, handle
        areas = self._labels()
        for each in newest_first:
            if each.id in areas and areas[each.id].area.contains(position):
                return each, LABEL
        return next(((each, None) for each in newest_first if drawing.hit(each, transform, position)), None)

    def _labels(self) -> dict[str, Label]:
        return {} if self.layer is None else self.layer.labels(self.viewport)

    def _label_corner(self) -> Point:
        """Where the label that was taken hold of begins, in image coordinates."""
        found = self._labels().get(self._held.id) if self._held is not None else None
        if found is None:
            return Point(0.0, 0.0)
        at = self.viewport.widget_to_image(found.area.topLeft())
        return Point(at.x(), at.y())
