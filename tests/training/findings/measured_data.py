"""A small folder of everything that a findings model is measured on, of phantoms."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
from pydicom import Dataset

from lungview.image.phantom import Thorax, write_pngs, write_series

THORAX = Thorax(slices=7, matrix=192, slice_spacing=12.0)
CROPS = ("path", "patient", "nodule", "split", "malignancy_mean", "diameter_mm", "readers")


def write(root: Path) -> Path:
    """Two series, one with boxes and one of nothing but air; pictures of two sets; crops of two patients."""
    _series(root / "ct")
    _pictures(root)
    _crops(root / "nodules" / "lidc-context")
    return root


def _table(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _series(folder: Path) -> None:
    index, row, column = THORAX.nodule
    box = f"{column - 8} {row - 8} {column + 8} {row + 8}"
    rows: list[dict[str, object]] = []
    for patient in ("A", "B"):
        files = write_series(folder / patient, THORAX, change=None if patient == "A" else _emptied)
        for k, path in enumerate(files):
            boxed = patient == "A" and abs(k - index) <= 1
            rows.append(
                {
                    "path": path.relative_to(folder).as_posix(),
                    "patient": patient,
                    "label": "cancer",
                    "z_mm": THORAX.step * k,
                    "tumour_box_x0_y0_x1_y1": box if boxed else "",
                }
            )
    _table(folder / "index.csv", rows)


def _emptied(dataset: Dataset, _index: int) -> None:
    dataset.PixelData = bytes(len(dataset.PixelData))


def _pictures(root: Path) -> None:
    kinds = ("malignant", "normal", "benign")
    pictures = write_pngs(root / "iq-oth", Thorax(slices=3, matrix=192))
    _table(
        root / "iq-oth" / "index.csv",
        [{"path": p.name, "class": kinds[k % 3], "group_id": k} for k, p in enumerate(pictures)],
    )
    others = write_pngs(root / "no-cancer", Thorax(slices=1, matrix=192, seed=2))
    _table(
        root / "no-cancer" / "index.csv",
        [{"path": p.name, "set": "made", "label": "normal", "patient": "n"} for p in others],
    )


def _crops(folder: Path) -> None:
    random = np.random.default_rng(0)
    rows: list[dict[str, object]] = []
    masks = {}
    for patient in ("P", "Q"):
        name = f"{patient}_nodule-0_s0"
        picture = np.clip(random.normal(40, 6, (128, 128)), 0, 255).astype(np.uint8)
        picture[:, 100:] = 200  # tissue, so that there are two modes
        cv2.circle(picture, (64, 64), 9, 190.0, -1)
        (folder / "crops").mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / "crops" / f"{name}.png"), picture)
        mask = np.zeros((128, 128), bool)
        mask[56:73, 56:73] = True
        masks[name] = np.packbits(mask)
        values = (f"crops/{name}.png", patient, f"{patient}/0", "test", "4.5", "12.0", "4")
        row: dict[str, object] = dict(zip(CROPS, values, strict=True))
        rows.append(row | {"pixel_spacing_mm": "0.75", "slice_thickness_mm": "1.25"})
    _table(folder / "index.csv", rows)
    np.savez(folder / "masks.npz", **masks)
