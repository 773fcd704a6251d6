"""Heat maps in the slice's own pixels, and their colours."""

from __future__ import annotations

import numpy as np

from lungview.classify.case import Prediction
from lungview.classify.colormaps import DEFAULT, TABLES
from lungview.errors import InputError
from lungview.model.input import Box

THRESHOLD = 0.3  # below it nothing is painted
OPACITY = 0.45  # of the strongest pixel


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

    cam: (h, w). Returns float32 (rows, columns): bilinear between the centres of the map's cells, the
    cell's own value between its centre and the rim of `box`, 0 outside `box`.
    """
    down = _weights(box.top, box.rows, cam.shape[0], onto.top, onto.rows, rows)
    across = _weights(box.left, box.columns, cam.shape[1], onto.left, onto.columns, columns)
    # Bilinear interpolation is separable: two small matrix products, exact where cv2 rounds to 1/32 px.
    return np.asarray(down @ cam.astype(np.float32) @ across.T, dtype=np.float32)


def _weights(start: float, length: float, cells: int, origin: float, span: float, count: int) -> np.ndarray:
    """(count, cells) float32: what each cell gives to each grid point along one axis."""
    centres = origin + (np.arange(count) + 0.5) * (span / count)
    inside = (centres >= start) & (centres < start + length)
    position = np.clip((centres - start) / length * cells - 0.5, 0, cells - 1)
    low = np.minimum(position.astype(int), max(cells - 2, 0))
    high = np.minimum(low + 1, cells - 1)
    weights = np.zeros((count, cells))
    each = np.arange(count)
    weights[each, low] += 1.0 - (position - low)
    weights[each, high] += position - low
    return np.asarray(weights * inside[:, None], dtype=np.float32)


def upsample(prediction: Prediction, class_index: int, rows: int, columns: int) -> np.ndarray:
    """The heat map of one class in slice pixels: float32 (rows, columns) in [0, 1].

    rows, columns: of the slice. 0 where the network did not look. Raises InputError for no such class.
    """
    count = len(prediction.keys)
    if not 0 <= class_index < count:
        raise InputError(f"the model has classes 0 to {count - 1}, not {class_index}")
    whole = Box(0.0, 0.0, float(rows), float(columns))
    values = resample(prediction.cams[class_index], prediction.box, whole, rows, columns)
    return np.asarray(np.clip(values, 0.0, 1.0))


def upsample_all(prediction: Prediction, rows: int, columns: int) -> np.ndarray:
    """The heat maps of all classes in slice pixels: float32 (classes, rows, columns) in [0, 1]."""
    return np.stack([upsample(prediction, i, rows, columns) for i in range(len(prediction.keys))])


def rgba(
    values: np.ndarray, *, opacity: float = OPACITY, threshold: float = THRESHOLD, colours: str = DEFAULT
) -> np.ndarray:
    """The heat map as a layer: uint8 (rows, columns, 4), straight alpha.

    values: (rows, columns) in [0, 1]. Below `threshold` transparent; from there alpha grows linearly to
    `opacity` at 1, so that weak regions stay faint and the slice under them readable.
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
    shown = (level >= threshold) & (level > 0)
    return np.asarray(np.rint(255 * np.clip(np.where(shown, alpha, 0.0), 0, 1)), dtype=np.uint8)


def overlay(shown: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """The slice with the layer on it: uint8 (rows, columns, 3).

    shown: uint8 (rows, columns) or (rows, columns, 3), as displayed. layer: from `rgba`, same size.
    """
    base = np.repeat(shown[..., None], 3, axis=2) if shown.ndim == 2 else shown
    alpha = layer[..., 3:].astype(np.float32) / 255.0
    mixed = base.astype(np.float32) * (1 - alpha) + layer[..., :3].astype(np.float32) * alpha
    return np.asarray(np.rint(mixed), dtype=np.uint8)
