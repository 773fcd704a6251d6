"""Masses and opacities painted into lungs: rare in the data, and not to be unknown to the network."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.training.findings.samples.sample import NODULE, OPACITY

_ROOM, _AIR = 0.015, 0.3  # greys, about -980 and -580 HU: between them there is lung
_TISSUE = 0.62  # grey, about -130 HU: at and above it there is something already
_LEAST_LUNG = 0.08


def mass(patch: np.ndarray, labels: np.ndarray, pixel_mm: float, rng: np.random.Generator) -> bool:
    """Paint a mass of 5 to 50 mm radius, in place; whether there was lung enough to paint it into.

    patch: float32 (rows, columns, 3) in [0, 1]. labels: uint8 (rows, columns).
    """
    lung = _lung(patch)
    if lung.mean() < _LEAST_LUNG:
        return False
    radius = min(float(np.exp(rng.uniform(np.log(5), np.log(50)))) / pixel_mm, 0.45 * len(lung))
    centre = _place(lung, rng, edge=rng.random() < 0.65)
    distance, limit = _outline(lung.shape, centre, radius, rng)
    room = cv2.dilate(lung, np.ones((5, 5), np.uint8)) > 0
    tissue = _texture(lung.shape, rng, 0.76 + rng.normal() * 0.03, 0.02)
    if rng.random() < 0.12:  # a dark middle: necrosis, or a cavity
        tissue -= np.float32(rng.choice([0.06, 0.5])) * (distance < limit * rng.uniform(0.3, 0.6))
    rims = np.float32(rng.uniform(0.5, 1.6))
    shrink = np.sqrt(max(0.2, 1 - (2.5 / pixel_mm / radius) ** 2)) * rng.uniform(0.9, 1.05, 2)
    for channel, size in ((0, shrink[0]), (1, 1.0), (2, shrink[1])):
        cover = 1 / (1 + np.exp(np.clip((distance - limit * size) / rims, -30, 30)))
        cover = np.where(patch[..., channel] < _TISSUE, cover, 0)
        patch[..., channel] += cover * (tissue - patch[..., channel])
    labels[(distance < limit) & room] = NODULE
    return True


def opacity(patch: np.ndarray, labels: np.ndarray, pixel_mm: float, rng: np.random.Generator) -> bool:
    """Paint ground glass, consolidation or fluid with blurred edges, in place: what is no nodule."""
    lung = _lung(patch)
    if lung.mean() < _LEAST_LUNG:
        return False
    field = np.zeros(lung.shape, np.float32)
    for _ in range(rng.integers(1, 4)):
        centre = _place(lung, rng, edge=rng.random() < 0.7)
        distance, limit = _outline(lung.shape, centre, rng.uniform(8, 45) / pixel_mm, rng, stretch=0.6)
        field = np.maximum(field, np.clip(1.4 * (1 - distance / np.maximum(limit, 1)), 0, 1))
    patchy = _smooth(lung.shape, rng, rng.uniform(2, 7) / pixel_mm)
    cover = np.clip(field * (1 + patchy * rng.uniform(0.2, 0.9)) * rng.uniform(0.8, 2.5), 0, 1)
    grey = rng.uniform(0.28, 0.62) if rng.random() < 0.6 else rng.uniform(0.62, 0.76)
    glass = _texture(lung.shape, rng, grey, 0.03)
    for channel in range(3):
        room = patch[..., channel] < glass  # vessels stay what they are
        patch[..., channel] += np.where(room, cover, 0) * (glass - patch[..., channel])
    labels[(cover > 0.4) & (lung > 0) & (labels != NODULE)] = OPACITY
    return True


def _lung(patch: np.ndarray) -> np.ndarray:
    smooth = cv2.GaussianBlur(patch[..., 1], (0, 0), 1.0)
    air = ((smooth > _ROOM) & (smooth < _AIR)).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(air, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)))


def _place(lung: np.ndarray, rng: np.random.Generator, edge: bool) -> tuple[float, float]:
    """A random pixel of the lung, or of the tissue along its edge."""
    ring = cv2.dilate(lung, np.ones((7, 7), np.uint8)) - lung
    rows, columns = np.nonzero(ring if edge and ring.any() else lung)
    k = int(rng.integers(len(rows)))
    return float(rows[k]), float(columns[k])


def _outline(
    shape: tuple[int, ...],
    centre: tuple[float, float],
    radius: float,
    rng: np.random.Generator,
    stretch: float = 0.25,
) -> tuple[np.ndarray, np.ndarray]:
    """Each pixel's distance from the centre, and the outline's distance in its direction."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    y, x = y - centre[0], x - centre[1]
    angle = np.arctan2(y, x)
    wave = rng.uniform(0, stretch) * np.cos(2 * (angle - rng.uniform(0, 6.28)))
    for k in range(3, 9):
        wave += rng.normal() * 0.28 / k * np.cos(k * angle + rng.uniform(0, 6.28))
    if rng.random() < 0.35:  # spicules
        spikes = np.cos(rng.integers(9, 22) * angle + 2 * np.cos(2 * angle + rng.uniform(0, 6.28)))
        wave += rng.uniform(0.05, 0.3) * np.maximum(spikes, 0) ** 4
    return np.hypot(y, x), radius * np.clip(1 + wave, 0.35, 1.9)


def _smooth(shape: tuple[int, ...], rng: np.random.Generator, sigma: float) -> np.ndarray:
    """float32 noise of mean 0 and deviation 1, smooth over sigma pixels."""
    small = max(2, int(shape[0] / max(sigma, 1))), max(2, int(shape[1] / max(sigma, 1)))
    noise = cv2.resize(
        rng.standard_normal(small).astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC
    )
    return np.asarray((noise - noise.mean()) / (noise.std() + 1e-6))


def _texture(shape: tuple[int, ...], rng: np.random.Generator, grey: float, deviation: float) -> np.ndarray:
    coarse = _smooth(shape, rng, rng.uniform(2, 12)) * deviation
    fine = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 0.7) * deviation
    return np.asarray(grey + coarse + fine, np.float32)
