"""The Modality LUT a file brings (PS3.3 C.11.1): refused, or said, when it cannot give modality values."""

from __future__ import annotations

import math
import re

import numpy as np
from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.image.modality import ModalityLut
from lungview.image.readers.data_set.geometry import FrameGroups
from lungview.image.readers.data_set.module import ImagePixel
from lungview.image.readers.data_set.values import items, modality, numbers, says, text, written
from lungview.image.readers.frames.lut import read_table
from lungview.image.readers.source import Source
from lungview.image.stored import Stored
from lungview.image.values.numerals import may_part_thousands

# A smaller slope puts all of a 16-bit range into one number; such files come from broken writers.
LEAST_SLOPE = 1e-9
MOST_VALUE = 1e30
# Extended scales for metal end at 30,710 HU; what is signed and read as unsigned begins at 32,768.
MOST_HU = 32767
# X-ray angiography, radiofluoroscopy, and the retired bi-plane: their Modality LUT makes logarithmic values
# linear for subtraction, and has no part in display (PS3.3 C.8.7.1.1.2; dcmtk does the same).
PROJECTION_XRAY = tuple(f"1.2.840.10008.5.1.4.1.1.12.{n}" for n in (1, 2, 3))
# Found in files beside the defined term: "hu", "Hounsfield Unit", "H.U.", "[HU]", "Hounsfield Units (HU)".
HOUNSFIELD = {"HU", "HUS", "HOUNSFIELD", "HOUNSFIELDS", "HOUNSFIELDUNIT", "HOUNSFIELDUNITS"}
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"  # and its multi-frame kinds below
_BESIDE = re.compile(r"[()\[\]]|(?<=[A-Z])[-_](?=[A-Z])")  # what may stand around a word or between two


def modality_lut(
    groups: FrameGroups, signed: bool, source: Source, *, colour: bool = False
) -> tuple[ModalityLut, tuple[str, ...]]:
    """The frame's Modality LUT and warnings; none of a colour picture, which has no values in a unit.

    Raises DamagedFile for a slope or a table that is none.
    """
    plain = groups.plain
    sequence = items(plain, "ModalityLUTSequence")
    dataset = groups.find("PixelValueTransformationSequence")
    if colour:
        return ModalityLut(), _of_colour(dataset)
    if text(plain, "SOPClassUID") in PROJECTION_XRAY:
        return ModalityLut(), _unused(dataset, plain)
    if not sequence:
        return _measured(*_rescale(dataset, plain, source), dataset, plain, signed)
    if any(says(sequence[0], k) for k in ("LUTDescriptor", "LUTData")):
        return _table(sequence[0], signed, source), ()
    lut, found = _rescale(dataset, plain, source)
    return lut, ("the Modality LUT is empty; it is not used", *found)


def _measured(
    lut: ModalityLut, found: tuple[str, ...], dataset: Dataset, plain: Dataset, signed: bool
) -> tuple[ModalityLut, tuple[str, ...]]:
    """The same, without a unit where a Secondary Capture of a CT says none and can hold no air.

    Only a CT Image may leave out Rescale Type for HU (C.8.2.1.1.4); a screen's grey is rescaled by 1 and 0.
    """
    captured = text(plain, "SOPClassUID").startswith(_SECONDARY_CAPTURE) and not says(dataset, "RescaleType")
    if not captured or signed or not lut.identity or lut.unit != "HU":
        return lut, found
    said = "a Secondary Capture without Rescale Type, and no value below 0: grey values are shown, not HU"
    return ModalityLut(), (*found, said)


def _rescale(dataset: Dataset, plain: Dataset, source: Source) -> tuple[ModalityLut, tuple[str, ...]]:
    """Slope and intercept; stored values where neither is there, or where they are empty."""
    given = [k for k in ("RescaleSlope", "RescaleIntercept") if says(dataset, k)]
    if not given:
        present = "RescaleSlope" in dataset or "RescaleIntercept" in dataset
        empty = ("Rescale Slope and Intercept are empty; they are not used",) if present else ()
        return ModalityLut(), (*empty, *_missing(plain))
    if len(given) == 1:
        return ModalityLut(), (
            "Rescale Slope and Intercept come as a pair, one is missing; stored values are shown",
        )
    slope, intercept = _number(dataset, "RescaleSlope", source), _number(dataset, "RescaleIntercept", source)
    if abs(slope) < LEAST_SLOPE:
        raise DamagedFile(f"RescaleSlope is {slope:g}; expected one that is not zero or tiny", source.label)
    found = tuple(
        f"{k} has {len(values)} values; the first is used"
        for k in given
        if len(values := numbers(dataset, k)) > 1
    )
    return ModalityLut(slope, intercept, unit=_unit(dataset, plain)), found


