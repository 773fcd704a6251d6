"""The one preparation: a slice becomes a network's input, in training as in use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the slice, px; half-open, may reach past the picture (padding).

    top, left: inclusive; bottom, right: exclusive.
    """

    top: float
    left: float
    bottom: float
    right: float

    @property
    def rows(self) -> float:
        return self.bottom - self.top

    @property
    def columns(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True, eq=False)
class ModelInput:
    """values: (rows, columns, channels) float32 in the card's scale, read-only.

    box: the rectangle of the slice, in slice pixels, that became the input, padding included: a heat map
    of any size stretched over it lies where the network looked.
    seen: (rows, columns) uint8, the same as a picture: what the network saw.
    """

    values: np.ndarray
    box: Box
    seen: np.ndarray
