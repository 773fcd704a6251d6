"""Pictures without HU: brought to a scale like HU by two anchors, lung and soft tissue, then searched."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.lung.mask.body import largest_outline
from lungview.lung.mask.morphology import disc
from lungview.lung.one_slice import guessed_pixel_mm, lung_labels

LUNG_HU, TISSUE_HU = -870.0, 40.0

_BLUR = 0.7  # pixels: grain must not widen the modes
_LEAST_APART = 20  # greys of 255 between the two modes
# A lung as dark as this was cut off by the window: of 255; in a dim picture, of its soft tissue's grey.
_CLIPPED, _CLIPPED_SHARE, _BLACK = 10.0, 0.1, 4.0
_LEAST_PIXELS = 64
_SKIN = 0.7  # of Otsu's threshold: soft tissue and fat are above, clothes and table mostly below
_LEAST_BODY = 0.25  # of the picture


def standardised(grey: np.ndarray) -> np.ndarray:
    """A picture in an unknown window as (rows, columns) float32 near HU, between −1024 and 3071.

    grey: (rows, columns) uint8, dark is air. The two anchors are the modes below and above Otsu's threshold
    inside the body. Raises InputError where they are not apart, or the lung is black like the surround.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), _BLUR)
    lung, tissue = _modes(_inside(smooth))
    cut_off = max(min(_CLIPPED, _CLIPPED_SHARE * tissue), _BLACK)
    if lung < cut_off or tissue - lung < _LEAST_APART:
        raise InputError(
            "the picture has no two tones for lung and soft tissue: a lung window is expected, "
            f"found greys {lung:.0f} and {tissue:.0f} of 255"
        )
    scale = (TISSUE_HU - LUNG_HU) / (tissue - lung)
    hu = LUNG_HU + (grey.astype(np.float32) - np.float32(lung)) * np.float32(scale)
    return np.asarray(np.clip(hu, -1024.0, 3071.0), np.float32)


def picture_lungs(grey: np.ndarray) -> np.ndarray:
    """bool (rows, columns): the lungs of a picture, vessels and nodules included.

    grey: as for `standardised`. The scale is guessed from the body's width. Raises InputError likewise, and
    where no lung is found.
    """
    framed = cv2.copyMakeBorder(standardised(grey), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=_surround(grey))
    return np.asarray(lung_labels(framed, guessed_pixel_mm(framed))[1:-1, 1:-1] > 0)


def _inside(smooth: np.ndarray) -> np.ndarray:
    """The greys inside the body's outline; those that are not black where a picture was cut out inside it."""
    lit = smooth[smooth > 0]
    if lit.size < _LEAST_PIXELS:
        return lit
    threshold = _SKIN * cv2.threshold(lit.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)[0]
    opening = disc(min(smooth.shape) / 80)
    tissue = cv2.morphologyEx((smooth > threshold).view(np.uint8), cv2.MORPH_OPEN, opening)
    inside = largest_outline(tissue) > 0
    return np.asarray(smooth[inside] if inside.mean() > _LEAST_BODY else lit)


def _modes(values: np.ndarray) -> tuple[float, float]:
    """The most frequent grey below Otsu's threshold, and above it."""
    if values.size < _LEAST_PIXELS:
        return 0.0, 0.0
    threshold = int(cv2.threshold(values.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)[0])
    counts = np.bincount(values.reshape(-1), minlength=256).astype(float)
    counts = np.convolve(counts, np.ones(5) / 5, "same")
    return float(counts[: threshold + 1].argmax()), float(threshold + 1 + counts[threshold + 1 :].argmax())


def _surround(grey: np.ndarray) -> float:
    """What a picture goes on with beyond its border: tissue where it was cut out inside the body."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return TISSUE_HU if np.median(border) > grey.mean() else -1000.0
