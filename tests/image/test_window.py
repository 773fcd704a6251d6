"""The window against the standard's own examples (PS3.3 C.11.2.1.2.1, C.11.2.1.3)."""

import numpy as np
import pytest

from lungview.image.window import VoiLut, VoiLutFunction, Window, apply_window

# C.11.2.1.2.1: the notes' examples, output range 0…255: input → expected output.
LINEAR_EXAMPLES = [
    (Window(2048, 4096), {-1.0: 0.0, 0.0: 0.0, 4095.0: 255.0, 5000.0: 255.0}),
    (Window(2048, 1), {2047.0: 0.0, 2047.5: 0.0, 2048.0: 255.0}),
    (Window(0, 100), {-50.0: 0.0, 49.0: 255.0}),
    (Window(0, 1), {-1.0: 0.0, -0.5: 0.0, 0.0: 255.0}),
]


@pytest.mark.parametrize(("window", "expected"), LINEAR_EXAMPLES)
def test_linear_gives_the_standards_examples(window: Window, expected: dict[float, float]) -> None:
    shown = apply_window(np.array(list(expected), dtype=np.float32), window) * 255
    np.testing.assert_allclose(shown, list(expected.values()), atol=1e-4)


def test_linear_exact_has_its_ends_at_half_the_width() -> None:
    window = Window(2048, 4096, VoiLutFunction.LINEAR_EXACT)
    np.testing.assert_allclose(apply_window(np.array([0.0, 2048.0, 4096.0]), window), [0, 0.5, 1])


def test_sigmoid_is_one_half_at_the_center_and_one_over_one_plus_e4_a_width_below() -> None:
    window = Window(100, 50, VoiLutFunction.SIGMOID)
    expected = [0.5, 1 / (1 + np.exp(4.0)), 1 / (1 + np.exp(-4.0))]
    np.testing.assert_allclose(apply_window(np.array([100.0, 50.0, 150.0]), window), expected, rtol=1e-6)


def test_a_lookup_table_clamps_at_both_ends() -> None:
    table = np.array([0, 100, 255], dtype=np.uint16)
    window = Window(0, 1, lut=VoiLut(first=10, table=table, bits=8))
    np.testing.assert_allclose(
        apply_window(np.array([-5.0, 10.0, 11.0, 12.0, 900.0]), window) * 255,
        [0, 0, 100, 255, 255],
        atol=1e-4,
    )


@pytest.mark.parametrize(
    ("center", "width"), [(0, 0), (0, -5), (float("nan"), 1), (0, float("inf")), (0, 0.5)]
)
def test_a_window_that_means_nothing_cannot_be_made(center: float, width: float) -> None:
    with pytest.raises(ValueError, match="window"):
        Window(center, width)
