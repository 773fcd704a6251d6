"""Whatever is opened, and whatever fails: panels are about the picture on screen, marks on their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless
from pypdf import PdfReader
from pytestqt.qtbot import QtBot

from lungview.ui.pane.slice_bar import SliceBar
from lungview.ui.report import reports
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.shell.message_bar import MessageBar
from lungview.viewer.report_draft import layout_of
from tests.ui import pointing
from tests.ui.annotating import choose, drawn, editing
from tests.ui.window.odd_headers import write

UID = "1.2.826.0.1.3680043.8.498.7"
FIRST = {"PatientID": "1001", "PatientName": "Able^A", "StudyInstanceUID": f"{UID}.1"}
SECOND = {"PatientID": "2002", "PatientName": "Baker^B", "StudyInstanceUID": f"{UID}.2"}
SERIES = {"SeriesInstanceUID": f"{UID}.3", "FrameOfReferenceUID": f"{UID}.4"}


@pytest.fixture
def scroll(qtbot: QtBot, real: MainWindow) -> Callable[[int], None]:
    """Goes to a slice and waits until it is on screen."""

    def go_and_wait(index: int) -> None:
        real.session.stack.go(index)
        qtbot.waitUntil(lambda: not real.session.stack.pending)

    return go_and_wait


def ruler(window: MainWindow) -> None:
    choose(window, "ruler")
    pointing.drag(window.session.viewport, (20, 20), (40, 20))
    choose(window, "window")
    assert len(drawn(window)) == 1


def marked(window: MainWindow) -> tuple[int, ...]:
    bar = window.findChild(SliceBar)
    assert bar is not None
    return bar.marked


def pdf(window: MainWindow, path: Path) -> str:
    draft = reports.draft_of(window.session, editing(window).annotations)
    draft.write(path, layout_of(window.session.settings))
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def one_uid_for_all(folder: Path) -> list[Path]:
    """Slices of different pixels under one SOP Instance UID."""
    return write(folder, **FIRST, **SERIES, SOPInstanceUID=f"{UID}.5")


def test_of_slices_under_one_uid_the_one_drawn_on_bears_the_ruler(
    real: MainWindow, go: Callable[..., None], scroll: Callable[[int], None], tmp_path: Path
) -> None:
    one_uid_for_all(tmp_path)
    go(tmp_path)
    assert real.session.stack.count == 4
    ruler(real)
    real.actions_table["tool.key_image"].trigger()
    assert marked(real) == (0,)
    for index in (1, 2, 3):
        scroll(index)
        assert drawn(real) == ()
        assert not real.actions_table["tool.key_image"].isChecked()
    text = pdf(real, tmp_path / "r.pdf")
    assert text.count("row 20, column 20") == 1


def test_a_ruler_is_on_the_slice_drawn_on_after_a_restart_too(
    real: MainWindow, go: Callable[..., None], tmp_path: Path, qtbot: QtBot
) -> None:
    files = one_uid_for_all(tmp_path)
    go(files[1])
    ruler(real)
    go(files[2])  # alone: nothing on screen says that its UID is another's, too
    assert drawn(real) == ()
    go(files[1])
    assert len(drawn(real)) == 1


def test_a_ruler_on_one_patient_is_neither_on_another_nor_in_that_report(
    real: MainWindow, go: Callable[..., None], tmp_path: Path
) -> None:
    write(tmp_path / "a", **FIRST, **SERIES)
    write(tmp_path / "b", **SECOND, **SERIES)
    go(tmp_path / "a")
    ruler(real)
    real.actions_table["tool.key_image"].trigger()
    go(tmp_path / "b")
    assert drawn(real) == ()
    assert marked(real) == ()
    text = pdf(real, tmp_path / "b.pdf")
    assert "row 20, column 20" not in text
    assert "Key images" not in text
    assert "Able" not in text


def test_a_ruler_is_found_where_its_file_was_copied_to(
    real: MainWindow, go: Callable[..., None], tmp_path: Path
) -> None:
    files = write(tmp_path / "disk", **FIRST)
    go(tmp_path / "disk")
    ruler(real)
    stick = tmp_path / "stick" / "again.dcm"
    stick.parent.mkdir()
    stick.write_bytes(files[-1].read_bytes())  # the highest slice is shown first
    go(stick)
    assert len(drawn(real)) == 1


def test_another_study_opened_on_a_high_slice_starts_at_its_first(
    real: MainWindow, go: Callable[..., None], tmp_path: Path
) -> None:
    write(tmp_path / "a", 8, **FIRST)
    write(tmp_path / "b", 2, **SECOND)
    go(tmp_path / "a")
    real.session.link(True)
    real.session.stack.go(7)
    go(tmp_path / "b")
    assert (real.session.stack.index, real.session.stack.count) == (0, 2)


def with_damaged_pixels(good: bytes) -> bytes:
    """The same header over an RLE frame (PS3.5 G) that says it has no segments."""
    dataset = pydicom.dcmread(io.BytesIO(good))
    dataset.file_meta.TransferSyntaxUID = RLELossless
    dataset.PixelData = encapsulate([bytes(70)])
    dataset["PixelData"].is_undefined_length = True
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def damage(file: Path) -> None:
    file.write_bytes(with_damaged_pixels(file.read_bytes()))


BROKEN = {
    "no picture": lambda good: b"not a picture at all",
    "header cut": lambda good: good[:200],
    "empty": lambda good: b"",
    "pixels damaged": lambda good: with_damaged_pixels(good),
}


@pytest.mark.parametrize("how", list(BROKEN))
def test_an_open_that_fails_changes_nothing(
    real: MainWindow, go: Callable[..., None], scroll: Callable[[int], None], tmp_path: Path, how: str
) -> None:
    files = write(tmp_path / "a", **FIRST)
    bad = tmp_path / "bad.dcm"
    bad.write_bytes(BROKEN[how](files[0].read_bytes()))
    go(tmp_path / "a")
    scroll(2)
    session = real.session
    before = (session.viewport.state, session.stack.series, list(session.series), session.paths)
    go(bad)
    assert (session.viewport.state, session.stack.series, list(session.series), session.paths) == before
    bar = real.findChild(MessageBar)
    assert bar is not None
    assert "Not opened" in bar.label.text()


def test_a_series_of_damaged_slices_alone_changes_nothing(
    real: MainWindow, go: Callable[..., None], tmp_path: Path
) -> None:
    write(tmp_path / "a", **FIRST)
    for file in write(tmp_path / "b", **SECOND):
        damage(file)
    go(tmp_path / "a")
    before = real.session.viewport.state
    go(tmp_path / "b")
    assert real.session.viewport.state is before
    assert len(real.session.skipped) == 4


def test_a_series_of_which_the_first_slice_is_damaged_opens_and_says_so_there(
    real: MainWindow, go: Callable[..., None], tmp_path: Path
) -> None:
    write(tmp_path / "a", **FIRST)
    files = write(tmp_path / "b", **SECOND)
    damage(files[0])
    damage(files[-1])  # whichever end is shown first
    go(tmp_path / "a")
    go(tmp_path / "b")
    state = real.session.viewport.state
    assert (state.index, state.count, state.slice) == (0, 4, None)
    assert state.error is not None


@pytest.mark.shared
def test_of_six_real_slices_under_one_uid_one_bears_the_ruler_and_the_key_image(
    real: MainWindow,
    go: Callable[..., None],
    scroll: Callable[[int], None],
    shared_cases: Path,
    tmp_path: Path,
) -> None:
    go(shared_cases / "headers" / "same_sop_uid")
    assert real.session.stack.count == 6
    ruler(real)
    real.actions_table["tool.key_image"].trigger()
    assert marked(real) == (0,)
    seen = []
    for index in range(6):
        scroll(index)
        seen.append((len(drawn(real)), real.actions_table["tool.key_image"].isChecked()))
    assert seen == [(1, True), *[(0, False)] * 5]
    assert pdf(real, tmp_path / "r.pdf").count("row 20, column 20") == 1


@pytest.mark.shared
def test_a_ruler_on_patient_1001_is_neither_on_patient_2002_nor_in_that_report(
    real: MainWindow, go: Callable[..., None], shared_cases: Path, tmp_path: Path
) -> None:
    go(shared_cases / "headers" / "same_sop_other_patient_a")
    ruler(real)
    real.actions_table["tool.key_image"].trigger()
    go(shared_cases / "headers" / "same_sop_other_patient_b")
    assert real.session.stack.series is not None
    assert real.session.stack.series.patient.patient_id == "2002"
    assert drawn(real) == ()
    assert marked(real) == ()
    text = pdf(real, tmp_path / "r.pdf")
    assert "row 20, column 20" not in text
    assert "Key images" not in text
