"""Four planes of one series in four views, which meet in one crosshair."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lungview.errors import LungViewError
from lungview.image.slice import Instance, Slice
from lungview.study.space import Vector
from lungview.study.volume import Volume, volume
from lungview.ui.language import speaking
from lungview.ui.mpr.crosshair_tool import COLOURS, CrosshairTool
from lungview.ui.mpr.slab_controls import SlabControls
from lungview.ui.pane.viewport import Viewport
from lungview.ui.studies.session import said as in_words
from lungview.ui.studies.tasks import Task
from lungview.viewer.common import going
from lungview.viewer.links import Linked
from lungview.viewer.mpr.crosshair import Axis, Crosshair, Slab, middle_of
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.panes.reasons import why_it_stopped
from lungview.viewer.sheet import sheet_of

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.shell.host import Host
    from lungview.ui.shell.views.view_frame import ViewFrame

_EVERY = 10  # slices between two words on the progress
_Built = tuple[Volume, Slice]


class Mpr(QObject):
    """Cuts the series of the active view into planes; `refused` when it cannot be cut."""

    refused = Signal()

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._grid, self._session = host, host.grid, host.session
        self.crosshair: Crosshair | None = None
        self._series: Series | None = None
        self._built: _Built | None = None
        self._panes: dict[Axis, Viewport] = {}
        self._contents: dict[Axis, PlaneContent] = {}
        self._due: set[Axis] = set()
        self._task: Task | None = None
        self._controls: dict[Axis, SlabControls] = {}
        self._following = False
        going.of(host.session.workspace.services).wanted.connect(self.go_to)

    @property
    def series(self) -> Series | None:
        """The series that is shown in planes, or is being made ready for it."""
        return self._series

    def enter(self, series: Series) -> None:
        """Build the volume of a series in the background, then show its planes."""
        self._series = series
        begun = self._session.viewport.state
        self._grid.show_grid(2, 2)
        self._task = self._session.tasks.stream(
            _build,
            series,
            self._session.cache.get,
            on_event=lambda done: self._tell(*done),
            on_result=lambda built: self._on_built(built, begun.slice),
            on_error=self._on_error,
        )

    def leave(self) -> None:
        """Show the series in its own slices again, at the crosshair."""
        if self._task is not None:
            self._task.cancel()
        series, panes, crosshair = self._series, self._panes, self.crosshair
        self._series, self._built, self._task, self.crosshair = None, None, None, None
        self._panes, self._contents, self._due = {}, {}, set()
        for axis, viewport in panes.items():
            self._controls[axis].hide()
            self._frame(viewport).header.say("")
            self._session.link_view(viewport, Linked.NONE)
            self._session.stack_of(viewport).empty()
        if series is not None and panes and any(each.key == series.key for each in self._session.series):
            self._session.activate(self._session.viewports[0])
            self._session.show(series)
            content = self._session.stack.content
            at = (
                content.nearest(crosshair.point_mm) if content is not None and crosshair is not None else None
            )
            self._session.stack.go(at or 0)

    def upright(self) -> None:
        """All planes as they were to begin with."""
        if self.crosshair is not None:
            self.change(self.crosshair.upright())

    def go_to(self, point_mm: Vector) -> None:
        """All planes to a place in the patient."""
        if self.crosshair is not None:
            self.change(self.crosshair.moved(point_mm))

    def change(self, crosshair: Crosshair) -> None:
        """Move, turn or thicken the planes."""
        before, self.crosshair = self.crosshair, crosshair
        if before is None or self._built is None:
            return
        for axis in self._panes:
            turned = crosshair.directions[axis] != before.directions[axis]
            if turned or crosshair.slabs[axis] != before.slabs[axis]:
                self._contents[axis] = PlaneContent(*self._built, crosshair.plane(axis))
        self._update()

    def _update(self) -> None:
        """Each view to its plane through the crosshair."""
        for axis in tuple(self._panes):
            self._show(axis)
            self._panes[axis].update()

    def _show(self, axis: Axis) -> None:
        """The latest plane wanted; one that is being cut is waited for, so that a drag shows pictures."""
        viewport, content = self._panes[axis], self._contents[axis]
        stack, crosshair = self._session.stack_of(viewport), self.crosshair
        if stack.pending or crosshair is None:
            self._due.add(axis)
            return
        self._following = True
        if stack.content is not content:
            _keep_scale(viewport)
            stack.fill(content, content.nearest(crosshair.point_mm), origin=self._series, as_before=True)
        elif stack.index != (at := content.nearest(crosshair.point_mm)):
            stack.go(at)
        self._following = False

    def _on_built(self, built: _Built, begun: Slice | None) -> None:
        self._task, self._built = None, built
        self.crosshair = crosshair = self._begin(built[0], begun)
        for axis, frame in zip(Axis, self._grid.frames, strict=False):
            self._fill(axis, frame, crosshair)

    def _begin(self, made: Volume, begun: Slice | None) -> Crosshair:
        """The slice that was on screen stays the axial one; a place on it that was gone to is the middle."""
        crosshair = middle_of(made)
        sheet = None if begun is None else sheet_of(begun)
        if sheet is None or self._series is None:
            return crosshair
        place = going.of(self._session.workspace.services).latest(self._series.key)
        if place is not None and abs(sheet.distance_mm(place)) <= made.step_mm(sheet.normal):
            crosshair = crosshair.moved(place)
        across = sheet.distance_mm(crosshair.point_mm)
        x, y, z = (p - across * n for p, n in zip(crosshair.point_mm, sheet.normal, strict=True))
        return crosshair.moved((float(x), float(y), float(z)))

    def _fill(self, axis: Axis, frame: ViewFrame, crosshair: Crosshair) -> None:
        assert self._built is not None
        first = axis not in self._controls
        if first:
            self._equip(axis, frame)
        viewport = frame.viewport
        window = self._session.viewports[0].state.presentation.window
        self._panes[axis] = viewport
        self._contents[axis] = content = PlaneContent(*self._built, crosshair.plane(axis))
        frame.header.say(self._name(axis), COLOURS[axis])
        self._controls[axis].show_slab(crosshair.slabs[axis])
        self._controls[axis].show()
        self._session.link_view(viewport, Linked.WINDOW | Linked.CURSOR)
        self._following = True
        self._session.stack_of(viewport).fill(
            content, content.nearest(crosshair.point_mm), origin=self._series
        )
        viewport.change(lambda s: s.windowed(window))
        self._following = False

    def _equip(self, axis: Axis, frame: ViewFrame) -> None:
        """Once for each of the four views: its controls, its crosshair, and an ear for its slices."""
        self._controls[axis] = controls = SlabControls()
        controls.chosen.connect(lambda slab: self._thicken(axis, slab))
        frame.header.add(controls)
        viewport, stack = frame.viewport, self._session.stack_of(frame.viewport)
        viewport.mouse.grabbers.insert(0, CrosshairTool(viewport, self._plane_in, self.change))
        viewport.changed.connect(lambda *_: self._on_changed(axis))
        stack.moved.connect(lambda index: self._on_moved(axis, index))
        stack.filled.connect(lambda: self._on_filled(axis))

    def _plane_in(self, viewport: Viewport) -> tuple[Axis, Crosshair] | None:
        axis = next((axis for axis, each in self._panes.items() if each is viewport), None)
        return None if axis is None or self.crosshair is None else (axis, self.crosshair)

    def _thicken(self, axis: Axis, slab: Slab) -> None:
        if self.crosshair is not None:
            self.change(self.crosshair.thick(axis, slab))

    def _on_moved(self, axis: Axis, index: int) -> None:
        """A plane was scrolled: the crosshair goes with it, and the others to the crosshair."""
        if self._following or axis not in self._panes or self.crosshair is None:
            return
        self.crosshair = self.crosshair.onto(self._contents[axis].place(index))
        for other in self._panes:
            if other is not axis:
                self._show(other)
            self._panes[other].update()

    def _on_changed(self, axis: Axis) -> None:
        if axis in self._due and axis in self._panes:
            self._due.discard(axis)
            self._show(axis)

    def _on_filled(self, axis: Axis) -> None:
        """Something else is shown in the view, or nothing: it is none of the four any more."""
        viewport = self._panes.get(axis)
        if viewport is None or self._session.stack_of(viewport).content is self._contents[axis]:
            return
        del self._panes[axis], self._contents[axis]
        self._controls[axis].hide()
        self._frame(viewport).header.say("")
        if not self._panes:
            self.leave()

    def _tell(self, done: int, count: int) -> None:
        said = (
            self.tr("Making the volume: slice %1 of %2…").replace("%1", str(done)).replace("%2", str(count))
        )
        for frame in self._grid.frames[1:4]:
            frame.placeholder.wait(said)

    def _on_error(self, error: BaseException) -> None:
        """The series stays as it is shown; why it cannot be cut stands above it."""
        self._series, self._task = None, None
        why = error if isinstance(error, LungViewError) else why_it_stopped(error, in_words)
        said = self.tr("No planes can be cut from this series: %1").replace("%1", speaking.said(why.message))
        self._host.ask(said, [(self.tr("Close"), lambda: None)])
        self._session.told.emit(said)
        self.refused.emit()

    def _frame(self, viewport: Viewport) -> ViewFrame:
        return next(frame for frame in self._grid.frames if frame.viewport is viewport)

    def _name(self, axis: Axis) -> str:
        return {
            Axis.AXIAL: self.tr("Axial"),
            Axis.CORONAL: self.tr("Coronal"),
            Axis.SAGITTAL: self.tr("Sagittal"),
            Axis.OBLIQUE: self.tr("Oblique"),
        }[axis]


def _build(
    emit: Callable[[object], None],
    cancelled: Callable[[], bool],
    series: Series,
    read: Callable[[Instance], Slice],
) -> _Built:
    def on_slice(done: int, count: int) -> None:
        if done % _EVERY == 0:
            emit((done, count))

    made = volume(series, read, on_slice=on_slice, cancelled=cancelled)
    return made, read(series.instances[len(series.instances) // 2])


def _keep_scale(viewport: Viewport) -> None:
    """A turned plane has another shape: what is on screen neither jumps nor grows."""
    if viewport.state.slice is not None:
        zoom = viewport.zoom
        viewport.change(lambda s: s.seen_by(s.camera.zoomed(zoom)))
