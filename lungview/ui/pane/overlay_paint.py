"""Paints the corners, orientation letters, marks and scale bar over a picture."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from lungview.ui.pane import overlay_text
from lungview.ui.pane.canvas import Canvas
from lungview.ui.pane.lettering import TEXT, text
from lungview.viewer.orientation import edges
from lungview.viewer.state import TextLevel, ViewState

MARGIN = 8.0
LEAST_WIDTH, LEAST_HEIGHT = 220, 220  # of a view, for all texts in letters of the usual size
_SMALLER = 0.85  # its letters then
LETTER_ROOM = 22.0  # half the width of three orientation letters: no corner runs into them
LETTERS, MARK = QColor("#ffd166"), QColor("#ff9f1c")
_BAR_HALO, _BAR = QPen(QColor(0, 0, 0, 170), 3), QPen(TEXT, 1)
_SOME_VALUE = "-1000 HU  (500, 500)"
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_TOP, _BOTTOM = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
_CENTRE, _HALFWAY = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignVCenter
# Joined once: of a frame of four views it is a millisecond.
_CORNERS = (_LEFT | _TOP, _RIGHT | _TOP, _LEFT | _BOTTOM, _RIGHT | _BOTTOM)
_EDGES = (_CENTRE | _TOP, _CENTRE | _BOTTOM, _LEFT | _HALFWAY, _RIGHT | _HALFWAY)
_KEPT = 512  # lines


def paint(painter: QPainter, view: Canvas, *, patient: bool = True, pointed: bool = True) -> None:
    """All text of the state; the painter is in widget coordinates. patient False hides who it is.

    pointed: with the value under the mouse, which a picture without the mouse does not explain.
    """
    state = _in_room(view)
    if not patient:
        state = state.over(replace(state.overlays, patient=False))
    if state.slice is None:
        return
    area, used = _inside(view), _font(view)
    font = used.toString()
    painter.setFont(used)
    said = overlay_text.corners(state, view.zoom, view.value_text if pointed else "")
    for where, lines in _corners(said, area, font):
        text(painter, area, where, lines)
    below, marks = _marks(said, view, area, used)
    if marks:
        text(painter, below, _CENTRE | _TOP, marks, MARK)
    if state.overlays.text is not TextLevel.NONE:
        scale_bar(painter, view, area)
    letters(painter, view, area)
    if view.notice:
        text(painter, area, Qt.AlignmentFlag.AlignCenter, (view.notice,), MARK)


def _marks(
    said: overlay_text.Corners, view: Canvas, area: QRectF, used: QFont
) -> tuple[QRectF, tuple[str, ...]]:
    """The lines of what to know of a picture, below the corners: one of them may be as wide as the view."""
    rows = max(1, len(said.patient), len(said.study)) + 0.5
    below = area.adjusted(0, QFontMetricsF(used).height() * rows, 0, 0)
    return below, _fitting((*said.marks, *view.apart.splitlines()), used.toString(), area.width())


def text_areas(view: Canvas) -> tuple[QRectF, ...]:
    """Where the corners and marks have text, in widget coordinates: other texts keep out of there.

    The line of the value under the mouse has its room always, or labels would jump whenever the mouse enters.
    """
    if view.state.slice is None:
        return ()
    area, used = _inside(view), _font(view)
    font, metrics = used.toString(), QFontMetricsF(used)
    said = overlay_text.corners(_in_room(view), view.zoom, view.value_text or _SOME_VALUE)
    below, marks = _marks(said, view, area, used)
    placed = [(area, where, lines) for where, lines in _corners(said, area, font)]
    placed.append((below, _CENTRE | _TOP, marks))
    return tuple(
        metrics.boundingRect(within, int(where), "\n".join(lines)) for within, where, lines in placed if lines
    )


def _small(view: Canvas) -> bool:
    return view.width() < LEAST_WIDTH or view.height() < LEAST_HEIGHT


def _in_room(view: Canvas) -> ViewState:
    """The state of a view; a small one has the short texts, which leave its picture in sight."""
    state = view.state
    if state.overlays.text is TextLevel.FULL and _small(view):
        return state.over(replace(state.overlays, text=TextLevel.BRIEF))
    return state


def _font(view: Canvas) -> QFont:
    font = view.font()
    if _small(view):
        font.setPointSizeF(font.pointSizeF() * _SMALLER)
    return font


def _inside(view: Canvas) -> QRectF:
    return QRectF(view.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)


def _corners(
    said: overlay_text.Corners, area: QRectF, font: str
) -> tuple[tuple[Qt.AlignmentFlag, tuple[str, ...]], ...]:
    """The lines of each corner, none longer than the way to the letters in the middle."""
    room = area.width() / 2 - LETTER_ROOM
    corners = (said.patient, said.study, said.image, said.series)
    return tuple((where, _fitting(lines, font, room)) for where, lines in zip(_CORNERS, corners, strict=True))


def elided(lines: tuple[str, ...], metrics: QFontMetricsF, room: float) -> tuple[str, ...]:
    """Lines that fit into `room` pixels, cut with an ellipsis where they must be."""
    return tuple(metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines)


@lru_cache(maxsize=_KEPT)
def _fitting(lines: tuple[str, ...], font: str, room: float) -> tuple[str, ...]:
    """`elided`, kept: most lines stay from slice to slice. font: as QFont.toString has it."""
    letters = QFont()
    letters.fromString(font)
    return elided(lines, QFontMetricsF(letters), room)


def letters(painter: QPainter, view: Canvas, area: QRectF) -> None:
    """The four orientation letters; at every level of text."""
    shown = view.state.slice
    assert shown is not None
    found = edges(shown.instance.geometry, view.state.camera)
    font = painter.font()
    font.setBold(True)
    painter.setFont(font)
    for where, letter in zip(_EDGES, (found.top, found.bottom, found.left, found.right), strict=True):
        text(painter, area, where, (letter,), LETTERS)


def bar_length(mm_per_pixel: float, room: float) -> float:
    """The longest of 1, 2, 5 × 10ⁿ mm that fits into `room` pixels."""
    most = mm_per_pixel * room
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most)


def scale_bar(painter: QPainter, view: Canvas, area: QRectF) -> None:
    """A vertical bar beside the right edge; nothing when the size of a pixel is not known."""
    shown = view.state.slice
    assert shown is not None
    if shown.spacing is None or area.height() < 200:
        return
    # A widget pixel in mm; the picture keeps its aspect, so one number holds for both directions.
    mm = shown.spacing.column / (view.zoom / view.devicePixelRatioF())
    length = bar_length(mm, area.height() / 3)
    pixels, x = length / mm, area.right() - 34
    upper = QPointF(x, area.center().y() - pixels / 2)
    lower = QPointF(x, area.center().y() + pixels / 2)
    aside = QPointF(4, 0)
    lines = ((upper, lower), (upper - aside, upper + aside), (lower - aside, lower + aside))
    for pen in (_BAR_HALO, _BAR):
        painter.setPen(pen)
        for start, end in lines:
            painter.drawLine(start, end)
    label = (
        QCoreApplication.translate("Corners", "%1 mm").replace("%1", f"{length:g}")
        if length < 10
        else QCoreApplication.translate("Corners", "%1 cm").replace("%1", f"{length / 10:g}")
    )
    box = QRectF(x - 70, lower.y() + 4, 100, 20)
    text(painter, box, _CORNERS[1], (label,))
