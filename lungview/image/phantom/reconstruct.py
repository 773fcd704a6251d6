"""What a scanner adds to a drawn slice: lung that is not even, a kernel's sharpness, noise with its grain."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from lungview.image.phantom.canvas import FIELD_OF_VIEW, LUNG

_POINT_MM = 0.55  # SD of the blur that a point becomes
_EDGE_MM, _EDGE = 1.3, 0.35  # a lung kernel lifts edges: by that part of what the wider blur takes away
_GRAIN_MM = (0.7, 2.2)  # noise is what lies between two blurs
_TEXTURE_MM, _TEXTURE_HU = 2.2, 22.0  # of the lung: small vessels and septa that are not drawn
_STEP_MM = 4.0  # between heights where the texture is made anew; in between it changes evenly
_LEAST_HU = -1024
_DOWN_HU = 45.0  # more at the back than at the front: blood sinks, the patient lies on the back


def uneven(clean: np.ndarray, h: float, seed: int) -> np.ndarray:
    """A drawn slice (n, n) in HU with lung that has texture, and is denser at the back; float32."""
    matrix = len(clean)
    values = clean.astype(np.float32)
    lung = np.clip(1 - np.abs(values - LUNG) / 140, 0, 1)
    down = (np.arange(matrix, dtype=np.float32)[:, None] + 0.5) / matrix - 0.5
    return np.asarray(values + lung * (_texture(matrix, h, seed) + 2 * _DOWN_HU * down))


def _texture(matrix: int, h: float, seed: int) -> np.ndarray:
    """Noise that goes on from slice to slice."""
    below = int(np.floor(h / _STEP_MM))
    share = np.float32(h / _STEP_MM - below)
    low, high = (_smooth_noise(matrix, (seed, 7, 1000 + k), _TEXTURE_MM) for k in (below, below + 1))
    mixed = (1 - share) * low + share * high
    return np.asarray(_TEXTURE_HU * mixed / np.sqrt((1 - share) ** 2 + share**2))


def scanned(values: np.ndarray, noise: float, seed: int, index: int) -> np.ndarray:
    """A slice (n, n) in HU through the kernel, with noise of that SD in HU; int16."""
    matrix = len(values)
    pixel = FIELD_OF_VIEW / matrix
    seen = cv2.GaussianBlur(values, (0, 0), _POINT_MM / pixel)
    seen = seen + _EDGE * (seen - cv2.GaussianBlur(seen, (0, 0), _EDGE_MM / pixel))
    if noise:
        seen = seen + noise * _grain(matrix, (seed, index))
    whole = np.clip(np.rint(seen), _LEAST_HU, 3071)
    return np.where(_circle(matrix), whole, _LEAST_HU).astype(np.int16)


@lru_cache(maxsize=2)
def _circle(matrix: int) -> np.ndarray:
    """bool (n, n): what the X-rays see from all sides; a scanner has no values beyond."""
    away = np.arange(matrix) + 0.5 - matrix / 2
    return np.asarray(away[:, None] ** 2 + away**2 <= (matrix / 2) ** 2)


def _grain(matrix: int, key: tuple[int, ...]) -> np.ndarray:
    """(n, n) of SD 1: a reconstruction's noise has neither the finest nor the coarsest grain."""
    pixel = FIELD_OF_VIEW / matrix
    white = np.random.default_rng(key).standard_normal((matrix, matrix), dtype=np.float32)
    fine, coarse = (cv2.GaussianBlur(white, (0, 0), mm / pixel) for mm in _GRAIN_MM)
    grain = fine - coarse
    return np.asarray(grain / max(float(grain.std()), 1e-6))


def _smooth_noise(matrix: int, key: tuple[int, ...], mm: float) -> np.ndarray:
    """(n, n) of SD 1."""
    white = np.random.default_rng(key).standard_normal((matrix, matrix), dtype=np.float32)
    smooth = cv2.GaussianBlur(white, (0, 0), mm * matrix / FIELD_OF_VIEW)
    return np.asarray(smooth / max(float(smooth.std()), 1e-6))
