"""Whole CT series: a folder of folders of DICOM files with a table of tumour boxes."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lungview.errors import InputError
from lungview.image import readers

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One series in the order of its z.

    hounsfield: int16 (slices, rows, columns). spacing_mm: z, y, x. boxes: x0 y0 x1 y1 px of a slice's tumour.
    """

    patient: str
    label: str
    hounsfield: np.ndarray
    spacing_mm: tuple[float, float, float]
    boxes: dict[int, Box]


@dataclass(frozen=True, slots=True)
class Listed:
    """One series of the table, not read yet. rows: its slices' lines, in the order of z."""

    folder: Path
    rows: tuple[dict[str, str], ...]

    def read(self) -> Scan:
        """Its slices. Raises InputError, ReadError."""
        return _scan(self.folder, self.rows)


def read(folder: Path) -> list[Scan]:
    """The series of a folder, all of them read. Raises InputError, ReadError."""
    return [one.read() for one in listed(folder)]


def listed(folder: Path) -> list[Listed]:
    """The series of a folder with index.csv (path, patient, label, z_mm, tumour box). Raises InputError."""
    patients = defaultdict(list)
    try:
        with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                patients[row["patient"]].append(row)
    except (OSError, KeyError) as error:
        raise InputError(f"no table of CT series here ({error})", folder) from error
    return [Listed(folder, tuple(sorted(rows, key=lambda r: float(r["z_mm"])))) for rows in patients.values()]


def _scan(folder: Path, rows: Sequence[dict[str, str]]) -> Scan:
    slices = [readers.read(folder / r["path"]) for r in rows]
    planes = np.stack([np.clip(s.values, -1024, 3071).astype(np.int16) for s in slices])
    steps = np.diff([float(r["z_mm"]) for r in rows])
    spacing = slices[0].spacing
    if spacing is None:
        raise InputError("a series without pixel spacing", folder / rows[0]["path"])
    column = "tumour_box_x0_y0_x1_y1"
    boxes = {k: _box(r[column]) for k, r in enumerate(rows) if r[column]}
    size = (float(np.median(steps)), spacing.row, spacing.column)
    return Scan(rows[0]["patient"], rows[0]["label"], planes, size, boxes)


def _box(text: str) -> Box:
    x0, y0, x1, y1 = (float(v) for v in text.split())
    return x0, y0, x1, y1
