"""Balls of known size in lung: partial volume, a kernel's blur, noise."""

import cv2
import numpy as np

LUNG, SOLID, GLASS = -860.0, 40.0, -550.0
PIXEL = 0.7
_FINE = 5


def ball(
    diameter_mm: float,
    thickness_mm: float = 1.25,
    blur_mm: float = 0.6,
    noise_hu: float = 20.0,
    hu: float = SOLID,
    seed: int = 0,
) -> tuple[np.ndarray, tuple[float, float, float]]:
    """HU (slices, rows, columns) of a ball in the middle, and the spacing (z, y, x) in mm."""
    rng = np.random.default_rng(seed)
    side, slices = int(diameter_mm / PIXEL) + 44, int((diameter_mm + 16) / thickness_mm) | 1
    z, y = (
        ((np.arange(n * _FINE) + 0.5) / _FINE - n / 2) * mm
        for n, mm in ((slices, thickness_mm), (side, PIXEL))
    )
    share = np.zeros((slices, side, side), np.float32)
    for k, at in enumerate(z):
        inside = at**2 + y[:, None] ** 2 + y**2 <= (diameter_mm / 2) ** 2
        share[k // _FINE] += inside.reshape(side, _FINE, side, _FINE).mean(axis=(1, 3)) / _FINE
    scan = LUNG + (hu - LUNG) * np.stack([cv2.GaussianBlur(s, (0, 0), blur_mm / PIXEL) for s in share])
    grain = np.stack(
        [cv2.GaussianBlur(s, (0, 0), blur_mm / PIXEL) for s in rng.normal(size=scan.shape).astype(np.float32)]
    )
    return scan + noise_hu * grain / grain.std(), (thickness_mm, PIXEL, PIXEL)


def middle(scan: np.ndarray) -> tuple[int, int, int]:
    z, y, x = (n // 2 for n in scan.shape)
    return z, y, x
