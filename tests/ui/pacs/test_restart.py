"""Where a study came from is known after a restart: results go back there, and its archive may be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.ui.pacs.actions import PacsActions
from lungview.ui.pacs.node_box import NodeBox
from lungview.ui.pacs.node_form import NodeForm
from lungview.ui.pacs.sending.dialog import SendDialog
from lungview.ui.report.dialog import ReportDialog
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session
from lungview.ui.study_list.feature import StudyListActions
from lungview.viewer.archives.prior_desk import PriorDesk
from lungview.viewer.study_list.store import StudyStore
from tests.sources.archives import peers
from tests.viewer.study_list.listing import listed

SLICES = 4


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    files = write_series(tmp_path_factory.mktemp("study"), Thorax(slices=SLICES, matrix=64))
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(files)
        yield running


def _window(qtbot: Any, archive: peers.Orthanc) -> MainWindow:
    """A window that knows another archive, and after it the one that the study is in."""
    made = new_window(Session())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: made.finished)
    nodes = {"another": replace(archive.node(), name="another"), "orthanc": archive.node()}
    made.session.change_settings(replace(made.session.settings, nodes=nodes, ask_priors="never"))
    return made


def _settle(qtbot: Any, window: MainWindow) -> None:
    (listing,) = window.findChildren(StudyListActions)
    qtbot.waitUntil(lambda: window.session.stack.count == SLICES, timeout=30_000)
    qtbot.waitUntil(lambda: window.session.viewport.state.slice is not None, timeout=30_000)
    qtbot.waitUntil(
        lambda: not (window.session.scanning or window.session.idle.running or listing.tasks.running),
        timeout=30_000,
    )


@pytest.fixture
def kept(qtbot: Any, archive: peers.Orthanc) -> Path:
    """The study as one run of the program retrieved it. Returns its folder."""
    window = _window(qtbot, archive)
    window.actions_table["file.open_pacs"].trigger()
    dialog = window.findChild(PacsActions).dialog
    assert dialog is not None
    dialog.archive.nodes.setCurrentText("orthanc")
    dialog.search_button.click()
    qtbot.waitUntil(lambda: dialog.search_button.isEnabled(), timeout=20_000)
    dialog.retrieve_button.click()
    qtbot.waitUntil(lambda: "Retrieved" in dialog.status.text(), timeout=30_000)
    _settle(qtbot, window)
    assert _sending(window).archive.nodes.currentText() == "orthanc"
    window.close()
    (entry,) = listed()
    return Path(entry.paths[0])


def _again(qtbot: Any, archive: peers.Orthanc, folder: Path) -> MainWindow:
    window = _window(qtbot, archive)
    window.session.open([folder])
    _settle(qtbot, window)
    return window


def _sending(window: MainWindow) -> SendDialog:
    window.actions_table["file.report"].trigger()
    report = window.findChild(ReportDialog)
    assert report is not None
    report.send.click()
    found = report.findChild(SendDialog)
    assert found is not None
    return found


def test_results_go_back_to_the_archive_of_the_study(qtbot: Any, archive: peers.Orthanc, kept: Path) -> None:
    window = _again(qtbot, archive, kept)
    sending = _sending(window)
    qtbot.waitUntil(lambda: sending.archive.nodes.currentText() == "orthanc", timeout=10_000)
    window.close()


def test_a_copy_of_it_from_elsewhere_goes_back_there_too(
    qtbot: Any, archive: peers.Orthanc, kept: Path, tmp_path: Path
) -> None:
    window = _again(qtbot, archive, Path(kept.rename(tmp_path / "copy")))
    sending = _sending(window)
    qtbot.waitUntil(lambda: sending.archive.nodes.currentText() == "orthanc", timeout=10_000)
    window.close()


def test_with_the_list_cleared_it_is_forgotten(qtbot: Any, archive: peers.Orthanc, kept: Path) -> None:
    with StudyStore() as store:
        store.clear()
    window = _again(qtbot, archive, kept)
    sending = _sending(window)
    qtbot.wait(500)
    assert sending.archive.nodes.currentText() == "another"
    window.close()


def _archives(qtbot: Any, window: MainWindow) -> NodeBox:
    """The list of archives, the one of the study chosen."""
    window.actions_table["file.open_pacs"].trigger()
    dialog = window.findChild(PacsActions).dialog
    assert dialog is not None
    dialog.archive.nodes.setCurrentText("orthanc")
    return dialog.archive


def test_an_archive_that_is_renamed_stays_that_of_its_studies(
    qtbot: Any, archive: peers.Orthanc, kept: Path
) -> None:
    window = _again(qtbot, archive, kept)
    box = _archives(qtbot, window)
    form = NodeForm(box, box.node())
    form.name.setText("second floor")
    form._accept()
    box.take(form)
    qtbot.waitUntil(lambda: listed()[0].archive == "second floor", timeout=10_000)
    sending = _sending(window)
    qtbot.waitUntil(lambda: sending.archive.nodes.currentText() == "second floor", timeout=10_000)
    window.close()


def test_of_an_archive_that_is_removed_it_is_said_and_the_reader_chooses(
    qtbot: Any, archive: peers.Orthanc, kept: Path
) -> None:
    window = _again(qtbot, archive, kept)
    _archives(qtbot, window).remove_button.click()
    sending = _sending(window)
    qtbot.waitUntil(lambda: "came from orthanc" in sending.status.text(), timeout=10_000)
    assert sending.archive.node() is None
    assert not sending.send_button.isEnabled()
    desk = window.workspace.services.find(PriorDesk)
    assert desk is not None
    window.session.change_settings(replace(window.session.settings, ask_priors="origin"))
    qtbot.waitUntil(lambda: "came from orthanc" in str(desk.said), timeout=10_000)
    window.close()


def test_its_archive_may_be_asked_for_earlier_studies(qtbot: Any, archive: peers.Orthanc, kept: Path) -> None:
    window = _window(qtbot, archive)
    desk = window.workspace.services.find(PriorDesk)
    assert desk is not None
    window.session.change_settings(replace(window.session.settings, ask_priors="origin"))
    window.session.open([kept])
    qtbot.waitUntil(lambda: desk.offer is not None and not desk.asking, timeout=20_000)
    assert desk.offer.faults == ()
    _settle(qtbot, window)
    window.close()


def test_what_the_reader_chose_is_not_overruled(qtbot: Any, archive: peers.Orthanc, kept: Path) -> None:
    window = _again(qtbot, archive, kept)
    sending = _sending(window)
    sending.archive.nodes.setCurrentText("another")
    sending.archive.nodes.activated.emit(0)
    sending.archive.prefer("orthanc")
    assert sending.archive.nodes.currentText() == "another"
    window.close()
