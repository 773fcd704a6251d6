"""Pictures whose class is the half that a bright square lies in, and a run that learns them in no time."""

from pathlib import Path

import cv2
import numpy as np

from lungview.training.learn.config import Config, Source


def make(root: Path) -> Path:
    """Two classes: a bright square in the upper half, or in the lower (training flips left and right)."""
    rng = np.random.default_rng(0)
    for part, count in (("train", 24), ("valid", 8), ("test", 8)):
        for side in ("lower", "upper"):
            folder = root / "pictures" / part / side
            folder.mkdir(parents=True)
            for i in range(count):
                grey = rng.integers(60, 90, (40, 40)).astype(np.uint8)
                x = int(rng.integers(2, 10)) + (20 if side == "lower" else 0)
                grey[x : x + 8, 10:24] = 220
                cv2.imwrite(str(folder / f"{i}.png"), grey)
    return root


def config(**changes) -> Config:
    """Of the small network; changes: by the names of the configuration."""
    values = {
        "size": 32,
        "epochs": 3,
        "batch": 8,
        "rate": 2e-3,
        "preparation": "whole",
        "ema": 0.8,
        **changes,
    }
    return Config("sides", "Sides", "custom", "cnn", (Source("pictures"),), **values | changes)
