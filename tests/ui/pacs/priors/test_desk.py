"""Earlier studies of the patient on screen, from a real archive: asked for, opened, fetched ahead; or not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from lungview.sources.source import FoundStudy
from lungview.ui.pacs.priors.desk import PriorDesk
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.archives import ahead, asking
from lungview.viewer.common import retrieved
from tests.sources.archives import peers
from tests.ui.pacs.priors.conftest import SLICES, open_now, wish


def _asked(qtbot: Any, desk: PriorDesk) -> list[str]:
    """Dates of what is offered, once archives were asked."""
    qtbot.waitUntil(lambda: desk.offer is not None and not desk.asking, timeout=20_000)
    assert desk.offer is not None
    return [each.study.study_date for each in desk.offer.priors]


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


def test_unasked_nothing_goes_to_an_archive(
    qtbot: Any,
    real: MainWindow,
    desk: PriorDesk,
    archive: peers.Orthanc,
    questions: list[Any],
    tmp_path: Path,
) -> None:
    wish(real, archive.node())
    open_now(qtbot, real, tmp_path)
    qtbot.wait(800)
    assert (desk.offer, desk.asking, questions) == (None, False, [])
    assert desk.series is not None


def test_a_file_that_came_from_no_archive_is_asked_for_nowhere_when_only_its_own_may_be(
    qtbot: Any,
    real: MainWindow,
    desk: PriorDesk,
    archive: peers.Orthanc,
    questions: list[Any],
    tmp_path: Path,
) -> None:
    wish(real, archive.node(), ask_priors="origin")
    open_now(qtbot, real, tmp_path)
    qtbot.wait(800)
    assert questions == []
    assert desk.series is not None
    desk.came_from(FoundStudy(desk.series.study.study_instance_uid), "orthanc")
    wish(real, archive.node(), ask_priors="all")
    assert _asked(qtbot, desk) == ["20240301", "20220301", "20250301"]


def test_with_a_word_of_the_reader_all_are_asked_once(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node())
    open_now(qtbot, real, tmp_path)
    desk.ask()
    assert _asked(qtbot, desk) == ["20240301", "20220301", "20250301"]
    assert not real.docks["priors"].isHidden()


def test_a_study_is_opened_beside_the_one_that_is_read(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node(), ask_priors="all")
    open_now(qtbot, real, tmp_path)
    _asked(qtbot, desk)
    assert desk.offer is not None
    real.session.stack.go(3)
    with qtbot.waitSignal(desk.changed):
        desk.open(desk.offer.priors[1])
    qtbot.waitUntil(lambda: desk.beside is None, timeout=30_000)
    stacks = [real.session.stack_of(each) for each in real.session.viewports[:2]]
    assert real.session.workspace.layout == (1, 2)
    assert [each.series.study.date for each in stacks if each.series] == ["20260301", "20220301"]
    qtbot.waitUntil(lambda: stacks[1].count == SLICES, timeout=20_000)
    assert all(real.session.links[each] for each in real.session.viewports[:2])
    assert desk.said == ""
    assert real.session.viewport is real.session.viewports[0]
    assert desk.series is not None
    assert desk.series.study.date == "20260301"  # the list stays with the study that is read


def test_another_prior_takes_the_place_of_the_first(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node(), ask_priors="all")
    open_now(qtbot, real, tmp_path)
    _asked(qtbot, desk)
    assert desk.offer is not None
    for at, date in ((0, "20240301"), (1, "20220301"), (0, "20240301")):
        desk.open(desk.offer.priors[at])
        qtbot.waitUntil(lambda: desk.beside is None, timeout=30_000)
        shown = [real.session.stack_of(each).series for each in real.session.viewports[:2]]
        assert [each.study.date for each in shown if each] == ["20260301", date]
    assert len(real.session.series) == 3


def test_nothing_is_fetched_ahead_as_it_comes(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node(), ask_priors="all")
    open_now(qtbot, real, tmp_path)
    _asked(qtbot, desk)
    assert not desk.fetching_ahead
    assert not retrieved.kept_in().exists()


def test_the_latest_is_fetched_ahead_where_it_is_wished(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node(), ask_priors="all", fetch_priors=True)
    open_now(qtbot, real, tmp_path)
    _asked(qtbot, desk)
    assert desk.offer is not None
    qtbot.waitUntil(lambda: bool(desk.coming) and not desk.fetching_ahead, timeout=20_000)
    uid = desk.offer.priors[0].study.study_uid
    assert set(desk.coming) == {uid}
    assert len(list(retrieved.place_of(uid).rglob("*.dcm"))) == SLICES
    assert len(real.session.series) == 1  # fetched, not opened


def test_fetching_ahead_ends_when_the_study_is_closed(
    qtbot: Any,
    real: MainWindow,
    desk: PriorDesk,
    archive: peers.Orthanc,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[bool] = []

    def endless(_emit: Any, cancelled: Any, *_: Any) -> ahead.Ahead:
        while not cancelled():
            time.sleep(0.01)  # a loop that never sleeps keeps the window's thread waiting
        ended.append(True)
        return ahead.Ahead(0)

    monkeypatch.setattr(ahead, "fetch", endless)
    wish(real, archive.node(), ask_priors="all", fetch_priors=True)
    open_now(qtbot, real, tmp_path)
    qtbot.waitUntil(lambda: desk.fetching_ahead, timeout=20_000)
    real.session.close_series(tuple(real.session.series))
    qtbot.waitUntil(lambda: bool(ended), timeout=20_000)
    assert (desk.fetching_ahead, desk.series, desk.offer) == (False, None, None)


def test_what_is_switched_off_ends_and_is_forgotten(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node(), ask_priors="all")
    open_now(qtbot, real, tmp_path)
    _asked(qtbot, desk)
    wish(real, archive.node(), ask_priors="never")
    assert desk.offer is None
    qtbot.wait(800)
    assert (desk.offer, desk.asking) == (None, False)


def test_an_archive_that_is_away_is_said(
    qtbot: Any, real: MainWindow, desk: PriorDesk, tmp_path: Path
) -> None:
    from lungview.remote_nodes import DicomNode

    wish(real, DicomNode("away", "PACS", "127.0.0.1", peers.free_port(), tries=1), ask_priors="all")
    open_now(qtbot, real, tmp_path)
    assert _asked(qtbot, desk) == []
    assert desk.offer is not None
    assert "not reached" in desk.offer.faults[0][1]


def test_a_patient_without_a_number_is_asked_for_nowhere(
    qtbot: Any,
    real: MainWindow,
    desk: PriorDesk,
    archive: peers.Orthanc,
    questions: list[Any],
    tmp_path: Path,
) -> None:
    wish(real, archive.node(), ask_priors="all")
    open_now(qtbot, real, tmp_path, PatientID="")
    desk.ask()
    qtbot.wait(800)
    assert (questions, desk.offer) == ([], None)


def test_a_study_that_was_there_before_the_desk_is_asked_for_too(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node(), ask_priors="all")
    open_now(qtbot, real, tmp_path)
    late = PriorDesk(real.session, real)
    late.begin()
    assert _asked(qtbot, late) == ["20240301", "20220301", "20250301"]
    late.end()
