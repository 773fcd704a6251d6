"""Where something dragged over the window may be let go: on "Open", or on "Classify as a batch".

Imports nothing but Qt: the window has it before everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

_GROUND, _ZONE, _CHOSEN = QColor(0, 0, 0, 225), QColor(255, 255, 255, 22), QColor(61, 132, 207, 150)
_TEXT, _MUTED = QColor("#f2f2f2"), QColor("#c3c9d1")
_GAP, _ROUND = 24.0, 12.0
_OPEN_SHARE = 0.58  # the larger one: what most drops are for


class Zone(Enum):
    OPEN = "open"
    BATCH = "batch"


def may_be_batch(paths: Sequence[str]) -> bool:
    """Whether it can be more than one picture: a folder, a zip, several files."""
    return len(paths) > 1 or any(p.lower().endswith(".zip") or Path(p).is_dir() for p in paths)


class DropZones(QWidget):
    """Two fields over the picture while something is dragged there. refusal: why no batch can begin now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Drags go to the window below, as do clicks should the fields ever be left behind.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Open, or classify as a batch"))
        self.chosen = Zone.OPEN
        self.count = 0
        self.refusal = ""
        self.hide()

    def begin(self, area: QWidget, count: int, refusal: str) -> None:
        """Cover an area of the window. count: of the files and folders that are dragged."""
        self.setGeometry(area.geometry())
        self.count, self.refusal, self.chosen = count, refusal, Zone.OPEN
        self.raise_()
        self.show()

    def point(self, position: QPointF) -> None:
        """The mouse is there, in the window's coordinates."""
        chosen = self.zone_at(position)
        if chosen is not self.chosen:
            self.chosen = chosen
            self.update()

    def zone_at(self, position: QPointF) -> Zone:
        """BATCH on its field while one may begin; everywhere else OPEN."""
        inside = self._areas()[Zone.BATCH].contains(position - QPointF(self.pos()))
        return Zone.BATCH if inside and self.isVisible() and not self.refusal else Zone.OPEN

    def _areas(self) -> dict[Zone, QRectF]:
        whole = QRectF(self.rect()).adjusted(_GAP, _GAP, -_GAP, -_GAP)
        wide = (whole.width() - _GAP) * _OPEN_SHARE
        left = QRectF(whole.left(), whole.top(), wide, whole.height())
        right = QRectF(left.right() + _GAP, whole.top(), whole.right() - left.right() - _GAP, whole.height())
        return {Zone.OPEN: left, Zone.BATCH: right}

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), _GROUND)
        dragged = self.tr("%1 files or folders").replace("%1", str(self.count)) if self.count > 1 else ""
        says = {
            Zone.OPEN: (self.tr("Open"), dragged or self.tr("to look at")),
            Zone.BATCH: (
                self.tr("Classify as a batch"),
                self.refusal or self.tr("every picture: a table, a CSV, a report"),
            ),
        }
        for zone, area in self._areas().items():
            _paint_zone(painter, area, says[zone], zone is self.chosen)


def _paint_zone(painter: QPainter, area: QRectF, said: tuple[str, str], chosen: bool) -> None:
    painter.setBrush(_CHOSEN if chosen else _ZONE)
    style = Qt.PenStyle.SolidLine if chosen else Qt.PenStyle.DashLine
    painter.setPen(QPen(_TEXT if chosen else _MUTED, 2, style))
    painter.drawRoundedRect(area, _ROUND, _ROUND)
    font = painter.font()
    plain = font.pointSizeF()
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
    upper = QRectF(area.left() + 12, area.top(), area.width() - 24, area.height() / 2)
    font.setPointSizeF(plain * 1.7)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(_TEXT)
    painter.drawText(upper, flags, said[0])
    font.setPointSizeF(plain * 1.1)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(_MUTED)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(upper.translated(0, upper.height() + 8), flags, said[1])
    font.setPointSizeF(plain)
    painter.setFont(font)
