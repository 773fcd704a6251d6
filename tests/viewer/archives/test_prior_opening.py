"""An earlier study beside the one that is read: shown at once where it is here, and stopped."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from lungview.errors import NetworkError
from lungview.remote_nodes import DicomNode
from lungview.sources.source import FoundStudy
from lungview.viewer.archives.prior_opening import Fault, PriorOpening
from lungview.viewer.archives.priors import Prior
from lungview.viewer.archives.work import Came
from tests.sources.archives import peers
from tests.viewer.archives.jane import SLICES, Reading, archive, reading, write_study

__all__ = ["archive", "reading"]


def _opening(reading: Reading, uid: str) -> tuple[PriorOpening, list[Fault]]:
    """And what is said at its end."""
    now = reading.workspace.stack.series
    assert now is not None
    prior = Prior("orthanc", FoundStudy(uid))
    made, said = PriorOpening(reading.workspace, reading.asking, now, prior, reading.show_beside), []
    made.ended.connect(said.append)
    return made, said


def _nowhere() -> DicomNode:
    return DicomNode("orthanc", "PACS", "127.0.0.1", peers.free_port(), timeout_s=1.0, tries=1)


@pytest.fixture
def earlier(archive: peers.Orthanc) -> str:
    """UID of the study in the archive."""
    found = archive.ask("/studies?expand")
    (uid,) = (
        each["MainDicomTags"]["StudyInstanceUID"]
        for each in found
        if each["MainDicomTags"]["StudyDate"] == "20240301"
    )
    return str(uid)


def test_one_that_is_open_already_is_asked_of_no_archive(reading: Reading, tmp_path: Path) -> None:
    files = write_study(tmp_path / "earlier", 1, "20240301")
    reading.open_today(tmp_path / "now")
    today = reading.workspace.stack.series
    reading.open(tmp_path / "earlier")
    assert today is not None
    reading.workspace.activate(reading.workspace.panes[0])
    reading.workspace.show(today)
    opening, said = _opening(reading, pydicom.dcmread(files[0]).StudyInstanceUID)
    opening.start(_nowhere())
    assert reading.asking.calls == []
    assert said == [""]
    assert reading.dates == ["20260301", "20240301"]


def test_an_archive_that_is_away_leaves_room_and_says_why(reading: Reading, tmp_path: Path) -> None:
    reading.open_today(tmp_path)
    opening, said = _opening(reading, "1.2.3")
    opening.start(_nowhere())
    reading.work()
    (fault,) = said
    assert isinstance(fault, NetworkError)
    assert "not reached" in fault.message
    assert reading.dates == ["20260301"]


def test_a_study_that_the_archive_has_not_is_said(
    reading: Reading, archive: peers.Orthanc, tmp_path: Path
) -> None:
    reading.open_today(tmp_path)
    opening, said = _opening(reading, "1.2.3")
    opening.start(archive.node())
    reading.work()
    assert said == ["Nothing of it came."]


def test_it_comes_into_the_room_that_was_made_for_it_and_the_study_that_is_read_stays_active(
    reading: Reading, archive: peers.Orthanc, earlier: str, tmp_path: Path
) -> None:
    reading.open_today(tmp_path)
    opening, said = _opening(reading, earlier)
    told: list[object] = []
    opening.told.connect(told.append)
    opening.start(archive.node())
    assert (reading.dates, said) == (["20260301"], [])
    reading.work()
    assert [each.count for each in told if isinstance(each, Came)] == [*range(1, SLICES + 1), SLICES]
    assert said == [""]
    assert reading.dates == ["20260301", "20240301"]
    assert reading.workspace.stack_of(reading.workspace.panes[1]).count == SLICES
    assert reading.workspace.active is reading.workspace.panes[0]


def test_what_is_stopped_keeps_what_has_come(
    reading: Reading, archive: peers.Orthanc, earlier: str, tmp_path: Path
) -> None:
    reading.open_today(tmp_path)
    opening, said = _opening(reading, earlier)
    opening.told.connect(lambda event: opening.stop() if event.count == 2 else None)
    opening.start(archive.node())
    reading.work()
    assert said == ["Stopped. What has come stays."]
    assert reading.dates == ["20260301", "20240301"]
    assert 2 <= reading.workspace.stack_of(reading.workspace.panes[1]).count < SLICES
