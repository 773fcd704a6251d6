"""The windows a file brings (PS3.3 C.11.2), what cannot be one becoming a warning; which end is bright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset

from lungview.image.file_windows import file_windows
from lungview.image.readers.data_set.module import ImagePixel
from lungview.image.readers.data_set.values import in_letters, items, text, texts, written
from lungview.image.readers.frames.lut import read_table, used_bits
from lungview.image.window import VoiLut, VoiLutFunction, Window

Found = tuple[tuple[Window, ...], tuple[str, ...]]
# C.11.2.1.2.1 counts in whole numbers: of fractions, so narrow a LINEAR window shows black and white alone.
NARROW = 2.0
_SHAPES = {"IDENTITY": False, "INVERSE": True}


def windows(dataset: Dataset, root: Dataset, signed: bool, *, fractions: bool = False) -> Found:
    """The file's windows, then its VOI LUTs, in the file's order; and what is wrong with those left out.

    dataset: holds the VOI LUT macro of the frame, its tables too (C.7.6.16.2.10b). root: the file's data set,
    whose tables count where the frame has none of its own.
    signed: whether modality values may be below zero, so that a LUT's first value that is written as a large
    unsigned number is a negative one (C.11.2.1.1). fractions: modality values are no whole numbers.
    """
    plain, found = _plain(dataset)
    plain, narrow = _exact(plain) if fractions else (plain, _thresholds(plain))
    found = (*found, *narrow)
    luts, lut_found = _luts(dataset if items(dataset, "VOILUTSequence") else root, signed)
    return (*plain, *luts), (*found, *lut_found)


def _exact(plain: tuple[Window, ...]) -> Found:
    """The windows for values that are fractions: a narrow LINEAR one is taken as LINEAR_EXACT, and said."""
    linear = [w.function is VoiLutFunction.LINEAR and w.width < NARROW for w in plain]
    made = tuple(
        replace(w, function=VoiLutFunction.LINEAR_EXACT) if narrow else w
        for w, narrow in zip(plain, linear, strict=True)
    )
    widths = ", ".join(f"{w.width:g}" for w, narrow in zip(plain, linear, strict=True) if narrow)
    said = f"a LINEAR window of width {widths} is made for whole numbers; taken as LINEAR_EXACT"
    return made, (said,) if widths else ()


def _thresholds(plain: tuple[Window, ...]) -> tuple[str, ...]:
    """A word where the window that a series opens through shows black and white alone."""
    if not plain or plain[0].function is not VoiLutFunction.LINEAR or plain[0].width != 1:
        return ()
    return (f"the window of width 1 is a threshold: black up to {plain[0].center - 0.5:g}, white above",)


def _plain(dataset: Dataset) -> Found:
    if "WindowCenter" not in dataset and "WindowWidth" not in dataset:
        return (), ()
    return file_windows(
        in_letters(dataset, "WindowCenter"),
        written(dataset, "WindowWidth"),
        texts(dataset, "WindowCenterWidthExplanation"),
        text(dataset, "VOILUTFunction"),
    )


def _luts(dataset: Dataset, signed: bool) -> Found:
    made: list[Window] = []
    found: tuple[str, ...] = ()
    for item in items(dataset, "VOILUTSequence"):
        table = read_table(item, signed)
        if table is None:
            found = (*found, "a VOI LUT does not hold the entries its descriptor says; left out")
            continue
        width = float(max(len(table.values), 1))
        center = table.first + width / 2
        name = text(item, "LUTExplanation")
        bits = used_bits(table)
        if bits != table.bits:
            found = (*found, f"a VOI LUT says {table.bits} bits and uses {bits}; these are shown in full")
        lut = VoiLut(table.first, np.asarray(table.values, np.uint16), bits)
        made.append(Window(center, width, name=name or "VOI LUT", lut=lut))
    return tuple(made), found


def inverted(dataset: Dataset, module: ImagePixel) -> tuple[bool, tuple[str, ...]]:
    """Whether low values are bright, and a warning where the file says both.

    MONOCHROME1 goes with INVERSE, MONOCHROME2 with IDENTITY (PS3.3 C.8.11.3.1.2). Where they do not agree the
    Presentation LUT Shape counts, as for dcmtk: it is what is said of display.
    """
    own = module.photometric == "MONOCHROME1"
    shape = "" if module.colour else text(dataset, "PresentationLUTShape").upper()
    said = _SHAPES.get(shape, own)
    if said == own:
        return own, ()
    return said, (f"Presentation LUT Shape {shape} contradicts {module.photometric}; the shape is used",)
