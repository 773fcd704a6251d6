"""Size, docks and splitters of a window, over its end."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSplitter

from lungview import paths
from lungview.settings import Settings
from lungview.ui.start.kept_layout import WIDTHS
from lungview.ui.studies.session import Session


@pytest.fixture
def again(make_window):
    """Makes another window, as the next start does."""
    return lambda: make_window(Session(Settings()))


def test_the_columns_of_a_new_window_are_as_wide_as_they_are_meant(window):
    window.resize(1600, 900)
    assert window.docks["series"].width() == WIDTHS["series"]
    assert window.docks["prediction"].width() >= WIDTHS["prediction"]


def test_closed_docks_stay_closed(window, again):
    window.docks["series"].close()
    window.close()

    assert not again().docks["series"].isVisible()


@pytest.mark.parametrize("kept", [b"", b"nonsense", b"00\n11\nbatch_view=xx\nffff"])
def test_what_cannot_be_restored_is_as_in_a_new_window(again, kept):
    paths.config().mkdir(parents=True, exist_ok=True)
    (paths.config() / "layout.bin").write_bytes(kept)

    assert again().docks["series"].isVisible()


def test_the_splitter_of_a_panel_keeps_its_place_over_a_run_that_never_shows_it(window, again):
    splitter = window.panels["batch"].findChild(QSplitter, "batch_view")
    window.to_front("batch")
    splitter.widget(0).show()
    splitter.setSizes([150, 90])
    kept = splitter.saveState()
    window.docks["batch"].close()
    window.close()

    between = again()
    assert between.docks["batch"].widget() is None
    between.close()

    assert again().panels["batch"].findChild(QSplitter, "batch_view").saveState() == kept
