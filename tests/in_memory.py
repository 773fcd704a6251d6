"""Slices, a cache and a series in memory: no files, no waiting for a decoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lungview.image.slice import Geometry, Instance, Patient, Slice, Spacing, Study
from lungview.image.window import LUNG

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
PATIENT = Patient("Nobody^Ann", "ID-7", "19500102", "F")
STUDY = Study("1.2", "Thorax", "20240102", "101500")


def make_slice(index: int = 0, rows: int = 40, columns: int = 60, **changes: object) -> Slice:
    """A CT slice whose value at (row, column) is 10 · row + column − 100 · index HU."""
    values = 10.0 * np.arange(rows)[:, None] + np.arange(columns)[None, :] - 100.0 * index
    geometry = Geometry((0.0, 0.0, 5.0 * index), AXIAL)
    known: dict[str, object] = {
        "instance": Instance(
            Path(f"{index}.dcm"), sop_instance_uid=f"1.{index}", series_instance_uid="1", modality="CT",
            instance_number=index + 1, geometry=geometry, rows=rows, columns=columns,
        ),
        "values": values.astype(np.float32),
        "unit": "HU",
        "spacing": Spacing(0.7, 0.7, "PixelSpacing"),
        "windows": (LUNG,),
        "patient": PATIENT,
        "study": STUDY,
        "series_description": "Axial",
    }  # fmt: skip
    return Slice(**(known | changes))  # type: ignore[arg-type]


@dataclass(eq=False)
class MemoryCache:
    """A cache that holds everything; `slow` instances are known to `get` alone."""

    slices: dict[Instance, Slice]
    slow: set[Instance] = field(default_factory=set)

    def get(self, instance: Instance) -> Slice:
        return self.slices[instance]

    def peek(self, instance: Instance) -> Slice | None:
        return None if instance in self.slow else self.slices[instance]

    def prefetch(self, instances: Sequence[Instance], index: int, direction: int) -> None: ...

    def cached(self, instances: Sequence[Instance]) -> list[bool]:
        return [instance not in self.slow for instance in instances]

    def close(self) -> None: ...


@dataclass(frozen=True)
class MemorySeries:
    """As much of a series as the window needs."""

    instances: tuple[Instance, ...]
    key: str = "1"
    uid: str = "1"
    description: str = "Axial"
    modality: str = "CT"
    warnings: tuple[str, ...] = ()
    patient: Patient = field(default_factory=lambda: PATIENT)
    study: Study = field(default_factory=lambda: STUDY)
    frame_of_reference_uid: str = ""
    rows: int = 40
    columns: int = 60
    spacing: Spacing | None = None
    slice_spacing: float | None = None
    localizer: bool = False
    body_part: str = ""
    parts: tuple[MemorySeries, ...] = ()
