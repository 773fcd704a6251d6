"""The bundled synthetic series, as the checks use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview import paths

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.model.card import ModelCard
    from lungview.model.input import Box

HALF_BOX = 24.0  # px of the sample; holds its nodule with a margin


def middle() -> Slice:
    """The middle slice of the sample."""
    from lungview.image import readers
    from lungview.sources.files.scan import scan

    instances = scan([paths.resources() / "sample"]).series[0].instances
    return readers.read_instance(instances[(len(instances) - 1) // 2])


def box(slice_: Slice, card: ModelCard) -> Box | None:
    """The reader's box for a model that wants one: around the middle of the right lung; else None."""
    from lungview.model.input import Box

    if card.preparation != "box":
        return None
    row, column = slice_.rows / 2, slice_.columns / 4
    return Box(row - HALF_BOX, column - HALF_BOX, row + HALF_BOX, column + HALF_BOX)
