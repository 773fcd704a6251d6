"""Vector charts for reports; every number is also printed beside its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.platypus import Flowable

from lungview.classify import words
from lungview.report.lettering.text import Style, draw_line, fitted, width_of
from lungview.report.pdf.page import GREY, INK, RULE

BAR = HexColor(0x2F6DA8)
BAR_PALE = HexColor(0xA9C4DE)
BAND = HexColor(0xF3DDA6)
MARK = HexColor(0xB3261E)
_LABEL = Style(size=8, color=INK)
_SMALL = Style(size=7, color=GREY)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. value in [0, 1]; printed: what stands right of it; strong: the called one."""

    label: str
    value: float
    printed: str
    strong: bool = False


class Bars(Flowable):  # type: ignore[misc]
    """Horizontal bars on a scale from 0 to 1, one of them with a threshold and its band."""

    ROW = 14.0

    def __init__(
        self,
        bars: Sequence[Bar],
        *,
        threshold: float | None = None,
        band: tuple[float, float] | None = None,
        marked: int = -1,
    ) -> None:
        super().__init__()
        self.bars, self.threshold, self.band, self.marked = bars, threshold, band, marked

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        self.width = width
        self.height = self.ROW * len(self.bars) + (10 if self.threshold is not None else 0)
        return width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        labels = [width_of(b.label, Style(size=8, bold=b.strong)) for b in self.bars]
        left, right = min(max(labels, default=0) + 8, self.width * 0.5), self.width - 34
        for i, bar in enumerate(self.bars):
            y = self.height - self.ROW * (i + 1) + 3
            self._row(bar, left, right, y, with_marks=i == self.marked % len(self.bars))

    def _row(self, bar: Bar, left: float, right: float, y: float, with_marks: bool) -> None:
        canvas, room = self.canv, right - left
        style = Style(size=8, bold=bar.strong, color=INK)
        draw_line(canvas, 0, y, fitted(bar.label, style, left - 6), style)
        canvas.setFillColor(HexColor(0xEDF0F3))
        canvas.rect(left, y - 1.5, room, 8, stroke=0, fill=1)
        if with_marks and self.band:
            canvas.setFillColor(BAND)
            canvas.rect(left + room * self.band[0], y - 1.5, room * (self.band[1] - self.band[0]), 8, 0, 1)
        canvas.setFillColor(BAR if bar.strong else BAR_PALE)
        canvas.rect(left, y, max(room * min(bar.value, 1.0), 0.3), 5, stroke=0, fill=1)
        draw_line(canvas, right + 5, y, bar.printed, style)
        if with_marks and self.threshold is not None:
            self._threshold(left + room * self.threshold, y)

    def _threshold(self, x: float, y: float) -> None:
        self.canv.setStrokeColor(MARK)
        self.canv.setLineWidth(1.1)
        self.canv.line(x, y - 3, x, y + 8)
        text = f"threshold {self.threshold:.2f}"
        if self.band:
            text += f", uncertain {words.band(self.band)}"
        wide = width_of(text, _SMALL)
        draw_line(self.canv, min(max(x - wide / 2, 0), self.width - wide), y - 10, text, _SMALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: points (x, y) in the axes' units, in drawing order."""

    points: Sequence[tuple[float, float]]
    color: Color = BAR
    width: float = 1.4
    dots: bool = False
    dashed: bool = False
    texts: Sequence[str] = ()  # one a point, beside it


class Plot(Flowable):  # type: ignore[misc]
    """Curves over two axes with ticks; y from 0 to 1."""

    LEFT, BOTTOM, TOP = 34.0, 26.0, 14.0

    def __init__(
        self,
        lines: Sequence[Line],
        *,
        title: str,
        x_label: str,
        y_label: str,
        x_range: tuple[float, float] = (0.0, 1.0),
        size: tuple[float, float] = (230.0, 190.0),
        level: float | None = None,
    ) -> None:
        super().__init__()
        self.lines, self.title, self.x_label, self.y_label = lines, title, x_label, y_label
        self.x_range, self.level = x_range, level
        self.width, self.height = size

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        self.width = min(self.width, width)
        return self.width, self.height

    def _at(self, x: float, y: float) -> tuple[float, float]:
        low, high = self.x_range
        wide, tall = self.width - self.LEFT - 8, self.height - self.BOTTOM - self.TOP
        return self.LEFT + wide * (x - low) / ((high - low) or 1.0), self.BOTTOM + tall * y

    def draw(self) -> None:
        """reportlab's protocol."""
        canvas = self.canv
        draw_line(canvas, self.LEFT, self.height - 9, self.title, Style(size=8.5, bold=True, color=INK))
        self._axes(canvas)
        if self.level is not None:
            self._curve(
                canvas, Line([(self.x_range[0], self.level), (self.x_range[1], self.level)], MARK, 0.8)
            )
        for line in self.lines:
            self._curve(canvas, line)

    def _axes(self, canvas: Any) -> None:
        low, high = self.x_range
        canvas.setLineWidth(0.4)
        for i in range(6):
            y = i / 5
            canvas.setStrokeColor(RULE)
            canvas.line(*self._at(low, y), *self._at(high, y))
            px, py = self._at(low, y)
            text = self._tick_text(y)
            draw_line(canvas, px - 4 - width_of(text, _SMALL), py - 2.5, text, _SMALL)
        for x in _ticks(low, high):
            px, py = self._at(x, 0)
            text = f"{x:g}"
            draw_line(canvas, px - width_of(text, _SMALL) / 2, py - 9, text, _SMALL)
        middle = self._at((low + high) / 2, 0)[0]
        draw_line(canvas, middle - width_of(self.x_label, _SMALL) / 2, 3, self.x_label, _SMALL)
        canvas.saveState()
        canvas.translate(9, self._at(low, 0.5)[1])
        canvas.rotate(90)
        draw_line(canvas, -width_of(self.y_label, _SMALL) / 2, 0, self.y_label, _SMALL)
        canvas.restoreState()

    def _tick_text(self, level: float) -> str:
        """What stands at a level of the y axis, 0 at its foot and 1 at its top."""
        return f"{level:.1f}"

    def _curve(self, canvas: Any, line: Line) -> None:
        if not line.points:
            return
        canvas.saveState()
        canvas.setStrokeColor(line.color)
        canvas.setFillColor(line.color)
        canvas.setLineWidth(line.width)
        if line.dashed:
            canvas.setDash(3, 2)
        path = canvas.beginPath()
        path.moveTo(*self._at(*line.points[0]))
        for point in line.points[1:]:
            path.lineTo(*self._at(*point))
        canvas.drawPath(path, stroke=1, fill=0)
        if line.dots:
            for point in line.points:
                canvas.circle(*self._at(*point), 1.8, stroke=0, fill=1)
        for point, text in zip(line.points, line.texts, strict=False):
            self._beside(canvas, point, text)
        canvas.restoreState()

    def _beside(self, canvas: Any, point: tuple[float, float], text: str) -> None:
        """Right of a point, or left of it at the right edge; below it at the upper one."""
        x, y = self._at(*point)
        wide = width_of(text, _SMALL)
        x = x + 4 if x + 4 + wide <= self.width else x - 4 - wide
        draw_line(canvas, x, y - 9 if point[1] > 0.9 else y + 4, text, _SMALL)


def _round_top(most: int) -> int:
    """The least number from `most` on whose fifths are 1, 2 or 5 times a power of ten."""
    step = 1
    while step * 5 < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step * 5


def _ticks(low: float, high: float) -> list[float]:
    if high - low <= 1.0:
        return [low + (high - low) * i / 5 for i in range(6)]
    step = max(1, round((high - low) / 6))
    return [float(v) for v in range(int(low), int(high) + 1, step)]


class Counts(Flowable):  # type: ignore[misc]
    """Horizontal bars of whole numbers, each with its number and its share."""

    ROW = 14.0

    def __init__(self, rows: Sequence[tuple[str, int, Color]], total: int) -> None:
        super().__init__()
        self.rows, self.total = rows, total

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        self.width, self.height = width, self.ROW * len(self.rows)
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        longest = max((width_of(label, _LABEL) for label, _, _ in self.rows), default=0.0)
        left, right = min(longest + 8, self.width * 0.5), self.width - 62
        most = max((n for _, n, _ in self.rows), default=0) or 1
        for i, (label, count, color) in enumerate(self.rows):
            y = self.height - self.ROW * (i + 1) + 4
            draw_line(self.canv, 0, y, fitted(label, _LABEL, left - 6), _LABEL)
            self.canv.setFillColor(color)
            wide = (right - left) * count / most
            self.canv.rect(left, y - 1, max(wide, 0.3), 8, stroke=0, fill=1)
            share = f"{count:,} ({count / (self.total or 1):.1%})"
            draw_line(self.canv, left + wide + 4, y, share, _LABEL)


class Histogram(Plot):
    """How many values lie in each twentieth of 0 to 1, with the threshold and its band."""

    BINS = 20

    def __init__(
        self,
        values: Sequence[float],
        *,
        title: str,
        x_label: str,
        size: tuple[float, float],
        threshold: float | None = None,
        band: tuple[float, float] | None = None,
    ) -> None:
        super().__init__([], title=title, x_label=x_label, y_label="cases", size=size)
        self.counts = [0] * self.BINS
        for value in values:
            self.counts[min(int(value * self.BINS), self.BINS - 1)] += 1
        self.threshold, self.band = threshold, band
        self.top = _round_top(max(self.counts))

    def _tick_text(self, level: float) -> str:
        return f"{level * self.top:,.0f}"

    def draw(self) -> None:
        """reportlab's protocol."""
        if self.band:
            (x0, y0), (x1, y1) = self._at(self.band[0], 0), self._at(self.band[1], 1)
            self.canv.setFillColor(BAND)
            self.canv.rect(x0, y0, x1 - x0, y1 - y0, stroke=0, fill=1)
        super().draw()
        self.canv.setFillColor(BAR)
        for i, count in enumerate(self.counts):
            (x0, y0), (x1, y1) = self._at(i / self.BINS, 0), self._at((i + 1) / self.BINS, count / self.top)
            self.canv.rect(x0 + 0.5, y0, x1 - x0 - 1, y1 - y0, stroke=0, fill=1)
        if self.threshold is not None:
            self._curve(self.canv, Line([(self.threshold, 0.0), (self.threshold, 1.0)], MARK, 1.0))
