"""The histogram and the coronal map on a report's page."""

from __future__ import annotations

from typing import Any

import numpy as np
from reportlab.platypus import Flowable

from lungview.lung.quantify import AIRY_HU, LEAST_HU, LOW_HU
from lungview.report import picture
from lungview.report.lettering.text import Style, draw_line, width_of
from lungview.report.lungs.picture import COLOURS, Bars, MapPicture, legend
from lungview.report.pdf.charts import BAR, BAR_PALE, MARK
from lungview.report.pdf.page import GREY, INK, RULE

_TITLE = Style(size=8.5, bold=True, color=INK)
_SMALL = Style(size=7, color=GREY)
_HEAD, _FOOT = 14.0, 24.0
_TICKS = (-1000, -900, -800, -700, -600, -500)


class DensityHistogram(Flowable):  # type: ignore[misc]
    """Bars by HU, those below −950 HU dark, with a line there; the highest bar fills the height."""

    def __init__(self, bars: Bars, size: tuple[float, float]) -> None:
        super().__init__()
        self.bars = bars
        self.width, self.height = size

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        draw_line(self.canv, 0, self.height - 9, "Density histogram, both lungs", _TITLE)
        tall, most = self.height - _HEAD - _FOOT, max(float(self.bars.shares.max()), 1e-9)
        for left, right, share in zip(
            self.bars.edges[:-1], self.bars.edges[1:], self.bars.shares, strict=True
        ):
            self.canv.setFillColor(BAR if right <= LOW_HU else BAR_PALE)
            x = self._x(left)
            self.canv.rect(x, _FOOT, self._x(right) - x, tall * share / most, stroke=0, fill=1)
        self._axis()
        self._line(self._x(LOW_HU), _FOOT + tall)

    def _x(self, hu: float) -> float:
        return self.width * (float(hu) - LEAST_HU) / (AIRY_HU - LEAST_HU)

    def _axis(self) -> None:
        self.canv.setStrokeColor(RULE)
        self.canv.setLineWidth(0.5)
        self.canv.line(0, _FOOT, self.width, _FOOT)
        for hu in _TICKS:
            text = f"{hu}".replace("-", "−")
            at = min(self._x(hu) - width_of(text, _SMALL) / 2, self.width - width_of(text, _SMALL))
            draw_line(self.canv, at, _FOOT - 9, text, _SMALL)
        draw_line(self.canv, 0, 3, "HU of the lung's airy voxels", _SMALL)

    def _line(self, x: float, top: float) -> None:
        self.canv.setStrokeColor(MARK)
        self.canv.setLineWidth(1)
        self.canv.line(x, _FOOT, x, top)
        draw_line(self.canv, x + 3, top - 7, "−950 HU", Style(size=7, color=MARK))


class CoronalPicture(Flowable):  # type: ignore[misc]
    """The map with its legend in per cent, the patient's right at the left."""

    LEGEND = 40.0

    def __init__(self, found: MapPicture, size: tuple[float, float]) -> None:
        super().__init__()
        self.found = found
        self.width, self.height = size
        rows, columns = found.rgba.shape[:2]
        scale = min((self.width - self.LEGEND) / columns, (self.height - _HEAD - _FOOT) / rows)
        self.shown = (columns * scale, rows * scale)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """reportlab's protocol."""
        return self.width, self.height

    def draw(self) -> None:
        """reportlab's protocol."""
        draw_line(self.canv, 0, self.height - 9, "Below −950 HU, seen from the front", _TITLE)
        wide, tall = self.shown
        foot = self.height - _HEAD - tall
        self.canv.drawImage(picture.image(_on_white(self.found.rgba)), 0, foot, width=wide, height=tall)
        for text, at in (("R", 0.0), ("L", wide - 6)):
            draw_line(self.canv, at, foot - 9, text, _SMALL)
        self._legend(wide + 8, foot, tall)

    def _legend(self, x: float, foot: float, tall: float) -> None:
        high = min(tall, 110.0)
        bar = np.repeat(np.ascontiguousarray(COLOURS[::-1])[:, None], 2, axis=1)
        y = foot + tall - high
        self.canv.drawImage(picture.image(bar), x, y, width=7, height=high)
        for part, text in legend(self.found.top):
            draw_line(self.canv, x + 10, y + (high - 5) * part, text, _SMALL)


def _on_white(rgba: np.ndarray) -> Any:
    inside = rgba[..., 3:] > 0
    return np.ascontiguousarray(np.where(inside, rgba[..., :3], np.uint8(255)))
