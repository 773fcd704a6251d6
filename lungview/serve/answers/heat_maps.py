"""Heat maps as layers that a page lays over the picture."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from lungview.classify.case import Prediction
from lungview.classify.heat import heatmap
from lungview.image.slice import Slice

MOST_SIDE = 512  # px; a network's map has a few dozen cells


def heat_maps(slice_: Slice, judged: Prediction | None) -> dict[str, str] | None:
    """Class key → PNG as a data URL, RGBA with straight alpha at full opacity; None where there is none."""
    if judged is None:
        return None
    factor = min(1.0, MOST_SIDE / max(slice_.rows, slice_.columns))
    size = max(1, round(slice_.rows * factor)), max(1, round(slice_.columns * factor))
    return {
        key: _png(heatmap.upsample(judged, index, slice_.rows, slice_.columns, size))
        for index, key in enumerate(judged.keys)
    }


def _png(values: np.ndarray) -> str:
    layer = heatmap.rgba(values, opacity=1.0)
    _, encoded = cv2.imencode(
        ".png", cv2.cvtColor(layer, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, 1]
    )
    return "data:image/png;base64," + base64.b64encode(encoded.tobytes()).decode()
