"""Predictors of TIFF pages (tag 317): where one counts, and differences of samples of any number of bits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lungview.errors import UnsupportedFormat

if TYPE_CHECKING:
    from tifffile import TiffPage

_NONE, _DIFFERENCES, _OF_FLOATS = 1, 2, 3
_UNCOMPRESSED = 1


def settle(page: TiffPage, label: Path) -> None:
    """Take back a predictor that does not count; refuse one of floats where there are none.

    It belongs to a compression (TIFF 6.0, section 14; libtiff): on uncompressed samples it is a left-over.
    """
    predictor = int(page.predictor)
    if int(page.compression) == _UNCOMPRESSED:
        page.predictor = _NONE
        return
    if predictor == _OF_FLOATS and page.dtype is not None and page.dtype.kind != "f":
        raise UnsupportedFormat("the predictor is one of floats, the samples are whole numbers", label)


def within(page: TiffPage, samples: np.ndarray) -> np.ndarray:
    """Samples that were summed up from differences, in their own bits again: the sums are of whole words."""
    bits = int(np.atleast_1d(page.bitspersample)[0])
    if int(page.predictor) != _DIFFERENCES or samples.dtype.kind != "u" or bits >= 8 * samples.dtype.itemsize:
        return samples
    return np.asarray(samples & samples.dtype.type((1 << bits) - 1))