def _of_colour(dataset: Dataset) -> tuple[str, ...]:
    """A word where grey values would have become others (PS3.3 C.7.6.3.1.2: colour passes the LUTs by)."""
    given = [numbers(dataset, keyword)[:1] for keyword in ("RescaleSlope", "RescaleIntercept")]
    if given in ([(), ()], [(1.0,), (0.0,)]):
        return ()
    return ("Rescale Slope and Intercept are not for colour; they are not used",)


def _unused(dataset: Dataset, plain: Dataset) -> tuple[str, ...]:
    if items(plain, "ModalityLUTSequence") or says(dataset, "RescaleSlope"):
        return ("the Modality LUT of this kind of X-ray image is not for display; stored values are shown",)
    return ()


def _missing(plain: Dataset) -> tuple[str, ...]:
    if modality(plain) == "CT":
        return ("a CT without Rescale Slope and Intercept: stored values are shown, not HU",)
    return ()


def _number(dataset: Dataset, keyword: str, source: Source) -> float:
    values = numbers(dataset, keyword)
    value = values[0] if values else math.nan
    said = written(dataset, keyword)
    if keyword == "RescaleIntercept" and said and may_part_thousands(said[0]):
        raise DamagedFile(
            f"{keyword} is {said[0].strip()[:16]}: its comma may part thousands or decimals; expected none",
            source.label,
        )
    if not math.isfinite(value) or abs(value) > MOST_VALUE:
        raise DamagedFile(f"{keyword} is not a finite number; expected one", source.label)
    return value


def _unit(dataset: Dataset, plain: Dataset) -> str:
    kind = text(dataset, "RescaleType")
    if kind:
        return _spelled(kind)
    return "HU" if modality(plain) == "CT" else ""


def _spelled(kind: str) -> str:
    """A Rescale Type or Modality LUT Type: "HU" however it is spelled, "" where it is unspecified."""
    values = {value.strip() for value in kind.split("\\")}
    if all(map(_means_hounsfield, values)):
        return "HU"
    return "" if {value.upper() for value in values} <= {"US", "UNSPECIFIED"} else kind


def _means_hounsfield(value: str) -> bool:
    """Whether it is the word and nothing else: "HU*10" and "HU + 1000" are numbers of another unit."""
    words = set(_BESIDE.sub(" ", value.upper().replace(".", "").replace("UNIT(S)", "UNITS")).split())
    return bool(words & HOUNSFIELD) and words <= {*HOUNSFIELD, "UNIT", "UNITS"}


def _table(item: Dataset, signed: bool, source: Source) -> ModalityLut:
    table = read_table(item, signed)
    if table is None:
        raise DamagedFile("the Modality LUT does not hold the entries its descriptor says", source.label)
    return ModalityLut(table=table.values, first=table.first, unit=_spelled(text(item, "ModalityLUTType")))


def beyond_hounsfield(pixels: np.ndarray, module: ImagePixel, rest: Stored) -> tuple[str, ...]:
    """A warning where a slice in HU holds values beyond all that is measured, padding left out.

    pixels: stored values, (rows, columns). rest: the Stored without them. Of most, which cannot reach so far,
    no more than the extremes are looked at.
    """
    if rest.modality.unit != "HU" or pixels.ndim != 2 or not _may_reach(pixels, module, rest):
        return ()
    values = rest.modality.apply(pixels)
    if rest.padding is not None:
        low, high = rest.padding
        values = values[(pixels < low) | (pixels > high)]
    most = np.fmax.reduce(values, axis=None, initial=0)
    if most <= MOST_HU:
        return ()
    return (
        f"the values reach {most:.0f} HU, beyond all that is measured: "
        "the header's sign, bits or table may be wrong",
    )


def _may_reach(pixels: np.ndarray, module: ImagePixel, rest: Stored) -> bool:
    """Whether the largest number of the table, of so many bits, and of the pixels is beyond."""
    lut = rest.modality
    if lut.table is not None:
        return int(lut.table.max()) > MOST_HU
    if not module.floating:
        largest = (1 << (module.bits_stored - module.signed)) - 1
        if not _beyond(lut, largest, -largest - 1 if module.signed else 0):
            return False
    highest, lowest = (np.fmax, np.fmin) if module.floating else (np.maximum, np.minimum)
    return _beyond(lut, *(float(end.reduce(pixels, axis=None)) for end in (highest, lowest)))


def _beyond(lut: ModalityLut, *ends: float) -> bool:
    return max(end * lut.slope + lut.intercept for end in ends) > MOST_HU
