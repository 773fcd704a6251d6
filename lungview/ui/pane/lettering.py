"""Lines with a dark halo, readable on air and on bone; what is written again is not drawn again."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

TEXT = QColor("#e8e8e8")
_HALO = QColor(0, 0, 0, 170)
_RIM = 2  # px around the letters: the halo, and what a slanted letter leans out
_KEPT = 256  # pictures of lines: those of some views, and of the slices beside
_ROOM = QRectF(0, 0, 10_000, 10_000)


def text(
    painter: QPainter,
    area: QRectF,
    where: Qt.AlignmentFlag,
    lines: tuple[str, ...],
    colour: QColor = TEXT,
) -> None:
    """Lines in an area. Of a view's ten texts one changes from slice to slice: the others are pictures."""
    if not lines:
        return
    joined = "\n".join(lines)
    if painter.combinedTransform().isScaling():  # or turned, or worse
        _draw(painter, area, where, joined, colour)
        return
    ratio = painter.device().devicePixelRatio()
    within = (area.x(), area.y(), area.width(), area.height())
    image, corner = _placed(joined, int(where), colour.rgba(), painter.font().toString(), ratio, within)
    painter.drawImage(corner, image)


@lru_cache(maxsize=_KEPT)
def _placed(
    joined: str, where: int, colour: int, font: str, ratio: float, area: tuple[float, float, float, float]
) -> tuple[QImage, QPointF]:
    """The lines as a picture, and where its corner lies."""
    image, size = _picture(joined, where, colour, font, ratio)
    corner = _corner(QRectF(*area), Qt.AlignmentFlag(where), size, ratio)
    return image, corner - QPointF(_RIM, _RIM)


def _draw(painter: QPainter, area: QRectF, where: Qt.AlignmentFlag, joined: str, colour: QColor) -> None:
    painter.setPen(_HALO)
    for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(area.translated(x, y), where, joined)
    painter.setPen(colour)
    painter.drawText(area, where, joined)


@lru_cache(maxsize=_KEPT)
def _picture(
    joined: str, where: int, colour: int, font: str, ratio: float
) -> tuple[QImage, tuple[float, float]]:
    """The lines on nothing, with a rim around them; their width and height without it."""
    letters, flags = QFont(), Qt.AlignmentFlag(where)
    letters.fromString(font)
    around = QFontMetricsF(letters).boundingRect(_ROOM, where, joined)
    wide, high = math.ceil(around.width()), math.ceil(around.height())
    image = QImage(
        math.ceil((wide + 2 * _RIM) * ratio),
        math.ceil((high + 2 * _RIM) * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setFont(letters)
    _draw(painter, QRectF(_RIM, _RIM, wide, high), flags, joined, QColor.fromRgba(colour))
    painter.end()
    return image, (wide, high)


def _corner(area: QRectF, where: Qt.AlignmentFlag, size: tuple[float, float], ratio: float) -> QPointF:
    """Where lines of a size begin in an area, on a whole device pixel."""
    flag = Qt.AlignmentFlag
    x = y = 0.5
    if where & (flag.AlignLeft | flag.AlignRight):
        x = 1.0 if where & flag.AlignRight else 0.0
    if where & (flag.AlignTop | flag.AlignBottom):
        y = 1.0 if where & flag.AlignBottom else 0.0
    left = area.left() + (area.width() - size[0]) * x
    top = area.top() + (area.height() - size[1]) * y
    return QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio)
