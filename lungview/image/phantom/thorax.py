"""The thorax to draw, and its slices in HU."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.image.phantom import anatomy
from lungview.image.phantom.canvas import FIELD_OF_VIEW
from lungview.image.phantom.nodules import TrueNodule, draw_nodules
from lungview.image.phantom.reconstruct import scanned, uneven
from lungview.image.phantom.vessels import NODULE_CENTER

_THIN = 3  # slices that a thick one is the mean of


@dataclass(frozen=True, slots=True)
class Thorax:
    """What to draw.

    slices: from the liver (index 0) up to the apex, equally spaced. matrix: rows = columns.
    slice_spacing: mm; 0 spreads the slices over the whole chest. noise: SD in HU, 0 for exact values.
    lifelike: with the three nodules of `nodules`, uneven lung and a scanner's kernel; values are not exact.
    """

    slices: int = 24
    matrix: int = 256
    slice_spacing: float = 0.0
    noise: float = 12.0
    seed: int = 1
    lifelike: bool = field(default=False, repr=False)  # UIDs of the others were made without it

    @property
    def pixel_spacing(self) -> float:
        """mm, rows and columns alike."""
        return FIELD_OF_VIEW / self.matrix

    @property
    def step(self) -> float:
        """mm from slice to slice."""
        return self.slice_spacing or round(anatomy.HEIGHT / max(self.slices, 1), 3)

    @property
    def nodule(self) -> tuple[int, float, float]:
        """Slice index, row and column of the nodule's centre; outside a series too short for it."""
        x, y, h = NODULE_CENTER
        half = FIELD_OF_VIEW / 2
        index = round((self._lowest - h) / self.step)
        return index, (y + half) / self.pixel_spacing - 0.5, (x + half) / self.pixel_spacing - 0.5

    @property
    def _lowest(self) -> float:
        """h of index 0, mm below the apex: the middle of the chest stays in the middle of the series."""
        return anatomy.HEIGHT / 2 - 10.0 + self.step * (self.slices - 1) / 2

    def position(self, index: int) -> tuple[float, float, float]:
        """Image Position (Patient) of a slice, mm: the centre of its first pixel (0020,0032)."""
        corner = -FIELD_OF_VIEW / 2 + self.pixel_spacing / 2
        return corner, corner, round(index * self.step - 400.0, 3)

    def hu(self, index: int) -> np.ndarray:
        """One slice, (matrix, matrix) int16 HU; the same for the same arguments on every machine."""
        h = self._lowest - index * self.step
        if self.lifelike:
            return scanned(self._thick(h), self.noise, self.seed, index)
        clean = anatomy.draw(self.matrix, h, self.step)
        if not self.noise:
            return clean
        noisy: np.ndarray = np.clip(np.rint(clean + _noise(self, index)), -1024, 3071)
        return noisy.astype(np.int16)

    def _thick(self, h: float) -> np.ndarray:
        """(matrix, matrix) float32: the mean of thinner slices, so that what is round has soft ends."""
        thin = self.step / _THIN
        heights = [h + (k - (_THIN - 1) / 2) * thin for k in range(_THIN)]
        drawn = (anatomy.draw(self.matrix, at, thin, draw_nodules) for at in heights)
        made = [uneven(slice_, at, self.seed) for slice_, at in zip(drawn, heights, strict=True)]
        return np.asarray(np.mean(made, axis=0))

    def place_mm(self, nodule: TrueNodule) -> tuple[float, float, float]:
        """The centre of a nodule in the patient, (x, y, z) mm."""
        x, y, h = nodule.centre
        return x, y, (self._lowest - h) - 400.0

    def lung_share(self, index: int) -> np.ndarray:
        """The truth behind `hu`: how much of each pixel is lung, (matrix, matrix) float32 in [0, 1]."""
        return anatomy.lung_share(self.matrix, self._lowest - index * self.step)


# What resources/sample holds: `write_series(folder, SAMPLE, transfer_syntax=uid.JPEGLSLossless)`.
SAMPLE = Thorax(slices=60, matrix=320, slice_spacing=4.0, noise=14.0, lifelike=True)


def _noise(thorax: Thorax, index: int) -> np.ndarray:
    """Grain of a soft reconstruction kernel: neighbouring pixels are correlated."""
    rng = np.random.default_rng((thorax.seed, index))
    white = rng.standard_normal((thorax.matrix, thorax.matrix), dtype=np.float32)
    grain = cv2.GaussianBlur(white, (0, 0), 0.45 * thorax.matrix / 256)
    scaled: np.ndarray = grain * (thorax.noise / max(float(grain.std()), 1e-6))
    return scaled


def volume(thorax: Thorax | None = None) -> np.ndarray:
    """The whole series, (slices, matrix, matrix) int16 HU, index 0 lowest in the patient."""
    thorax = thorax or Thorax()
    return np.stack([thorax.hu(index) for index in range(thorax.slices)])
