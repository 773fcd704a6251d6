"""Earlier studies in a window: the panel comes up, and a study lies beside the one that is read, linked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lungview.ui.pacs.priors.panel import PriorsPanel
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.archives.prior_desk import PriorDesk
from tests.sources.archives import peers
from tests.ui.pacs.priors.conftest import open_now, wish
from tests.viewer.archives.jane import SLICES


def _ask(qtbot: Any, window: MainWindow, desk: PriorDesk, archive: peers.Orthanc, folder: Path) -> None:
    wish(window, archive.node(), ask_priors="all")
    open_now(qtbot, window, folder)
    qtbot.waitUntil(lambda: desk.offer is not None and not desk.asking, timeout=20_000)


def test_the_panel_comes_up_once_an_archive_has_something(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    assert real.docks["priors"].isHidden()
    _ask(qtbot, real, desk, archive, tmp_path)
    assert not real.docks["priors"].isHidden()


def test_studies_are_opened_one_after_the_other_beside_the_one_that_is_read(
    qtbot: Any, real: MainWindow, desk: PriorDesk, archive: peers.Orthanc, tmp_path: Path
) -> None:
    _ask(qtbot, real, desk, archive, tmp_path)
    assert desk.offer is not None
    real.session.stack.go(3)
    stacks = []
    for at, date in ((0, "20240301"), (1, "20220301"), (0, "20240301")):
        desk.open(desk.offer.priors[at])
        qtbot.waitUntil(lambda: desk.beside is None, timeout=30_000)
        stacks = [real.session.stack_of(each) for each in real.session.viewports[:2]]
        assert [each.series.study.date for each in stacks if each.series] == ["20260301", date]
    qtbot.waitUntil(lambda: stacks[1].count == SLICES, timeout=20_000)
    assert real.session.workspace.layout == (1, 2)
    assert all(real.session.links[each] for each in real.session.viewports[:2])
    assert real.session.viewport is real.session.viewports[0]
    assert len(real.session.series) == 3


def test_what_is_said_of_a_study_is_said_in_the_panel(real: MainWindow, desk: PriorDesk) -> None:
    panel = real.panel(PriorsPanel)
    assert panel is not None
    desk.said = "Nothing of it came."
    desk.changed.emit()
    assert panel.remarks.text() == "Nothing of it came."
