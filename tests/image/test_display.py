"""The fast display path against the formula, and the rule for the first window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview.image.display import default_window, display
from lungview.image.slice import Instance, Slice
from lungview.image.window import (
    AS_STORED,
    LUNG,
    VoiLut,
    VoiLutFunction,
    Window,
    apply_window,
    automatic,
    to_uint8,
)

HU = np.arange(-1024, 3072, dtype=np.float32).reshape(64, 64)
CT = Instance(Path("a.dcm"), modality="CT")
LUT = VoiLut(first=-1000, table=np.arange(0, 4096, 2, dtype=np.uint16), bits=12)


def _slice(values: np.ndarray, **about: object) -> Slice:
    return Slice(**{"instance": CT, "values": values.copy(), "unit": "HU", **about})  # type: ignore[arg-type]


@given(
    center=st.integers(-2000, 3000),
    width=st.integers(1, 5000),
    function=st.sampled_from(VoiLutFunction),
)
def test_whole_hu_are_shown_as_the_formula_has_them(
    center: int, width: int, function: VoiLutFunction
) -> None:
    window = Window(center, width, function)
    exact = apply_window(HU, window).astype(np.float64) * 255
    near_border = np.abs(exact % 1 - 0.5) < 1e-3
    difference = np.abs(display(_slice(HU), window).astype(int) - to_uint8(HU, window))

    assert difference[~near_border].max() == 0
    assert difference.max() <= 1


@given(center=st.floats(-50, 50), width=st.floats(1.01, 100), seed=st.integers(0, 99))
def test_fractions_are_shown_as_the_formula_has_them(center: float, width: float, seed: int) -> None:
    window = Window(center, width)
    values = np.random.default_rng(seed).uniform(-100, 100, (8, 8)).astype(np.float32)
    exact = apply_window(values, window).astype(np.float64) * 255
    far = np.abs(exact % 1 - 0.5) > 1e-3

    assert np.array_equal(display(_slice(values), window)[far], to_uint8(values, window)[far])


@pytest.mark.parametrize("shape", [(700, 1000), (3, 300_000), (262_145, 1)])
def test_a_large_picture_is_shown_as_a_small_one(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(3).integers(-1024, 3072, shape).astype(np.float32)

    assert np.array_equal(display(_slice(values), LUNG), to_uint8(values, LUNG))


@pytest.mark.parametrize("window", [LUNG, Window(0, 1, lut=LUT), Window(40, 400, VoiLutFunction.SIGMOID)])
def test_monochrome1_is_shown_the_other_way_round(window: Window) -> None:
    shown = display(_slice(HU), window)

    assert np.array_equal(display(_slice(HU, inverted=True), window), 255 - shown)
    assert np.array_equal(display(_slice(HU, inverted=True), window, inverted=True), shown)


def test_a_lookup_table_is_applied_to_whole_values() -> None:
    # first = -1000: -1000 → table[0] = 0, -999 → table[1] = 2, of 4095.
    shown = display(_slice(np.array([[-2000, -1000, 1047, 2000]], np.float32)), Window(0, 1, lut=LUT))

    assert shown.tolist() == [[0, 0, 255, 255]]


def test_values_that_are_no_number_are_dark_and_infinite_ones_are_at_the_ends() -> None:
    values = np.array([[np.nan, np.inf, -np.inf, 1e30, -1e30]], np.float32)

    assert display(_slice(values), LUNG).tolist() == [[0, 255, 0, 255, 0]]


def test_colour_passes_the_window_by() -> None:
    rgb = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)

    assert np.array_equal(display(_slice(rgb), LUNG), rgb)
    assert np.array_equal(display(_slice(rgb), LUNG, inverted=True), 255 - rgb)


def test_the_files_first_window_comes_first() -> None:
    own = (Window(0, 1, lut=LUT, name="table"), Window(50, 350, name="own"))

    assert default_window(_slice(HU, windows=own)).name == "own"


def test_a_voi_lut_comes_before_the_presets() -> None:
    assert default_window(_slice(HU, windows=(Window(0, 1, lut=LUT, name="table"),))).name == "table"


def test_ct_in_hu_without_a_window_gets_the_lung_preset() -> None:
    assert default_window(_slice(HU)) == LUNG


def test_ct_without_hu_gets_its_own_range_without_padding() -> None:
    values = np.full((10, 10), 500, np.float32)
    values[:5], padding = -32768, np.zeros((10, 10), bool)
    values[5, 0], values[5, 1] = 100, 900
    padding[:5] = True
    window = default_window(_slice(values, unit="", padding=padding))

    assert window.name == "Auto"
    assert window.center - window.width / 2 > -100


def test_an_eight_bit_picture_is_shown_as_stored() -> None:
    values = np.arange(256, dtype=np.float32).reshape(16, 16)
    picture = _slice(values, instance=Instance(Path("a.png")), unit="")

    assert default_window(picture) == AS_STORED
    assert np.array_equal(display(picture, default_window(picture)), values.astype(np.uint8))


def test_an_automatic_window_is_as_narrow_as_small_fractions() -> None:
    values = np.linspace(0, 0.0019, 1000, dtype=np.float32).reshape(20, 50)
    shown = to_uint8(values, automatic(values))

    assert (shown[0, 0], shown[10, 0], shown[-1, -1]) == (0, 128, 255)


def test_an_automatic_window_of_equal_fractions_has_a_width() -> None:
    assert automatic(np.full((4, 4), 0.25, np.float32)).width == 1.0
