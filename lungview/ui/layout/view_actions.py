"""The actions that change a view: window, camera, overlays, slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject

from lungview.image import window as windows
from lungview.image.window import Window
from lungview.ui.shell.actions import Actions
from lungview.ui.studies.session import Session
from lungview.viewer.state import Camera, Interpolation, Overlays, TextLevel, ViewState

ZOOM_STEP = 1.25
FIXED = {"window.lung": windows.LUNG, "window.mediastinum": windows.MEDIASTINUM, "window.bone": windows.BONE}


def tr(text: str) -> str:
    return QCoreApplication.translate("ViewActions", text)


class ViewActions(QObject):
    """Slots of the view actions; they act on the active view and those linked to it."""

    def __init__(self, session: Session, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        self._handle_windows()
        self._handle_camera()
        self._handle_overlays()
        self._handle_slices()
        session.view_changed.connect(lambda _before, after: self._reflect(after))
        session.active_changed.connect(lambda viewport: self._reflect(viewport.state))
        session.settings_changed.connect(lambda _: self._name_user_windows())
        self._reflect(session.viewport.state)

    def _undoable(self, name: str, function: Callable[[ViewState], ViewState]) -> None:
        """Connect an action that is a function of the state, undone under the action's own text."""
        self._actions.handle(
            name, lambda *_: self._session.change(function, self._actions[name].text().replace("&", ""))
        )

    def _handle_windows(self) -> None:
        self._undoable("window.auto", lambda s: s.windowed(_automatic(s)))
        self._undoable("window.file", lambda s: s.windowed(None))
        for name, window in FIXED.items():
            self._undoable(name, partial(_through, window))
        for key in "56789":
            self._undoable(f"window.user_{key}", partial(self._through_own, key))
        self._undoable("window.invert", lambda s: s.inverted())
        self._name_user_windows()

    def _through_own(self, key: str, state: ViewState) -> ViewState:
        window = self._session.settings.user_windows.get(key)
        return state if window is None else _through(window, state)

    def _name_user_windows(self) -> None:
        for key in "56789":
            window = self._session.settings.user_windows.get(key)
            empty = tr("Own preset %1 (not set)").replace("%1", key)
            self._actions.name(f"window.user_{key}", window.name or empty if window else empty)
            self._actions[f"window.user_{key}"].setEnabled(window is not None)

    def _handle_camera(self) -> None:
        self._undoable("view.fit", lambda s: s.seen_by(replace(s.camera, zoom=None, center=None)))
        self._undoable("view.actual", lambda s: s.seen_by(_actual(s)))
        self._undoable("view.flip_horizontal", lambda s: s.seen_by(s.camera.flipped_horizontally()))
        self._undoable("view.flip_vertical", lambda s: s.seen_by(s.camera.flipped_vertically()))
        self._undoable("view.rotate_left", lambda s: s.seen_by(s.camera.rotated(-90)))
        self._undoable("view.rotate_right", lambda s: s.seen_by(s.camera.rotated(90)))
        self._undoable("view.reset", lambda s: s.reset())
        self._actions.handle("view.zoom_in", lambda: self._zoom(ZOOM_STEP))
        self._actions.handle("view.zoom_out", lambda: self._zoom(1 / ZOOM_STEP))

    def _zoom(self, factor: float) -> None:
        self._session.viewport.zoom_by(factor, undo=tr("Zoom"))

    def _handle_overlays(self) -> None:
        actions, overlay = self._actions, self._overlay
        actions.handle("view.text", lambda: overlay(lambda o: replace(o, text=_next_level(o.text))))
        actions.handle("view.patient", lambda on: overlay(lambda o: replace(o, patient=not on)))
        actions.handle("view.annotations", lambda on: overlay(lambda o: replace(o, annotations=on)))
        actions.handle("view.planes", lambda on: overlay(lambda o: replace(o, planes=on)))
        actions.handle("view.interpolation", lambda: self._session.change(_next_interpolation))
        for kind in Interpolation:
            actions.handle(
                f"view.{kind}", lambda _on, kind=kind: self._session.change(lambda s: s.interpolated(kind))
            )

    def _overlay(self, function: Callable[[Overlays], Overlays]) -> None:
        """Overlays are the reader's choice, not one view's: all views at once."""
        for viewport in self._session.viewports:
            viewport.change(lambda s: s.over(function(s.overlays)))

    def _handle_slices(self) -> None:
        steps = {"slice.next": 1, "slice.previous": -1, "slice.next_10": 10, "slice.previous_10": -10}
        for name, step in steps.items():
            self._actions.handle(name, lambda step=step: self._session.stack.step(step))
        self._actions.handle("slice.first", lambda: self._session.stack.go(0))
        self._actions.handle("slice.last", lambda: self._session.stack.go(self._session.stack.count - 1))
        self._actions.handle("series.next", lambda: self._session.show_neighbour(1))
        self._actions.handle("series.previous", lambda: self._session.show_neighbour(-1))

    def _reflect(self, state: ViewState) -> None:
        """Tick what is in force."""
        self._actions["view.patient"].setChecked(not state.overlays.patient)
        self._actions["view.annotations"].setChecked(state.overlays.annotations)
        self._actions["view.planes"].setChecked(state.overlays.planes)
        for kind in Interpolation:
            self._actions[f"view.{kind}"].setChecked(state.presentation.interpolation is kind)


def _through(window: Window, state: ViewState) -> ViewState:
    """Colour has no window."""
    return state if state.slice is None or state.slice.colour else state.windowed(window)


def _automatic(state: ViewState) -> Window | None:
    shown = state.slice
    if shown is None or shown.colour:
        return None
    return windows.automatic(shown.values if shown.padding is None else shown.values[~shown.padding])


def _actual(state: ViewState) -> Camera:
    return replace(state.camera, zoom=1.0)


def _next_level(level: TextLevel) -> TextLevel:
    return TextLevel((level - 1) % len(TextLevel))


def _next_interpolation(state: ViewState) -> ViewState:
    kinds = list(Interpolation)
    return state.interpolated(kinds[(kinds.index(state.presentation.interpolation) + 1) % len(kinds)])
