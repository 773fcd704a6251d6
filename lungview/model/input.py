"""The one preparation: a slice becomes a network's input, in training as in use."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.image.slice import Slice
from lungview.image.window import Window, apply_window, automatic, by_table
from lungview.model.card import ModelCard
from lungview.model.region import body_outline, nodule_mask, outline_of

# A nodule picture shows this much of the patient, mm. Size is a finding, so it is what the training pictures
# show: 64 of the scanner's pixels, which are 0.58 to 0.87 mm there, 0.703 in the middle (measured on the
# nodules whose diameter is known).
NODULE_FIELD_MM = 45.0
# Of a thorax picture without a spacing, the usual field of view over its longer side, mm.
ASSUMED_FIELD_MM = 360.0
# A picture of this size or less is already a crop around one nodule.
CROP_PIXELS = 96

IMAGENET_MEAN = np.array((0.485, 0.456, 0.406), dtype=np.float32)
IMAGENET_STD = np.array((0.229, 0.224, 0.225), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the slice, px; half-open, may reach past the picture (padding).

    top, left: inclusive; bottom, right: exclusive.
    """

    top: float
    left: float
    bottom: float
    right: float

    @property
    def rows(self) -> float:
        return self.bottom - self.top

    @property
    def columns(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True, eq=False)
class ModelInput:
    """values: (rows, columns, channels) float32 in the card's scale, read-only.

    box: the rectangle of the slice, in slice pixels, that became the input, padding included: a heat map
    of any size stretched over it lies where the network looked.
    seen: (rows, columns) uint8, the same as a picture: what the network saw.
    outline: (n, 2) float64 of (x, y), slice px with (0, 0) the outer corner of the first pixel: what lies
    outside it was made black before the network saw it. None where all of the box was seen.
    """

    values: np.ndarray
    box: Box
    seen: np.ndarray
    outline: np.ndarray | None = None


def prepare(
    slice_: Slice, card: ModelCard, box: Box | None = None, nodule: np.ndarray | None = None
) -> ModelInput:
    """The input of one network. `box`: the reader's nodule box, used by cards that are prepared by box.

    nodule: bool (rows, columns), its outline where it is known better than a box and brightness tell.
    Raises InputError when the slice has no pixels, the box lies outside it, or it is a reformatted plane.
    """
    if slice_.reformatted:
        raise InputError(
            "a model judges slices as they were taken, found a reformatted plane",
            slice_.instance.path,
            "show the series itself",
        )
    picture, where, outline = _look(
        slice_, card.input_size, card.preparation, card.window, card.fit, box, nodule
    )
    values = scale(picture, card.scale, card.channels)
    for array in (values, picture, *(() if outline is None else (outline,))):
        array.flags.writeable = False
    return ModelInput(values, where, picture, outline)


def see(
    slice_: Slice,
    size: tuple[int, int],
    *,
    preparation: str = "body",
    window: Window | None = None,
    fit: str = "pad",
    box: Box | None = None,
) -> tuple[np.ndarray, Box]:
    """The prepared picture, `size` uint8, before it is scaled, and the box it shows.

    preparation, window, fit: as in ModelCard. Training keeps these pictures; `scale` makes inputs of them.
    """
    return _look(slice_, size, preparation, window, fit, box)[:2]


def _look(
    slice_: Slice,
    size: tuple[int, int],
    preparation: str,
    window: Window | None,
    fit: str,
    box: Box | None,
    nodule: np.ndarray | None = None,
) -> tuple[np.ndarray, Box, np.ndarray | None]:
    """Picture, box and outline of a ModelInput."""
    grey = to_grey(slice_, window or Window(-300.0, 1400.0))
    if preparation == "box":
        return _nodule(grey, slice_, size, box, nodule)
    outline = body_outline(grey) if preparation == "body" else None
    where = _whole(grey) if outline is None else _around(outline, grey)
    where = _padded(where, size) if fit == "pad" else where
    picture = _resample(grey, where, size)
    if outline is not None:
        picture = np.where(_drawn(outline, where, size) > 0, picture, 0).astype(np.uint8)
    return picture, where, outline


def to_grey(slice_: Slice, window: Window) -> np.ndarray:
    """(rows, columns) uint8, bright = dense, whatever was read.

    HU go through `window`; 8-bit pictures stay as they are (they were windowed by whoever saved them), with
    thin coloured marks taken out; anything else goes through its own first window, or an automatic one.
    """
    values = slice_.values
    if values.ndim not in (2, 3) or 0 in values.shape:
        raise InputError("the slice has no pixels", slice_.instance.path)
    if slice_.colour:
        return _without_marks(values)
    if slice_.unit == "HU":
        grey = by_table(values, window)
    else:
        grey = np.asarray(np.rint(_unit_interval(slice_) * 255.0), dtype=np.uint8)
    return grey if slice_.padding is None else np.where(slice_.padding, np.uint8(0), grey)


def scale(pictures: np.ndarray, name: str, channels: int = 3) -> np.ndarray:
    """uint8 (…, rows, columns) → float32 (…, rows, columns, channels) in the card's scale `name`."""
    x = np.repeat(pictures[..., None].astype(np.float32), channels, axis=-1)
    if name == "0..255":
        return x
    if name == "0..1":
        return x / np.float32(255)
    if name == "-1..1":
        return x / np.float32(127.5) - np.float32(1)
    mean, std = (
        (IMAGENET_MEAN, IMAGENET_STD) if channels == 3 else (IMAGENET_MEAN.mean(), IMAGENET_STD.mean())
    )
    return np.asarray((x / np.float32(255) - mean) / std, dtype=np.float32)


