"""A trained findings network becomes a model folder: exported, compared with itself in float32, described."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lungview.errors import LungViewError
from lungview.image.window import Window
from lungview.model import model_folder
from lungview.model.card import FINDINGS, ClassLabel, ModelCard, OperatingPoint
from lungview.network.dense import DenseNetwork
from lungview.nodules.detector import greys
from lungview.nodules.detector.tiles import TILE
from lungview.training.export import described, quantize
from lungview.training.findings import export
from lungview.training.findings.recipe import Training
from lungview.training.findings.samples.sample import Sample

CLASSES = (
    ClassLabel("nodule", "Nodule or mass", malignant=False),
    ClassLabel("malignancy", "Malignancy, where there is a nodule", malignant=True),
    ClassLabel("opacity", "Ground glass, consolidation or fluid", malignant=False),
)
_WINDOW = Window(greys.FLOOR_HU + greys.SPAN_HU / 2, greys.SPAN_HU, name="Preparation")
_ROUNDING = 192  # tiles that 8-bit weights are rounded for
_COMPARED = 48  # other tiles, on which the exports are compared
_FEWEST = 10
_ALIKE = 0.99  # correlation of the score's maps


def package(training: Training, model: Any, samples: Sequence[Sample], out: Path) -> ModelCard:
    """Write OUT/model.tflite and OUT/card.json, without figures and threshold. Raises LungViewError.

    samples: what the network has learnt from; 8-bit weights are rounded for tiles of them.
    """
    pictures = tiles_of(samples, _ROUNDING + _COMPARED)
    if len(pictures) < _FEWEST:
        raise LungViewError(
            f"{_FEWEST} samples or more are expected to round weights for, found {len(pictures)}"
        )
    compared = len(pictures) * _COMPARED // (_ROUNDING + _COMPARED)
    exact = export.to_tflite(model)
    weights = quantize.in_8_bits(exact, pictures[compared:])
    for integers in (True, False):  # multiplied: the faster first
        content = quantize.to_int8(exact, weights, integers=integers)
        alike = agreement(content, exact, pictures[:compared])
        if alike >= _ALIKE:
            card = describe(training, content)
            model_folder.write(card, content, out)
            return card
    raise LungViewError(f"8-bit weights change the maps too much (correlation {alike:.3f})")


def describe(training: Training, content: bytes) -> ModelCard:
    """The card of an export before it is measured: its maps are the mean with those of the mirror image."""
    return ModelCard(
        id=training.id,
        name=training.name,
        version=training.version,
        task=FINDINGS,
        architecture="findings",
        classes=CLASSES,
        input_size=TILE,
        preparation="whole",
        window=_WINDOW,
        scale="0..1",
        mirrored=True,
        operating_point=OperatingPoint(),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        data=training.data_note,
        split="by patient",
        intended_use=described.INTENDED_USE,
        limits=training.limits,
        licence_data=training.licence_data,
        licence_weights=described.LICENCE_WEIGHTS,
    )


def agreement(content: bytes, exact: bytes, pictures: np.ndarray) -> float:
    """Pearson's r of the scores of two exports, all places of all pictures together."""
    scores = []
    for file in (content, exact):
        card = ModelCard("x", "x", "0", FINDINGS, "findings", CLASSES, TILE, sha256="0" * 64)
        network = DenseNetwork(card, file, threads=1)
        found = np.stack([network(p) for p in pictures])
        scores.append((found[..., 0] * found[..., 1]).ravel())
    return float(np.corrcoef(scores[0], scores[1])[0, 1])


def tiles_of(samples: Sequence[Sample], count: int) -> np.ndarray:
    """float32 (count, *TILE, 3) in [0, 1]: middles of samples far apart, every second at half the scale."""
    chosen = np.unique(np.linspace(0, len(samples) - 1, count).astype(int))
    order = np.random.default_rng(0).permutation(chosen)
    return np.stack([_tile(samples[k].picture, 1 + i % 2) for i, k in enumerate(order)])


def _tile(picture: np.ndarray, scale: int) -> np.ndarray:
    small = cv2.resize(picture, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    rows, columns = small.shape[:2]
    top, left = max(0, (rows - TILE[0]) // 2), max(0, (columns - TILE[1]) // 2)
    part = small[top : top + TILE[0], left : left + TILE[1]]
    tile = np.zeros((*TILE, 3), np.float32)
    tile[: part.shape[0], : part.shape[1]] = part / np.float32(255)
    return tile
