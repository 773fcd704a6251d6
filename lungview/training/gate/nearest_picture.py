"""How like the training pictures a picture is: its look to the first stages of a network, and what it shows.

What a network has learned to tell apart says little of where a picture comes from; its early stages say much.
A slice of another hospital's scanner gives almost the same last features as one of the training set (and is
then called with confidence, at chance), but the mean and spread of its early channels, its sharpness, noise,
contrast, the film of a screenshot, leave the range that the training pictures span. So the gate looks there
too: how much of a picture's look the main directions of theirs leave unexplained; how far, stage by stage,
the nearest of them is; and how unlike the nearest is in what it shows. The first knows strangers of a new
kind; the others let pictures pass from the odd places that some training pictures are of. The three are
multiplied: who is at home in one of them may be a little further away in the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from lungview.training.gate import look_distance as ood

# Of the input's side: coarser stages know what is in a picture, not how it looks.
COARSEST = 1 / 16
DIRECTIONS = 32
# In spreads; one odd channel does not make a stranger.
CLIP = 4.0
FOLDS = 5
# Leading directions of a stage along which the nearest training picture is looked for.
NEAR = 16
# How much the distance to the nearest look weighs; what is unexplained, and what a picture shows, weigh 1.
NEAR_WEIGHS = 3.0
# Rows and columns looked at of a map, at most: its statistics need no more.
MOST_ROWS = 56
_TINY = 1e-6

_CHANGES = (keras.layers.ReLU, keras.layers.Activation, keras.layers.LeakyReLU)
_NO_STAGE = (
    keras.layers.InputLayer,
    keras.layers.ZeroPadding2D,
    keras.layers.Rescaling,
    keras.layers.Normalization,
)


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """The training pictures' looks at one resolution.

    channels: slice of its statistics among all. basis: (c, w), leading directions in units of the spread
    along them. points: (n, w), the training pictures along these.
    """

    channels: slice
    basis: np.ndarray
    points: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Grain:
    """The training pictures' looks, and what they show.

    mean, spread: (k,) of the statistics; basis: (k, r), orthonormal columns. stages: fine to coarse.
    shown: (n, m), unit length: where each is in `ood.Space`. limit: the distance above which a picture is a
    stranger.
    """

    mean: np.ndarray
    spread: np.ndarray
    basis: np.ndarray
    stages: tuple[Stage, ...]
    shown: np.ndarray
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


def widths(maps: Sequence[Any]) -> list[int]:
    """How many of the statistics are of each map."""
    return [2 * int(x.shape[-1]) for x in maps]


def fit(seen: np.ndarray, counts: Sequence[int], shown: np.ndarray) -> Grain:
    """The looks of training pictures; the limit is still to be set.

    seen: (n, k) statistics. counts: `widths` of the stages. shown: (n, m), along the leading directions of
    `ood.Space`.
    """
    e = seen.astype(np.float64)
    spread = e.std(axis=0)
    spread += 0.05 * spread.mean() + _TINY
    mean = e.mean(axis=0)
    x = np.clip((e - mean) / spread, -CLIP, CLIP)
    directions = np.linalg.svd(x, full_matrices=False)[2]
    basis = directions[: min(DIRECTIONS, len(directions) // 2)].T
    ends = np.cumsum(counts)
    parts = tuple(_stage(x, slice(int(end - n), int(end))) for n, end in zip(counts, ends, strict=True))
    mean, spread, basis = (part.astype(np.float32) for part in (mean, spread, basis))
    return Grain(mean, spread, basis, parts, ops.convert_to_numpy(_direction(shown.astype(np.float32))))


def _stage(x: np.ndarray, channels: slice) -> Stage:
    _, sizes, directions = np.linalg.svd(x[:, channels], full_matrices=False)
    kept = min(NEAR, max(1, len(directions) // 2))
    basis = directions[:kept].T / (sizes[:kept] / np.sqrt(len(x)) + _TINY)
    return Stage(channels, basis.astype(np.float32), (x[:, channels] @ basis).astype(np.float32))


def distance(grain: Grain, found: Any, shown: Any) -> Any:
    """(n,): how far a picture is, of (n, k) statistics and (n, m) coordinates of what it shows.

    The weighted geometric mean of the three distances.
    """
    x = ops.clip((found - grain.mean[None]) / grain.spread[None], -CLIP, CLIP)
    basis = ops.convert_to_tensor(grain.basis)
    rest = ops.mean(ops.absolute(x - ops.matmul(ops.matmul(x, basis), ops.transpose(basis))), axis=-1)
    near = sum(ops.log(_nearest(stage, x) + _TINY) for stage in grain.stages) / len(grain.stages)
    alike = ops.max(ops.matmul(_direction(shown), ops.convert_to_tensor(grain.shown.T)), axis=-1)
    unlike = ops.maximum(1.0 - alike, 0.0)
    logs = ops.log(rest + _TINY) + NEAR_WEIGHS * near + ops.log(unlike + _TINY)
    return ops.exp(logs / (2.0 + NEAR_WEIGHS))


def _nearest(stage: Stage, x: Any) -> Any:
    """(n,): the distance to the nearest training picture's look at one stage."""
    return ood.nearest(ops.matmul(x[:, stage.channels], ops.convert_to_tensor(stage.basis)), stage.points)


def _direction(shown: Any) -> Any:
    return shown / (ops.sqrt(ops.sum(shown * shown, axis=-1, keepdims=True)) + _TINY)


def held_out(seen: np.ndarray, counts: Sequence[int], shown: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n,) distances of training pictures, as `fit` takes them, each from those of other groups."""
    names, which = np.unique(groups, return_inverse=True)
    part = np.random.default_rng(0).permutation(len(names))[which] % FOLDS
    far = np.zeros(len(seen))
    for fold in range(FOLDS):
        out = part == fold
        if out.any() and not out.all():
            fitted = fit(seen[~out], counts, shown[~out])
            found = distance(fitted, seen[out].astype(np.float32), shown[out].astype(np.float32))
            far[out] = ops.convert_to_numpy(found)
    return far


def limit(far: np.ndarray, passes: float) -> float:
    """The distance that this share of the `held_out` pictures stay within.

    More of new pictures do (about 0.95 where 0.9 of these do): a look of which the fit saw no other picture
    is further away than it will be.
    """
    return float(np.quantile(far, passes))
