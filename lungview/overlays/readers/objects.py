"""What every overlay's data set has in common: codes, colours, references, identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from pydicom.dataset import Dataset

from lungview.image.readers.data_set.values import items, numbers, text
from lungview.overlays.values import Colour, Reference

LONGEST = 200  # characters of a name or a line that is shown


def short(said: str) -> str:
    """At most LONGEST characters."""
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def meaning(dataset: Dataset, keyword: str) -> str:
    """The meaning of the first code of a sequence, its value where it has none; "" when absent."""
    for code in items(dataset, keyword):
        said = (text(code, name) for name in ("CodeMeaning", "CodeValue", "LongCodeValue"))
        return short(next(filter(None, said), ""))
    return ""


def code_of(dataset: Dataset, keyword: str) -> tuple[str, str]:
    """Value and scheme of the first code of a sequence, ("", "") when absent."""
    for code in items(dataset, keyword):
        return text(code, "CodeValue") or text(code, "LongCodeValue"), text(code, "CodingSchemeDesignator")
    return "", ""


def lab_colour(dataset: Dataset, keyword: str) -> Colour | None:
    """A colour in PCS-Values, L* a* b* in 16 bits each (PS3.3 C.10.7.1.1), as sRGB."""
    values = numbers(dataset, keyword)
    if len(values) != 3 or not all(0 <= v <= 65535 for v in values):
        return None
    lightness, a, b = values
    lab = np.array([[[lightness / 65535 * 100, a / 65535 * 255 - 128, b / 65535 * 255 - 128]]], np.float32)
    red, green, blue = np.rint(np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)[0, 0], 0, 1) * 255).astype(int)
    return int(red), int(green), int(blue)


def instances(dataset: Dataset, sequence: str, study: str, series: str = "") -> Iterator[Reference]:
    """The pictures of a sequence of SOP Instance References, with frames; those without a UID left out."""
    for item in items(dataset, sequence):
        uid = text(item, "ReferencedSOPInstanceUID")
        if not uid:
            continue
        frames = [int(n) - 1 for n in numbers(item, "ReferencedFrameNumber") if n == n and n >= 1]
        for frame in frames or (None,):
            yield Reference(study, series, uid, frame)


def of_series(dataset: Dataset, study: str) -> Iterator[Reference]:
    """The pictures of Referenced Series Sequence (0008,1115)."""
    for series in items(dataset, "ReferencedSeriesSequence"):
        uid = text(series, "SeriesInstanceUID")
        for sequence in ("ReferencedInstanceSequence", "ReferencedImageSequence"):
            yield from instances(series, sequence, study, uid)


def evidence(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """Study and series of each object that a document rests on; of one in two series neither."""
    found: dict[str, tuple[str, str]] = {}
    for sequence in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence"):
        for study in items(dataset, sequence):
            uid = text(study, "StudyInstanceUID")
            for series in items(study, "ReferencedSeriesSequence"):
                where = uid, text(series, "SeriesInstanceUID")
                for each in instances(series, "ReferencedSOPSequence", *where):
                    known = found.setdefault(each.instance, where)
                    found[each.instance] = where if known == where else (uid, "")
    return found


def each_once(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """In their order."""
    return tuple(dict.fromkeys(references))


def without_uid(dataset: Dataset) -> int:
    """How many pictures of Referenced Series Sequence (0008,1115) have no UID."""
    found = (
        item
        for series in items(dataset, "ReferencedSeriesSequence")
        for sequence in ("ReferencedInstanceSequence", "ReferencedImageSequence")
        for item in items(series, sequence)
    )
    return sum(not text(item, "ReferencedSOPInstanceUID") for item in found)
