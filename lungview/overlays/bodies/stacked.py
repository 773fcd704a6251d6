"""Sheets that lie above one another, as one solid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lungview.errors import GeometryError
from lungview.study.section import FULL, MOST_VOXELS, Solid, solid
from lungview.study.space import Vector

SAME_MM = 0.05  # sheets no further apart lie in one place
_NEIGHBOURS = 1.5  # times the usual gap: what lies between two sheets belongs to the nearer one


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """share: (rows, columns) uint8 up to FULL, or bool. along: mm on the grid's way from sheet to sheet.

    top, left: row and column of its first pixel on the grid.
    """

    share: np.ndarray = field(repr=False)
    along: float
    top: int
    left: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Where sheets lie. origin: centre of pixel (0, 0) of the sheet at 0, mm. row, column: unit vectors.

    lean: mm in the patient for one mm along; not at right angles to the others where a gantry was tilted.
    spacing: of pixels, mm (row, column).
    """

    origin: Vector
    row: Vector
    column: Vector
    lean: Vector
    spacing: tuple[float, float]
    frame_of_reference_uid: str = ""


def stacked(sheets: Sequence[Sheet], on: Grid, gap_mm: float) -> Solid:
    """The solid that sheets make up. gap_mm: what usually lies between two of them, and how thick one is.

    Between sheets that are further apart there is nothing: what was not drawn is not made up. Raises
    GeometryError where it is too large.
    """
    piles = _piles(sheets)
    places = np.array([pile[0].along for pile in piles])
    step = min(gap_mm, *np.diff(places)) if len(places) > 1 else gap_mm
    beyond = max(0, math.ceil(gap_mm / 2 / step - 1e-6) - 1)  # slices of a sheet's own thickness
    count = round((places[-1] - places[0]) / step) + 1 + 2 * beyond
    top, left = min(s.top for s in sheets), min(s.left for s in sheets)
    rows = max(s.top + s.share.shape[0] for s in sheets) - top
    columns = max(s.left + s.share.shape[1] for s in sheets) - left
    if count * rows * columns > MOST_VOXELS:
        raise GeometryError(f"a region of {count * rows * columns:,} voxels is too large")
    slices = places[0] + (np.arange(count) - beyond) * step
    block = np.zeros((count, rows, columns), np.uint8)
    for k, own in enumerate(_owners(places, slices, gap_mm)):
        for sheet in piles[own] if own is not None else ():
            _lay(block[k], sheet, top, left)
    return _solid(block, on, float(slices[0]), top, left, float(step))


def _piles(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    """Those in one place together, by rising places."""
    found: list[list[Sheet]] = []
    for sheet in sorted(sheets, key=lambda each: each.along):
        if found and sheet.along - found[-1][0].along <= SAME_MM:
            found[-1].append(sheet)
        else:
            found.append([sheet])
    return found


def _owners(places: np.ndarray, slices: np.ndarray, gap_mm: float) -> list[int | None]:
    """Which of the places, rising, each slice shows; None for none."""
    after = np.searchsorted(places, slices)
    nearest = np.abs(slices[:, None] - places).argmin(axis=1)
    found: list[int | None] = []
    for at, high, own in zip(slices, after, nearest, strict=True):
        between = 0 < high < len(places) and places[high] - places[high - 1] <= _NEIGHBOURS * gap_mm
        near = abs(at - places[own]) <= max(gap_mm / 2 - SAME_MM, SAME_MM)
        found.append(int(own) if between or near else None)
    for own, place in enumerate(places):  # each is shown somewhere, also where no slice lies near it
        k = int(np.abs(slices - place).argmin())
        if found[k] is None:
            found[k] = own
    return found


def _lay(onto: np.ndarray, sheet: Sheet, top: int, left: int) -> None:
    """Several sheets in one place are all there."""
    rows, columns = sheet.share.shape
    down, across = sheet.top - top, sheet.left - left
    part = onto[down : down + rows, across : across + columns]
    share = sheet.share * np.uint8(FULL) if sheet.share.dtype == bool else sheet.share
    np.maximum(part, share, out=part)


def _solid(block: np.ndarray, on: Grid, along: float, top: int, left: int, step: float) -> Solid:
    lean, row, column = (np.asarray(v, float) for v in (on.lean, on.row, on.column))
    stretch = float(np.linalg.norm(lean))
    first = np.asarray(on.origin) + lean * along + row * left * on.spacing[1] + column * top * on.spacing[0]
    x, y, z = (float(v) for v in first)
    leaning = (float(lean[0]) / stretch, float(lean[1]) / stretch, float(lean[2]) / stretch)
    return solid(
        block, origin=(x, y, z), spacing_mm=(step * stretch, *on.spacing),
        axes=(leaning, on.column, on.row), frame_of_reference_uid=on.frame_of_reference_uid,
    )  # fmt: skip
