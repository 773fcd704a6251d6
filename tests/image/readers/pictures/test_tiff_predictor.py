"""Predictors of TIFF pages: of packed samples, without a compression, of floats where there are none."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import UnsupportedFormat
from lungview.image import readers
from tests.image.readers.pictures.tiffs import GREY, packed_page, page, pixels_of


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_differences_of_packed_samples_are_summed_in_their_bits(bits: int, tmp_path: Path) -> None:
    grey = GREY >> (16 - bits)
    differences = np.diff(grey.astype(int), axis=1, prepend=0) % (1 << bits)
    raw = packed_page(tmp_path, differences, bits, 1).read_bytes()[200:]
    path = page(tmp_path, zlib.compress(raw), {258: bits, 259: 8, 317: 2})
    assert np.array_equal(pixels_of(path), grey)


def test_a_predictor_without_compression_does_not_count(tmp_path: Path) -> None:
    assert np.array_equal(
        pixels_of(page(tmp_path, GREY.tobytes(), {258: 16, 317: 2})), GREY
    )  # as libtiff has it


def test_a_predictor_of_floats_on_whole_numbers_is_refused(tmp_path: Path) -> None:
    path = page(tmp_path, zlib.compress(GREY.tobytes()), {258: 16, 259: 8, 317: 3})
    with pytest.raises(UnsupportedFormat, match="one of floats"):
        readers.read(path)
