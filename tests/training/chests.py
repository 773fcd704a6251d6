"""Drawn chests: bodies with two lungs, and a mass where one is wanted."""

import cv2
import numpy as np


def chest(radius: int = 0, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Body at 160, two lungs at 50, a mass of `radius` px in the left one; uint8 (160, 160)."""
    picture = np.zeros((160, 160), np.float32)
    cv2.ellipse(picture, (80, 80), (75, 55), 0, 0, 360, 160, -1)
    for x in (48, 112):
        cv2.ellipse(picture, (x, 80), (22, 35), 0, 0, 360, 50, -1)
    if radius:
        cv2.circle(picture, (48, 80), radius, 160, -1)
    grain = np.random.default_rng(seed).normal(0, noise + 1e-9, picture.shape)
    return np.where(picture > 0, np.clip(picture + grain, 1, 255), 0).astype(np.uint8)
