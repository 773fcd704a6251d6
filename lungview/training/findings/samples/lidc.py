"""LIDC nodules with the lung around them as samples: the layout of a table, crops and packed masks."""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.nodules.detector import greys
from lungview.training.findings.samples import siblings
from lungview.training.findings.samples.sample import BACKGROUND, NODULE, UNKNOWN, Sample

NEIGHBOUR_MM = 2.5
_SLICE = re.compile(r"_s(\d+)$")
_SURE = 2  # of four readers: what fewer marked is neither nodule nor background
_USUAL_MM = 0.7  # a pixel, where the table does not say

Masks = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Nodule:
    """One nodule. diameter_mm: NaN where the table does not say. malignancy: mean of 1 to 5, NaN unrated."""

    patient: str
    diameter_mm: float
    thickness_mm: float
    malignancy: float
    samples: tuple[Sample, ...] = field(repr=False)


def samples(folder: Path, part: str) -> list[Sample]:
    """The slices of `part`, "train" or "test". Raises InputError."""
    return [s for nodule in nodules(folder, part) for s in nodule.samples]


def nodules(folder: Path, part: str) -> Iterator[Nodule]:
    """The nodules of `part`, "train" or "test". Raises InputError."""
    return (nodule for patient in patients(folder, part) for nodule in patient.nodules())


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient of the table, whose crops are not read yet. rows: a line each."""

    folder: Path
    rows: tuple[dict[str, str], ...]

    def nodules(self) -> Iterator[Nodule]:
        """Raises InputError."""
        try:
            masks = np.load(self.folder / "masks.npz")
        except OSError as error:
            raise InputError(f"no LIDC crops here ({error})", self.folder) from error
        with masks:
            yield from _of_patient(self.folder, self.rows, masks)


def patients(folder: Path, part: str) -> list[Patient]:
    """The patients of `part` in a folder of index.csv, crops/ and masks.npz. Raises InputError."""
    found = defaultdict(list)
    try:
        with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["split"] == part:
                    found[row["patient"]].append(row)
    except (OSError, KeyError) as error:
        raise InputError(f"no LIDC crops here ({error})", folder) from error
    return [Patient(folder, tuple(rows)) for rows in found.values()]


def _of_patient(folder: Path, rows: Sequence[dict[str, str]], masks: Masks) -> Iterator[Nodule]:
    crops = [_crop(folder, row, masks) for row in rows]
    others = dict(zip((r["path"] for r in rows), siblings.others(crops), strict=True))
    found = defaultdict(list)
    for row in rows:
        found[row["nodule"]].append(row)
    for of_one in found.values():
        yield _nodule(of_one[0], tuple(_of_nodule(folder, of_one, masks, others)))


def _crop(folder: Path, row: dict[str, str], masks: Masks) -> siblings.Crop:
    picture = _read(folder / row["path"])
    return siblings.Crop(row["nodule"], picture, _mask(row, masks, picture.shape))


def _mask(row: dict[str, str], masks: Masks, shape: tuple[int, ...]) -> np.ndarray:
    packed = masks[Path(row["path"]).stem]
    return np.unpackbits(packed)[: math.prod(shape)].reshape(shape).astype(bool)


def _nodule(row: dict[str, str], of_one: tuple[Sample, ...]) -> Nodule:
    unknown = float("nan")
    return Nodule(
        row["patient"],
        _float(row["diameter_mm"], unknown),
        _float(row["slice_thickness_mm"], unknown),
        _float(row["malignancy_mean"], unknown),
        of_one,
    )


def _of_nodule(folder: Path, rows: list[dict[str, str]], masks: Masks, others: Masks) -> Iterator[Sample]:
    slices = {_number(r["path"]): _grey(folder / r["path"]) for r in rows}
    for row in rows:
        here, spacing = _number(row["path"]), _float(row["pixel_spacing_mm"], _USUAL_MM)
        picture = np.stack(
            [slices[n] for n in _neighbours(here, _float(row["slice_thickness_mm"], NEIGHBOUR_MM), slices)],
            axis=-1,
        )
        mask = _mask(row, masks, picture.shape[:2])
        yield _sample(row, picture, mask, others[row["path"]], spacing)


def _float(text: str, otherwise: float) -> float:
    return float(text) if text else otherwise


def _sample(
    row: dict[str, str], picture: np.ndarray, mask: np.ndarray, others: np.ndarray, spacing: float
) -> Sample:
    """others: bool like mask, other nodules of the patient: neither background nor this one."""
    sure = int(row["readers"]) >= _SURE
    factor = spacing / greys.PIXEL_MM
    size = (round(mask.shape[1] * factor), round(mask.shape[0] * factor))
    scaled = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR))
    inside = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) >= 0.5
    beside = cv2.resize(others.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0
    labels = np.full(inside.shape, BACKGROUND, np.uint8)
    labels[beside] = UNKNOWN
    labels[inside] = NODULE if sure else UNKNOWN
    rows, columns = np.nonzero(inside)
    centre = (float(rows.mean()), float(columns.mean())) if rows.size else None
    rating = float(row["malignancy_mean"] or "nan")
    radius = float(np.sqrt(inside.sum() / np.pi)) * greys.PIXEL_MM
    return Sample(scaled, labels, (rating - 1) / 4, "lidc", row["patient"], centre, radius if sure else 0.0)


def _neighbours(here: int, thickness: float, slices: dict[int, np.ndarray]) -> tuple[int, int, int]:
    """The slices nearest to 2.5 mm below and above; where none is within 1.5 mm of it, the slice itself."""

    def nearest(side: int) -> int:
        best = min(slices, key=lambda n: abs(side * (n - here) * thickness - NEIGHBOUR_MM))
        return best if abs(side * (best - here) * thickness - NEIGHBOUR_MM) <= 1.5 else here

    return nearest(-1), here, nearest(1)


def _number(path: str) -> int:
    found = _SLICE.search(Path(path).stem)
    if found is None:
        raise InputError("no slice number in the file name", path, "expected NAME_sN.jpg")
    return int(found[1])


def _read(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise InputError("not a picture", path)
    return np.asarray(picture)


def _grey(path: Path) -> np.ndarray:
    return greys.from_hu(greys.standardised(_read(path)))
