"""May this model judge this slice? Header, Hounsfield units, appearance, distance from the training data."""

from __future__ import annotations

import math

import numpy as np

from lungview.classify.case import Refusal, Suitability
from lungview.classify.gate import appearance
from lungview.classify.gate.nodule_gate import InBox
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.lung import one_slice
from lungview.model.card import ModelCard
from lungview.model.input import to_grey

LEAST_SIDE = 64  # px; below it nothing of a lung is left
_ROUNDING = 1e-9  # of a hundredth
_GATE_WINDOW = Window(-300.0, 1400.0, name="Gate")


def word(
    before: tuple[str, ...],
    card: ModelCard,
    distance: float,
    *,
    nodule: InBox | None = None,
    override: bool = False,
) -> Suitability:
    """The gate's word about one slice and one model.

    before: of `before_network`. distance: the network's own, `Output.ood`. Every layer speaks, so that the
    reader sees all reasons. nodule: as in `before_network`; of one outlined in HU the distance is not asked:
    how far it lies from crops of one set says nothing of whether it is one.
    override: recorded, it changes no reason.
    """
    limit = float("inf") if nodule is not None and nodule.in_hu else card.ood_threshold
    far = _from_features(distance, limit)
    found = (*before, *far)
    return Suitability(
        suitable=not found,
        score=distance,
        threshold=limit,
        reasons=found,
        overridden=override and bool(found),
        refusal=_refusal(before, far, card),
    )


def _refusal(before: tuple[str, ...], far: tuple[str, ...], card: ModelCard) -> Refusal | None:
    if before:
        return Refusal.NO_NODULE if card.preparation == "box" else Refusal.NO_LUNG
    return Refusal.UNLIKE if far else None


def before_network(slice_: Slice, card: ModelCard, nodule: InBox | None = None) -> tuple[str, ...]:
    """The reasons that need no network: a sentence each, empty when there are none.

    nodule: what `nodule_gate` found in the reader's box, or in a crop; None for a model of whole slices.
    """
    header = _from_header(slice_, card)
    if nodule is not None:
        return (*header, *(_from_colour(slice_) or nodule.reasons))
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
    return (*found, *one_slice.header_reasons(slice_))


def _from_hounsfield(slice_: Slice) -> tuple[str, ...]:
    values = slice_.values[np.isfinite(slice_.values)]
    if not values.size:
        return ("the slice has no finite values",)
    low, high = (float(v) for v in np.percentile(values[:: max(1, values.size // 65536)], (1, 99)))
    if low > -400.0 or high < 0.0:
        return (f"values reach from {low:.0f} to {high:.0f} HU, a chest has air and soft tissue",)
    return one_slice.reasons(slice_.values, slice_.spacing.row if slice_.spacing else None)


def _from_picture(slice_: Slice) -> tuple[str, ...]:
    colour = appearance.coloured(slice_.values) if slice_.colour else 0.0
    return appearance.reasons(appearance.measure(to_grey(slice_, _GATE_WINDOW), colour))


def _from_colour(slice_: Slice) -> tuple[str, ...]:
    if not slice_.colour:
        return ()
    rule = appearance.RULES[0]
    colour = appearance.coloured(slice_.values)
    return (rule.sentence.format(colour),) if colour > rule.most else ()


def _from_features(distance: float, limit: float) -> tuple[str, ...]:
    if distance <= limit:
        return ()
    far, most = with_limit(distance, limit)
    return (
        f"unlike the training pictures: {_times(distance, limit)} the distance from the nearest "
        f"of them that this model allows (distance {far}, limit {most}), as "
        f"a picture of another scanner, window or part of the body would be",
    )


def _times(distance: float, limit: float) -> str:
    return f"{above(distance / limit)} times" if limit > 0 else "above"


def with_limit(distance: float, limit: float) -> tuple[str, str]:
    """Two decimals of each, rounded so that they stand to each other as the numbers do."""
    if distance > limit:
        return above(distance), below(limit)
    return below(distance), above(limit)


def above(value: float) -> str:
    """Two decimals of what lies above a limit, rounded up: 1.002 beside a limit of 1 is 1.01."""
    return f"{math.ceil(value * 100 - _ROUNDING) / 100 if math.isfinite(value) else value:.2f}"


def below(limit: float) -> str:
    """Two decimals, rounded down: of a limit that was passed, so that what passed it reads as more."""
    return f"{math.floor(limit * 100 + _ROUNDING) / 100 if math.isfinite(limit) else limit:.2f}"
