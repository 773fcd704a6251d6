"""What is made of a slice to show it: the same as ever, and once for all views that show the same."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSizeF

from lungview.image.window import LUNG, VoiLut, Window
from lungview.ui.pane import picture as pictures
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.state import Camera, ViewState
from tests.ui.conftest import make_slice

VIEW = QSizeF(317, 211)
STATES = (
    lambda s: s,
    lambda s: s.windowed(Window(40.0, 400.0)),
    lambda s: s.inverted(),
    lambda s: s.seen_by(Camera(3.3, (31.0, 17.0), 90, True)),
)


def state() -> ViewState:
    values = np.random.default_rng(1).integers(-1000, 400, (40, 60)).astype(np.float32)
    return ViewState(slice=make_slice(values=values), count=1).windowed(LUNG)


@pytest.mark.parametrize("change", STATES)
def test_what_views_share_is_what_each_would_make_for_itself(change) -> None:
    before = state()
    pictures.shown(before, VIEW)  # what was made for another look is not taken for this one
    asked = change(before)
    ours, alone = pictures.shown(asked, VIEW), pictures.picture(asked, VIEW)
    assert ours is not None
    assert alone is not None
    assert ours.corner == alone.corner
    assert np.array_equal(ours.pixels, alone.pixels)


def test_two_tables_of_a_file_that_differ_in_nothing_else_make_two_pictures() -> None:
    rising = np.arange(256, dtype=np.uint16)
    one, other = (Window(128.0, 256.0, name="VOI LUT", lut=VoiLut(0, t, 8)) for t in (rising, rising[::-1]))
    values = np.arange(256, dtype=np.float32).reshape(16, 16)
    first = ViewState(slice=make_slice(values=values), count=1).windowed(one)
    second = first.windowed(other)
    assert second != first
    assert np.array_equal(pictures.displayed(first), 255 - pictures.displayed(second))


def test_views_that_show_the_same_share_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = pictures.display
    monkeypatch.setattr(pictures, "display", lambda *a, **k: (made.append(a), real(*a, **k))[1])
    asked = state()
    first = pictures.shown(asked, VIEW)
    assert pictures.shown(replace(asked, index=3, count=9), VIEW) is first
    assert pictures.shown(asked, QSizeF(100, 80)) is not first
    assert len(made) == 1


def test_what_was_made_goes_with_its_slice() -> None:
    asked = state()
    pixels = weakref.ref(pictures.displayed(asked))
    assert pixels() is pictures.displayed(asked)
    del asked
    gc.collect()
    assert pixels() is None


def test_a_drag_of_the_window_leaves_few_pictures_behind() -> None:
    asked = state()
    first = weakref.ref(pictures.displayed(asked))
    for at in range(1, 20):
        pictures.shown(asked.windowed(Window(-600.0 + at, 1500.0)), VIEW)
    gc.collect()
    assert first() is None


def test_what_can_be_undone_keeps_no_picture_in_memory(window: MainWindow) -> None:
    view = window.session.viewport
    view.show_slice(make_slice(0, 20, 30), 0, 20)
    window.actions_table["window.invert"].trigger()
    kept = weakref.ref(view.state.slice)
    for index in range(1, 20):
        view.show_slice(make_slice(index, 20, 30), index, 20)
        view.grab()
    gc.collect()
    assert kept() is None
    window.actions_table["edit.undo"].trigger()
    assert not view.state.presentation.inverted
    assert view.state.index == 19
