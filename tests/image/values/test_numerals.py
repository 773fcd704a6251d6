"""Numbers in letters: DS and IS of PS3.5 6.2, and of files that write them otherwise."""

import math

import pytest

from lungview.image.values.numerals import has_decimal_comma, may_part_thousands, parse_decimal


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.78125", 0.78125), (" -1024 ", -1024), ("1,5", 1.5), ("+.5", 0.5), ("1.", 1), ("1e-2\0", 0.01)],
)
def test_a_decimal_string_is_a_number(written: str, value: float) -> None:
    assert parse_decimal(written) == value


@pytest.mark.parametrize("written", ["", "1,000.5", "1_000", "nan", "inf", "0x10", "5 mm", "٣", "1\\2"])
def test_what_is_no_decimal_string_is_no_number(written: str) -> None:
    assert math.isnan(parse_decimal(written))


def test_a_decimal_comma_is_noticed() -> None:
    assert [has_decimal_comma(w) for w in ("1,5", "1.5", "a,b")] == [True, False, False]


@pytest.mark.parametrize(
    ("written", "may"),
    [("-1,024", True), ("1,500 ", True), ("0,625", False), ("1,5", False), ("1024", False)],
)
def test_a_comma_before_three_digits_may_part_thousands(written: str, may: bool) -> None:
    assert may_part_thousands(written) is may
