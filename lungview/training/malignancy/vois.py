"""Vois: nodules as boxes of HU with readers' masks and ratings, in a folder with index.csv and vois.npz.

index.csv: key, patient, split (train or test), malignancy (1–5), diameter_mm, spacing_z_mm, spacing_y_mm,
spacing_x_mm. vois.npz: KEY is uint8 (slices, rows, columns), HU = 8 × value − 1024; KEY.mask
the packed bits of its mask.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lungview.errors import InputError
from lungview.nodules.outlining.outline import Millimetres, Voxel
from lungview.nodules.outlining.voxels import depth

INDEX, BOXES = "index.csv", "vois.npz"
_MOST_VOXELS = 1 << 26


@dataclass(frozen=True, slots=True, eq=False)
class Voi:
    """hu: int16 (slices, rows, columns); mask: bool, what half of the readers drew; malignancy: 1 to 5."""

    key: str
    patient: str
    split: str
    malignancy: int
    diameter_mm: float
    spacing_mm: Millimetres
    hu: np.ndarray = field(repr=False)
    mask: np.ndarray = field(repr=False)

    @property
    def centre(self) -> Voxel:
        """The voxel of the mask's centre of gravity, or its deepest one where that lies outside of it."""
        z, y, x = (round(float(i.mean())) for i in np.nonzero(self.mask))
        return (z, y, x) if self.mask[z, y, x] else self.deep(np.inf)[0]

    def deep(self, part: float) -> list[Voxel]:
        """The voxels at least `part` as deep in the mask as the deepest, at least that one."""
        deep = depth(self.mask, self.spacing_mm)
        chosen = np.argwhere(deep >= min(part, 1.0) * deep.max())
        return [(int(z), int(y), int(x)) for z, y, x in chosen]


def is_folder(path: Path) -> bool:
    """Whether a folder has this layout."""
    return (path / INDEX).is_file() and (path / BOXES).is_file()


@dataclass(frozen=True, slots=True)
class Listed:
    """One nodule of the table, whose box is not read yet."""

    folder: Path
    row: dict[str, str]

    @property
    def split(self) -> str:
        return self.row["split"]

    def read(self) -> Voi:
        """Raises InputError."""
        (found,) = _read(self.folder, [self.row])
        return found


def read(folder: Path, split: str = "") -> tuple[Voi, ...]:
    """The nodules of a split ("" = all). Raises InputError: which file, what was expected, what was found."""
    return _read(folder, [one.row for one in listed(folder, split)])


def listed(folder: Path, split: str = "") -> tuple[Listed, ...]:
    """The lines of the table of a split ("" = all). Raises InputError."""
    if not is_folder(folder):
        raise InputError(f"expected {INDEX} and {BOXES} in it", folder)
    with _told(folder), (folder / INDEX).open(encoding="utf-8", newline="") as listing:
        found = tuple(Listed(folder, r) for r in csv.DictReader(listing) if split in ("", r["split"]))
    if not found:
        raise InputError(f"no nodules in the split “{split}”", folder)
    return found


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Another layout as an InputError."""
    try:
        yield
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"not the boxes and ratings that were expected ({error})", folder) from error


def _read(folder: Path, rows: Sequence[dict[str, str]]) -> tuple[Voi, ...]:
    with _told(folder), np.load(folder / BOXES, allow_pickle=False) as boxes:
        return tuple(_vois(rows, boxes))


def _vois(rows: Sequence[dict[str, str]], boxes: np.lib.npyio.NpzFile) -> Iterator[Voi]:
    for row in rows:
        values, packed = boxes[row["key"]], boxes[row["key"] + ".mask"]
        if values.ndim != 3 or values.dtype != np.uint8 or not 0 < values.size <= _MOST_VOXELS:
            raise ValueError(
                f"{row['key']}: expected uint8 in three dimensions, found {values.dtype} {values.shape}"
            )
        mask = np.unpackbits(packed, count=values.size).reshape(values.shape).astype(bool)
        if not mask.any():
            raise ValueError(f"{row['key']}: its mask is empty")
        z, y, x = (float(row[f"spacing_{axis}_mm"]) for axis in "zyx")
        yield Voi(
            row["key"], row["patient"], row["split"], int(row["malignancy"]), float(row["diameter_mm"]),
            (z, y, x), values.astype(np.int16) * 8 - 1024, mask,
        )  # fmt: skip
