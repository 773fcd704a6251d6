"""One axial CT slice: its lungs, and whether it holds any."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.image.slice import Slice
from lungview.lung.mask import body
from lungview.lung.mask.search import search

LEAST_SHARE = 0.02  # of the body's area: a slice through the tips of the lungs has it, the trachea alone not

# (0018,0015) of a chest CT, as vendors write it; a header without it is not held against the slice.
BODY_PARTS = ("CHEST", "THORAX", "LUNG", "TRUNK", "WHOLEBODY", "HEART", "MEDIASTINUM", "TORSO", "TSPINE")
BODY_WIDTH_MM = 350.0  # of an adult's chest, where nothing tells the size of a pixel
_SIDE = 256  # pixels: what the body's width needs
_AS_THICK = 10.0  # mm: then 1 ml is 1 cm²
_LEAST_CM2 = 4.0
_AXIAL = 0.7  # cosine to the patient's long axis: a gantry tilts by 30 degrees at most, a coronal slice by 90


def lung_labels(hounsfield: np.ndarray, pixel_mm: float | None = None) -> np.ndarray:
    """uint8 (rows, columns): 0 none, 1 the patient's right, 2 the left lung, vessels and nodules included.

    hounsfield: (rows, columns), an axial slice seen from the feet, as scanners send it. pixel_mm: side of a
    pixel; without it from the body's width. Raises InputError where there is no lung.
    """
    return _labels(_finite(hounsfield), pixel_mm)


def _labels(values: np.ndarray, pixel_mm: float | None) -> np.ndarray:
    """`lung_labels` of int16 HU that are all numbers."""
    pixel = pixel_mm or guessed_pixel_mm(values)
    return np.asarray(search(values[None], (_AS_THICK, pixel, pixel), _LEAST_CM2)[0][0])


def lung_share(hounsfield: np.ndarray, pixel_mm: float | None = None) -> float:
    """The lungs' share of the body's area, in [0, 1]; 0 where there is no body or no lung."""
    values = _finite(hounsfield)
    inside = _body(values)
    if not inside.any():
        return 0.0
    try:
        labels = _labels(values, pixel_mm)
    except InputError:
        return 0.0
    return float((labels > 0).mean() / inside.mean())


def reasons(hounsfield: np.ndarray, pixel_mm: float | None = None) -> tuple[str, ...]:
    """One sentence when a slice holds too little lung to be judged; empty otherwise."""
    share = lung_share(hounsfield, pixel_mm)
    if share >= LEAST_SHARE:
        return ()
    return (f"no lungs found: they are {share:.1%} of the body, at least {LEAST_SHARE:.0%} is expected",)


def header_reasons(slice_: Slice) -> tuple[str, ...]:
    """What the header says against an axial slice of a chest, a sentence each; empty where nothing."""
    found = []
    if any(name == "kind" and "LOCALIZER" in value.upper() for name, value in slice_.instance.traits):
        found.append("the header says it is a localizer, no slice")
    elif slice_.instance.geometry is not None and abs(slice_.instance.geometry.normal[2]) < _AXIAL:
        found.append("the header says the slice lies in another plane than an axial one")
    if is_other_part(slice_.body_part):
        found.append(f"the header says the body part is {slice_.body_part}")
    return tuple(found)


def is_other_part(body_part: str) -> bool:
    """Whether a header names another part of the body than the chest.

    It counts against one slice. A scan of head, neck and chest goes by one name, too: where a whole series
    shows lungs they are searched all the same, and the reader is told.
    """
    part = body_part.replace(" ", "").replace("_", "").upper()
    return bool(part) and not any(name in part for name in BODY_PARTS)


def guessed_pixel_mm(values: np.ndarray) -> float:
    """The side of a pixel if the body is as wide as an adult's chest. Raises InputError without a body."""
    columns = np.flatnonzero(_body(values).any(axis=0))
    if not len(columns):
        raise InputError("no body found: a chest has tissue around air, expected in a CT slice")
    width = (columns[-1] - columns[0] + 1) * values.shape[1] / min(values.shape[1], _SIDE)
    return BODY_WIDTH_MM / float(width)


def _body(values: np.ndarray) -> np.ndarray:
    """The body at no more than _SIDE pixels across."""
    rows, columns = values.shape
    scale = min(1.0, _SIDE / columns)
    size = (round(columns * scale), max(1, round(rows * scale)))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    return np.asarray(body.body(small[None], BODY_WIDTH_MM / _SIDE)[0])


def _finite(hounsfield: np.ndarray) -> np.ndarray:
    """int16 HU without what is no number."""
    values = np.clip(hounsfield.astype(np.float32, copy=False), np.float32(-1024), np.float32(3071))
    if np.isnan(values.max(initial=-1024)):  # to look for them costs more than the rest
        values = np.nan_to_num(values, nan=-1024.0)
    return np.rint(values, out=values).astype(np.int16)
