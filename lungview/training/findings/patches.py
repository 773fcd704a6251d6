"""A sample as another scanner, window or screenshot would have shown it: one training patch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.nodules.detector import greys
from lungview.training.findings import loss
from lungview.training.findings.network import STRIDE
from lungview.training.findings.samples import painting, transplant
from lungview.training.findings.samples.sample import NODULE, UNKNOWN, Sample


@dataclass(frozen=True, slots=True)
class Recipe:
    """How samples are varied; shares are of all patches.

    side: of a patch, px. coarse: zoomed to 1.1 to 2.4 mm a pixel, as large masses are looked at. single: all
    three channels are the slice itself, as in a picture without neighbours. masses, opacities: painted in.
    grafts: LIDC nodules put in.
    """

    side: int = 96
    coarse: float = 0.35
    single: float = 0.33
    masses: float = 0.17
    opacities: float = 0.12
    grafts: float = 0.0


def patch(
    sample: Sample, recipe: Recipe, rng: np.random.Generator, grafts: Sequence[transplant.Graft] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """float32 (side, side, 3) in [0, 1], and what is to be learnt of it (loss.targets) at half the side."""
    zoom = rng.uniform(0.42, 0.68) if rng.random() < recipe.coarse else np.exp(rng.uniform(-0.32, 0.45))
    picture, labels = _cut(sample, recipe.side, float(zoom), rng)
    malignancy = np.full(labels.shape, sample.malignancy, np.float32)
    if grafts and rng.random() < recipe.grafts:
        graft = grafts[int(rng.integers(len(grafts)))]
        own = transplant.put(graft, picture, labels, greys.PIXEL_MM / zoom, rng)
        if own is not None:
            malignancy[own] = graft.malignancy
    real = labels == NODULE
    painted = _paint(picture, labels, recipe, greys.PIXEL_MM / zoom, rng)
    if painted:
        malignancy[(labels == NODULE) & ~real] = 0.95
    if rng.random() < recipe.single:
        picture = np.repeat(picture[..., 1:2], 3, axis=2)
    return _shown(picture, rng), loss.targets(*_halved(labels, malignancy))


def _paint(
    picture: np.ndarray, labels: np.ndarray, recipe: Recipe, pixel_mm: float, rng: np.random.Generator
) -> bool:
    if rng.random() < recipe.opacities:
        painting.opacity(picture, labels, pixel_mm, rng)
    return rng.random() < recipe.masses and painting.mass(picture, labels, pixel_mm, rng)


def _cut(sample: Sample, side: int, zoom: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A square turned, mirrored and zoomed; what lies outside the picture is unknown."""
    rows, columns = sample.labels.shape
    reach = 0.42 * side / zoom
    if sample.centre is None:
        centre = np.array([rng.uniform(0.15, 0.85) * rows, rng.uniform(0.12, 0.88) * columns])
    else:
        centre = np.array(sample.centre) + rng.uniform(-reach, reach, 2)
    angle = rng.uniform(-0.35, 0.35) if rng.random() < 0.7 else rng.uniform(-np.pi, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / zoom
    turn *= np.array([1 if rng.random() < 0.5 else -1, 1 if rng.random() < 0.8 else -1])
    offset = centre[::-1] - turn @ np.array([side / 2, side / 2])
    matrix = np.hstack([turn, offset[:, None]])
    flags = cv2.WARP_INVERSE_MAP
    source = sample.picture if zoom > 0.8 else cv2.blur(sample.picture, (2, 2))
    picture = cv2.warpAffine(
        source, matrix, (side, side), flags=flags | cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    labels = cv2.warpAffine(
        sample.labels, matrix, (side, side), flags=flags | cv2.INTER_NEAREST, borderValue=UNKNOWN
    )
    return picture.astype(np.float32) / 255, np.asarray(labels)


def _halved(labels: np.ndarray, malignancy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both at the maps' size: a square with a nodule in it is nodule, else it is its first pixel."""
    side = len(labels) // STRIDE
    squares = labels.reshape(side, STRIDE, side, STRIDE).swapaxes(1, 2).reshape(side, side, -1)
    nodule = (squares == NODULE).sum(axis=2) >= 2
    small = np.where(nodule, NODULE, np.where(squares[..., 0] == NODULE, UNKNOWN, squares[..., 0]))
    rated = malignancy.reshape(side, STRIDE, side, STRIDE).max(axis=(1, 3))
    return small.astype(np.uint8), rated


def _shown(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The greys another scanner, kernel, window or file would have given it."""
    if rng.random() < 0.4:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.1)))
    elif rng.random() < 0.3:  # a sharp kernel
        picture = picture + rng.uniform(0.2, 0.9) * (picture - cv2.GaussianBlur(picture, (0, 0), 1.0))
    if rng.random() < 0.3:  # a window that ends below the densest tissue, or above air
        picture = np.clip(picture, rng.uniform(0, 0.08), rng.uniform(0.72, 1))
    gain, offset = rng.normal(1, 0.06), rng.normal(0, 0.025)
    picture = np.clip((picture - 0.4) * gain + 0.4 + offset, 0, 1)
    if rng.random() < 0.4:
        picture = picture ** np.exp(rng.normal(0, 0.12))
    if rng.random() < 0.6:
        noise = rng.standard_normal(picture.shape).astype(np.float32)
        if rng.random() < 0.5:
            noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), np.float32) * 2
        picture = picture + noise * rng.uniform(0, 0.045)
    picture = np.clip(picture, 0, 1)
    if rng.random() < 0.12:
        picture = _compressed(picture, int(rng.integers(35, 92)))
    return np.asarray(picture, np.float32)


def _compressed(picture: np.ndarray, quality: int) -> np.ndarray:
    planes = []
    for channel in range(3):
        written = cv2.imencode(
            ".jpg", np.rint(picture[..., channel] * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality]
        )
        planes.append(np.asarray(cv2.imdecode(written[1], cv2.IMREAD_GRAYSCALE)))
    return np.stack(planes, axis=-1).astype(np.float32) / 255
