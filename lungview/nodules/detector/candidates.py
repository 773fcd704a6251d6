"""Candidates of a series or a picture: the network's scores inside the lungs, peaks joined over slices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lungview.errors import InputError
from lungview.nodules.detector import greys, peaks, planes, region, scale, scores
from lungview.nodules.detector.candidate import Candidate
from lungview.nodules.detector.planes import GRID_MM, NEIGHBOUR_MM, Field
from lungview.nodules.detector.tiles import Maps

LEAST = 0.02  # of a score that is worth listing
MOST = 40  # candidates of a series


@dataclass(frozen=True, slots=True)
class Seen:
    """One slice that was looked at. score: the highest on it, in [0, 1]. done, of: how many are behind."""

    slice: int
    score: float
    done: int
    of: int


class Search:
    """The search of one series. Iterate to look at its slices; ask for candidates at any time.

    Leave the loop to cancel: nothing runs beside it. One thread at a time.
    """

    def __init__(
        self, hounsfield: np.ndarray, spacing_mm: tuple[float, float, float], lungs: np.ndarray, network: Maps
    ) -> None:
        """hounsfield: (slices, rows, columns); lungs: bool of the same shape; spacing_mm: z, y, x.

        Raises InputError for shapes that do not fit and spacings that are no lengths.
        """
        _check(hounsfield, spacing_mm, lungs)
        self._hounsfield, self._lungs, self._spacing, self._network = hounsfield, lungs, spacing_mm, network
        self._field = planes.field_of(np.asarray(lungs.any(axis=0)), spacing_mm[1:])
        self._looked: list[int] = []
        self._maps: list[np.ndarray] = []

    def __iter__(self) -> Iterator[Seen]:
        """Look at the slices that are left, in their order."""
        wanted = planes.looked_at(len(self._hounsfield), self._spacing[0])
        for index in wanted[len(self._looked) :]:
            found = self._look(index)
            self._looked.append(index)
            self._maps.append(found.astype(np.float16))
            yield Seen(index, float(found[..., 0].max(initial=0)), len(self._looked), len(wanted))

    def candidates(self, least: float = LEAST, most: int = MOST) -> tuple[Candidate, ...]:
        """Of what was looked at until now, by falling score."""
        if self._field is None or not self._maps:
            return ()
        found = peaks.peaks(self._smooth(), least, most)
        return tuple(self._candidate(p, self._field) for p in found)

    def on_slice(self, index: int, most: int = 5) -> tuple[Candidate, ...] | None:
        """Candidates of one slice for itself, by falling score; None where it was not looked at."""
        if self._field is None or index not in self._looked:
            return None
        k = self._looked.index(index)
        found = peaks.peaks(self._maps[k][None, ..., 0].astype(np.float32), LEAST, most)
        return tuple(self._candidate(peaks.moved(p, k, len(self._looked)), self._field) for p in found)

    def slice_scores(self) -> tuple[float, ...]:
        """For every slice up to the last one looked at, its highest score; of those between, interpolated."""
        if not self._maps:
            return ()
        highest = self._smooth().reshape(len(self._maps), -1).max(axis=1, initial=0)
        last = len(self._hounsfield) if self._complete() else self._looked[-1] + 1
        return tuple(float(v) for v in np.interp(np.arange(last), self._looked, highest))

    @property
    def seen(self) -> tuple[Field, tuple[int, ...], tuple[np.ndarray, ...]] | None:
        """The field, the slices looked at until now, and the scores on each, (rows, columns) in [0, 1]."""
        if self._field is None or not self._maps:
            return None
        return self._field, tuple(self._looked), tuple(m[..., 0] for m in self._maps)

    def _complete(self) -> bool:
        return len(self._looked) == len(planes.looked_at(len(self._hounsfield), self._spacing[0]))

    def _look(self, index: int) -> np.ndarray:
        if self._field is None or not self._lungs[index].any():
            return np.zeros((*(self._field.size if self._field else (1, 1)), 3), np.float32)
        inside = self._field.mask(region.around(self._lungs[index], self._spacing[1]))
        around = planes.with_neighbours(self._hounsfield, index, self._spacing[0])
        return scores.maps(self._field.picture(around), inside, self._network)

    def _smooth(self) -> np.ndarray:
        score = np.stack([m[..., 0] for m in self._maps])
        step = (self._looked[1] - self._looked[0]) * self._spacing[0] if len(self._looked) > 1 else 1.0
        return peaks.along_z(score, step)

    def _candidate(self, peak: peaks.Peak, field: Field) -> Candidate:
        z, row, column = peak.place
        slices, rows, columns = (np.flatnonzero(peak.body.any(axis=a)) for a in ((1, 2), (0, 2), (0, 1)))
        top, left = field.to_slice(rows[0] - 0.5, columns[0] - 0.5)
        bottom, right = field.to_slice(rows[-1] + 0.5, columns[-1] + 0.5)
        place = field.to_slice(row, column)
        smooth = self._smooth_of(peak.body, slices)
        return Candidate(
            slice=self._looked[z],
            row=place[0],
            column=place[1],
            score=peak.score,
            nodule_probability=float(self._maps[z][row, column, 1]),
            malignancy=float(self._maps[z][row, column, 2]),
            first_slice=self._looked[slices[0]],
            last_slice=self._looked[slices[-1]],
            box=(left, top, right, bottom),
            slice_scores=smooth,
            extent_mm=peaks.extent_mm(peak.body, GRID_MM),
        )

    def _smooth_of(self, body: np.ndarray, slices: np.ndarray) -> tuple[tuple[int, float], ...]:
        return tuple(
            (self._looked[k], float(self._maps[k][..., 0][body[k]].max(initial=0))) for k in slices.tolist()
        )


def of_picture(picture: np.ndarray, pixel_mm: float | None, network: Maps) -> tuple[Candidate, ...]:
    """Candidates of a picture without HU: greys (rows, columns) in any window; pixel_mm may be unknown."""
    hounsfield = greys.standardised(picture)
    size = scale.pixel_mm(hounsfield) if pixel_mm is None else pixel_mm
    try:
        lungs = region.lungs_of_picture(picture, hounsfield, size)
    except InputError:  # the second reader refuses it; what is searched all the same is its air
        lungs = region.lungs_of_slice(hounsfield, size)
    lungs = region.with_lost_side(lungs, hounsfield, size)
    search = Search(hounsfield[None], (NEIGHBOUR_MM, size, size), lungs[None], network)
    for _ in search:
        pass
    return search.candidates()


def _check(hounsfield: np.ndarray, spacing_mm: tuple[float, float, float], lungs: np.ndarray) -> None:
    if hounsfield.ndim != 3 or lungs.shape != hounsfield.shape:
        raise InputError(
            f"the series is {hounsfield.shape} and its lung mask {lungs.shape}: "
            "one shape (slices, rows, columns) is expected"
        )
    if not all(np.isfinite(v) and 0.05 <= v <= 50 for v in spacing_mm):
        raise InputError(f"the spacing is {spacing_mm} mm: lengths from 0.05 to 50 mm are expected")
    sides = (np.array(hounsfield.shape[1:]) * spacing_mm[1:]).max(initial=0)
    if sides > GRID_MM * 1024:
        raise InputError(f"the slices are {sides:.0f} mm wide: at most {GRID_MM * 1024:.0f} mm are expected")
