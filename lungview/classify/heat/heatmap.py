"""Heat maps in the slice's own pixels, and their colours."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.classify.case import Prediction
from lungview.classify.heat.colormaps import DEFAULT, TABLES
from lungview.errors import InputError
from lungview.model.input import Box

THRESHOLD = 0.3  # below it nothing is painted
OPACITY = 0.45  # of the strongest pixel
_RIM = 0.02  # of a map's height: the rise of its edge, a pixel or two wide on a slice of 512


def normalised(cams: np.ndarray) -> np.ndarray:
    """Each class's map divided by its own maximum: (classes, h, w) ≥ 0 → float32 in [0, 1], read-only.

    A map that is zero everywhere stays zero. Maps of two classes are therefore not comparable in height.
    """
    positive = np.asarray(np.maximum(cams, 0.0), dtype=np.float32)
    peak = positive.max(axis=(1, 2), keepdims=True)
    result = np.zeros_like(positive)
    np.divide(positive, peak, out=result, where=peak > 0)
    result.flags.writeable = False
    return result


def resample(cam: np.ndarray, box: Box, onto: Box, rows: int, columns: int) -> np.ndarray:
    """A map over `box`, read at the centres of a grid of rows × columns over `onto`.

    cam: (h, w). Returns float32 (rows, columns): between the centres of the map's cells a smooth surface
    (Catmull-Rom) through their values, never beyond the least and the greatest of them; the cell's own value
    between its centre and the rim of `box`; 0 outside `box`.
    """
    down = _weights(box.top, box.rows, cam.shape[0], onto.top, onto.rows, rows)
    across = _weights(box.left, box.columns, cam.shape[1], onto.left, onto.columns, columns)
    # The interpolation is separable: two small matrix products, exact where cv2 rounds to 1/32 px.
    values = down @ cam.astype(np.float32) @ across.T
    inside = np.outer(down.any(axis=1), across.any(axis=1))
    return np.asarray(np.clip(values, cam.min(), cam.max()) * inside, dtype=np.float32)


def _weights(start: float, length: float, cells: int, origin: float, span: float, count: int) -> np.ndarray:
    """(count, cells) float32: what each cell gives to each grid point along one axis."""
    centres = origin + (np.arange(count) + 0.5) * (span / count)
    inside = (centres >= start) & (centres < start + length)
    if cells == 1:
        return np.asarray(inside[:, None], dtype=np.float32)
    position = np.clip((centres - start) / length * cells - 0.5, 0, cells - 1)
    low = np.minimum(position.astype(int), cells - 2)
    weights = np.zeros((count, cells + 2))  # of the cells, and of one beyond each end
    for step, share in enumerate(_catmull_rom(position - low)):
        weights[np.arange(count), low + step] = share
    # The cells beyond go on as the last two do, so that a ramp stays a ramp.
    weights[:, 1] += 2 * weights[:, 0]
    weights[:, 2] -= weights[:, 0]
    weights[:, -2] += 2 * weights[:, -1]
    weights[:, -3] -= weights[:, -1]
    return np.asarray(weights[:, 1:-1] * inside[:, None], dtype=np.float32)


def _catmull_rom(t: np.ndarray) -> tuple[np.ndarray, ...]:
    """The shares of four neighbours at a place `t` from 0 at the second to 1 at the third; their sum is 1."""
    return (
        ((-t + 2) * t - 1) * t / 2,
        ((3 * t - 5) * t * t + 2) / 2,
        ((-3 * t + 4) * t + 1) * t / 2,
        (t - 1) * t * t / 2,
    )


def upsample(
    prediction: Prediction,
    class_index: int,
    rows: int,
    columns: int,
    size: tuple[int, int] | None = None,
) -> np.ndarray:
    """The heat map of one class over the slice: float32 in [0, 1], (rows, columns) or `size`.

    rows, columns: of the slice. size: of the grid laid over it, None for the slice's own pixels. 0 where the
    network did not look: outside its box, and where the preparation made the picture black. Raises InputError
    for no such class.
    """
    count = len(prediction.keys)
    if not 0 <= class_index < count:
        raise InputError(f"the model has classes 0 to {count - 1}, not {class_index}")
    whole = Box(0.0, 0.0, float(rows), float(columns))
    size = size or (rows, columns)
    values = resample(prediction.cams[class_index], prediction.box, whole, *size)
    if prediction.outline is not None:
        values *= _inside(prediction.outline, whole, size)
    return np.asarray(np.clip(values, 0.0, 1.0))


def _inside(outline: np.ndarray, whole: Box, size: tuple[int, int]) -> np.ndarray:
    """float32 `size`: how much of each cell of a grid over `whole` lies in the outline, from 0 to 1."""
    factor = np.array((size[1] / whole.columns, size[0] / whole.rows))
    points = outline * factor - 0.5  # cv2 counts from the middle of the first pixel
    canvas = np.zeros(size, np.uint8)
    border = np.rint(points * 16).astype(np.int32)
    cv2.fillPoly(canvas, [border], 255, cv2.LINE_AA, shift=4)
    return np.asarray(canvas, dtype=np.float32) / np.float32(255)


def upsample_all(prediction: Prediction, rows: int, columns: int) -> np.ndarray:
    """The heat maps of all classes in slice pixels: float32 (classes, rows, columns) in [0, 1]."""
    return np.stack([upsample(prediction, i, rows, columns) for i in range(len(prediction.keys))])


def rgba(
    values: np.ndarray, *, opacity: float = OPACITY, threshold: float = THRESHOLD, colours: str = DEFAULT
) -> np.ndarray:
    """The heat map as a layer: uint8 (rows, columns, 4), straight alpha.

    values: (rows, columns) in [0, 1]. Below `threshold` transparent; from there alpha rises within a rim to
    half of `opacity`, then linearly to `opacity` at 1, so that weak regions stay faint and the slice under
    them readable.
    """
    layer = np.empty((*values.shape, 4), np.uint8)
    level = np.rint(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)
    layer[..., :3] = TABLES[colours][level]
    layer[..., 3] = _alpha(opacity, threshold)[level]
    return layer


def _alpha(opacity: float, threshold: float) -> np.ndarray:
    level = np.arange(256) / 255.0
    # Half of the opacity at the threshold: its edge is visible and means what the slider says.
    span = max(1.0 - threshold, 1e-6)
    alpha = opacity * (0.5 + 0.5 * (level - threshold) / span)
    # Not a step: it would follow the pixels' corners like the teeth of a saw.
    alpha *= np.clip((level - max(threshold, 1e-6)) / min(_RIM, span), 0.0, 1.0)
    return np.asarray(np.rint(255 * np.clip(alpha, 0, 1)), dtype=np.uint8)


def overlay(shown: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """The slice with the layer on it: uint8 (rows, columns, 3).

    shown: uint8 (rows, columns) or (rows, columns, 3), as displayed. layer: from `rgba`, same size.
    """
    base = np.repeat(shown[..., None], 3, axis=2) if shown.ndim == 2 else shown
    alpha = layer[..., 3:].astype(np.float32) / 255.0
    mixed = base.astype(np.float32) * (1 - alpha) + layer[..., :3].astype(np.float32) * alpha
    return np.asarray(np.rint(mixed), dtype=np.uint8)
