"""The session on real files: the synthetic thorax, damaged neighbours, and an end at any moment."""

import threading
import time
from dataclasses import replace

import pytest

from lungview.errors import DamagedFile, NoPixelData
from lungview.image import phantom
from lungview.sources.files.scan import Scan, Skipped
from lungview.ui.pane.viewport import Viewport
from lungview.ui.studies.session import Session
from lungview.viewer.studies import opening

SLICES = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("thorax")
    phantom.write_series(made, phantom.Thorax(slices=SLICES, matrix=64))
    return made


@pytest.fixture
def session(qtbot):
    made = Session()
    view = Viewport()
    qtbot.addWidget(view)
    made.add_viewport(view)
    yield made
    made.close()


def opened(qtbot, session, *paths):
    """Opens paths and waits for the wanted slice: what is on screen before may be the first one found."""
    with qtbot.waitSignal(session.scan_ended, timeout=10_000):
        session.open(paths)
    arrived(qtbot, session)


def arrived(qtbot, session):
    qtbot.waitUntil(lambda: not session.stack.pending)


def test_opening_reads_nothing_on_the_windows_thread(qtbot, session, folder, monkeypatch):
    here, readers = threading.get_ident(), []
    real = opening.scan

    def noting(*args):
        readers.append(threading.get_ident())
        return real(*args)

    monkeypatch.setattr(opening, "scan", noting)
    opened(qtbot, session, folder)
    assert len(readers) == 1
    assert readers[0] != here


def test_the_first_series_found_is_shown_from_its_first_slice(qtbot, session, folder):
    opened(qtbot, session, folder)
    assert (session.viewport.state.index, session.viewport.state.count) == (0, SLICES)


def test_a_slice_and_its_number_always_belong_together(qtbot, session, folder):
    seen = []
    session.view_changed.connect(lambda _, after: seen.append(after))
    opened(qtbot, session, folder)
    for index in range(SLICES):
        session.stack.go(index)
    arrived(qtbot, session)
    places = {each.path: at for at, each in enumerate(session.stack.instances)}
    shown = [state for state in seen if state.slice is not None and state.count == SLICES]
    assert shown[-1].index == SLICES - 1
    assert all(state.index == places[state.slice.instance.path] for state in shown)


def test_of_many_wishes_in_a_row_the_last_is_shown(qtbot, session, folder):
    opened(qtbot, session, folder)
    for index in (3, 9, 2, 7):
        session.stack.go(index)
    arrived(qtbot, session)
    assert session.viewport.state.index == 7


def test_a_file_that_is_no_image_is_listed_and_the_rest_is_shown(qtbot, session, folder, tmp_path):
    (tmp_path / "notes.txt").write_text("not an image")
    opened(qtbot, session, folder, tmp_path)
    assert [each.path.name for each in session.skipped] == ["notes.txt"]
    assert len(session.series) == 1


def test_a_single_bad_file_says_its_reason_in_the_pictures_place(qtbot, session, tmp_path):
    bad = tmp_path / "notes.txt"
    bad.write_text("not an image")
    opened(qtbot, session, bad)
    state = session.viewport.state
    assert state.slice is None
    assert state.error is session.skipped[0].error


@pytest.fixture
def second_is_damaged(monkeypatch, folder):
    """The header of the second slice is whole, its pixels are not."""
    from lungview.sources import cache

    whole = cache.read_stored

    def read(path, frame=0, member=""):
        if path.name == "IM0002.dcm":
            raise DamagedFile("the codestream ends early", path)
        return whole(path, frame, member)

    monkeypatch.setattr(cache, "read_stored", read)


def test_a_slice_that_cannot_be_decoded_shows_no_picture_and_the_reason(
    qtbot, session, folder, second_is_damaged
):
    opened(qtbot, session, folder)
    session.stack.go([each.path.name for each in session.stack.instances].index("IM0002.dcm"))
    arrived(qtbot, session)
    assert session.viewport.state.slice is None
    assert session.viewport.state.error.message == "the codestream ends early"


def test_scrolling_on_from_a_bad_slice_shows_pictures_again(qtbot, session, folder, second_is_damaged):
    opened(qtbot, session, folder)
    bad = [each.path.name for each in session.stack.instances].index("IM0002.dcm")
    session.stack.go(bad)
    arrived(qtbot, session)
    assert session.viewport.state.error is not None
    session.stack.go(bad + 1)
    arrived(qtbot, session)
    assert session.viewport.state.slice is not None
    assert session.viewport.state.error is None


def another_study(folder, **thorax):
    phantom.write_series(folder, phantom.Thorax(**({"slices": 2, "matrix": 64} | thorax)), change=_of_another)
    return folder


def _of_another(dataset, _index):
    for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, name, f"{getattr(dataset, name)}.9")


def test_what_is_opened_next_is_added_and_shown(qtbot, session, folder, tmp_path):
    opened(qtbot, session, folder)
    opened(qtbot, session, another_study(tmp_path))
    assert [len(each.instances) for each in session.series] == [SLICES, 2]
    assert session.viewport.state.count == 2
    assert session.paths == (folder, tmp_path)


