"""Finding: one nodule, with its place, size, kind of density and what is thought of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from lungview.nodules.outlining.outline import Outline


class Density(enum.Enum):
    """Type of density. The values are written to tables, JSON and DICOM; they stay."""

    SOLID = "solid"
    PART_SOLID = "part-solid"
    GROUND_GLASS = "ground-glass"
    CALCIFIED = "calcified"
    FAT = "fat"


class Source(enum.Enum):
    """Who found it."""

    READER = "reader"
    MODEL = "model"


class Status(enum.Enum):
    """What the reader made of it. A reader's own finding begins as ACCEPTED."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Finding:
    """One nodule of one series.

    place_mm: its centre (x, y, z) in the DICOM patient system, mm; None for a picture without geometry.
    slices: the first and the last index it is seen on, in the series' order.
    outline: its voxels; None where nothing was outlined.
    long_mm, short_mm: axes by the Fleischner rule; volume_mm3: all None where there is no outline or no mm.
    solid_mm, solid_short_mm: axes of the solid part of a part-solid nodule, else None.
    score: of the detector, in [0, 1]; None for a place that a reader named.
    probability: of malignancy, in [0, 1]; None where it was not judged, and where only its band may be told.
    band: of malignancy, "low", "intermediate" or "high"; None where it was not judged.
    """

    slices: tuple[int, int]
    source: Source
    status: Status
    place_mm: tuple[float, float, float] | None = None
    outline: Outline | None = field(default=None, repr=False, compare=False)
    long_mm: float | None = None
    short_mm: float | None = None
    volume_mm3: float | None = None
    density: Density | None = None
    solid_mm: float | None = None
    score: float | None = None
    probability: float | None = None
    band: str | None = None
    solid_short_mm: float | None = None

    def __post_init__(self) -> None:
        first, last = self.slices
        if not 0 <= first <= last:
            raise ValueError(f"slices must be first ≤ last from 0 on, not {self.slices}")
        for name in ("score", "probability"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= 1.0:
                raise ValueError(f"{name} must be in 0…1, not {value}")

    @property
    def mean_mm(self) -> int | None:
        """The Fleischner size: the average of both axes, rounded to a whole mm, halves up."""
        if self.long_mm is None or self.short_mm is None:
            return None
        return int((self.long_mm + self.short_mm) / 2 + 0.5)
