"""May this model judge this slice? Header, Hounsfield units, appearance, distance from the training data."""

from __future__ import annotations

import numpy as np

from lungview.classify import appearance, lungs
from lungview.classify.case import Suitability
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.model.card import ModelCard
from lungview.model.input import CROP_PIXELS, to_grey

LEAST_SIDE = 64  # px; below it nothing of a lung is left
# (0018,0015) of a chest CT, as vendors write it; a header without it is not held against the slice.
BODY_PARTS = ("CHEST", "THORAX", "LUNG", "TRUNK", "WHOLEBODY", "HEART", "MEDIASTINUM", "TORSO", "TSPINE")
_BLACK = 10  # of 255
LEAST_BLACK_RIM = 0.9  # of a cut-out nodule's picture
_GATE_WINDOW = Window(-300.0, 1400.0, name="Gate")
_AIR_HU = -320.0  # lung and air below, tissue above
_AIR_GREY = round((_AIR_HU + 1000.0) / 1400.0 * 255)


def word(before: tuple[str, ...], card: ModelCard, distance: float, *, override: bool = False) -> Suitability:
    """The gate's word about one slice and one model.

    before: of `before_network`. distance: the network's own, `Output.ood`. Every layer speaks, so that the
    reader sees all reasons. override: recorded, it changes no reason.
    """
    found = (*before, *_from_features(distance, card))
    return Suitability(
        suitable=not found,
        score=distance,
        threshold=card.ood_threshold,
        reasons=found,
        overridden=override and bool(found),
    )


def before_network(slice_: Slice, card: ModelCard, *, boxed: bool = False) -> tuple[str, ...]:
    """The reasons that need no network: a sentence each, empty when there are none.

    boxed: the reader drew a box, so that the nodule will be cut out of what is around it.
    """
    header = _from_header(slice_, card)
    if _is_crop(slice_, card):
        return (*header, *(_from_colour(slice_) or (() if boxed else _from_crop(slice_))))
    if min(slice_.rows, slice_.columns) < LEAST_SIDE:
        size = f"{slice_.rows} × {slice_.columns} pixels"
        return (*header, f"the slice is {size}, at least {LEAST_SIDE} a side are needed")
    return (*header, *(_from_hounsfield(slice_) if slice_.unit == "HU" else _from_picture(slice_)))


def _from_header(slice_: Slice, card: ModelCard) -> tuple[str, ...]:
    modality = slice_.instance.modality
    found = []
    if modality and modality not in card.modalities:
        found.append(f"the modality is {modality}, the model was trained on {', '.join(card.modalities)}")
    if not modality and not card.accepts_raster:
        found.append("this is a picture file, the model needs Hounsfield units")
    part = slice_.body_part.replace(" ", "").replace("_", "").upper()
    if part and not any(name in part for name in BODY_PARTS):
        found.append(f"the header says the body part is {slice_.body_part}")
    return tuple(found)


def _from_hounsfield(slice_: Slice) -> tuple[str, ...]:
    values = slice_.values[np.isfinite(slice_.values)]
    if not values.size:
        return ("the slice has no finite values",)
    low, high = (float(v) for v in np.percentile(values[:: max(1, values.size // 65536)], (1, 99)))
    if low > -400.0 or high < 0.0:
        return (f"values reach from {low:.0f} to {high:.0f} HU, a chest has air and soft tissue",)
    if found := lungs.reasons(slice_.values):
        return found  # and no more: what has no lungs needs no word about their shape
    grey = to_grey(slice_, _GATE_WINDOW)
    return appearance.reasons(appearance.measure(grey, air_below=_AIR_GREY))


def _from_picture(slice_: Slice) -> tuple[str, ...]:
    colour = appearance.coloured(slice_.values) if slice_.colour else 0.0
    return appearance.reasons(appearance.measure(to_grey(slice_, _GATE_WINDOW), colour))


def _from_colour(slice_: Slice) -> tuple[str, ...]:
    if not slice_.colour:
        return ()
    rule = appearance.RULES[0]
    colour = appearance.coloured(slice_.values)
    return (rule.sentence.format(colour),) if colour > rule.most else ()


def _from_crop(slice_: Slice) -> tuple[str, ...]:
    grey = to_grey(slice_, _GATE_WINDOW)
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if (rim <= _BLACK).mean() >= LEAST_BLACK_RIM and grey.max() > 2 * _BLACK:
        return ()
    return ("this is no nodule cut out on black: open the whole slice and draw a box around the nodule",)


def _from_features(distance: float, card: ModelCard) -> tuple[str, ...]:
    if distance <= card.ood_threshold:
        return ()
    return (
        f"unlike the training pictures: {_times(distance, card.ood_threshold)} the distance from the nearest "
        f"of them that this model allows (distance {distance:.2f}, limit {card.ood_threshold:.2f}), as "
        f"a picture of another scanner, window or part of the body would be",
    )


def _times(distance: float, limit: float) -> str:
    return f"{distance / limit:.2f} times" if limit > 0 else "above"


def _is_crop(slice_: Slice, card: ModelCard) -> bool:
    """A nodule cut out beforehand: it has no lungs to look for."""
    return card.preparation == "box" and max(slice_.rows, slice_.columns) <= CROP_PIXELS
