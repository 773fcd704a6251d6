"""Strands: lines and points in the patient, and the pieces of them that lie within a slab, all in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lungview.study.space import Vector

_ROUNDING = 1e-6  # mm
_WHOLE, _CUT = 1.0, 4.0  # px
_CORNERS = 96  # of an ellipse: within a thousandth of its size
_TURNS = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)


def ring(points: np.ndarray) -> np.ndarray:
    """(n + 1, …): the first point once more at the end."""
    return np.concatenate([points, points[:1]])


def ellipse(middle: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """(97, 2): around `middle`, back to where it begins. halves: (2, 2), from there along each axis."""
    return ring(middle + np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1) @ halves)


@dataclass(frozen=True, slots=True, eq=False)
class Strands:
    """points_mm: (n, 3) float64, line after line. counts: (lines,) int, from 1; a line of 1 is a point."""

    points_mm: np.ndarray = field(repr=False)
    counts: np.ndarray = field(repr=False)

    @staticmethod
    def of(lines: Sequence[np.ndarray]) -> Strands:
        """lines: each (n, 3) mm of at least one point."""
        points = np.concatenate([np.empty((0, 3)), *lines])
        return Strands(points, np.array([len(line) for line in lines], np.intp))


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What a slab holds of strands. points_mm, counts: as of `Strands`, single points last.

    line: (pieces,) int, which line each is of. whole: (pieces,) bool, whether it is all of that line.
    """

    points_mm: np.ndarray = field(repr=False)
    counts: np.ndarray = field(repr=False)
    line: np.ndarray = field(repr=False)
    whole: np.ndarray = field(repr=False)

    @property
    def starts(self) -> np.ndarray:
        """(pieces,) int: where the points of each begin."""
        return np.asarray(np.cumsum(self.counts) - self.counts)

    def dots(self, pixels: np.ndarray) -> np.ndarray:
        """(pieces,) bool: those that a picture shows as a point. pixels: (n, 2), of all points.

        Of a line that is whole where it is smaller than a pixel, as one head on is; of one that is cut where
        it meets the plane at more than a slight slant.
        """
        if not len(self.counts):
            return np.zeros(0, bool)
        sides = np.maximum.reduceat(pixels, self.starts) - np.minimum.reduceat(pixels, self.starts)
        return np.asarray(sides.max(axis=1) < np.where(self.whole, _WHOLE, _CUT))

    def middles(self, pixels: np.ndarray) -> np.ndarray:
        """(pieces, 2): halfway between the two ends of each. pixels: (n, 2), of all points."""
        return np.asarray((pixels[self.starts] + pixels[self.starts + self.counts - 1]) / 2)


def within(strands: Strands, centre: Vector, normal: Vector, half_mm: float) -> Pieces:
    """The pieces no further than half_mm from a plane, cut exactly there. normal: unit vector."""
    depth = (strands.points_mm - np.asarray(centre)) @ np.asarray(normal)
    half = half_mm + _ROUNDING
    lines = _pieces(strands, depth, half)
    single = np.flatnonzero(strands.counts == 1)
    at = (np.cumsum(strands.counts) - strands.counts)[single]
    near = np.abs(depth[at]) <= half
    ones = np.ones(int(near.sum()), np.intp)
    return Pieces(
        np.concatenate([lines.points_mm, strands.points_mm[at[near]]]),
        np.concatenate([lines.counts, ones]),
        np.concatenate([lines.line, single[near]]),
        np.concatenate([lines.whole, ones.astype(bool)]),
    )


def _pieces(strands: Strands, depth: np.ndarray, half: float) -> Pieces:
    """Of the lines: each segment is cut by itself, then neighbours that meet are one piece."""
    points, counts = strands.points_mm, strands.counts
    first = np.delete(np.arange(len(points)), np.cumsum(counts) - 1)  # of each segment its first point
    enter, leave = _shares(depth[first], depth[first + 1], half)
    kept = np.flatnonzero(enter < leave)
    first, enter, leave = first[kept], enter[kept], leave[kept]
    line = np.repeat(np.arange(len(counts)), counts - 1)[kept]
    begins = np.ones(len(kept), bool)
    begins[1:] = (np.diff(first) != 1) | (leave[:-1] < 1) | (enter[1:] > 0)
    over = _over_the_end(strands, first, line, begins, np.stack([enter == 0, leave == 1]))
    order = np.lexsort((over, line))
    first, enter, leave, line = first[order], enter[order], leave[order], line[order]
    at = np.flatnonzero((begins & ~over)[order])
    segments = np.diff(np.append(at, len(kept)))
    way = points[first + 1] - points[first]
    found = np.empty((len(kept) + len(at), 3))
    found[at + np.arange(len(at))] = (points[first] + enter[:, None] * way)[at]
    piece = np.repeat(np.arange(len(at)), segments)
    found[np.arange(len(kept)) + piece + 1] = points[first] + leave[:, None] * way
    whole = (segments == counts[line[at]] - 1) & (enter[at] == 0) & (leave[at + segments - 1] == 1)
    return Pieces(found, segments + 1, line[at], whole)


def _over_the_end(
    strands: Strands, first: np.ndarray, line: np.ndarray, begins: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """(segments,) bool: those that go on, where a line comes back to its first point, from its last piece.

    first, line, begins: of each segment its first point, its line, and whether a piece begins with it.
    inside: (2, segments) bool, whether its first and its last point lie within.
    """
    points, stops = strands.points_mm, np.cumsum(strands.counts)
    starts = stops - strands.counts
    ring = (points[starts] == points[stops - 1]).all(axis=1)
    piece, at = np.cumsum(begins) - 1, np.flatnonzero(begins)
    last = np.append(at[1:], len(begins)) - 1 if len(at) else at
    opens = (first[at] == starts[line[at]]) & inside[0, at]
    ends = (first[last] == stops[line[last]] - 2) & inside[1, last]
    closing = np.zeros(len(starts), bool)
    closing[line[last[ends & ~opens]]] = True
    return np.asarray((opens & ~ends & (ring & closing)[line[at]])[piece])


def _shares(one: np.ndarray, other: np.ndarray, half: float) -> tuple[np.ndarray, np.ndarray]:
    """Which share of the way from one depth to the other lies within: from, to; nothing where from ≥ to."""
    step = other - one
    level = step == 0
    step = np.where(level, 1.0, step)
    ends = np.sort([(-half - one) / step, (half - one) / step], axis=0)
    enter, leave = np.clip(ends, 0.0, 1.0)
    inside = np.abs(one) <= half
    return np.where(level, 0.0, enter), np.where(level, inside.astype(float), leave)
