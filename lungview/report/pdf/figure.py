"""A picture on a report's page: scale bar, colour bar of a heat map, caption."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from reportlab.lib.colors import black, white
from reportlab.platypus import Flowable

from lungview.classify.heat import heatmap
from lungview.image.slice import Spacing
from lungview.report import picture
from lungview.report.lettering.text import Style, draw_line, fitted, width_of
from lungview.report.pdf.page import GREY, INK

COLOUR_BAR = 26.0  # points right of a heat map; its plain neighbour leaves them free, to be as large


class Picture(Flowable):  # type: ignore[misc]
    """An image of fixed width, its scale bar drawn as lines, a caption of up to two lines below.

    aspect: height of a pixel over its width. columns: of the slice, where `pixels` is a smaller picture of
    it.
    """

    CAPTION = 21.0

    def __init__(
        self,
        pixels: np.ndarray,
        size: tuple[float, float],
        *,
        spacing: Spacing | None = None,
        aspect: float = 1.0,
        caption: str = "",
        lossy: bool = False,
        colour_bar: bool = False,
        beside_colour_bar: bool = False,
        columns: int = 0,
    ) -> None:
        super().__init__()
        self.source = picture.image(pixels, aspect=aspect, lossy=lossy)
        self.width, tallest = size
        self.spacing, self.caption, self.colour_bar = spacing, caption, colour_bar
        rows, self.columns = pixels.shape[0] * aspect, pixels.shape[1]
        self.slice_columns = columns or pixels.shape[1]
        room = self.width - (COLOUR_BAR if beside_colour_bar or colour_bar else 0)
        self.scale = min(room / self.columns, tallest / rows)
        self.shown = (self.columns * self.scale, rows * self.scale)
        self.height = self.shown[1] + self.CAPTION

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        wide, tall = self.shown
        y = self.height - tall
        self.canv.drawImage(self.source, 0, y, width=wide, height=tall)
        if self.spacing:
            self._scale_bar(self.spacing, y)
        if self.colour_bar:
            _draw_colour_bar(self.canv, wide + 4, y, tall)
        lines = self.caption.splitlines()[:2]
        for i, line in enumerate(lines):
            style = Style(size=7.5, color=INK if i == 0 else GREY)
            draw_line(self.canv, 0, y - 9 - 9.5 * i, fitted(line, style, self.width), style)

    def _scale_bar(self, spacing: Spacing, y: float) -> None:
        length = picture.bar_length(spacing, self.slice_columns)
        long = length / (spacing.column * self.slice_columns) * self.shown[0]
        x = self.shown[0] - long - 8
        for colour, more in ((black, 1.6), (white, 0.0)):  # readable on air and on bone
            self.canv.setStrokeColor(colour)
            self.canv.setLineWidth(1.4 + more)
            self.canv.line(x, y + 7, x + long, y + 7)
            self.canv.setLineWidth(0.8 + more)
            for end in (x, x + long):
                self.canv.line(end, y + 5, end, y + 9)
        text = f"{length:g} mm"
        at = x + (long - width_of(text, Style(size=7))) / 2
        for colour, off in ((black, 0.5), (white, 0.0)):
            draw_line(self.canv, at + off, y + 11 - off, text, Style(size=7, color=colour))


@lru_cache(maxsize=1)
def _colour_bar() -> Any:
    steps = np.linspace(1.0, 0.0, 128, dtype=np.float32)[:, None]
    colours = heatmap.rgba(np.repeat(steps, 2, axis=1), opacity=1.0, threshold=0.0)[..., :3]
    return picture.image(np.ascontiguousarray(colours))


def _draw_colour_bar(canvas: Any, x: float, y: float, tall: float) -> None:
    canvas.drawImage(_colour_bar(), x, y, width=7, height=tall)
    style = Style(size=6.5, color=GREY)
    for value in (0.0, 0.5, 1.0):
        draw_line(canvas, x + 9, y + (tall - 5) * value, f"{value:.1f}", style)
