"""The program from start to end: a window at once, then everything in it."""

import json
import subprocess
import sys

import pytest
from PySide6.QtGui import QPalette

from lungview import paths
from lungview.image import phantom
from lungview.ui.shell import theme
from lungview.ui.start import app, assembly
from lungview.ui.studies.session import Session


def arrived(window):
    """Whether all is listed and the wanted slice is on screen: the first one found is there before."""
    if not window.finished or window.session.scanning or window.session.stack.pending:
        return False
    return window.session.viewport.state.slice is not None


def test_the_window_is_painted_before_it_has_a_session_and_opens_paths_once_it_has(qtbot, tmp_path):
    phantom.write_series(tmp_path, phantom.Thorax(slices=3, matrix=64))
    window = app.start([str(tmp_path)])
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        pass
    assert not window.finished
    qtbot.waitUntil(lambda: arrived(window), timeout=20_000)
    assert window.session.viewport.state.count == 3
    window.close()


def test_what_is_dropped_while_the_window_gets_ready_is_opened_then(qtbot, tmp_path):
    phantom.write_series(tmp_path, phantom.Thorax(slices=2, matrix=64))
    window = app.start([])
    qtbot.addWidget(window)
    window.open([tmp_path])
    qtbot.waitUntil(lambda: arrived(window), timeout=20_000)
    assert window.session.paths == (tmp_path,)
    window.close()


def test_of_what_is_dropped_and_named_while_the_window_gets_ready_nothing_is_lost(qtbot, tmp_path):
    folders = [tmp_path / str(number) for number in range(3)]
    for at, folder in enumerate(folders):
        phantom.write_series(folder, phantom.Thorax(slices=2, matrix=64, seed=at))
    window = app.start([str(folders[2])])
    qtbot.addWidget(window)
    window.open([folders[0]])
    window.open([folders[1]])
    qtbot.waitUntil(lambda: arrived(window) and len(window.session.series) == 3, timeout=20_000)
    assert set(window.session.paths) == set(folders)
    window.close()


def test_nothing_is_read_before_every_feature_is_there_to_hear_of_it(qtbot, tmp_path, monkeypatch):
    """A scan that ended before was in no list of studies, hung by no rule, its overlays not shown."""
    phantom.write_series(tmp_path, phantom.Thorax(slices=2, matrix=64))
    installed, opened = [], []
    features = [lambda host, each=each: (each(host), installed.append(each)) for each in assembly.FEATURES]
    monkeypatch.setattr(assembly, "FEATURES", tuple(features))
    read = Session.open
    monkeypatch.setattr(
        Session, "open", lambda self, paths: (opened.append(len(installed)), read(self, paths))[1]
    )
    window = app.start([str(tmp_path)])
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: arrived(window), timeout=20_000)
    assert opened == [len(features)]
    window.close()


def test_a_window_closed_before_it_is_ready_stays_closed(qtbot):
    window = app.start([])
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        pass
    window.close()
    qtbot.wait(300)
    assert not window.finished


@pytest.mark.parametrize(
    ("kept", "safe", "wanted"),
    [
        ({"theme": "light"}, False, "light"),
        ({"theme": "dark"}, False, "dark"),
        ({"theme": "light"}, True, "dark"),
        ({"theme": ["light"]}, False, "dark"),
        ({}, False, "dark"),
    ],
)
def test_the_first_window_has_the_colours_that_the_settings_will_give_it(qtbot, kept, safe, wanted):
    paths.config().mkdir(parents=True, exist_ok=True)
    (paths.config() / "settings.json").write_text(json.dumps(kept))
    window = app.start([], safe=safe)
    qtbot.addWidget(window)
    first = window.palette()
    window.close()

    named = theme.colours(wanted)
    assert first.color(QPalette.ColorRole.Window).name() == named["window"]
    assert first.color(QPalette.ColorRole.Button).name() == named["raised"]
    assert (first.color(QPalette.ColorRole.WindowText).lightness() > 128) == (wanted == "dark")


def test_what_no_picture_needs_is_loaded_after_it():
    """The start to the first slice would be a fifth longer with what batches and reports need."""
    program = """
import sys
from lungview.ui.start import app
rest = "lungview.batch.store", "lungview.report.content", "tqdm", "requests"
app.load()
print([name for name in rest if name in sys.modules])
app.load_rest()
print(all(name in sys.modules for name in rest[:2]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["[]", "True"]


def test_the_rest_is_loaded_soon_after_the_window_is_equipped(qtbot, monkeypatch):
    loaded = []
    monkeypatch.setattr(app, "_REST_MS", 0)
    monkeypatch.setattr(app, "load_rest", lambda: loaded.append(window.finished))
    window = app.start([])
    qtbot.addWidget(window)

    qtbot.waitUntil(lambda: loaded == [True], timeout=20_000)
    window.close()