def _unit_interval(slice_: Slice) -> np.ndarray:
    values = np.nan_to_num(slice_.values, nan=-1e5, posinf=1e5, neginf=-1e5)
    if slice_.windows:
        unit = apply_window(values, slice_.windows[0])
    elif values.min() >= 0 and 1 < values.max() <= 255:
        unit = values / np.float32(255)
    else:
        first = automatic(slice_.values)  # of what is finite
        unit = apply_window(values, first) if np.ptp(values) > 0 else np.zeros_like(values)
    return 1.0 - unit if slice_.inverted else unit


def _without_marks(rgb: np.ndarray) -> np.ndarray:
    # Hand-drawn coloured arrows and squiggles are rare pixels in a grey picture; a photograph is all colour.
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    marks = (rgb.max(axis=2).astype(np.int16) - rgb.min(axis=2)) > 48
    if not 0 < marks.mean() < 0.05:
        return np.asarray(grey)
    marks = cv2.dilate(marks.astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(cv2.inpaint(grey, marks, 3, cv2.INPAINT_TELEA))


def _whole(grey: np.ndarray) -> Box:
    return Box(0.0, 0.0, float(grey.shape[0]), float(grey.shape[1]))


def _around(outline: np.ndarray, grey: np.ndarray) -> Box:
    left, top = np.floor(outline.min(axis=0))
    right, bottom = np.ceil(outline.max(axis=0))
    rows, columns = grey.shape
    return Box(float(max(top, 0)), float(max(left, 0)), float(min(bottom, rows)), float(min(right, columns)))


def _padded(box: Box, size: tuple[int, int]) -> Box:
    # The side that is too short for the input's aspect grows, by whole pixels, evenly about the middle.
    rows = max(box.rows, math.ceil(box.columns * size[0] / size[1]))
    columns = max(box.columns, math.ceil(box.rows * size[1] / size[0]))
    top = box.top - (rows - box.rows) // 2
    left = box.left - (columns - box.columns) // 2
    return Box(top, left, top + rows, left + columns)


def _resample(grey: np.ndarray, box: Box, size: tuple[int, int]) -> np.ndarray:
    # Whole-pixel boxes only: cut, pad with black, then one resize, so the box says exactly what was seen.
    top, left, bottom, right = (int(v) for v in (box.top, box.left, box.bottom, box.right))
    rows, columns = grey.shape
    cut = grey[max(top, 0) : min(bottom, rows), max(left, 0) : min(right, columns)]
    cut = cv2.copyMakeBorder(
        cut,
        max(-top, 0),
        max(bottom - rows, 0),
        max(-left, 0),
        max(right - columns, 0),
        cv2.BORDER_CONSTANT,
        value=0,
    )
    shrinks = cut.shape[0] > size[0] or cut.shape[1] > size[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cut, (size[1], size[0]), interpolation=method))


def _drawn(outline: np.ndarray, box: Box, size: tuple[int, int]) -> np.ndarray:
    # The outline, in slice pixels with (0, 0) a corner, filled in the prepared picture's pixels.
    factor = np.array((size[1] / box.columns, size[0] / box.rows))
    points = (outline - (box.left, box.top)) * factor - 0.5
    canvas = np.zeros(size, np.uint8)
    return np.asarray(cv2.fillConvexPoly(canvas, np.rint(points * 16).astype(np.int32), 1, shift=4))


def _nodule(
    grey: np.ndarray, slice_: Slice, size: tuple[int, int], box: Box | None, outlined: np.ndarray | None
) -> tuple[np.ndarray, Box, np.ndarray | None]:
    """A fixed field around the nodule, everything else black: what the nodule networks were trained on.

    A picture of CROP_PIXELS or less without a box is such a crop already. Size is a finding, so the field is
    in mm; without a spacing the picture's longer side is taken as ASSUMED_FIELD_MM.
    """
    if box is None:
        if max(grey.shape) > CROP_PIXELS:
            raise InputError(
                "this model judges one nodule and needs a box around it",
                slice_.instance.path,
                "draw a box around the nodule",
            )
        where = _padded(_whole(grey), size)
        return _resample(grey, where, size), where, None
    mask = nodule_mask(grey, (box.top, box.left, box.bottom, box.right)) if outlined is None else outlined
    spacing = slice_.spacing.row if slice_.spacing else ASSUMED_FIELD_MM / max(grey.shape)
    where = _field(box, max(16, round(NODULE_FIELD_MM / spacing)), size)
    seen = _resample(np.where(mask, grey, 0).astype(np.uint8), where, size)
    return seen, where, outline_of(mask)


def _field(box: Box, rows: int, size: tuple[int, int]) -> Box:
    columns = math.ceil(rows * size[1] / size[0])
    top = math.floor((box.top + box.bottom - rows) / 2)
    left = math.floor((box.left + box.right - columns) / 2)
    return Box(float(top), float(left), float(top + rows), float(left + columns))
