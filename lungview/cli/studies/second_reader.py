"""The second reader for the command line's reports: asked where there is a CT in HU and a model for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.nodules.second_reader.second_look import SecondReader
    from lungview.report.content import FindingsContent, Layout
    from lungview.study.series import Series


def of_series(series: Series) -> FindingsContent | None:
    """What it says of a CT series; None for what is no such series, or without an installed model.

    Raises ReadError, ModelError.
    """
    from lungview.image.readers import read_instance
    from lungview.nodules.second_reader import second_look
    from lungview.nodules.second_reader.subjects import is_stack
    from lungview.report.findings import pictures as finding_pictures

    reader = _reader()
    if reader is None or series.modality != "CT" or not is_stack(series):
        return None
    answer = second_look.of_series(series, reader)
    return finding_pictures.content(
        answer, reader.card, read_instance, series_uid=series.uid, patient_id=series.patient.patient_id
    )


def of_slice(slice_: Slice) -> FindingsContent | None:
    """The same of one slice in HU; None for any other picture."""
    from lungview.nodules.second_reader import picture
    from lungview.report.findings import pictures as finding_pictures

    reader = _reader() if slice_.unit == "HU" and not slice_.colour else None
    if reader is None:
        return None
    answer = picture.of_slice(slice_, reader)
    series, patient = slice_.instance.series_instance_uid, slice_.patient.patient_id
    return finding_pictures.content(
        answer, reader.card, lambda _: slice_, series_uid=series, patient_id=patient
    )


def _reader() -> SecondReader | None:
    from lungview.nodules.second_reader import second_look

    entry = second_look.installed_reader()
    return None if entry is None else second_look.load(entry)


def write_series(found: FindingsContent, path: Path, layout: Layout, kind: str) -> tuple[str, ...]:
    """Write the findings of a series alone, in any format but PDF. Raises LungViewError."""
    from lungview.report.formats import write
    from lungview.report.gather import findings_alone

    return write(findings_alone(found), path, layout, kind)
