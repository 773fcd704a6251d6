"""The synthetic thorax CT: a series with known HU, spacing and positions, and nobody's picture.

It is the sample of `lungview demo`, and what tests and benchmarks read. It is called synthetic wherever a
viewer shows a name or a description.
"""

from lungview.image.phantom.files import (
    DESCRIPTION,
    PATIENT_NAME,
    make_dataset,
    save,
    write_multiframe,
    write_pngs,
    write_series,
)
from lungview.image.phantom.thorax import SAMPLE, Thorax, volume

__all__ = [
    "DESCRIPTION",
    "PATIENT_NAME",
    "SAMPLE",
    "Thorax",
    "make_dataset",
    "save",
    "volume",
    "write_multiframe",
    "write_pngs",
    "write_series",
]
