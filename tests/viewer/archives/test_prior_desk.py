"""Earlier studies of the patient on screen, from a real archive: asked for, opened, fetched ahead; or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lungview.errors import ReportError
from lungview.remote_nodes import DicomNode
from lungview.sources.source import FoundStudy
from lungview.viewer.archives import ahead, asking
from lungview.viewer.archives.prior_desk import PriorDesk
from lungview.viewer.common import retrieved
from tests.sources.archives import peers
from tests.viewer.archives.jane import SLICES, Reading, archive, reading

__all__ = ["archive", "reading"]
ALL = ["20240301", "20220301", "20250301"]


@pytest.fixture
def desk(reading: Reading) -> PriorDesk:
    made = PriorDesk(reading.workspace, reading.asking)
    made.beside_wanted.connect(reading.show_beside)
    return made


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every question that any archive is asked."""
    asked: list[Any] = []
    find = asking.archives.find

    def noted(node: Any, query: Any, *others: Any, **more: Any) -> Any:
        asked.append(query)
        return find(node, query, *others, **more)

    monkeypatch.setattr(asking.archives, "find", noted)
    return asked


def _wait(reading: Reading) -> None:
    """Stay with what is on screen, until all that is done by itself is done."""
    reading.asking.timers[0].ring()
    reading.work()


def _dates(desk: PriorDesk) -> list[str]:
    assert desk.offer is not None
    return [each.study.study_date for each in desk.offer.priors]


def test_unasked_nothing_goes_to_an_archive(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, questions: list[Any], tmp_path: Path
) -> None:
    reading.wish(archive.node())
    reading.open_today(tmp_path)
    _wait(reading)
    assert (desk.offer, desk.asking, questions) == (None, False, [])
    assert desk.series is not None


def test_a_file_that_came_from_no_archive_is_asked_for_nowhere_when_only_its_own_may_be(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, questions: list[Any], tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="origin")
    reading.open_today(tmp_path)
    _wait(reading)
    assert questions == []
    assert desk.series is not None
    desk.came_from(FoundStudy(desk.series.study.study_instance_uid), "orthanc")
    reading.wish(archive.node(), ask_priors="all")
    _wait(reading)
    assert _dates(desk) == ALL


def test_of_an_archive_that_is_gone_from_the_settings_it_is_said(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, questions: list[Any], tmp_path: Path
) -> None:
    reading.open_today(tmp_path)
    assert desk.series is not None
    uid = desk.series.study.study_instance_uid
    folder = retrieved.place_of(uid)
    (tmp_path / "9").rename(folder)
    reading.workspace.close_series(tuple(reading.workspace.studies.series))
    reading.open(folder)
    desk.came_from(FoundStudy(uid), "ward")
    reading.wish(archive.node(), ask_priors="origin")
    _wait(reading)
    assert desk.said == "The study came from ward, which is no longer among the archives."
    assert questions == []


def test_with_a_word_of_the_reader_all_are_asked_once(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, questions: list[Any], tmp_path: Path
) -> None:
    reading.wish(archive.node())
    reading.open_today(tmp_path)
    for _ in range(2):
        desk.ask()
        assert desk.asking
    reading.work()
    assert not desk.asking
    assert _dates(desk) == ALL
    assert len(questions) == 1


def test_a_study_is_opened_beside_the_one_that_is_read(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="all")
    reading.open_today(tmp_path)
    _wait(reading)
    assert desk.offer is not None
    for at, date in ((1, "20220301"), (0, "20240301"), (1, "20220301")):
        desk.open(desk.offer.priors[at])
        reading.work()
        assert (desk.beside, desk.said) == (None, "")
        assert reading.dates == ["20260301", date]
    assert len(reading.workspace.studies.series) == 3
    assert reading.workspace.active is reading.workspace.panes[0]
    assert desk.series is not None
    assert desk.series.study.date == "20260301"  # the list stays with the study that is read


def test_nothing_is_fetched_ahead_as_it_comes(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="all")
    reading.open_today(tmp_path)
    _wait(reading)
    assert _dates(desk) == ALL
    assert not desk.fetching_ahead
    assert not retrieved.kept_in().exists()


def test_the_latest_is_fetched_ahead_where_it_is_wished(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="all", fetch_priors=True)
    reading.open_today(tmp_path)
    _wait(reading)
    assert desk.offer is not None
    uid = desk.offer.priors[0].study.study_uid
    assert (set(desk.coming), desk.fetching_ahead) == ({uid}, False)
    assert len(list(retrieved.place_of(uid).rglob("*.dcm"))) == SLICES
    assert len(reading.workspace.studies.series) == 1  # fetched, not opened


def test_where_there_is_no_room_to_fetch_ahead_it_is_said(
    reading: Reading,
    desk: PriorDesk,
    archive: peers.Orthanc,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "LEAST_FREE", 10**18)
    reading.wish(archive.node(), ask_priors="all", fetch_priors=True)
    reading.open_today(tmp_path)
    _wait(reading)
    assert desk.said == "There is no room to fetch more earlier studies ahead."


def test_what_goes_wrong_ahead_is_told_as_it_is(
    reading: Reading,
    desk: PriorDesk,
    archive: peers.Orthanc,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = ReportError("the disk is full")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(ahead, "fetch", fail)
    reading.wish(archive.node(), ask_priors="all", fetch_priors=True)
    reading.open_today(tmp_path)
    _wait(reading)
    assert (desk.said, desk.fetching_ahead) == (error, False)


def test_fetching_ahead_ends_when_the_study_is_closed(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="all", fetch_priors=True)
    reading.open_today(tmp_path)
    reading.asking.timers[0].ring()
    (ask,) = reading.asking.calls
    ask.do()
    assert desk.fetching_ahead
    fetching = reading.asking.calls[-1]
    reading.workspace.close_series(tuple(reading.workspace.studies.series))
    assert fetching.cancelled
    assert (desk.fetching_ahead, desk.series, desk.offer) == (False, None, None)


def test_what_is_switched_off_ends_and_is_forgotten(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="all")
    reading.open_today(tmp_path)
    _wait(reading)
    assert _dates(desk) == ALL
    reading.wish(archive.node(), ask_priors="never")
    assert desk.offer is None
    _wait(reading)
    assert (desk.offer, desk.asking) == (None, False)


def test_an_archive_that_is_away_is_said(reading: Reading, desk: PriorDesk, tmp_path: Path) -> None:
    reading.wish(DicomNode("away", "PACS", "127.0.0.1", peers.free_port(), tries=1), ask_priors="all")
    reading.open_today(tmp_path)
    _wait(reading)
    assert _dates(desk) == []
    assert desk.offer is not None
    assert "not reached" in desk.offer.faults[0][1]


def test_a_patient_without_a_number_is_asked_for_nowhere(
    reading: Reading, desk: PriorDesk, archive: peers.Orthanc, questions: list[Any], tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="all")
    reading.open_today(tmp_path, PatientID="")
    desk.ask()
    _wait(reading)
    assert (questions, desk.offer) == ([], None)


def test_a_study_that_was_there_before_the_desk_is_asked_for_too(
    reading: Reading, archive: peers.Orthanc, tmp_path: Path
) -> None:
    reading.wish(archive.node(), ask_priors="all")
    reading.open_today(tmp_path)
    late = PriorDesk(reading.workspace, reading.asking)
    late.begin()
    _wait(reading)
    assert _dates(late) == ALL
