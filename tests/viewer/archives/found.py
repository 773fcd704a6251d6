"""The study that is read, and studies that an archive has of its patient."""

from __future__ import annotations

from typing import Any

from lungview.image.slice import Patient
from lungview.sources.source import FoundStudy
from lungview.viewer.archives.priors import Now

NOW = Now(Patient("DOE^JANE", "4711", "19600102", id_issuer="CITY"), "1.9", "20260301", "CT", "Lung")


def study(uid: str = "1.1", date: str = "20240301", **other: Any) -> FoundStudy:
    values = {"patient_id": "4711", "patient_name": "DOE^JANE", "birth_date": "19600102"}
    return FoundStudy(uid, study_date=date, **{"modalities": ("CT",)} | values | other)  # type: ignore[arg-type]
