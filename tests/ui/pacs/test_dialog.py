"""File › Open from PACS…: against a real Orthanc, from the search to the slices on screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.sources.source import FoundStudy
from lungview.ui.pacs.actions import PacsActions
from lungview.ui.pacs.dialog import PacsDialog
from lungview.ui.pacs.results import Results
from lungview.ui.shell.main_window import MainWindow
from tests.sources.archives import peers

SLICES = 12


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    files = write_series(tmp_path_factory.mktemp("study"), Thorax(slices=SLICES, matrix=64))
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(files)
        yield running


def _opened(window: MainWindow, *nodes: Any) -> PacsDialog:
    session = window.session
    session.change_settings(replace(session.settings, nodes={each.name: each for each in nodes}))
    window.actions_table["file.open_pacs"].trigger()
    dialog = window.findChild(PacsActions).dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def _searched(qtbot: Any, dialog: PacsDialog) -> None:
    dialog.search_button.click()
    qtbot.waitUntil(lambda: dialog.search_button.isEnabled(), timeout=20_000)


def test_a_study_is_found_retrieved_and_read(qtbot: Any, real: MainWindow, archive: peers.Orthanc) -> None:
    dialog = _opened(real, archive.node())
    _searched(qtbot, dialog)
    assert dialog.results.rowCount() == 1
    assert dialog.results.item(0, 0).text() == "SYNTHETIC, THORAX"
    assert dialog.results.item(0, 6).text() == str(SLICES)
    dialog.retrieve_button.click()
    qtbot.waitUntil(lambda: "Retrieved" in dialog.status.text(), timeout=30_000)
    assert dialog.status.text() == f"Retrieved: {SLICES} objects."
    stack = real.session.stack
    qtbot.waitUntil(lambda: stack.count == SLICES, timeout=20_000)
    qtbot.waitUntil(lambda: not real.session.scanning, timeout=20_000)
    assert len(real.session.series) == 1


def test_a_search_that_finds_nothing_says_so(qtbot: Any, real: MainWindow, archive: peers.Orthanc) -> None:
    dialog = _opened(real, archive.node())
    dialog.patient_name.setText("NOBODY*")
    _searched(qtbot, dialog)
    assert dialog.status.text() == "Studies found: 0"
    assert not dialog.retrieve_button.isEnabled()


def test_an_archive_is_tested(qtbot: Any, real: MainWindow, archive: peers.Orthanc) -> None:
    dialog = _opened(real, archive.node())
    dialog.archive.test_button.click()
    qtbot.waitUntil(lambda: "It answers" in dialog.status.text(), timeout=20_000)


def test_an_archive_that_is_not_there_is_said_in_a_sentence(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc
) -> None:
    dialog = _opened(real, replace(archive.node(), port=peers.free_port()))
    _searched(qtbot, dialog)
    assert "is not reached" in dialog.status.text()


def test_a_query_with_a_backslash_is_not_sent(real: MainWindow, archive: peers.Orthanc) -> None:
    dialog = _opened(real, archive.node())
    dialog.patient_id.setText("1\\2")
    dialog.search()
    assert "backslash" in dialog.status.text()


def test_a_retrieval_is_stopped_and_what_came_stays(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc
) -> None:
    dialog = _opened(real, archive.node())
    _searched(qtbot, dialog)
    with qtbot.waitSignal(dialog.came, timeout=20_000):
        dialog.retrieve_button.click()
    dialog.stop_button.click()
    assert dialog.status.text().startswith("Stopped")
    assert dialog.search_button.isEnabled()
    qtbot.waitUntil(lambda: real.session.stack.count > 0, timeout=20_000)


def test_without_an_archive_only_one_can_be_added(real: MainWindow) -> None:
    dialog = _opened(real)
    assert "add one" in dialog.status.text()
    assert dialog.archive.add_button.isEnabled()
    assert not dialog.search_button.isEnabled()


def test_a_removed_archive_is_gone_from_the_settings(real: MainWindow, archive: peers.Orthanc) -> None:
    dialog = _opened(real, archive.node())
    dialog.archive.remove_button.click()
    assert real.session.settings.nodes == {}


def test_a_table_keeps_each_study_with_its_row_when_it_is_sorted(qtbot: Any) -> None:
    table = Results()
    qtbot.addWidget(table)
    for number, images in (("1.1", 30), ("1.2", 4), ("1.3", 200)):
        table.add(FoundStudy(number, instances=images))
    table.complete()
    table.sortItems(6)
    table.selectRow(2)
    chosen = table.chosen()
    assert chosen is not None
    assert chosen.study_uid == "1.3"  # by number, not by letters


@pytest.fixture
def cut(archive: peers.Orthanc, monkeypatch: pytest.MonkeyPatch) -> Iterator[peers.Cutter]:
    """A line to the archive that is cut after a few slices, twice."""
    monkeypatch.setattr("lungview.sources.retrying.PAUSE_S", 0.3)
    made = peers.Cutter(archive.dicom, after=40_000, cuts=0)
    yield made
    made.close()


def test_a_broken_line_is_told_of_and_taken_up_again(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc, cut: peers.Cutter
) -> None:
    dialog = _opened(real, replace(archive.node(), port=cut.port, tries=3))
    _searched(qtbot, dialog)
    said: list[str] = []
    say = dialog.status.setText
    dialog.status.setText = lambda text: (said.append(text), say(text))[1]  # type: ignore[method-assign]
    cut.cuts = 2
    dialog.retrieve_button.click()
    qtbot.waitUntil(lambda: "Retrieved" in dialog.status.text(), timeout=30_000)
    assert dialog.status.text() == f"Retrieved: {SLICES} objects."
    breaks = [each for each in said if "for the others in" in each]
    assert len(breaks) == 2
    assert all(f" of {SLICES} are here; try 2 of 3 for the others in 0.3 s." in each for each in breaks)
    qtbot.waitUntil(lambda: real.session.stack.count == SLICES, timeout=20_000)


def test_after_a_line_that_broke_for_good_what_came_is_kept_and_said(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc, cut: peers.Cutter
) -> None:
    dialog = _opened(real, replace(archive.node(), port=cut.port))
    _searched(qtbot, dialog)
    cut.cuts = 99
    dialog.retrieve_button.click()
    qtbot.waitUntil(lambda: dialog.retrieve_button.isEnabled(), timeout=30_000)
    assert "asks for the others alone" in dialog.status.text()
    qtbot.waitUntil(lambda: 0 < real.session.stack.count < SLICES, timeout=20_000)
    cut.cuts = 0
    dialog.retrieve_button.click()
    qtbot.waitUntil(lambda: dialog.status.text() == f"Retrieved: {SLICES} objects.", timeout=30_000)
    qtbot.waitUntil(lambda: real.session.stack.count == SLICES, timeout=20_000)
