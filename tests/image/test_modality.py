"""Modality values are those of float64 arithmetic rounded once, and a table holds its ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lungview.image.modality import ModalityLut

STORED = {
    np.dtype(t): np.linspace(np.iinfo(t).min, np.iinfo(t).max, 999).astype(t)
    for t in (np.uint8, np.int16, np.uint16, np.int32)
}


@given(
    st.sampled_from(sorted(STORED, key=str)),
    st.one_of(st.integers(-300, 300), st.floats(-4, 4, allow_subnormal=False)),
    st.one_of(st.integers(-9000, 9000), st.floats(-9000, 9000, allow_subnormal=False)),
)
def test_every_slope_and_intercept_gives_the_bits_of_float64_rounded_once(
    dtype: np.dtype, slope: float, intercept: float
) -> None:
    stored = STORED[dtype]
    expected = (stored.astype(np.float64) * slope + intercept).astype(np.float32)
    found = ModalityLut(float(slope), float(intercept)).apply(stored)
    assert found.dtype == np.float32
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(("stored", "value"), [(-9, 7), (3, 7), (4, 8), (5, 9), (60, 9)])
def test_a_table_holds_its_ends(stored: int, value: int) -> None:
    lut = ModalityLut(table=np.array([7, 8, 9], np.uint16), first=3)
    assert lut.apply(np.array([stored], np.int16)) == value
