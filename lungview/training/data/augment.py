"""Pictures as other scanners, windows and screenshots would have shown them: cheap, uint8, seeded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.model.input import scale
from lungview.training.data.dataset import Samples


@dataclass(frozen=True, slots=True)
class Recipe:
    """How strongly training pictures are changed; 0 turns a change off.

    flip: probability of a left-right flip. rotate: ± degrees. zoom: ± share. shift: ± share of the side.
    window: strength 0…1 of a random second window and gamma. blur, noise, jpeg, edge: probabilities.
    edge: a cut border or a grey surround, as a careless screenshot has. mixup: Beta parameter.
    balance: 0 = as the data is, 1 = every class (and source within it) equally often.
    """

    flip: float = 0.5
    rotate: float = 12.0
    zoom: float = 0.15
    shift: float = 0.06
    window: float = 1.0
    blur: float = 0.2
    noise: float = 0.3
    jpeg: float = 0.2
    edge: float = 0.15
    mixup: float = 0.0
    balance: float = 0.5


PLAIN = Recipe(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """values: (b, rows, columns, channels) float32 in the network's scale. targets: (b, C) float32.

    A row of targets sums to 1 (a label, or a mixed one), or to more: the classes a partial label admits.
    Loss of a row: -Σ t·log p when it sums to 1, else -log Σ t·p. indices: (b,) into the samples.
    """

    values: np.ndarray
    targets: np.ndarray
    indices: np.ndarray


def batches(
    samples: Samples,
    size: int,
    *,
    recipe: Recipe | None = None,
    seed: int = 0,
    epoch: int = 0,
    scale_name: str = "-1..1",
    channels: int = 3,
    share: tuple[int, int] = (0, 1),
) -> Iterator[Batch]:
    """One epoch of training batches, the same for the same seed and epoch. The last may be smaller.

    share: (k, n), the k-th of n equal parts of the epoch, changed at random as no other is; what is left over
    when the epoch is divided by n is in none.
    """
    recipe = recipe or Recipe()
    rng = np.random.default_rng((seed, epoch))
    order = rng.choice(len(samples), len(samples), p=probabilities(samples, recipe.balance))
    if recipe.balance == 0:
        order = rng.permutation(len(samples))
    part, parts = share
    if parts > 1:
        order = order[part : len(order) // parts * parts : parts]
        rng = np.random.default_rng((seed, epoch, part))
    for start in range(0, len(order), size):
        index = order[start : start + size]
        pictures = np.stack([change(samples.pictures[i], recipe, rng) for i in index])
        values, targets = scale(pictures, scale_name, channels), samples.targets[index]
        if recipe.mixup > 0:
            values, targets = _mix(values, targets, recipe.mixup, rng)
        yield Batch(values, targets, index)


def probabilities(samples: Samples, balance: float) -> np.ndarray:
    """(n,) how often each picture is drawn, sum 1: between as is (0) and classes and sources alike (1)."""
    keys = [
        f"{source}{target.tobytes()!r}"
        for source, target in zip(samples.sources, samples.targets, strict=True)
    ]
    _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
    weights = counts[which].astype(np.float64) ** -balance
    return np.asarray(weights / weights.sum())


def change(picture: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """One picture, (rows, columns) uint8, changed at random as the recipe allows."""
    x = _moved(picture, recipe, rng)
    x = _rewindowed(x, recipe.window, rng)
    if rng.random() < recipe.blur:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < recipe.noise:
        x = _noisy(x, rng)
    if rng.random() < recipe.edge:
        x = _edged(x, rng)
    if rng.random() < recipe.jpeg:
        x = _through_jpeg(x, int(rng.integers(25, 90)))
    return np.asarray(x)


def _moved(x: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    if recipe.flip and rng.random() < recipe.flip:
        x = x[:, ::-1]
    if not (recipe.rotate or recipe.zoom or recipe.shift):
        return np.ascontiguousarray(x)
    rows, columns = x.shape
    angle = rng.uniform(-recipe.rotate, recipe.rotate)
    factor = 1 + rng.uniform(-recipe.zoom, recipe.zoom)
    matrix = cv2.getRotationMatrix2D(((columns - 1) / 2, (rows - 1) / 2), angle, factor)
    matrix[:, 2] += rng.uniform(-recipe.shift, recipe.shift, 2) * np.array((columns, rows))
    # Bodies are as broad or as slim as patients are: the two axes differ a little.
    matrix[0] *= 1 + rng.uniform(-0.4, 0.4) * recipe.zoom
    return np.asarray(
        cv2.warpAffine(np.ascontiguousarray(x), matrix, (columns, rows), flags=cv2.INTER_LINEAR)
    )


def _rewindowed(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    # What saving the same slice with another window and another screen's gamma would have given. Relative to
    # the picture's own lung and tissue, so that a dark picture is not wiped out.
    if strength <= 0 or rng.random() < 0.2:
        return x
    inside = np.sort(x[::4, ::4][x[::4, ::4] > 0])
    if inside.size < 16:
        return x
    lung, tissue = inside[inside.size // 10] / 255, inside[inside.size * 8 // 10] / 255
    low = strength * (lung + rng.uniform(-0.4, 0.35) * (tissue - lung))
    high = 1 + strength * (tissue + rng.uniform(0.0, 1.0) * (tissue - lung) - 1)
    return np.asarray(cv2.LUT(x, table(low, high, np.exp(rng.uniform(-0.4, 0.4) * strength))))


def table(low: float, high: float, gamma: float = 1.0) -> np.ndarray:
    """(256,) uint8: grey values from `low` to `high` (shares of full white) stretched to black…white.

    0 stays 0: it is what lies outside the patient.
    """
    g = np.arange(256, dtype=np.float64) / 255
    y = np.clip((g - low) / max(high - low, 0.05), 0, 1) ** gamma
    y[0] = 0
    return np.asarray(np.rint(y * 255), dtype=np.uint8)


def _noisy(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    noise = rng.standard_normal(x.shape, dtype=np.float32) * np.float32(rng.uniform(2, 12))
    # CT noise is correlated over neighbouring pixels.
    noise = cv2.GaussianBlur(noise, (3, 3), 0) * np.float32(1.6)
    return np.asarray(np.where(x > 0, np.clip(x + noise, 0, 255), 0).astype(np.uint8))


def _edged(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    x = x.copy()
    if rng.random() < 0.5:
        depth = int(rng.uniform(0.02, 0.12) * x.shape[0])
        turned = np.rot90(x, int(rng.integers(4)))
        turned[:depth] = 0
    else:
        for corner in ((0, 0), (x.shape[1] - 1, 0), (0, x.shape[0] - 1), (x.shape[1] - 1, x.shape[0] - 1)):
            if x[corner[1], corner[0]] == 0:
                cv2.floodFill(x, None, corner, (float(rng.integers(4, 70)),))
    return x


def _through_jpeg(x: np.ndarray, quality: int) -> np.ndarray:
    _, encoded = cv2.imencode(".jpg", x, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE))


def _mix(
    values: np.ndarray, targets: np.ndarray, alpha: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    # Partial labels are sets, not distributions: they are left as they are.
    whole = np.flatnonzero(np.isclose(targets.sum(axis=1), 1))
    other = rng.permutation(whole)
    share = np.float32(rng.beta(alpha, alpha))
    values, targets = values.copy(), targets.copy()
    values[whole], targets[whole] = (
        share * values[whole] + (1 - share) * values[other],
        share * targets[whole] + (1 - share) * targets[other],
    )
    return values, targets
