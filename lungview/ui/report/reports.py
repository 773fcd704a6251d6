"""From what is on screen to the content of a report, and from settings to its layout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from lungview.classify.case import Case
from lungview.errors import LungViewError
from lungview.image.slice import Slice
from lungview.report.content import (
    CaseContent,
    KeyImage,
    Opinion,
    View,
)
from lungview.report.gather import case_content
from lungview.report.key_images import Marks, marks, measurements
from lungview.report.measured import marked_slice
from lungview.study.key import FrameKey, PictureId, patient_digest, series_id
from lungview.ui.layout import export
from lungview.ui.studies.session import Session
from lungview.viewer.marks.annotations import Annotations
from lungview.viewer.nodules import findings
from lungview.viewer.report_draft import Draft, FindingsPart, SeriesPart, Wanted
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.study.series import Series


def draft_of(
    session: Session,
    annotations: Annotations | None,
    wanted: Wanted | None = None,
    known: dict[FrameKey, PictureId] | None = None,
    series: SeriesPart | None = None,
) -> Draft:
    """The slice of the active view with its answer, what was drawn on it, and the study's key images.

    An answer that read-first hides is not in it. Raises LungViewError when there is no slice.
    """
    wanted = wanted or Wanted()
    slice_ = session.viewport.state.slice
    if slice_ is None:
        raise LungViewError("there is no slice to report on")
    drawn = annotations.on(slice_) if annotations else ()
    number = session.viewport.state.index + 1 if session.viewport.state.count > 1 else None
    case = replace(
        _answer(session, slice_),
        number=number,
        opinion=wanted.opinion if wanted.opinion != Opinion() else None,
        measurements=measurements(slice_, drawn, number) if wanted.measured else (),
        marked=[marked_slice(slice_, drawn)] if wanted.measured and drawn else (),
        key_images=[_on_screen(session)] if wanted.on_screen and drawn else (),
        view=_view(session.viewport.state),
        key_title=wanted.key_title,
    )
    found = _marks(session, annotations, slice_) if annotations and wanted.key_images else ()
    return Draft(
        case,
        found,
        session.workspace.read,
        {} if known is None else known,
        measured=wanted.measured,
        series=series,
        findings=_findings(session),
        drawn=_marks(session, annotations, slice_, drawn=True) if annotations and wanted.measured else (),
    )


def _view(state: ViewState) -> View:
    return View(state.camera.rotation, state.camera.mirrored, state.presentation.inverted)


def _findings(session: Session) -> FindingsPart | None:
    """The accepted findings of the series on screen; None where there are none."""
    found = findings.of(session.workspace)
    opened = found.opened()
    told = None if opened is None else found.reported(opened)
    if opened is None or told is None:
        return None
    return FindingsPart(told, found.card_of(told), opened.series.uid, opened.series.patient.patient_id)


def _answer(session: Session, slice_: Slice) -> CaseContent:
    reader = second_reader.of(session.workspace)
    case = reader.case(slice_)
    if case is None or reader.hidden(slice_):
        case = Case(slice_.instance, error=LungViewError("the model was not asked, or its answer is hidden"))
    card = reader.entry.card if reader.entry and case.prediction else None
    class_key = reader.class_key if case.prediction and reader.class_key in case.prediction.keys else ""
    return case_content(slice_, case, card, window=session.viewport.state.window, class_key=class_key)


def _marks(
    session: Session, annotations: Annotations, slice_: Slice, *, drawn: bool = False
) -> tuple[Marks, ...]:
    """The key images of the slice's own study, no other patient's; of picture files, those of its folder."""
    study, shown = slice_.study.study_instance_uid, session.stack.series
    found = []
    for series in _open_series(session):
        on_screen = shown is not None and series_id(series) == series_id(shown)
        if on_screen or (study and _is_of(series, slice_)):
            # The reader's window is for the series it was set on.
            window = session.viewport.state.window if on_screen else None
            found.append(marks(series, annotations.of_study(study), window, drawn=drawn))
    return tuple(found)


def _open_series(session: Session) -> list[Series]:
    """What is listed, and what is on screen though another study was opened since."""
    shown = session.stack.series
    if shown is None or any(series_id(each) == series_id(shown) for each in session.series):
        return session.series
    return [shown, *session.series]


def _is_of(series: Series, slice_: Slice) -> bool:
    """Whether a series is of the slice's study and patient."""
    same_study = series.study.study_instance_uid == slice_.study.study_instance_uid
    return same_study and patient_digest(series.patient) == patient_digest(slice_.patient)


def _on_screen(session: Session) -> KeyImage:
    """The active view as it is, annotations drawn, no patient in its corners."""
    image = pixels(export.rendered(session.viewport, patient=False))
    return KeyImage(image, "As on screen", size=image.shape[:2])


def pixels(image: QImage) -> np.ndarray:
    """The picture as uint8 (rows, columns, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows, columns, step = plain.height(), plain.width(), plain.bytesPerLine()
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(rows, step)
    return flat[:, : columns * 3].reshape(rows, columns, 3).copy()
