"""From what is on screen to the content of a report, and from settings to its layout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from lungview.classify.case import Case
from lungview.errors import LungViewError
from lungview.image.annotation import Annotation, Kind
from lungview.image.slice import Instance, Slice
from lungview.report.content import (
    CaseContent,
    Institution,
    KeyImage,
    Layout,
    Measurement,
    Opinion,
    PageSize,
    PatientBlock,
)
from lungview.report.gather import case_content
from lungview.settings import Settings
from lungview.ui import export, second_reader, statistics
from lungview.ui.annotations import Annotations
from lungview.ui.session import Session


def layout_of(settings: Settings) -> Layout:
    """The layout the user chose; a logo that is not there is left out."""
    logo = Path(settings.report_logo) if settings.report_logo else None
    return Layout(
        PageSize(settings.report_page),
        Institution(settings.report_institution, logo if logo and logo.is_file() else None),
        PatientBlock(settings.report_patient),
    )


def content_of(
    session: Session,
    annotations: Annotations | None,
    opinion: Opinion | None = None,
    *,
    measured: bool = True,
    key_images: bool = True,
) -> CaseContent:
    """The slice of the active view with its answer, measurements and key images.

    An answer that read-first hides is not in it. Raises LungViewError when there is no slice.
    """
    slice_ = session.viewport.state.slice
    if slice_ is None:
        raise LungViewError("there is no slice to report on")
    reader = second_reader.of(session)
    case = reader.case(slice_)
    if case is None or reader.hidden(slice_):
        case = Case(slice_.instance, error=LungViewError("the model was not asked, or its answer is hidden"))
    card = reader.entry.card if reader.entry and case.prediction else None
    drawn = annotations.on(annotations.picture(slice_)) if annotations else ()
    return case_content(
        slice_,
        case,
        card,
        window=session.viewport.state.window,
        class_key=reader.class_key if case.prediction and reader.class_key in case.prediction.keys else "",
        opinion=opinion,
        measurements=list(measurements(slice_, drawn)) if measured else (),
        key_images=[_on_screen(session, slice_)] if key_images and drawn else (),
    )


_NAMES = {
    Kind.RULER: "Length",
    Kind.ANGLE: "Angle",
    Kind.ELLIPSE: "Ellipse",
    Kind.RECTANGLE: "Rectangle",
    Kind.POLYGON: "Polygon",
    Kind.ARROW: "Remark",
    Kind.PROBE: "Value",
}


def measurements(slice_: Slice, drawn: Iterable[Annotation]) -> Iterable[Measurement]:
    """A row for each annotation that says something."""
    for each in drawn:
        said = ", ".join(statistics.lines(slice_, each))
        if said:
            yield Measurement(_NAMES[each.kind], said, _place(slice_.instance, each))


def _place(instance: Instance, drawn: Annotation) -> str:
    number = f"image {instance.instance_number}, " if instance.instance_number is not None else ""
    return f"{number}row {drawn.points[0].y:.0f}, column {drawn.points[0].x:.0f}"


def _on_screen(session: Session, slice_: Slice) -> KeyImage:
    """The active view as it is, annotations drawn, no patient in its corners."""
    image = export.rendered(session.viewport, patient=False)
    return KeyImage(
        replace(slice_, spacing=None), session.viewport.state.window, "As on screen", pixels(image)
    )


def pixels(image: QImage) -> np.ndarray:
    """The picture as uint8 (rows, columns, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows, columns, step = plain.height(), plain.width(), plain.bytesPerLine()
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(rows, step)
    return flat[:, : columns * 3].reshape(rows, columns, 3).copy()
