"""What planes cut from a series show of its findings: outlines as lines, maps and lungs as pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lungview.nodules.answer import Located
from lungview.nodules.layers import Layers, ScoreMaps
from lungview.study.section import FULL, Section, Solid, lines, solid_in
from lungview.study.volume import Volume
from lungview.viewer.common.pictured import Pictured
from lungview.viewer.nodules.kept import Indices
from lungview.viewer.nodules.listed import Listed

QUICK = 20_000  # values looked up: some milliseconds
LOW_HU = -950
LEAST_SCORE = 0.08  # of the map: below it nothing is painted
_KEPT = 500  # solids of findings
_EACH = 500  # values: what a cut costs whatever its size

Lines = tuple[np.ndarray, ...]


class Outlines:
    """The findings of one volume as solids; each is made once, while its outline stays."""

    def __init__(self, volume: Volume, indices: Indices) -> None:
        self.volume, self.indices = volume, indices
        self._solids: dict[int, tuple[Located, Solid | None]] = {}

    def quick(self, listed: Sequence[Listed], on: Pictured) -> bool:
        """Whether `on_picture` takes a moment only."""
        solids = [self._solid(each.located) for each in listed]
        return sum(_EACH + on.samples(solid) for solid in solids if solid is not None) <= QUICK

    def on_picture(self, listed: Sequence[Listed], on: Pictured) -> dict[str, Lines]:
        """Closed lines on a picture, px, by the findings' ids; those without an outline by their boxes."""
        found = {}
        for each in listed:
            solid = self._solid(each.located)
            cut = None if solid is None else on.section(solid)
            if cut is not None:
                found[each.id] = lines(cut.share, cut.top, cut.left)
        return found

    def _solid(self, located: Located) -> Solid | None:
        key = id(located)
        if key not in self._solids:
            if len(self._solids) >= _KEPT:
                self._solids.clear()
            self._solids[key] = located, self._made(located)
        return self._solids[key][1]

    def _made(self, located: Located) -> Solid | None:
        """None where the finding is of other voxels than the volume's."""
        outline = located.finding.outline
        if outline is not None:
            same = outline.shape == self.volume.shape
            return solid_in(self.volume, outline.mask, outline.start) if same else None
        slices = [z for z, k in enumerate(self.indices) if _spans(located, k)]
        x0, y0, x1, y1 = (round(v) for v in located.box)
        if not slices or x1 <= x0 or y1 <= y0:
            return None
        whole = np.ones((slices[-1] - slices[0] + 1, y1 - y0, x1 - x0), bool)
        return solid_in(self.volume, whole, (slices[0], y0, x0))


def _spans(located: Located, index: int) -> bool:
    first, last = located.finding.slices
    return first <= index <= last


def lungs_in(volume: Volume, layers: Layers) -> Solid | None:
    """The lungs; None where they are of other voxels than the volume's, and where there are none."""
    if (*layers.packed.shape[:2], layers.columns) != volume.shape:
        return None
    slices, rows = (np.flatnonzero(layers.packed.any(axis=axes)) for axes in ((1, 2), (0, 2)))
    if not len(slices):
        return None
    first, last, top, bottom = slices[0], slices[-1] + 1, rows[0], rows[-1] + 1
    cut = np.unpackbits(layers.packed[first:last, top:bottom], axis=2, count=layers.columns)
    columns = np.flatnonzero(cut.any(axis=(0, 1)))
    inside = cut[:, :, columns[0] : columns[-1] + 1].view(bool)
    return solid_in(volume, inside, (int(first), int(top), int(columns[0])))


def scores_in(volume: Volume, scores: ScoreMaps) -> Solid | None:
    """The detector's map, its scores as shares; None where it does not lie over the volume."""
    x0, y0, x1, y1 = scores.box
    _, rows, columns = scores.values.shape
    if scores.looked[-1] >= len(volume.values) or x1 <= x0 or y1 <= y0:
        return None
    high, wide = (y1 - y0) / rows, (x1 - x0) / columns
    first, last = scores.looked[0], scores.looked[-1]
    maps = np.stack([np.rint(scores.at(z) * FULL).astype(np.uint8) for z in range(first, last + 1)])
    step, down, across = volume.spacing_mm
    coarse = Volume(
        maps, (step, down * high, across * wide), _corner(volume, (first, y0 + high / 2, x0 + wide / 2)),
        volume.axes, unit="", frame_of_reference_uid=volume.frame_of_reference_uid,
    )  # fmt: skip
    return solid_in(coarse, maps)


def _corner(volume: Volume, at: tuple[float, float, float]) -> tuple[float, float, float]:
    """The place of a slice, and of a point of it in pixels that cover [c, c + 1)."""
    x, y, z = volume.point_mm((at[0], at[1] - 0.5, at[2] - 0.5))
    return float(x), float(y), float(z)


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """On one picture. low: (rows, columns) bool, lung below LOW_HU. scores: of the detector, in its box."""

    low: np.ndarray | None = field(default=None, repr=False)
    scores: Section | None = None


class Ground:
    """The lungs and the detector's map of one answer in one volume, each made when first asked for."""

    def __init__(self, volume: Volume, layers: Layers) -> None:
        self.volume, self.layers = volume, layers
        self._lungs: tuple[Solid | None] | None = None
        self._scores: tuple[Solid | None] | None = None

    def maps(self, on: Pictured, values: np.ndarray | None, *, scores: bool) -> Maps:
        """values: HU of the picture, to have its low lung; None for none."""
        return Maps(None if values is None else self._low(on, values), self._scored(on) if scores else None)

    def _low(self, on: Pictured, values: np.ndarray) -> np.ndarray | None:
        if self._lungs is None:
            self._lungs = (lungs_in(self.volume, self.layers),)
        (lungs,) = self._lungs
        cut = None if lungs is None else on.section(lungs)
        if cut is None:
            return None
        rows, columns = cut.share.shape
        part = slice(cut.top, cut.top + rows), slice(cut.left, cut.left + columns)
        low = np.zeros(values.shape, bool)
        low[part] = cut.mask & (np.rint(values[part]) < LOW_HU)
        return low

    def _scored(self, on: Pictured) -> Section | None:
        if self._scores is None:
            maps = self.layers.scores
            self._scores = (None if maps is None else scores_in(self.volume, maps),)
        (scores,) = self._scores
        return None if scores is None else on.section(scores, least=LEAST_SCORE)
