"""A study that grows on screen while its objects arrive."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.archives.arriving import Arriving
from lungview.viewer.studies import opening

SLICES = 12


def test_a_study_grows_in_place_while_it_arrives(qtbot: Any, real: MainWindow, tmp_path: Path) -> None:
    files = write_series(tmp_path / "all", Thorax(slices=SLICES, matrix=64))
    folder = tmp_path / "arriving"
    folder.mkdir()
    arriving = Arriving(real.session.workspace)
    for file in files[:5]:
        os.link(file, folder / file.name)
    arriving.came(folder)
    stack = real.session.stack
    qtbot.waitUntil(lambda: stack.count == 5 and not real.session.scanning, timeout=20_000)
    stack.go(3)
    shown = stack.instances[stack.index]
    for file in files[5:]:
        os.link(file, folder / file.name)
    arriving.ended()
    qtbot.waitUntil(lambda: stack.count == SLICES, timeout=20_000)
    assert stack.instances[stack.index].sop_instance_uid == shown.sop_instance_uid


def test_what_comes_while_the_first_is_still_read_is_listed_too(
    qtbot: Any, real: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write_series(tmp_path / "all", Thorax(slices=SLICES, matrix=64))
    folder = tmp_path / "arriving"
    folder.mkdir()
    os.link(files[0], folder / files[0].name)
    read, go_on, scan = threading.Event(), threading.Event(), opening.scan

    def slow(*arguments: Any) -> Any:
        found = scan(*arguments)
        read.set()
        go_on.wait(20)
        return found

    monkeypatch.setattr(opening, "scan", slow)
    arriving = Arriving(real.session.workspace)
    arriving.came(folder)
    assert read.wait(20)
    for file in files[1:]:
        os.link(file, folder / file.name)
    with qtbot.waitSignal(arriving.complete, timeout=20_000):
        assert arriving.ended()
        assert real.session.scanning
        go_on.set()
    assert real.session.stack.count == SLICES


def test_an_end_without_an_object_lists_nothing(real: MainWindow) -> None:
    assert not Arriving(real.session.workspace).ended()
