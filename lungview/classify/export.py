"""Heat maps as files: the numbers of every class, and the overlay of the predicted one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from lungview.classify import heatmap
from lungview.classify.case import Prediction
from lungview.errors import ReportError
from lungview.image.slice import Slice
from lungview.image.window import Window, default_window, display

NOTICE = "Research use only, not a medical device"


def write(folder: Path, name: str, slice_: Slice, prediction: Prediction) -> tuple[Path, Path]:
    """Write NAME.npz and NAME.png and return both paths. Raises ReportError.

    The npz holds `cams` (classes, rows, columns) float32 in [0, 1] in the slice's own pixels, and `classes`,
    their keys in order. The PNG has the slice's size: its first window, the predicted class's heat map.
    """
    numbers, picture = folder / f"{name}.npz", folder / f"{name}.png"
    index = prediction.keys.index(prediction.label)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        maps = heatmap.upsample_all(prediction, slice_.rows, slice_.columns)
        np.savez_compressed(numbers, cams=maps, classes=np.array(prediction.keys))
        picture.write_bytes(encode(overlay(slice_, prediction, index)))
    except OSError as error:
        raise ReportError(f"the heat map could not be written ({error.strerror})", folder) from error
    return numbers, picture


def overlay(
    slice_: Slice,
    prediction: Prediction,
    class_index: int,
    *,
    window: Window | None = None,
    opacity: float = heatmap.OPACITY,
    threshold: float = heatmap.THRESHOLD,
) -> np.ndarray:
    """The slice with one class's heat map on it and the notice below, uint8 (rows, columns, 3).

    window: None is the slice's first. opacity, threshold: as in `heatmap.rgba`.
    """
    values = heatmap.upsample(prediction, class_index, slice_.rows, slice_.columns)
    shown = display(slice_, window or default_window(slice_))
    picture = heatmap.overlay(shown, heatmap.rgba(values, opacity=opacity, threshold=threshold))
    _caption(picture)
    return picture


def encode(picture: np.ndarray) -> bytes:
    """PNG of uint8 (rows, columns, 3) RGB."""
    done, content = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not done:
        raise ReportError(f"a picture of {picture.shape} could not be encoded as PNG")
    return content.tobytes()


def _caption(picture: np.ndarray) -> None:
    # Drawn small, and not at all where it would cover a tenth of the picture's height.
    scale = picture.shape[1] / 1100.0
    if 14 * scale < 5:
        return
    at = (int(8 * scale) + 2, picture.shape[0] - int(10 * scale) - 2)
    for colour, thickness in ((0, 0, 0), 3), ((255, 255, 255), 1):
        cv2.putText(picture, NOTICE, at, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thickness, cv2.LINE_AA)
