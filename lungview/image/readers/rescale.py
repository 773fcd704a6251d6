"""The Modality LUT a file brings (PS3.3 C.11.1), refused when it cannot give modality values."""

from __future__ import annotations

import math

from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.image.modality import ModalityLut
from lungview.image.readers.geometry import FrameGroups
from lungview.image.readers.lut import read_table
from lungview.image.readers.source import Source
from lungview.image.readers.values import items, numbers, text

# A smaller slope puts all of a 16-bit range into one number; such files come from broken writers.
LEAST_SLOPE = 1e-9
MOST_VALUE = 1e30


def modality_lut(groups: FrameGroups, signed: bool, source: Source) -> tuple[ModalityLut, tuple[str, ...]]:
    """The frame's Modality LUT and warnings. Raises DamagedFile for a slope or a table that is none."""
    plain = groups.plain
    sequence = items(plain, "ModalityLUTSequence")
    if sequence:
        return _table(sequence[0], plain, signed, source), ()
    dataset = groups.find("PixelValueTransformationSequence")
    if "RescaleSlope" not in dataset and "RescaleIntercept" not in dataset:
        return ModalityLut(), _missing(plain)
    if "RescaleSlope" not in dataset or "RescaleIntercept" not in dataset:
        return ModalityLut(), (
            "Rescale Slope and Intercept come as a pair, one is missing; stored values are shown",
        )
    slope, intercept = _number(dataset, "RescaleSlope", source), _number(dataset, "RescaleIntercept", source)
    if abs(slope) < LEAST_SLOPE:
        raise DamagedFile(f"RescaleSlope is {slope:g}; expected one that is not zero or tiny", source.label)
    return ModalityLut(slope, intercept, unit=_unit(dataset, plain)), ()


def _missing(plain: Dataset) -> tuple[str, ...]:
    if text(plain, "Modality") == "CT":
        return ("a CT without Rescale Slope and Intercept: stored values are shown, not HU",)
    return ()


def _number(dataset: Dataset, keyword: str, source: Source) -> float:
    values = numbers(dataset, keyword)
    value = values[0] if values else math.nan
    if not math.isfinite(value) or abs(value) > MOST_VALUE:
        raise DamagedFile(f"{keyword} is not a finite number; expected one", source.label)
    return value


def _unit(dataset: Dataset, plain: Dataset) -> str:
    kind = text(dataset, "RescaleType")
    if kind:
        return "" if kind == "US" else kind  # US: unspecified
    return "HU" if text(plain, "Modality") == "CT" else ""


def _table(item: Dataset, plain: Dataset, signed: bool, source: Source) -> ModalityLut:
    table = read_table(item, signed, plain.original_encoding[1] is not False)
    if table is None:
        raise DamagedFile("the Modality LUT does not hold the entries its descriptor says", source.label)
    kind = text(item, "ModalityLUTType")
    return ModalityLut(table=table.values, first=table.first, unit="" if kind == "US" else kind)
