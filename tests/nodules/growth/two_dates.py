"""Two scans of one synthetic patient a year apart: balls of known size that grew, came and went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from pydicom import Dataset

from lungview.image.phantom import Thorax, write_series

THORAX = Thorax(slices=96, matrix=320, slice_spacing=2.5, noise=12.0)
_FINE = 4  # parts of a pixel and of a slice
_BLUR_MM = 0.6


@dataclass(frozen=True, slots=True)
class Ball:
    """centre: mm in the patient at the present scan."""

    centre: tuple[float, float, float]
    radius_mm: float
    hu: float = 40.0


GROWN = (-66.9, -43.3, -217.5)  # places without a vessel within 13 mm
STABLE = (100.7, 21.9, -307.5)
GONE = (59.1, -48.9, -222.5)
NEW = (-77.1, 12.9, -290.0)
BEFORE = (Ball(GROWN, 5.0), Ball(STABLE, 4.0), Ball(GONE, 4.0))
NOW = (Ball(GROWN, 6.2), Ball(STABLE, 4.0), Ball(NEW, 4.0))
TABLE_MM = (4.0, -6.0, 15.0)  # how the patient lay in the prior scan


def write(
    folder: Path, prior: tuple[Ball, ...] = BEFORE, present: tuple[Ball, ...] = NOW
) -> tuple[Path, Path]:
    """The prior and the present scan, each in a folder of its own."""
    before, now = folder / "before", folder / "now"
    _write(before, prior, "20230131", 1, TABLE_MM)
    _write(now, present, "20240131", 2, (0.0, 0.0, 0.0))
    return before, now


def _write(folder: Path, balls: tuple[Ball, ...], day: str, number: int, moved: tuple[float, ...]) -> None:
    def change(dataset: Dataset, index: int) -> None:
        hu = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        place = np.array(THORAX.position(index))
        for ball in balls:
            _paint(hu, ball, place)
        stored = np.rint((hu - dataset.RescaleIntercept) / dataset.RescaleSlope)
        dataset.PixelData = stored.astype(dataset.pixel_array.dtype).tobytes()
        dataset.ImagePositionPatient = [float(v) for v in place + np.array(moved)]
        dataset.StudyDate, dataset.PatientBirthDate, dataset.PatientSex = day, "19620115", "F"
        dataset.StudyDescription, dataset.SliceThickness = f"Thorax {day[:4]}", THORAX.step
        for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
            setattr(dataset, name, f"{str(getattr(dataset, name))[:60]}{number}")
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID

    write_series(folder, Thorax(**{**_values(), "seed": number}), change=change)


def _values() -> dict[str, float]:
    return {
        "slices": THORAX.slices,
        "matrix": THORAX.matrix,
        "slice_spacing": THORAX.slice_spacing,
        "noise": THORAX.noise,
    }


def _paint(hu: np.ndarray, ball: Ball, place: np.ndarray) -> None:
    """Blend a ball into one slice, by how much of each voxel it fills; blurred as a kernel does."""
    side = THORAX.pixel_spacing
    column, row = ((ball.centre[k] - place[k]) / side for k in (0, 1))
    reach = int(ball.radius_mm / side) + 4
    rows, columns = (np.arange(int(v) - reach, int(v) + reach + 1) for v in (row, column))
    part = (np.arange(_FINE) + 0.5) / _FINE - 0.5
    y, x = (((a[:, None] + part) - c).reshape(-1) * side for a, c in ((rows, row), (columns, column)))
    z = place[2] + part * THORAX.step - ball.centre[2]
    filled = z[:, None, None] ** 2 + y[:, None] ** 2 + x**2 <= ball.radius_mm**2
    share = filled.mean(axis=0).reshape(len(rows), _FINE, len(columns), _FINE).mean(axis=(1, 3))
    share = cv2.GaussianBlur(share.astype(np.float32), (0, 0), _BLUR_MM / side)
    window = np.ix_(rows, columns)
    hu[window] = np.where(share > 1e-3, hu[window] * (1 - share) + ball.hu * share, hu[window])
