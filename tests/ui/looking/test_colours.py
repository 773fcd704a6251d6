"""Colours of the picture: from the menu and by key, undone, named on the picture, in exports."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lungview.ui.layout import export
from lungview.ui.pane import overlay_text
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.palettes import COLOURS, Palette
from tests.ui.conftest import make_slice
from tests.ui.layout.test_export import pixels


def test_the_screen_shows_each_grey_as_its_entry(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice(0, values=np.full((40, 60), -600.0, np.float32)))
    viewport = window.session.viewport
    grey = pixels(export.rendered(viewport, patient=False))[viewport.height() // 2, viewport.width() // 2]
    window.actions_table["view.colours_hot_iron"].trigger()
    hot = pixels(export.rendered(viewport, patient=False))[viewport.height() // 2, viewport.width() // 2]
    assert hot.tolist() == COLOURS[Palette.HOT_IRON][grey[0]].tolist()


def test_the_key_goes_round_and_undo_goes_back(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice(0))
    viewport, actions = window.session.viewport, window.actions_table
    seen = []
    for _ in Palette:
        actions["view.colours"].trigger()
        seen.append(viewport.state.presentation.palette)
    assert seen == [Palette.HOT_IRON, Palette.PET, Palette.CIVIDIS, Palette.GREY]
    actions["edit.undo"].trigger()
    assert viewport.state.presentation.palette is Palette.CIVIDIS
    assert actions["view.colours_cividis"].isChecked()
    assert not actions["view.colours_grey"].isChecked()


def test_the_picture_says_that_its_colours_are_not_grey(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice(0))
    assert "Colours: PET" not in overlay_text.marks(window.session.viewport.state)
    window.actions_table["view.colours_pet"].trigger()
    assert "Colours: PET" in overlay_text.marks(window.session.viewport.state)


def test_reset_and_another_series_are_grey_again(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice(0))
    window.actions_table["view.colours_pet"].trigger()
    window.actions_table["view.reset"].trigger()
    assert window.session.viewport.state.presentation.palette is Palette.GREY
