"""What the tests of drawing share: a phantom of known size and values, and a hand on the tools."""

from __future__ import annotations

import math

import numpy as np

from lungview.image.slice import Slice, Spacing
from lungview.marks.annotation import Annotation
from lungview.ui.annotate import statistics
from lungview.ui.annotate.editing import Editing
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.conftest import make_slice

CENTER, RADIUS, INSIDE, OUTSIDE = (50.0, 40.0), 20.0, -700.0, 40.0
SPACING = Spacing(0.5, 0.5, "PixelSpacing")


def phantom(**changes: object) -> Slice:
    """A disc of −700 HU, 20 pixels or 10 mm in radius, in 40 HU."""
    y, x = np.mgrid[0:80, 0:100] + 0.5
    disc = (x - CENTER[0]) ** 2 + (y - CENTER[1]) ** 2 <= RADIUS**2
    values = np.where(disc, INSIDE, OUTSIDE).astype(np.float32)
    return make_slice(0, 80, 100, values=values, spacing=SPACING, **changes)


def editing(window: MainWindow) -> Editing:
    found = window.findChild(Editing)
    assert found is not None
    return found


def drawn(window: MainWindow) -> tuple[Annotation, ...]:
    place = editing(window).picture
    assert place is not None
    return editing(window).annotations.drawn(place)


def choose(window: MainWindow, tool: str) -> None:
    window.actions_table[f"tool.{tool}"].trigger()


def lines(window: MainWindow, annotation: Annotation) -> tuple[str, ...]:
    shown = window.session.viewport.state.slice
    assert shown is not None
    return statistics.lines(shown, annotation)


def near(annotation: Annotation, *points: tuple[float, float]) -> bool:
    """Within the half screen pixels by which a mouse can be off at each press and release."""
    pairs = zip(annotation.points, points, strict=True)
    return all(math.dist((p.x, p.y), q) < 0.5 for p, q in pairs)


def with_ruler(window: MainWindow) -> Annotation:
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (30, 40), (70, 40))
    choose(window, "window")
    return drawn(window)[0]
