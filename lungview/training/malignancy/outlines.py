"""Fit the outline's coefficients: how well each proposal overlaps what half of the readers drew.

`python -m lungview.training.malignancy.outlines DATA OUT` makes resources/outline.json anew.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lungview.files import write_atomically
from lungview.nodules.outlining.choice import Quadratic, properties, terms
from lungview.nodules.outlining.crop import SIZES_MM, Crop, crop
from lungview.nodules.outlining.outline import Voxel
from lungview.nodules.outlining.proposals import ground, proposals
from lungview.training.malignancy import vois
from lungview.training.malignancy.vois import Voi
from lungview.training.measure.metrics import dice

RIDGE = 30.0
_CLICKS = 2  # beside the centre, anywhere in the nodule's inner half


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on the nodules to train of a folder with index.csv and vois.npz, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a folder with index.csv and vois.npz")
    parser.add_argument("out", type=Path, help="the JSON file")
    args = parser.parse_args(arguments)
    write(fit(vois.read(args.data, "train")), args.out)


def write(found: Quadratic, path: Path) -> None:
    """Write the coefficients, as `nodules.outlining.choice.read` reads them."""
    values = {name: _short(getattr(found, name)) for name in ("mean", "deviation", "weights")}
    text = json.dumps({"schema": 1, **values, "offset": _short(found.offset)})
    write_atomically(path, (text + "\n").encode())


def _short(values: Any) -> Any:
    """Seven digits: as many as decide anything."""
    return [float(f"{v:.7g}") for v in values] if np.ndim(values) else float(f"{values:.7g}")


def fit(nodules: Sequence[Voi], seed: int = 0) -> Quadratic:
    """Ridge regression of the overlap (Dice) on the quadratic terms of the proposals' properties."""
    rng = np.random.default_rng(seed)
    pairs = [pair for voi in nodules for at in clicks(voi, rng) for pair in _examples(voi, at)]
    return ridge(np.concatenate([x for x, _ in pairs]), np.concatenate([y for _, y in pairs]))


def clicks(voi: Voi, rng: np.random.Generator, count: int = _CLICKS) -> list[Voxel]:
    """Where a reader may click: the centre, and `count` voxels of the inner half."""
    inner = voi.deep(0.5)
    return [voi.centre, *(inner[i] for i in rng.integers(len(inner), size=count))]


def _examples(voi: Voi, at: Voxel) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Properties and overlaps of the proposals in each size of surroundings that adds any."""
    here = tuple(slice(i, i + 1) for i in at)
    whole = False
    for margin, voxel in SIZES_MM:
        part = crop(voi.hu, voi.spacing_mm, here, margin, voxel)  # type: ignore[arg-type]
        g = ground(part.hu, part.spacing_mm, part.inside(at))
        found = proposals(g, margin)
        if found and not whole:
            yield (
                np.array([properties(g, p) for p in found]),
                np.array([_overlap(part, p.mask, voi) for p in found]),
            )
        whole = not any(any(ends) for ends in part.open)


def _overlap(part: Crop, mask: np.ndarray, voi: Voi) -> float:
    full = np.zeros_like(voi.mask)
    part_mask = part.full(mask)
    full[tuple(slice(s, s + n) for s, n in zip(part.start, part_mask.shape, strict=True))] = part_mask
    return dice(full, voi.mask)


def ridge(x: np.ndarray, y: np.ndarray, strength: float = RIDGE) -> Quadratic:
    """(n, p) properties, (n,) overlaps → the quadratic; the terms are scaled alike before they are shrunk."""
    mean, deviation = x.mean(axis=0), _spread(x)
    expanded = terms((x - mean) / deviation)
    middle, spread = expanded.mean(axis=0), _spread(expanded)
    z = (expanded - middle) / spread
    weights = np.linalg.solve(z.T @ z + strength * np.eye(z.shape[1]), z.T @ (y - y.mean())) / spread
    return Quadratic(mean, deviation, weights, float(y.mean() - middle @ weights))


def _spread(x: np.ndarray) -> np.ndarray:
    """The deviation of each column; 1 where all are alike, for they tell nothing."""
    deviation = x.std(axis=0)
    return np.where(deviation > 0, deviation, 1.0)


if __name__ == "__main__":
    main()
