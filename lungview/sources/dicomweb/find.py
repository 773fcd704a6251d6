"""QIDO-RS: studies, the series of one, and the objects of a series (PS3.18 10.6)."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from lungview.image.readers.data_set.values import text
from lungview.remote_nodes import WebNode
from lungview.sources.answers import Answers
from lungview.sources.dicomweb.client import client, in_words
from lungview.sources.retrying import OnRetry, retried
from lungview.sources.source import Cancel, Found, OnFound, Query, check, never

_STUDY = (
    "PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "StudyDate", "StudyTime",
    "StudyDescription", "AccessionNumber", "ModalitiesInStudy", "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
)  # fmt: skip
_SERIES = (
    "SeriesInstanceUID",
    "SeriesDescription",
    "SeriesNumber",
    "Modality",
    "NumberOfSeriesRelatedInstances",
)
_PAGE = 5000  # objects of a series that are asked for at once


def find(node: WebNode, query: Query, on_found: OnFound | None = None, cancelled: Cancel = never) -> Found:
    """Studies, or the series of one. Raises NetworkError, NoAnswer, Refused, Cancelled."""
    answers = Answers(query, on_found)
    told = retried(node, lambda: _ask(node, query), cancelled)
    for each in told[: query.most]:
        check(cancelled)
        with in_words(node, "QIDO-RS"):
            answers.take(Dataset.from_json(each))
    return answers.found(complete=len(told) <= query.most)


def _ask(node: WebNode, query: Query) -> list[dict[str, Any]]:
    asking, most = client(node), query.most + 1  # one more than wanted says that there are more
    with in_words(node, "QIDO-RS"):
        if query.of_series:
            filters = _given({"SeriesInstanceUID": query.series_uid, "Modality": query.modality})
            return asking.search_for_series(
                query.study_uid, limit=most, fields=list(_SERIES), search_filters=filters
            )
        return asking.search_for_studies(limit=most, fields=list(_STUDY), search_filters=_filters(query))


def _filters(query: Query) -> dict[str, str]:
    return _given(
        {
            "PatientName": query.patient_name,
            "PatientID": query.patient_id,
            "StudyDate": query.study_date,
            "ModalitiesInStudy": query.modality,
            "AccessionNumber": query.accession,
            "StudyInstanceUID": query.study_uid,
        }
    )


def _given(filters: dict[str, str]) -> dict[str, str]:
    return {keyword: value for keyword, value in filters.items() if value}


def objects(
    node: WebNode,
    study_uid: str,
    series_uid: str,
    cancelled: Cancel = never,
    on_retry: OnRetry | None = None,
) -> tuple[str, ...]:
    """SOP Instance UIDs of a series. Raises as `find`."""
    found: dict[str, None] = {}

    def page() -> list[dict[str, Any]]:
        with in_words(node, "QIDO-RS"):
            return client(node).search_for_instances(study_uid, series_uid, limit=_PAGE, offset=len(found))

    while told := retried(node, page, cancelled, on_retry=on_retry):
        before = len(found)
        for each in told:
            with in_words(node, "QIDO-RS"):
                found[text(Dataset.from_json(each), "SOPInstanceUID")] = None
        if len(found) == before or len(told) < _PAGE:  # some services do not know of offsets
            break
    found.pop("", None)
    return tuple(found)
