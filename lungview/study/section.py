"""Section: what a plane cuts of a solid, a region in the patient that is a mask on a grid of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from lungview.errors import GeometryError
from lungview.study.reformat import cut
from lungview.study.space import Plane, Projection, Vector
from lungview.study.volume import Volume

FULL = 255  # of a voxel that is whole inside
MOST_VOXELS = 1 << 28  # of a solid
_FINE = 4  # points of a line to a pixel
_ROUNDING = 1e-6  # px


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """block: how much of each voxel is inside, uint8 up to FULL, with a voxel of nothing all around."""

    block: Volume

    @property
    def centre(self) -> Vector:
        """The middle of the box around it, mm."""
        return self.block.centre


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """share: (rows, columns) float32 in [0, 1], read-only, of the picture's pixels from `top` and `left`."""

    share: np.ndarray = field(repr=False)
    top: int
    left: int

    @property
    def mask(self) -> np.ndarray:
        """bool (rows, columns): the pixels that are inside by half or more."""
        return np.asarray(self.share >= 0.5)


def solid(
    inside: np.ndarray,
    *,
    origin: Vector,
    spacing_mm: Vector,
    axes: tuple[Vector, Vector, Vector],
    frame_of_reference_uid: str = "",
) -> Solid:
    """A region of voxels; its place as of `Volume`.

    inside: (slices, rows, columns) bool, or uint8 shares of FULL. Raises GeometryError where it is larger
    than what is held.
    """
    if inside.size > MOST_VOXELS:
        raise GeometryError(f"a region of {inside.size:,} voxels is too large: {MOST_VOXELS:,} are held")
    padded = np.zeros([n + 2 for n in inside.shape], np.uint8)
    middle = padded[1:-1, 1:-1, 1:-1]
    if inside.dtype == bool:
        np.multiply(inside, np.uint8(FULL), out=middle)
    else:
        middle[:] = inside
    step = np.asarray(axes, float).T @ np.asarray(spacing_mm)
    x, y, z = (float(v) for v in np.asarray(origin) - step)
    return Solid(Volume(padded, spacing_mm, (x, y, z), axes, (), "", frame_of_reference_uid))


def solid_in(volume: Volume, inside: np.ndarray, start: Sequence[int] = (0, 0, 0)) -> Solid:
    """A region of a volume's own voxels. inside: as of `solid`, from voxel `start` on."""
    x, y, z = (float(v) for v in volume.point_mm(np.asarray(start, float)))
    return solid(
        inside, origin=(x, y, z), spacing_mm=volume.spacing_mm, axes=volume.axes,
        frame_of_reference_uid=volume.frame_of_reference_uid,
    )  # fmt: skip


def samples(of: Solid, plane: Plane, shape: tuple[int, int], pixel_mm: float) -> int:
    """How many values `section` looks up; 0 where the plane cuts nothing."""
    box = _box(of, plane, shape, pixel_mm)
    if box is None:
        return 0
    across = float(np.linalg.norm(of.block.inverse @ np.asarray(plane.normal))) * plane.thickness_mm
    return box[2] * box[3] * max(1, math.ceil(across))


def section(
    of: Solid, plane: Plane, shape: tuple[int, int], pixel_mm: float, *, least: float = 0.5
) -> Section | None:
    """What a picture shows of a solid; of a slab all that lies in it, whatever its own projection.

    plane, shape, pixel_mm: of the picture, as of `reformat.cut`. None where no share reaches `least`.
    """
    box = _box(of, plane, shape, pixel_mm)
    if box is None:
        return None
    top, left, rows, columns = box
    down = (top + (rows - 1) / 2 - (shape[0] - 1) / 2) * pixel_mm
    across = (left + (columns - 1) / 2 - (shape[1] - 1) / 2) * pixel_mm
    x, y, z = (
        c + across * r + down * d for c, r, d in zip(plane.centre, plane.row, plane.column, strict=True)
    )
    here = replace(plane, centre=(x, y, z), projection=Projection.MAX)
    found = cut(of.block, here, shape=(rows, columns), pixel_mm=pixel_mm).values / np.float32(FULL)
    if not (found >= least).any():
        return None
    found.flags.writeable = False
    return Section(found, top, left)


def _box(
    of: Solid, plane: Plane, shape: tuple[int, int], pixel_mm: float
) -> tuple[int, int, int, int] | None:
    """Top, left, rows, columns of the pixels that may show a solid: its shadow on the picture."""
    ends = np.array(np.meshgrid(*((0.0, n - 1.0) for n in of.block.shape))).reshape(3, -1).T
    away = of.block.point_mm(ends) - np.asarray(plane.centre)
    depth, half = away @ np.asarray(plane.normal), plane.thickness_mm / 2
    if depth.min() > half or depth.max() < -half:
        return None
    spans = []
    for direction, count in zip((plane.column, plane.row), shape, strict=True):
        places = away @ np.asarray(direction) / pixel_mm + (count - 1) / 2
        first, last = math.ceil(places.min() - _ROUNDING), math.floor(places.max() + _ROUNDING)
        spans.append((max(first, 0), min(last, count - 1)))
    (top, bottom), (left, right) = spans
    return (top, left, bottom - top + 1, right - left + 1) if top <= bottom and left <= right else None


def lines(share: np.ndarray, top: int, left: int, *, holes: bool = False) -> tuple[np.ndarray, ...]:
    """Closed lines where shares in [0, 1] pass a half, the longest area first; () where none does.

    share: of pixels from `top` and `left` on; beside them is nothing. Lines cut corners of pixels, as a hand
    would. Each (n, 2) float64 of x, y; the pixel of column c covers [c, c + 1). holes: around these, too.
    """
    padded = np.pad(share, 1).astype(np.float32)
    size = padded.shape[1] * _FINE, padded.shape[0] * _FINE
    fine = cv2.resize(padded, size, interpolation=cv2.INTER_LINEAR) >= 0.5
    which = cv2.RETR_CCOMP if holes else cv2.RETR_EXTERNAL
    found, _ = cv2.findContours(fine.astype(np.uint8), which, cv2.CHAIN_APPROX_SIMPLE)
    first = np.array((left - 1, top - 1), float)
    kept = sorted((c for c in found if len(c) > 2), key=cv2.contourArea, reverse=True)
    return tuple((line[:, 0] + 0.5) / _FINE + first for line in kept)
