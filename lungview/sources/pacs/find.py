"""C-FIND in the study root: studies, series, and the objects of a series (PS3.4 C.4.1, C.6.2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from pydicom.dataset import Dataset
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind  # type: ignore[attr-defined]

from lungview.errors import NetworkError
from lungview.image.readers.data_set.character_set import settle
from lungview.image.readers.data_set.values import text
from lungview.remote_nodes import DicomNode
from lungview.sources.answers import Answers
from lungview.sources.pacs.association import associated, status_of
from lungview.sources.retrying import OnRetry, retried
from lungview.sources.source import Cancel, Found, OnFound, Query, check, never

_PENDING = (0xFF00, 0xFF01)
_CANCELLED = 0xFE00
_STUDY = (
    "PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "StudyDate", "StudyTime",
    "StudyDescription",
)  # fmt: skip
_STUDY_COUNTS = ("NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances")
_SERIES = ("SeriesDescription", "SeriesNumber", "NumberOfSeriesRelatedInstances")


def find(node: DicomNode, query: Query, on_found: OnFound | None = None, cancelled: Cancel = never) -> Found:
    """Studies, or the series of one. Raises NetworkError, NoAnswer, Refused, Cancelled.

    After a line that broke the question is put again from the start; no answer is told of twice.
    """
    answers = Answers(query, on_found)
    asked = identifier(query)
    complete = retried(node, lambda: _ask(node, asked, query.most, answers.take, cancelled), cancelled)
    return answers.found(complete=complete)


def objects(
    node: DicomNode,
    study_uid: str,
    series_uid: str,
    cancelled: Cancel = never,
    on_retry: OnRetry | None = None,
) -> dict[str, str]:
    """SOP Instance UID → SOP Class UID ("" where it is not said) of a series. Raises as `find`."""
    found: dict[str, str] = {}

    def take_in(answer: Dataset) -> None:
        found[text(answer, "SOPInstanceUID")] = text(answer, "SOPClassUID")

    asked = _level("IMAGE", study_uid, series_uid)
    asked.SOPInstanceUID = asked.SOPClassUID = ""
    question = partial(_ask, node, asked, 1_000_000, take_in, cancelled)
    retried(node, question, cancelled, on_retry=on_retry)
    found.pop("", None)
    return found


def identifier(query: Query) -> Dataset:
    """The keys of a question, those to match and those to be told."""
    asked = _level("SERIES" if query.of_series else "STUDY", query.study_uid)
    if query.of_series:
        asked.SeriesInstanceUID, asked.Modality = query.series_uid, query.modality
        _empty(asked, _SERIES)
        return asked
    _empty(asked, (*_STUDY, *_STUDY_COUNTS))
    asked.PatientName, asked.PatientID = query.patient_name, query.patient_id
    asked.StudyDate, asked.AccessionNumber = query.study_date, query.accession
    asked.ModalitiesInStudy = query.modality
    if not f"{query.patient_name}{query.patient_id}{query.accession}".isascii():
        asked.SpecificCharacterSet = "ISO_IR 192"
    return asked


def _level(level: str, study_uid: str = "", series_uid: str = "") -> Dataset:
    asked = Dataset()
    asked.QueryRetrieveLevel = level
    asked.StudyInstanceUID = study_uid
    if series_uid:
        asked.SeriesInstanceUID = series_uid
    return asked


def _empty(asked: Dataset, keywords: tuple[str, ...]) -> None:
    for keyword in keywords:
        setattr(asked, keyword, "" if keyword.startswith(("P", "St", "SeriesD")) else None)


def _ask(
    node: DicomNode, asked: Dataset, most: int, take_in: Callable[[Dataset], None], cancelled: Cancel
) -> bool:
    """Put the question; False when there were more answers than `most`."""
    model = StudyRootQueryRetrieveInformationModelFind
    with associated(node, [build_context(model)]) as association:
        answers = association.send_c_find(asked, model)
        for count, answer in enumerate(_pending(node, answers)):
            check(cancelled)
            if count >= most:
                association.send_c_cancel(1, query_model=model)
                if not _read_out(node, answers, cancelled):
                    association.abort()
                return False
            take_in(answer)
    return True


def _pending(node: DicomNode, answers: Iterator[tuple[Dataset, Dataset | None]]) -> Iterator[Dataset]:
    """The data sets of the pending answers, up to the last, which says how it went."""
    for status, answer in answers:
        code = status_of(node, status, "C-FIND")
        if code not in _PENDING:
            if code not in (0, _CANCELLED):
                raise NetworkError(f"{node.name} could not search: C-FIND status {code:04X}")
            return
        if answer is None:  # it does not parse; the generator repeats its status
            raise NetworkError(f"{node.name} sent an answer to C-FIND that does not parse")
        settle(answer)
        yield answer


def _read_out(node: DicomNode, answers: Iterator[tuple[Dataset, Dataset | None]], cancelled: Cancel) -> bool:
    """Read what was on its way as the question was taken back; False: the archive goes on regardless."""
    end = time.monotonic() + node.timeout_s
    for _ in _pending(node, answers):
        check(cancelled)
        if time.monotonic() > end:
            return False
    return True
