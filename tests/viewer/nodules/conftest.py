"""A CT series of six slices in memory, shown in a workspace, and findings on it."""

from __future__ import annotations

import pytest

from lungview.nodules.answer import Answer, Located
from lungview.nodules.finding import Finding, Source, Status
from lungview.study.key import frame_key, picture_id
from lungview.study.series import Series
from lungview.viewer.nodules import findings as all_findings
from lungview.viewer.nodules.findings import Findings
from lungview.viewer.nodules.work import Told
from tests.in_memory import PATIENT, STUDY
from tests.viewer.by_hand import Opened


def located(x: float, score: float | None = None, index: int = 2) -> Located:
    """A finding at x mm: of the model where it has a score, else the reader's own."""
    source, status = (Source.READER, Status.ACCEPTED) if score is None else (Source.MODEL, Status.PROPOSED)
    finding = Finding((index - 1, index + 1), source, status, (x, 0, 5.0 * index), score=score, long_mm=8.0)
    return Located(finding, index, (x, 0, x + 4, 4), called=bool(score and score > 0.5))


@pytest.fixture
def series(opened: Opened) -> Series:
    made = opened.series("a", 6)
    found = Series(
        "a", "1", "Axial", "CT", made.instances, 40, 60, patient=PATIENT, study=STUDY, slice_spacing=5.0
    )
    opened.workspace.studies.series[:] = [found]
    opened.workspace.show(found)
    return found


@pytest.fixture
def findings(opened: Opened, series: Series) -> Findings:
    found = all_findings.of(opened.workspace)
    opened.hand.work()
    return found


def told(opened: Opened, series: Series, *found: Located) -> Told:
    """The model's answer to a series."""
    pictures = {frame_key(i): picture_id(opened.cache.slices[i]) for i in series.instances}
    return Told(Answer(series.instances, "m 1", findings=found, indices=tuple(range(6))), pictures)


@pytest.fixture
def looked(opened: Opened, series: Series, findings: Findings) -> Findings:
    """The model has found two."""
    here = findings.opened()
    assert here is not None
    findings.take(here, told(opened, series, located(50, 0.9), located(90, 0.3, 4)))
    return findings
