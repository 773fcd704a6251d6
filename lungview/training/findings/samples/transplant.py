"""LIDC nodules in HU put into other lungs: real nodules in scans, and places, where there were none."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.nodules.detector import greys
from lungview.nodules.detector.planes import NEIGHBOUR_MM
from lungview.training.findings.samples.sample import NODULE

_STEP_HU, _FLOOR_HU = 8.0, -1024.0  # of the stored bytes
_ROOM, _AIR = 0.02, 0.3  # greys between which there is lung: air around the body is below


@dataclass(frozen=True, slots=True, eq=False)
class Graft:
    """A nodule cut out: greys float32 and mask bool (slices, rows, columns). malignancy in [0, 1]."""

    greys: np.ndarray
    mask: np.ndarray
    spacing_mm: tuple[float, float, float]
    malignancy: float


def read(folder: Path, part: str) -> list[Graft]:
    """The nodules of `part` in a folder with index.csv and vois.npz. Raises InputError."""
    try:
        with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
            rows = [r for r in csv.DictReader(file) if r["split"] == part]
        boxes = np.load(folder / "vois.npz")
        return [_graft(r, boxes[r["key"]], boxes[f"{r['key']}.mask"]) for r in rows]
    except (OSError, KeyError) as error:
        raise InputError(f"no nodules in boxes here ({error})", folder) from error


def _graft(row: dict[str, str], box: np.ndarray, packed: np.ndarray) -> Graft:
    mask = np.unpackbits(packed)[: box.size].reshape(box.shape).astype(bool)
    found = greys.from_hu(box.astype(np.float32) * _STEP_HU + _FLOOR_HU).astype(np.float32) / 255
    z, y, x = (float(row[f"spacing_{axis}_mm"]) for axis in "zyx")
    return Graft(found, mask, (z, y, x), (float(row["malignancy"]) - 1) / 4)


def put(
    graft: Graft, patch: np.ndarray, labels: np.ndarray, pixel_mm: float, rng: np.random.Generator
) -> np.ndarray | None:
    """Put the nodule somewhere in the lung, in place: its mask, bool (rows, columns); None without a lung.

    patch: float32 (rows, columns, 3) in [0, 1] of pixel_mm a pixel. labels: uint8 (rows, columns).
    """
    smooth = cv2.GaussianBlur(patch[..., 1], (0, 0), 1.0)
    air = (smooth > _ROOM) & (smooth < _AIR) & (labels == 0)
    places = np.argwhere(air)
    if len(places) < 0.05 * air.size:
        return None
    row, column = places[rng.integers(len(places))]
    matrix = _placed(graft, (float(row), float(column)), pixel_mm / rng.uniform(0.8, 1.7), rng)
    areas = graft.mask.sum(axis=(1, 2))
    middle = int(rng.choice(len(areas), p=areas / areas.sum()))
    own = np.zeros(air.shape, bool)
    for channel, step in enumerate((-NEIGHBOUR_MM, 0.0, NEIGHBOUR_MM)):
        plane = middle + round(step / graft.spacing_mm[0])
        if not 0 <= plane < len(areas) or not areas[plane]:
            continue
        cover = _warped(graft.mask[plane].astype(np.float32), matrix, air.shape)
        cover = cv2.GaussianBlur(cover, (0, 0), 0.6)
        grey = _warped(graft.greys[plane], matrix, air.shape)
        denser = (grey > patch[..., channel]) * cover
        patch[..., channel] += denser * (grey - patch[..., channel])
        if channel == 1:
            own = cover > 0.5
    labels[own] = NODULE
    return own


def _placed(
    graft: Graft, place: tuple[float, float], pixel_mm: float, rng: np.random.Generator
) -> np.ndarray:
    """The matrix from the patch to the nodule's box, turned at random, its middle at `place`."""
    angle = rng.uniform(-np.pi, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turn *= pixel_mm / np.array([[graft.spacing_mm[2]], [graft.spacing_mm[1]]])
    turn *= np.array([rng.choice([-1.0, 1.0]), 1.0])
    rows, columns = np.nonzero(np.asarray(graft.mask.any(axis=0)))
    offset = np.array([columns.mean(), rows.mean()]) - turn @ np.array(place[::-1])
    return np.hstack([turn, offset[:, None]])


def _warped(plane: np.ndarray, matrix: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(plane, matrix, (shape[1], shape[0]), flags=flags))
