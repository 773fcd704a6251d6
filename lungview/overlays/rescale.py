"""A presentation state's window in the values of the pictures it is applied to (PS3.3 C.11.6.1)."""

from __future__ import annotations

from dataclasses import replace

from lungview.errors import ReadError
from lungview.image.readers.data_set.container import parse
from lungview.image.readers.data_set.values import number
from lungview.image.readers.source import opened
from lungview.image.slice import Instance
from lungview.image.window import VoiLutFunction, Window
from lungview.overlays.values import Look

Rescale = tuple[float, float]  # slope and intercept
_TAGS = [0x00281052, 0x00281053, 0x7FE00010]


def own_rescale(instance: Instance) -> Rescale:
    """Slope and intercept of a picture's file, 1 and 0 where it has none or cannot be read."""
    try:
        with opened(instance.path, instance.member) as source:
            dataset = parse(source, _TAGS).dataset
    except ReadError:
        return 1.0, 0.0
    slope, intercept = number(dataset, "RescaleSlope"), number(dataset, "RescaleIntercept")
    return (slope, intercept) if slope and intercept is not None else (1.0, 0.0)


def fitted(look: Look, own: Rescale) -> Look:
    """The look with its window in a picture's own modality values.

    A state brings a rescale of its own, or means stored values; the picture's is not applied with it.
    """
    if look.window is None or look.rescale == own or look.window.lut is not None:
        return look
    slope, intercept = own[0] / look.rescale[0], own[1] - look.rescale[1] * own[0] / look.rescale[0]
    window = look.window
    width = abs(window.width * slope)
    function = window.function
    if function is VoiLutFunction.LINEAR and width < 1:
        function = VoiLutFunction.LINEAR_EXACT
    there = Window(window.center * slope + intercept, width, function, window.name)
    return replace(look, window=there, rescale=own)
