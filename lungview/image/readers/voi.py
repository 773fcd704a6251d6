"""The windows a file brings (PS3.3 C.11.2), sanitised: what cannot be a window becomes a warning."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset

from lungview.image.file_windows import file_windows
from lungview.image.readers.lut import read_table
from lungview.image.readers.values import items, text, texts, written
from lungview.image.window import VoiLut, Window


def windows(dataset: Dataset, root: Dataset, signed: bool) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    """The file's windows, then its VOI LUTs, in the file's order; and what is wrong with those left out.

    dataset: holds the VOI LUT macro of the frame. root: the file's data set.
    signed: whether modality values may be below zero, so that a LUT's first value that is written as a large
    unsigned number is a negative one (C.11.2.1.1).
    """
    plain, found = _plain(dataset)
    luts, lut_found = _luts(root, signed)
    return (*plain, *luts), (*found, *lut_found)


def _plain(dataset: Dataset) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    if "WindowCenter" not in dataset and "WindowWidth" not in dataset:
        return (), ()
    return file_windows(
        written(dataset, "WindowCenter"),
        written(dataset, "WindowWidth"),
        texts(dataset, "WindowCenterWidthExplanation"),
        text(dataset, "VOILUTFunction"),
    )


def _luts(dataset: Dataset, signed: bool) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    made: list[Window] = []
    found: tuple[str, ...] = ()
    for item in items(dataset, "VOILUTSequence"):
        table = read_table(item, signed, dataset.original_encoding[1] is not False)
        if table is None:
            found = (*found, "a VOI LUT does not hold the entries its descriptor says; left out")
            continue
        width = float(max(len(table.values), 1))
        center = table.first + width / 2
        name = text(item, "LUTExplanation")
        lut = VoiLut(table.first, np.asarray(table.values, np.uint16), table.bits)
        made.append(Window(center, width, name=name or "VOI LUT", lut=lut))
    return tuple(made), found
