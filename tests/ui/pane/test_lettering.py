"""Lines with a halo: as Qt draws them, at the same place, and drawn but once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from lungview.ui.pane import lettering
from lungview.ui.pane.lettering import text

FLAG = Qt.AlignmentFlag
LINES = ("Slice 12 / 300", "Zoom 87 %", "Ärzte, 胸部")
AREA = QRectF(8, 8, 284, 184)
COLOUR = QColor("#ff9f1c")
CORNERS = [
    FLAG.AlignLeft | FLAG.AlignTop,
    FLAG.AlignRight | FLAG.AlignTop,
    FLAG.AlignLeft | FLAG.AlignBottom,
    FLAG.AlignRight | FLAG.AlignBottom,
    FLAG.AlignHCenter | FLAG.AlignTop,
    FLAG.AlignLeft | FLAG.AlignVCenter,
    FLAG.AlignCenter,
]


def canvas(ratio: float = 1.0) -> QImage:
    made = QImage(round(300 * ratio), round(200 * ratio), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(QColor(90, 90, 90))
    return made


def painted(where: Qt.AlignmentFlag, ratio: float = 1.0, scale: float = 1.0, points: int = 9) -> np.ndarray:
    image = canvas(ratio)
    painter = QPainter(image)
    painter.scale(scale, scale)
    painter.setFont(QFont(painter.font().family(), points))
    text(painter, AREA, where, LINES, COLOUR)
    painter.end()
    return array(image)


def by_qt(where: Qt.AlignmentFlag, ratio: float = 1.0, scale: float = 1.0, points: int = 9) -> np.ndarray:
    """Four shadows and the letters, by Qt's own drawText in the same area."""
    image = canvas(ratio)
    painter = QPainter(image)
    painter.scale(scale, scale)
    painter.setFont(QFont(painter.font().family(), points))
    painter.setPen(QColor(0, 0, 0, 170))
    for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(AREA.translated(x, y), where, "\n".join(LINES))
    painter.setPen(COLOUR)
    painter.drawText(AREA, where, "\n".join(LINES))
    painter.end()
    return array(image)


def array(image: QImage) -> np.ndarray:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[..., :3].astype(int)


@pytest.mark.parametrize("where", CORNERS)
@pytest.mark.parametrize(("ratio", "points"), [(1.0, 9), (1.0, 14), (2.0, 9)])
def test_lines_lie_where_qt_draws_them(qapp, where: Qt.AlignmentFlag, ratio: float, points: int) -> None:
    ours, qts = painted(where, ratio, points=points), by_qt(where, ratio, points=points)
    ink, qts_ink = (np.argwhere(np.abs(each - 90).sum(axis=2) > 90) for each in (ours, qts))
    assert np.abs(ink.min(axis=0) - qts_ink.min(axis=0)).max() <= 1
    assert np.abs(ink.max(axis=0) - qts_ink.max(axis=0)).max() <= 1
    assert np.abs(ours - qts).mean() <= 0.15 * np.abs(qts - 90).mean() + 0.5


def test_what_is_written_again_is_not_drawn_again(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    real = lettering._draw
    monkeypatch.setattr(lettering, "_draw", lambda *what: (drawn.append(what), real(*what)))
    lettering._placed.cache_clear()
    lettering._picture.cache_clear()
    first = painted(CORNERS[0])
    assert len(drawn) == 1
    assert np.array_equal(painted(CORNERS[0]), first)
    assert len(drawn) == 1
    painted(CORNERS[0], points=12)
    painted(CORNERS[1])
    assert len(drawn) == 3


def test_on_what_is_scaled_letters_are_drawn_as_sharp_as_can_be(qapp) -> None:
    assert np.array_equal(painted(CORNERS[0], scale=1.5), by_qt(CORNERS[0], scale=1.5))


def test_no_lines_are_nothing(qapp) -> None:
    image = canvas()
    painter = QPainter(image)
    text(painter, AREA, CORNERS[0], ())
    painter.end()
    assert (array(image) == 90).all()
