"""A range of slices is exported as it is on screen, can be cancelled, and leaves nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QProgressDialog
from pytestqt.qtbot import QtBot

from lungview.errors import DamagedFile
from lungview.image.slice import Slice
from lungview.report.film.film import KINDS
from lungview.ui.film.dialog import FilmDialog, Plan
from lungview.ui.film.feature import FilmActions
from lungview.ui.layout import export
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.state import ViewState
from tests.ui import pointing
from tests.ui.conftest import make_slice
from tests.ui.layout.test_export import pixels

COUNT = 6


@pytest.fixture
def opened(show: Callable[..., MainWindow]) -> MainWindow:
    return show(*(make_slice(n) for n in range(COUNT)))


def _plan(path: Path, kind: str, indices: range = range(COUNT), *, patient: bool = False) -> Plan:
    return Plan(next(each for each in KINDS if each.id == kind), path, indices, 10.0, patient)


def _export(window: MainWindow, plan: Plan, qtbot: QtBot) -> str:
    actions = window.findChild(FilmActions)
    assert actions is not None
    with qtbot.waitSignal(window.session.told, timeout=20_000) as told:
        actions.export(plan)
    return str(told.args[0])


def _is_shown(window: MainWindow, picture: np.ndarray) -> bool:
    return np.array_equal(picture, pixels(export.rendered(window.session.viewport, patient=False)))


def test_each_picture_is_what_the_view_shows_of_its_slice(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    opened.session.stack.go(2)
    opened.actions_table["tool.ruler"].trigger()
    pointing.drag(opened.session.viewport, (10, 20), (50, 20))
    assert _export(opened, _plan(tmp_path / "out", "png"), qtbot) == "Exported: out (6 pictures)"
    assert opened.session.viewport.state.index == 2
    for index in (0, 2, 5):
        opened.session.stack.go(index)
        found = cv2.imread(str(tmp_path / "out" / f"picture-{index + 1:04d}.png"))[..., ::-1]
        qtbot.waitUntil(partial(_is_shown, opened, found))


def test_a_range_runs_backwards_and_in_steps(opened: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    _export(opened, _plan(tmp_path / "out", "png", range(4, -1, -2)), qtbot)
    opened.session.stack.go(4)
    found = cv2.imread(str(tmp_path / "out" / "picture-0001.png"))[..., ::-1]
    qtbot.waitUntil(partial(_is_shown, opened, found))
    assert len(list((tmp_path / "out").iterdir())) == 3


@pytest.mark.parametrize("patient", [False, True])
def test_the_patient_is_in_the_film_only_when_asked_for(
    show: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, patient: bool
) -> None:
    films = []
    for number, name in enumerate(("Nobody^Ann", "Somebody^Else")):
        who = replace(make_slice().patient, name=name, patient_id=name)
        window = show(*(make_slice(n, patient=who) for n in range(2)))
        _export(window, _plan(tmp_path / f"{number}.gif", "gif", range(2), patient=patient), qtbot)
        films.append((tmp_path / f"{number}.gif").read_bytes())
    assert (films[0] == films[1]) is not patient
    assert b"Nobody" not in films[0]


def test_a_film_has_as_many_frames_as_slices(opened: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    _export(opened, _plan(tmp_path / "a.gif", "gif"), qtbot)
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == COUNT  # type: ignore[attr-defined]
    _export(opened, _plan(tmp_path / "a.avi", "avi"), qtbot)
    assert cv2.VideoCapture(str(tmp_path / "a.avi")).get(cv2.CAP_PROP_FRAME_COUNT) == COUNT


def test_cancel_ends_it_and_leaves_no_film(opened: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    actions = opened.findChild(FilmActions)
    assert actions is not None
    with qtbot.waitSignal(opened.session.told, timeout=20_000) as told:
        actions.export(_plan(tmp_path / "a.gif", "gif"))
        progress = opened.findChild(QProgressDialog)
        assert progress is not None
        progress.canceled.emit()
    assert "cancelled" in told.args[0]
    assert list(tmp_path.iterdir()) == []
    assert opened.session.viewport.state.index == 0


def test_whoever_scrolls_meanwhile_changes_nothing_of_the_film(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    plain, disturbed = tmp_path / "plain", tmp_path / "disturbed"
    _export(opened, _plan(plain, "png"), qtbot)
    opened.actions_table["slice.cine"].setChecked(True)
    viewport, seen = opened.session.viewport, []

    def scroll(_: object, after: ViewState) -> None:
        seen.append(after.index)
        if seen.count(3) == 1:
            opened.session.stack.go(0)

    viewport.changed.connect(scroll)
    _export(opened, _plan(disturbed, "png"), qtbot)
    assert seen.count(3) > 1
    for each in sorted(plain.iterdir()):
        assert (disturbed / each.name).read_bytes() == each.read_bytes()


def test_a_slice_that_cannot_be_read_is_left_out_and_counted(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = opened.session.cache
    damaged = opened.session.stack.instances[3]
    cache.slow.add(damaged)  # type: ignore[attr-defined]
    read = cache.get

    def get(instance: object) -> Slice:
        if instance == damaged:
            raise DamagedFile("expected pixels, found none")
        return read(instance)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "get", get)
    said = _export(opened, _plan(tmp_path / "out", "png"), qtbot)
    assert said == "Exported: out (5 pictures); 1 slices that cannot be read were left out"
    assert len(list((tmp_path / "out").iterdir())) == 5


def test_a_folder_that_cannot_be_written_is_told(opened: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for kind in ("gif", "avi", "png"):
        assert "cannot be written" in _export(opened, _plan(tmp_path / "file" / "a", kind), qtbot)
        assert opened.session.viewport.state.index == 0


def test_the_dialog_proposes_the_whole_stack_without_the_patient_and_warns(
    show: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    window = show(*(make_slice(n, burned_in=True) for n in range(COUNT)))
    window.actions_table["file.export_slices"].trigger()
    dialog = window.findChild(FilmDialog)
    assert dialog is not None
    assert dialog.warning.isVisible()
    dialog.first.setValue(5)
    dialog.last.setValue(1)
    dialog.each.setValue(2)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.chosen.disconnect(window.findChild(FilmActions).export)
        dialog.save_to(tmp_path / "name")
    (plan,) = chosen.args
    assert (plan.kind.id, plan.path, list(plan.indices), plan.patient) == (
        "gif", tmp_path / "name.gif", [4, 2, 0], False
    )  # fmt: skip


def test_one_slice_is_no_film(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice(0))
    assert not window.actions_table["file.export_slices"].isEnabled()
