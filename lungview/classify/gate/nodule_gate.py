"""Is there a nodule for a nodule model to judge? By the outline of what is in the box, or in the crop."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.errors import InputError, NoNodule
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.lung.mask.body import body as body_mask
from lungview.model.card import ModelCard
from lungview.model.input import CROP_PIXELS, NODULE_FIELD_MM, Box, to_grey
from lungview.nodules.detector import greys
from lungview.nodules.detector.planes import NEIGHBOUR_MM
from lungview.nodules.outlining import segment
from lungview.nodules.second_reader import picture
from lungview.nodules.second_reader.block import Block

_BLACK = 10  # of 255
_LEAST_BLACK_RIM = 0.9  # of a cut-out nodule's picture
_LEAST_PIXELS = 4
# Chosen on the 52 boxed tumours and on boxes put at random into muscle and lung of nine CT series.
_RIM_MM = 3.0
# Of the rim around the outline that is air inside the body: a mass at the wall has it, muscle has not. What a
# box drawn too small cuts away counts so far beyond it, by its side. Tumours have 0.37 or more then, boxed as
# they are, a fifth wider on every side, a tenth narrower, or moved.
_LEAST_RIM, _TOO_SMALL = 0.35, 0.15
_LEAST_FILLED = 0.15  # of the box: less is a vessel that passes through
_AIR_HU = -500.0
# Radius of the largest disc inside, by that of a disc of the same area.
_LEAST_COMPACT = 0.3  # of a crop, whose whole outline is seen
_LEAST_COMPACT_IN_BOX = 0.5  # a vessel's piece is long; 52 boxed tumours have 0.56 or more
_CROP_SIDE = 64  # px, that showed NODULE_FIELD_MM
_WINDOW = Window(-300.0, 1400.0, name="Gate")


@dataclass(frozen=True, slots=True)
class InBox:
    """mask: bool (rows, columns) of the outline inside the box, None where there is none or no box was drawn.

    reasons: why there is no nodule to judge; empty where there is one. in_hu: it was outlined in HU.
    """

    mask: np.ndarray | None = field(default=None, repr=False)
    reasons: tuple[str, ...] = ()
    in_hu: bool = False


def found(slice_: Slice, card: ModelCard, box: Box | None) -> InBox | None:
    """What there is to judge; None for a model that judges whole slices."""
    if card.preparation != "box":
        return None
    small = max(slice_.rows, slice_.columns) <= CROP_PIXELS
    if small and (box is None or _on_black(slice_)):
        return InBox(reasons=_from_crop(slice_))
    return InBox() if box is None else _outlined(slice_, box, small)


def _outlined(slice_: Slice, box: Box, small: bool) -> InBox:
    rows = slice(math.floor(box.top), math.ceil(box.bottom))
    columns = slice(math.floor(box.left), math.ceil(box.right))
    try:
        block = _of_crop(slice_) if small else picture.block_of(slice_)
        outline = segment.outline_in_box(block.values, block.spacing_mm, (slice(0, 1), rows, columns))
    except (NoNodule, InputError) as error:
        return InBox(reasons=(f"no nodule in the box: {error.message}",))
    whole = outline.whole()[0]
    inside = np.zeros((slice_.rows, slice_.columns), bool)
    inside[rows, columns] = whole[rows, columns]
    why = _from_box(block, whole, inside, (rows, columns))
    return InBox(reasons=(f"no nodule in the box: {why}",)) if why else InBox(inside, in_hu=block.in_hu)


def _from_box(block: Block, whole: np.ndarray, inside: np.ndarray, box: tuple[slice, slice]) -> str:
    """Why an outline is not what a reader draws a box around; "" where it may be.

    whole, inside: bool (rows, columns), the outline, and what of it lies in the box.
    """
    body = _body(block)
    if not body[inside].any() and inside.any():
        return "what was outlined lies outside the body, as a table does"
    filled = float(inside[box].mean())
    if inside.sum() < _LEAST_PIXELS or filled < _LEAST_FILLED:
        return f"what could be outlined fills {filled:.0%} of it, at least {_LEAST_FILLED:.0%} is expected"
    if _compactness(inside) < _LEAST_COMPACT_IN_BOX or _passes_through(inside[box]):
        return "what was outlined is long and thin, as a vessel is"
    near = whole & _widened(box, whole.shape)
    wide = 2 * max(2, round(_RIM_MM / block.spacing_mm[1])) + 1
    around = (cv2.dilate(near.astype(np.uint8), np.ones((wide, wide), np.uint8)) > 0) & ~near
    air = float((body & (block.values[0] < _AIR_HU))[around].mean()) if around.any() else 0.0
    if air < _LEAST_RIM:
        return f"lung is {air:.0%} of what surrounds it, at least {_LEAST_RIM:.0%} is expected"
    return ""


def _widened(box: tuple[slice, slice], shape: tuple[int, ...]) -> np.ndarray:
    """bool (rows, columns): the box, and what is beyond it by _TOO_SMALL of its sides."""
    wide = np.zeros(shape, bool)
    more = [math.ceil(_TOO_SMALL * (side.stop - side.start)) for side in box]
    wide[tuple(slice(max(side.start - m, 0), side.stop + m) for side, m in zip(box, more, strict=True))] = (
        True
    )
    return wide


def _body(block: Block) -> np.ndarray:
    """bool (rows, columns); all of a picture without HU, or too small to hold a body."""
    values = block.values[0]
    if not block.in_hu or max(values.shape) <= CROP_PIXELS:
        return np.ones(values.shape, bool)
    return np.asarray(body_mask(values[None], block.spacing_mm[1])[0] > 0)


def _of_crop(slice_: Slice) -> Block:
    """A small picture around one nodule: too little is in it to tell its scale by."""
    side = slice_.spacing.row if slice_.spacing else NODULE_FIELD_MM / _CROP_SIDE
    in_hu = slice_.unit == "HU" and not slice_.colour
    values = slice_.values if in_hu else greys.standardised(to_grey(slice_, _WINDOW))
    return Block(np.nan_to_num(values, nan=-1024.0)[None], (NEIGHBOUR_MM, side, side), (0,), in_hu=in_hu)


def _on_black(slice_: Slice) -> bool:
    grey = to_grey(slice_, _WINDOW)
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return bool((rim <= _BLACK).mean() >= _LEAST_BLACK_RIM and grey.max() > 2 * _BLACK)


def _from_crop(slice_: Slice) -> tuple[str, ...]:
    """A nodule cut out on black: one compact piece."""
    if not _on_black(slice_):
        return ("this is no nodule cut out on black: open the whole slice and draw a box around the nodule",)
    lit = (to_grey(slice_, _WINDOW) > _BLACK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lit, connectivity=4)
    piece = labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    if piece.sum() >= _LEAST_PIXELS and _compactness(piece) >= _LEAST_COMPACT:
        return ()
    return ("what is cut out on black is spread out or in lines, as vessels and noise are, not a nodule",)


def _passes_through(inside: np.ndarray) -> bool:
    """Whether an outline goes from side to side of its box, and is less than half as wide across."""
    along = [float(inside.any(axis=axis).mean()) for axis in (0, 1)]
    return min(along) < 0.5 and max(along) > 0.95


def _compactness(mask: np.ndarray) -> float:
    radius = float(cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5).max())
    return radius / math.sqrt(float(mask.sum()) / math.pi)
