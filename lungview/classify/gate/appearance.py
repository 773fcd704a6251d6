"""Does a picture look like an axial chest CT slice? A few measures of shape and brightness, cheap."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.model.region import body_outline

_SIDE = 256  # the measures need no more pixels; a 512² slice takes 2 ms
_COLOURED = 32  # of 255, between the channels of a pixel
_PIECE = 0.01  # of the body: what counts as a large dark region


@dataclass(frozen=True, slots=True)
class Appearance:
    """Measures of one picture. Fractions in [0, 1] are of the body's area unless said.

    colour: fraction of the picture that is coloured. aspect, body_aspect: width / height of the picture, of
    the body. body: fraction of the picture. separation: distance between the means of its two groups, dark
    and bright (Otsu 1979), in standard deviations within them: 2.6 for normal noise, more for two tones,
    however little of the body one of them is. lungs, largest: large dark regions inside the body, all
    together and the largest. balance: dark area of the darker side over the other's. middle: bright fraction
    of the strip between the sides. grain: mean absolute Laplacian over the standard deviation. pieces: dark
    regions, number.
    """

    colour: float
    aspect: float
    body: float = 0.0
    body_aspect: float = 0.0
    separation: float = 0.0
    lungs: float = 0.0
    largest: float = 0.0
    balance: float = 0.0
    middle: float = 0.0
    grain: float = 0.0
    pieces: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One measure, the range it has on axial chest CT, and the sentence when it lies outside.

    The ranges hold for 98–99 % of the lung CT pictures of two public sets and one DICOM series; what else
    they let through is for the next layer, the distance from the training data.
    """

    measure: str
    least: float
    most: float
    sentence: str


RULES = (
    Rule("colour", 0.0, 0.02, "the picture is in colour ({:.0%} of it), a CT slice is grey"),
    Rule("aspect", 0.7, 2.5, "the picture is {:.2f} times as wide as high, an axial chest slice 0.7 to 2.5"),
    Rule("body", 0.2, 1.0, "no body fills the picture"),
    Rule("body_aspect", 1.05, 2.4, "the body is {:.2f} times as wide as high, a chest slice 1.05 to 2.4"),
    Rule(
        "lungs", 0.03, 0.55, "no lungs found: large dark regions are {:.0%} of the body, expected 3 to 55 %"
    ),
    Rule("largest", 0.02, 0.5, "no lungs found: the largest dark region is {:.0%} of the body"),
    Rule("balance", 0.12, 1.0, "dark regions lie on one side of the body only"),
    Rule("middle", 0.5, 1.0, "nothing dense between the two sides, where the mediastinum is"),
    Rule("separation", 3.3, 10.0, "brightness does not fall in two groups, as lung and tissue do"),
    Rule("grain", 0.1, 0.9, "the texture is not that of a CT slice"),
    Rule("pieces", 2, 70, "{:.0f} dark regions in the body, a chest slice has 2 to 70"),
)


def reasons(found: Appearance) -> tuple[str, ...]:
    """A sentence for each rule that `found` breaks; empty when it looks like an axial chest CT.

    The first three rules decide alone: what is no CT slice needs no word about its lungs.
    """
    broken = [r for r in RULES if not r.least <= getattr(found, r.measure) <= r.most]
    told = [r for r in broken if r.measure in ("colour", "aspect", "body")] or broken
    if any(r.measure == "lungs" for r in told):
        told = [r for r in told if r.measure != "largest"]  # the same, said twice
    return tuple(r.sentence.format(getattr(found, r.measure)) for r in told)


def coloured(rgb: np.ndarray) -> float:
    """Fraction of pixels whose channels differ clearly. rgb: uint8 (rows, columns, 3)."""
    small = _small(rgb)
    return float(((small.max(axis=2).astype(np.int16) - small.min(axis=2)) > _COLOURED).mean())


def measure(grey: np.ndarray, colour: float = 0.0, air_below: int | None = None) -> Appearance:
    """The measures of a picture.

    grey: (rows, columns) uint8, bright = dense. air_below: what is dark, on the same scale; None lets Otsu
    inside the body find it (a picture whose window nobody knows).
    """
    rows, columns = grey.shape
    small = _small(grey)
    outline = body_outline(small)
    if outline is None:
        return Appearance(colour, columns / rows)
    corners = np.rint(outline).astype(np.int32)
    body = np.zeros(small.shape, np.uint8)
    cv2.fillPoly(body, [corners], 1)
    inside = small[body > 0]
    limit = _otsu(inside) if air_below is None else air_below
    _, _, width, height = (max(n, 1) for n in cv2.boundingRect(corners))
    lungs, largest, balance, pieces = _dark(small <= limit, body)
    return Appearance(
        colour=colour,
        aspect=columns / rows,
        body=float(body.mean()),
        body_aspect=width / height,
        separation=_separation(inside, limit),
        lungs=lungs,
        largest=largest,
        balance=balance,
        middle=_middle(small > limit, corners),
        grain=_grain(small, body),
        pieces=pieces,
    )


def _small(picture: np.ndarray) -> np.ndarray:
    rows, columns = picture.shape[:2]
    factor = min(1.0, _SIDE / max(rows, columns))
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _otsu(values: np.ndarray) -> int:
    limit, _ = cv2.threshold(values.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return int(limit)


def _separation(inside: np.ndarray, limit: int) -> float:
    dark, bright = inside[inside <= limit], inside[inside > limit]
    if not dark.size or not bright.size:
        return 0.0
    within = (dark.size * float(dark.var()) + bright.size * float(bright.var())) / inside.size
    return (float(bright.mean()) - float(dark.mean())) / math.sqrt(max(within, 1e-6))


def _dark(dark: np.ndarray, body: np.ndarray) -> tuple[float, float, float, int]:
    # Opened, so that fissures and noise are no regions; eroded, so that the rim of the body is none.
    opened = cv2.morphologyEx((dark & (body > 0)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    regions = cv2.bitwise_and(opened, cv2.erode(body, np.ones((5, 5), np.uint8)))
    area = float(body.sum())
    _, _, stats, _ = cv2.connectedComponentsWithStats(regions, connectivity=4)
    sizes = stats[1:, cv2.CC_STAT_AREA] / area
    middle = int(np.flatnonzero(body.any(axis=0)).mean())
    left, right = float(regions[:, :middle].sum()), float(regions[:, middle:].sum())
    balance = min(left, right) / (max(left, right) + 1.0)
    return float(sizes[sizes > _PIECE].sum()), float(sizes.max(initial=0.0)), balance, len(sizes)


def _middle(bright: np.ndarray, corners: np.ndarray) -> float:
    x, y, width, height = cv2.boundingRect(corners)
    centre, half = x + width / 2, 0.08 * width
    strip = bright[y + height // 4 : y + 3 * height // 4, int(centre - half) : int(centre + half) + 1]
    return float(strip.mean()) if strip.size else 0.0


def _grain(small: np.ndarray, body: np.ndarray) -> float:
    edges = np.abs(cv2.Laplacian(small, cv2.CV_32F))[body > 0]
    return float(edges.mean()) / max(float(small[body > 0].std()), 1e-6)
