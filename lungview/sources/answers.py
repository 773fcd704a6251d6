"""From the data set of an answer to a query to what was found; the same for DIMSE and DICOMweb."""

from __future__ import annotations

from pydicom.dataset import Dataset

from lungview.image.readers.data_set.values import integer, text, texts
from lungview.sources.source import Found, FoundSeries, FoundStudy, OnFound, Query


class Answers:
    """Answers as they come, each told of once however often it comes."""

    def __init__(self, query: Query, on_found: OnFound | None = None) -> None:
        self._query = query
        self._on_found = on_found
        self._seen: dict[str, FoundStudy | FoundSeries] = {}

    def take(self, answer: Dataset) -> None:
        """One more; an answer without a UID is none."""
        found = _series(self._query, answer) if self._query.of_series else _study(answer)
        uid = found.series_uid if isinstance(found, FoundSeries) else found.study_uid
        if uid and uid not in self._seen:
            self._seen[uid] = found
            if self._on_found is not None:
                self._on_found(found)

    def found(self, *, complete: bool) -> Found:
        """All of them, in the order they came."""
        studies = tuple(each for each in self._seen.values() if isinstance(each, FoundStudy))
        series = tuple(each for each in self._seen.values() if isinstance(each, FoundSeries))
        return Found(studies, series, complete)


def _study(answer: Dataset) -> FoundStudy:
    return FoundStudy(
        study_uid=text(answer, "StudyInstanceUID"),
        patient_id=text(answer, "PatientID"),
        patient_name=text(answer, "PatientName"),
        id_issuer=text(answer, "IssuerOfPatientID"),
        birth_date=text(answer, "PatientBirthDate"),
        study_date=text(answer, "StudyDate"),
        study_time=text(answer, "StudyTime"),
        description=text(answer, "StudyDescription"),
        accession=text(answer, "AccessionNumber"),
        modalities=texts(answer, "ModalitiesInStudy"),
        series=integer(answer, "NumberOfStudyRelatedSeries"),
        instances=integer(answer, "NumberOfStudyRelatedInstances"),
    )


def _series(query: Query, answer: Dataset) -> FoundSeries:
    return FoundSeries(
        # Of the question: some archives do not repeat it.
        study_uid=text(answer, "StudyInstanceUID") or query.study_uid,
        series_uid=text(answer, "SeriesInstanceUID"),
        modality=text(answer, "Modality"),
        number=integer(answer, "SeriesNumber"),
        description=text(answer, "SeriesDescription"),
        instances=integer(answer, "NumberOfSeriesRelatedInstances"),
    )
