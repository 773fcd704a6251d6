"""The window that a series is first shown with: the file's, unless the reader chose another for its kind."""

from __future__ import annotations

from lungview.image.slice import Slice
from lungview.image.window import BONE, LUNG, MEDIASTINUM, Window, automatic
from lungview.settings import FIRST_WINDOW_KINDS, Settings

_FIXED = {"lung": LUNG, "mediastinum": MEDIASTINUM, "bone": BONE}


def kind_of(modality: str) -> str:
    """The key of Settings.first_window that a modality goes by."""
    return modality if modality in FIRST_WINDOW_KINDS else "other"


def first_window(slice_: Slice, chosen: Settings) -> Window | None:
    """What the settings say for the slice's modality; None for the file's own.

    A preset in HU says nothing about other values, and colour has no window: then it is the file's, too.
    """
    return named_window(slice_, chosen.first_window.get(kind_of(slice_.instance.modality), "file"), chosen)


def named_window(slice_: Slice, wish: str, chosen: Settings) -> Window | None:
    """The window that a word of FIRST_WINDOWS means for a slice; None for the file's own."""
    if slice_.colour or wish == "file":
        return None
    if wish == "auto":
        return automatic(slice_.values if slice_.padding is None else slice_.values[~slice_.padding])
    if wish in _FIXED:
        return _FIXED[wish] if slice_.unit == "HU" else None
    return chosen.user_windows.get(wish)


def name_of(window: Window | None) -> str:
    """The word of FIRST_WINDOWS that gives a window, of those that are the same for all; else "file"."""
    return next((word for word, fixed in _FIXED.items() if fixed == window), "file")
