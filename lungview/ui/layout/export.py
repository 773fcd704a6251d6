"""The picture on screen as a PNG or JPEG file, or on the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from lungview.errors import ReportError
from lungview.files import write_atomically
from lungview.ui.pane import overlay_paint
from lungview.ui.pane.viewport import Viewport

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
JPEG_QUALITY = 95
_GROUND, _TEXT = QColor("#14171b"), QColor("#f0b429")


def rendered(viewport: Viewport, *, patient: bool) -> QImage:
    """What the viewport shows, in device pixels, above a line that says what it is not for.

    patient: whether name and data of the patient are in the corners; pixels are as they are, also where
    a name was burned into them. Annotations are drawn without handles.
    """
    size, ratio = viewport.device_size().toSize(), viewport.devicePixelRatioF()
    line = round(24 * ratio)
    image = QImage(size.width(), size.height() + line, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    shown = QRectF(viewport.rect())
    painter.setClipRect(shown)
    viewport.paint_picture(painter)
    viewport.paint_layers(painter)
    overlay_paint.paint(painter, viewport, patient=patient, pointed=False)
    painter.setClipping(False)
    painter.setFont(viewport.font())
    _paint_notice(painter, QRectF(0, shown.bottom(), shown.width(), line / ratio))
    painter.end()
    return image


def _paint_notice(painter: QPainter, area: QRectF) -> None:
    painter.fillRect(area, _GROUND)
    painter.setPen(_TEXT)
    said = QCoreApplication.translate("Export", "Research use only. Not a medical device. LungView")
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, said)


def encoded(image: QImage, suffix: str) -> bytes:
    """The image as a file's bytes; no metadata. suffix: of FORMATS. For a worker thread: takes a while."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    kind = FORMATS[suffix.lower()]
    if not image.save(buffer, kind, JPEG_QUALITY if kind == "JPEG" else -1):  # type: ignore[call-overload]
        raise ReportError(f"the picture cannot be written as {kind}")
    return bytes(data.data())


def write(image: QImage, path: Path) -> None:
    """Write the image, whole or not at all. ReportError: not a suffix of FORMATS, disk full, no rights."""
    if path.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise ReportError(f"expected a name that ends in {known}, found {path.suffix or 'none'}", path)
    try:
        write_atomically(path, encoded(image, path.suffix))
    except OSError as error:
        raise ReportError(f"the picture cannot be written: {error.strerror}", path) from error