def test_opening_instead_forgets_what_was_open(qtbot, session, folder, tmp_path):
    opened(qtbot, session, folder)
    with qtbot.waitSignal(session.scan_ended, timeout=10_000):
        session.open([another_study(tmp_path)], add=False)
    assert [len(each.instances) for each in session.series] == [2]
    assert session.paths == (tmp_path,)


def test_the_settings_may_say_that_opening_replaces(qtbot, session, folder, tmp_path):
    session.change_settings(replace(session.settings, open_adds=False))
    opened(qtbot, session, folder)
    opened(qtbot, session, another_study(tmp_path))
    assert len(session.series) == 1


def test_what_cannot_be_read_changes_nothing_that_is_open(qtbot, session, folder, tmp_path):
    opened(qtbot, session, folder)
    before, listed = session.viewport.state, list(session.series)
    (tmp_path / "notes.txt").write_text("not an image")
    opened(qtbot, session, tmp_path)
    assert session.viewport.state == before
    assert session.series == listed
    assert session.paths == (folder,)
    assert [each.path.name for each in session.skipped] == ["notes.txt"]


def test_the_same_files_again_are_listed_once(qtbot, session, folder):
    opened(qtbot, session, folder)
    opened(qtbot, session, folder)
    opened(qtbot, session, next(folder.iterdir()))
    assert [len(each.instances) for each in session.series] == [SLICES]
    assert session.viewport.state.count == SLICES


def test_closing_the_study_in_view_shows_another_and_its_files_are_open_no_more(
    qtbot, session, folder, tmp_path
):
    opened(qtbot, session, folder)
    opened(qtbot, session, another_study(tmp_path))
    session.viewport.show()
    session.close_series(session.series[1:])
    assert len(session.series) == 1
    assert session.paths == (folder,)
    arrived(qtbot, session)
    assert session.viewport.state.count == SLICES


def test_closing_everything_leaves_an_empty_view(qtbot, session, folder):
    opened(qtbot, session, folder)
    session.close_series(session.series)
    assert session.viewport.state.slice is None
    assert session.viewport.state.error is None
    assert session.stack.content is None
    assert (session.series, session.paths) == ([], ())


def test_stopping_ends_the_listing_and_keeps_what_was_found(qtbot, session, folder):
    with qtbot.waitSignal(session.series_found, timeout=10_000):
        session.open([folder])
    session.stop()
    assert not session.scanning
    assert len(session.series) == 1


def test_closing_while_a_decoder_hangs_takes_less_than_a_second(qtbot, folder, monkeypatch):
    reading, release = threading.Event(), threading.Event()
    monkeypatch.setattr(
        "lungview.sources.cache.read_stored", lambda *_: (reading.set(), release.wait(30), None)[-1]
    )
    made, view = Session(), Viewport()
    qtbot.addWidget(view)
    made.add_viewport(view)
    made.open([folder])
    qtbot.waitUntil(reading.is_set)
    began = time.perf_counter()
    ended = made.close()
    took = time.perf_counter() - began
    release.set()
    assert took < 1.0
    assert not ended


def test_settings_reach_every_view(session):
    from dataclasses import replace

    chosen = replace(session.settings, brighter="down", hide_patient=True, interpolation="cubic")
    session.change_settings(chosen)
    state = session.viewport.state
    assert not session.viewport.up_is_brighter
    assert not state.overlays.patient
    assert state.presentation.interpolation == "cubic"


def test_several_files_none_of_them_an_image_points_at_the_list_of_reasons(qtbot, session, tmp_path):
    (tmp_path / "a.txt").write_text("no")
    (tmp_path / "b.txt").write_text("no")
    opened(qtbot, session, tmp_path)
    assert "Skipped files" in session.viewport.state.error.hint


def test_the_list_of_skipped_files_has_a_reason_for_each(qtbot):
    from pathlib import Path

    from lungview.ui.browser.skipped import SkippedDialog

    skipped = (
        Skipped(Path("x/report.dcm"), NoPixelData("this object holds no image", "x/report.dcm")),
        Skipped(Path("x/cut.dcm"), DamagedFile("the file ends early", "x/cut.dcm")),
    )
    dialog = SkippedDialog(Scan((), skipped).skipped)
    qtbot.addWidget(dialog)
    assert dialog.table.item(1, 0).text() == "cut.dcm"
    assert dialog.table.item(1, 1).text() == "the file ends early"
    assert dialog.text().splitlines()[0] == f"{skipped[0].path}\tthis object holds no image"


def test_the_stack_is_shown_though_a_scout_without_a_word_was_found_first(qtbot, session, tmp_path):
    def turn_first(dataset, index):
        if index == 0:
            dataset.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]

    phantom.write_series(tmp_path, phantom.Thorax(slices=SLICES, matrix=16), change=turn_first)
    opened(qtbot, session, tmp_path)

    assert len(session.stack.series.instances) == SLICES - 1
