"""Leave one source out: does cancer against normal, learned from one hospital, hold at another?

A linear classifier on a frozen network's pooled features: minutes on two cores, and harder to fool than a
fine-tuned network, which learns how its source was scanned and saved. Every look at the pictures is tried,
because what carries over only in the noisy look is the scanner's grain, not the disease.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np

from lungview.model.input import scale
from lungview.training.data import appearance
from lungview.training.data.dataset import Samples
from lungview.training.gate import look_distance as ood
from lungview.training.measure import metrics

Look = Callable[[np.ndarray], np.ndarray]
Embed = Callable[[np.ndarray], np.ndarray]

LOOKS: Mapping[str, Look] = {
    "plain": lambda p: p,
    "standard": appearance.standard,
    "standard_denoised": lambda p: appearance.denoised(appearance.standard(p)),
    "lungs": lambda p: appearance.lungs_only(appearance.standard(p)),
    "lungs_denoised": lambda p: appearance.lungs_only(appearance.denoised(appearance.standard(p))),
}
# Numbers of one picture, higher = more like cancer if the rule holds; nothing is learned.
RULES: Mapping[str, Callable[[np.ndarray], float]] = {
    "smooth_tissue": lambda p: -appearance.tissue_noise(appearance.standard(p)),
    "thickest_opacity": lambda p: appearance.thickest_opacity(appearance.standard(p)),
}
# Strong: thousands of features, hundreds of pictures. Fixed beforehand, not chosen on the left-out source.
PENALTY = 1000.0


def embedder(model: Any, layer: str, scale_name: str) -> Embed:
    """(n, rows, columns) uint8 → (n, k): the mean over the picture of one layer of a Keras network."""
    import keras

    tap = keras.layers.GlobalAveragePooling2D()(model.get_layer(layer).output)
    part = keras.Model(model.input, tap)
    rows, columns = model.input.shape[1:3]

    def embed(pictures: np.ndarray) -> np.ndarray:
        found = []
        for start in range(0, len(pictures), 32):
            resized = [
                cv2.resize(p, (columns, rows), interpolation=cv2.INTER_AREA)
                for p in pictures[start : start + 32]
            ]
            found.append(np.asarray(part.predict_on_batch(scale(np.stack(resized), scale_name))))
        return np.concatenate(found)

    return embed


def last_map(model: Any) -> str:
    """The name of the last layer whose output has rows and columns."""
    return str(next(layer.name for layer in reversed(model.layers) if len(layer.output.shape) == 4))


def rules(samples: Samples) -> dict[str, float]:
    """AUC of each rule alone, cancer against normal. Near 1 or 0 for the noise rule: a shortcut lies open."""
    return {
        name: metrics.auc(np.array([rule(p) for p in samples.pictures]), samples.cancer)
        for name, rule in RULES.items()
    }


def carry_over(learned: Samples, left_out: Samples, embed: Embed, look: Look) -> dict[str, Any]:
    """Learn cancer from `learned`, all parts but test; judge every picture of `left_out`.

    auc_own: on the test part of `learned`. refused: share of `left_out` that the suitability gate fitted to
    `learned` refuses. auc_let_through: of the rest. ci95 of auc, by group.
    """
    fitted = learned.take(learned.splits != "test")
    a, b = (embed(np.stack([look(p) for p in s.pictures])) for s in (learned, left_out))
    used = learned.splits != "test"
    mean, spread = a[used].mean(axis=0), a[used].std(axis=0) + 1e-6
    weights = _ridge((a[used] - mean) / spread, fitted.cancer)
    own, other = (((e - mean) / spread) @ weights for e in (a, b))
    far, limit = _gate(a, b, learned)
    passed = far <= limit
    interval = metrics.intervals(
        lambda i: {"auc": metrics.auc(other[i], left_out.cancer[i])}, left_out.groups
    )
    return {
        "n": len(left_out),
        "auc": metrics.auc(other, left_out.cancer),
        "ci95": interval["auc"],
        "auc_own": metrics.auc(own[~used], learned.cancer[~used]),
        "refused": float((~passed).mean()),
        "auc_let_through": metrics.auc(other[passed], left_out.cancer[passed]),
    }


def _ridge(e: np.ndarray, cancer: np.ndarray) -> np.ndarray:
    """(k,) weights of ridge regression, each class weighing the same: closed form, no steps to tune."""
    y = np.where(cancer, 1.0, -1.0)
    share = np.where(cancer, 0.5 / max(cancer.sum(), 1), 0.5 / max((~cancer).sum(), 1)) * len(y)
    root = np.sqrt(share)[:, None]
    x, t = e * root, y * root[:, 0]
    # The dual form: fewer pictures than features.
    return np.asarray(x.T @ np.linalg.solve(x @ x.T + PENALTY * np.eye(len(x)), t))


def _gate(a: np.ndarray, b: np.ndarray, learned: Samples) -> tuple[np.ndarray, float]:
    train, valid = learned.splits == "train", learned.splits == "valid"
    fitted = ood.fit(a[train], np.where(learned.partial, -1, learned.labels)[train])
    return ood.distances(fitted, b), ood.threshold(ood.distances(fitted, a[valid]))
