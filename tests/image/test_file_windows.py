"""Windows as files really state them: text, zero, NaN, unequal counts."""

from __future__ import annotations

import pytest

from lungview.image.file_windows import file_windows
from lungview.image.window import VoiLutFunction, Window


def test_two_good_windows_come_through_with_their_names() -> None:
    windows, warnings = file_windows(["-600", "40"], ["1500", "400"], ["LUNG", "SOFT"])

    assert windows == (Window(-600, 1500, name="LUNG"), Window(40, 400, name="SOFT"))
    assert warnings == ()


@pytest.mark.parametrize(
    ("center", "width", "found"),
    [
        ("40", "0", "width is 0"),
        ("40", "-400", "width is -400"),
        ("nan", "400", "center is 'nan'"),
        ("40", "inf", "width is 'inf'"),
        ("soft", "400", "'soft'"),
        (None, "400", "'None'"),
        ("40;5", "400", "'40;5'"),
    ],
)
def test_a_window_that_means_nothing_is_left_out_with_a_reason(
    center: object, width: object, found: str
) -> None:
    windows, warnings = file_windows([center, "-600"], [width, "1500"])

    assert windows == (Window(-600, 1500),)
    assert len(warnings) == 1
    assert "window 1" in warnings[0]
    assert found in warnings[0]


def test_a_center_without_a_width_is_reported() -> None:
    windows, warnings = file_windows([40, 50], [400])

    assert windows == (Window(40, 400),)
    assert "2 window centers and 1 widths" in warnings[0]


def test_a_linear_width_below_one_is_taken_as_exact() -> None:
    windows, _ = file_windows([0.5], [0.25])

    assert windows == (Window(0.5, 0.25, VoiLutFunction.LINEAR_EXACT),)


def test_an_unknown_function_is_linear_with_a_warning() -> None:
    windows, warnings = file_windows([40], [400], (), "CUBIC")

    assert windows[0].function is VoiLutFunction.LINEAR
    assert "'CUBIC'" in warnings[0]


def test_a_window_whose_comma_may_part_thousands_is_left_out_and_said() -> None:
    windows, warnings = file_windows(["40", "-600"], ["400", "1,500"])
    assert [(w.center, w.width) for w in windows] == [(40, 400)]
    assert "the comma of its width, 1,500, may part thousands or decimals" in warnings[0]
