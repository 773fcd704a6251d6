"""The window that a series opens with is the one the reader chose for its modality."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Instance, Slice
from lungview.image.window import LUNG, MEDIASTINUM, Window
from lungview.settings import Settings
from lungview.viewer.first_window import first_window

RAMP = np.arange(-1000, 600, dtype=np.float32).reshape(40, 40)
LIVER = Window(90, 150, name="Liver")


def of(modality: str, unit: str = "") -> Slice:
    return Slice(Instance(Path("x.dcm"), modality=modality), RAMP, unit=unit)


@pytest.mark.parametrize(
    ("wish", "expected"), [("file", None), ("lung", LUNG), ("mediastinum", MEDIASTINUM), ("9", LIVER)]
)
def test_a_ct_in_hu_opens_as_was_chosen(wish: str, expected: Window | None) -> None:
    chosen = Settings(first_window={"CT": wish}, user_windows={"9": LIVER})
    assert first_window(of("CT", "HU"), chosen) == expected


def test_each_modality_goes_by_its_own_choice_and_the_rest_by_that_of_all_others() -> None:
    chosen = Settings(first_window={"MR": "9", "other": "8"}, user_windows={"9": LIVER, "8": LUNG})
    assert [first_window(of(m), chosen) for m in ("CT", "MR", "CR", "US", "")] == [
        None,
        LIVER,
        None,
        LUNG,
        LUNG,
    ]


def test_a_preset_in_hu_says_nothing_about_other_values() -> None:
    assert first_window(of("CT", ""), Settings(first_window={"CT": "lung"})) is None


def test_a_key_without_a_preset_and_a_colour_picture_open_as_the_file_says() -> None:
    chosen = Settings(first_window={"CT": "9", "other": "auto"}, user_windows={})
    assert first_window(of("CT", "HU"), chosen) is None
    assert first_window(replace(of("US"), values=np.zeros((4, 4, 3), np.uint8)), chosen) is None


def test_automatic_goes_from_the_first_to_the_99th_percentile() -> None:
    window = first_window(of("MR"), Settings(first_window={"MR": "auto"}))
    assert window is not None
    low, high = np.percentile(RAMP, (1, 99))
    assert (window.center, window.width) == pytest.approx(((low + high) / 2, high - low), abs=1.0)
