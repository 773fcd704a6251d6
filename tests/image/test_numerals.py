"""Numbers in letters: DS and IS of PS3.5 6.2, and of files that write them otherwise."""

import math

import pytest

from lungview.image.numerals import has_decimal_comma, parse_decimal


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
