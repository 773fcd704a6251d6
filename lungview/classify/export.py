"""Heat maps as files: the numbers of every class, and the overlay of the predicted one."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lungview.classify import words
from lungview.classify.case import Prediction
from lungview.classify.heat import heatmap
from lungview.errors import ReportError
from lungview.image.display import default_window, display
from lungview.image.slice import Slice
from lungview.image.window import Window

NOTICE = "Research use only, not a medical device"


def write(folder: Path, name: str, slice_: Slice, prediction: Prediction) -> tuple[Path, Path]:
    """Write NAME.npz and NAME.png and return both paths. Raises ReportError.

    The npz holds `cams` (classes, rows, columns) float32 in [0, 1] in the slice's own pixels, `classes`,
    their keys in order, and `gate`, the sentences of an override, empty without one. The PNG has the
    slice's size: its first window, the predicted class's heat map, an override also as text "Description".
    """
    if prediction.refused:
        raise ReportError("there is no heat map of what the model must not judge", slice_.instance.path)
    numbers, picture = folder / f"{name}.npz", folder / f"{name}.png"
    index = prediction.keys.index(prediction.label)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        maps = heatmap.upsample_all(prediction, slice_.rows, slice_.columns)
        said = words.gate_lines(prediction)
        np.savez_compressed(numbers, cams=maps, classes=np.array(prediction.keys), gate=np.array(said, str))
        picture.write_bytes(encode(overlay(slice_, prediction, index), " ".join((*said, NOTICE))))
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
    overridden = prediction.suitability.overridden
    _caption(picture, f"{NOTICE}; suitability check {words.OVERRIDDEN}" if overridden else NOTICE)
    return picture


def encode(picture: np.ndarray, description: str = NOTICE) -> bytes:
    """PNG of uint8 (rows, columns, 3) RGB; description: its text of that keyword (PNG 11.3.4)."""
    text = PngInfo()
    text.add_itxt("Description", description)
    made = io.BytesIO()
    Image.fromarray(picture).save(made, "PNG", pnginfo=text)
    return made.getvalue()


def _caption(picture: np.ndarray, said: str) -> None:
    # Drawn small, as wide as the picture at most, and not at all where it could not be read.
    rows, columns = picture.shape[:2]
    room, scale = columns - 8, columns / 1100.0
    (wide, _), _ = cv2.getTextSize(said, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    scale *= min(1.0, room / max(wide, 1))
    if 14 * scale < 5:
        return
    text = np.zeros((rows, columns), np.uint8)
    at = (4, rows - int(10 * scale) - 2)
    cv2.putText(text, said, at, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, cv2.LINE_AA)
    halo = cv2.dilate(text, np.ones((3, 3), np.uint8))
    picture[:] = np.rint(picture * (1 - halo[..., None] / 255.0))
    picture[:] = np.maximum(picture, text[..., None])
