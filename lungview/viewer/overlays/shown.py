"""The overlays of a workspace: loaded in the background, chosen by the reader, told of by one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lungview.errors import Cancelled, LungViewError
from lungview.overlays.binding import Bound
from lungview.overlays.values import Colour
from lungview.study.key import FrameKey, ObjectKey, frame_key
from lungview.viewer.common import going
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.overlays.listed import Overlays, PartKey
from lungview.viewer.overlays.loading import Loaded, load
from lungview.viewer.overlays.planes import OverlaysInPlanes
from lungview.viewer.overlays.presented import presented
from lungview.viewer.panes.pane import Pane
from lungview.viewer.studies.overlay_files import Place

if TYPE_CHECKING:
    from lungview.overlays.values import Look
    from lungview.sources.files.scan import Scan
    from lungview.viewer.state import ViewState
    from lungview.viewer.workspace import Workspace

_UNDO = "Presentation state"  # what a person calls it


class ShownOverlays:
    """What others said of the pictures that are open.

    changed: others, or others of them are to be seen. arrived: how many were read just now. failed: the
    sentences on those that could not be read. planes: what planes cut from a series show of them.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.changed, self.arrived = Event[()](), Event[int]()
        self._workspace = workspace
        self.now = Overlays()
        self.failed: tuple[LungViewError, ...] = ()
        self._waiting: tuple[Place, ...] = ()  # still to be read, as another opening may end the reading
        self._task: Call | None = None
        self._applied: dict[Pane, Look] = {}
        self.planes = OverlaysInPlanes(workspace, lambda: self.now)
        news = workspace.news
        news.replaced.connect(self._forget)
        news.ended.connect(self._on_scan)
        news.closed.connect(lambda _: self._load())
        news.relisted.connect(self._load)
        workspace.settings_changed.connect(lambda _: self._on_settings())
        self._on_settings()

    @property
    def reading(self) -> bool:
        """Whether files of overlays are being read."""
        return self._task is not None and bool(self._waiting)

    def look(self, now: Overlays) -> None:
        """Show others of them, or otherwise."""
        if now != self.now:
            self.now = now
            self.planes.renew()
            self.changed.emit()

    def hide(self, parts: Sequence[PartKey], hidden: bool) -> None:
        self.look(replace(self.now, chosen=self.now.chosen.hiding(parts, hidden)))

    def colour(self, part: PartKey, colour: Colour) -> None:
        self.look(replace(self.now, chosen=self.now.chosen.coloured(part, colour)))

    def set_opacity(self, opacity: float) -> None:
        self.look(replace(self.now, chosen=replace(self.now.chosen, opacity=opacity)))

    def show(self, on: bool) -> None:
        """All that is chosen, or nothing."""
        self.look(replace(self.now, chosen=replace(self.now.chosen, on=on)))
        self._apply_everywhere()

    def present(self, place: ObjectKey | None) -> None:
        """Show pictures by a presentation state; by their own windows again for None."""
        before = self.now.presented
        self.look(replace(self.now, chosen=replace(self.now.chosen, presented=place)))
        for pane in self._workspace.panes:
            key = key_of(pane)
            was = before is not None and key is not None and key in before.looks
            if was and key is not None and self.now.look(key) is None:
                self._applied.pop(pane, None)
                pane.change(lambda state: state.reset(), _UNDO)
        self._apply_everywhere()

    def _apply_everywhere(self) -> None:
        for pane in self._workspace.panes:
            self.apply(pane)

    def follow(self, pane: Pane) -> None:
        """Show every picture of a pane as the presentation state that is applied says, planes with theirs."""
        self.planes.follow(pane)
        pane.changed.connect(lambda before, after: self._on_view(pane, before, after))

    def _on_view(self, pane: Pane, before: ViewState, after: ViewState) -> None:
        if after.slice is not before.slice:
            self.apply(pane)

    def apply(self, pane: Pane) -> None:
        """Show a pane as its picture is presented; what the reader changes stays while the look does."""
        key = key_of(pane)
        look = None if key is None else self.now.look(key)
        if look is None or self._applied.get(pane) == look:
            if look is None:
                self._applied.pop(pane, None)
            return
        self._applied[pane] = look
        pane.change(lambda state: presented(state, look, pane.size_px()), _UNDO)

    def _forget(self) -> None:
        """What was open gives way to what is being read."""
        self._applied.clear()
        self.failed = ()
        self.look(Overlays(programs_hidden=self.now.programs_hidden))

    def _on_settings(self) -> None:
        self.look(replace(self.now, programs_hidden=self._workspace.settings.read_first))

    def _on_scan(self, scan: Scan) -> None:
        self._waiting = tuple(dict.fromkeys((*self._waiting, *scan.overlays)))
        self._load()

    def _load(self) -> None:
        """Read what waits, and lay all on what is listed now."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        known = [bound.overlay for bound in self.now.bounds]
        if not self._waiting and not known:
            return
        self._task = self._workspace.background.stream(
            load,
            self._waiting,
            known,
            tuple(self._workspace.studies.series),
            on_event=lambda _: None,
            on_result=self._on_loaded,
            on_error=self._on_error,
        )

    def _on_loaded(self, loaded: Loaded) -> None:
        fresh, self._waiting, self._task = len(self._waiting), (), None
        self.failed = (*self.failed, *loaded.failed)
        self.look(replace(self.now, bounds=loaded.bounds))
        for error in loaded.failed:
            self._workspace.news.told.emit(str(error))
        if fresh:
            self.arrived.emit(fresh - len(loaded.failed))
        self._apply_everywhere()

    def _on_error(self, error: BaseException) -> None:
        self._task = None
        if not isinstance(error, Cancelled):
            self._waiting = ()
            self._workspace.news.told.emit(f"Overlays could not be read: {type(error).__name__}")

    def go_to(self, bound: Bound, part: int) -> None:
        """Show the middle of a part: planes at its place, else the picture in the active pane."""
        if isinstance(self._workspace.stack.content, PlaneContent):
            middle = self.planes.middle(bound, part)
            if middle is not None:
                going.of(self._workspace.services).wanted.emit(middle)
        elif part in bound.middle:
            self._show_picture(bound.middle[part])

    def _show_picture(self, key: FrameKey) -> None:
        for series in self._workspace.studies.series:
            for index, instance in enumerate(series.instances):
                if frame_key(instance) == key:
                    shown = self._workspace.stack.series
                    if shown is not None and shown.key == series.key:
                        self._workspace.stack.go(index)
                    else:
                        self._workspace.show(series, index)
                    return


def key_of(pane: Pane) -> FrameKey | None:
    """Where the picture in a pane is."""
    shown = pane.state.slice
    return None if shown is None else frame_key(shown.instance)


def of(workspace: Workspace) -> ShownOverlays:
    """The one of a workspace."""
    return workspace.services.one(ShownOverlays, lambda: ShownOverlays(workspace))
