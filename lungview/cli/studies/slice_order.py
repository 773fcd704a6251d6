"""Which end of a stack comes first: of the command line as of the window, what the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lungview.study.sorting.series_geometry import First


def first() -> First:
    """The order of slices, head first unless the user chose another."""
    from lungview import settings
    from lungview.study.sorting.series_geometry import First

    return First(settings.load().settings.slice_order)
