"""The second reader's look at one picture alone: a loose CT slice in HU, or a picture in any window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lungview.errors import InputError
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.lung import one_slice
from lungview.model.card import ModelCard
from lungview.model.input import to_grey
from lungview.nodules.answer import Answer
from lungview.nodules.detector import greys, region, scale
from lungview.nodules.detector.planes import NEIGHBOUR_MM
from lungview.nodules.layers import layers
from lungview.nodules.second_reader import block as blocks
from lungview.nodules.second_reader import second_look, steps
from lungview.nodules.second_reader.block import Block
from lungview.nodules.second_reader.second_look import SecondReader
from lungview.nodules.second_reader.steps import Progress, Steps

_WINDOW = Window(greys.FLOOR_HU + greys.SPAN_HU / 2, greys.SPAN_HU, name="Findings")
_LEAST_SIDE = 64  # px


def of_slice(slice_: Slice, reader: SecondReader, *, on_progress: Progress | None = None) -> Answer:
    """The answer to one decoded picture. Raises ModelError."""
    watch = Steps(on_progress)
    answer = Answer((slice_.instance,), reader.card.reference, seconds=watch.seconds)
    try:
        _check_header(slice_, reader.card)
        block = block_of(slice_)
        with watch.step(steps.LUNGS):
            inside = _lungs(slice_, block)
    except InputError as error:
        return replace(answer, reasons=(error.message,))
    wide = region.with_lost_side(inside, block.values[0], block.spacing_mm[1])
    found = second_look.searched(block, wide[None], reader.network, watch)
    findings = second_look.outlined(block, found.candidates, reader, watch)
    return replace(
        answer,
        conclusion=second_look.concluded(reader.card, findings, 1, slice_.thickness),
        findings=findings,
        slice_scores=((0, found.slice_scores[0]),),
        layers=layers(block.indices, inside[None], found.maps),
        indices=block.indices,
    )


def block_of(slice_: Slice) -> Block:
    """The picture in HU, or brought near them; without Pixel Spacing its scale is the body's width.

    Raises InputError for a picture that is too small, or without two tones for lung and tissue.
    """
    if min(slice_.rows, slice_.columns) < _LEAST_SIDE:
        size = f"{slice_.rows} × {slice_.columns}"
        raise InputError(f"a picture needs {_LEAST_SIDE} pixels a side, found {size}")
    if slice_.unit == "HU" and not slice_.colour and slice_.spacing is not None:
        return blocks.of_slice(slice_, slice_.spacing)
    hu = slice_.values if slice_.unit == "HU" and not slice_.colour else None
    values = greys.standardised(to_grey(slice_, _WINDOW)) if hu is None else np.nan_to_num(hu, nan=-1024.0)
    pixel = slice_.spacing
    guessed = scale.pixel_mm(values)
    rows, columns = (pixel.row, pixel.column) if pixel else (guessed, guessed)
    return Block(
        values[None], (NEIGHBOUR_MM, rows, columns), (0,), measured=pixel is not None, in_hu=hu is not None
    )


def _check_header(slice_: Slice, card: ModelCard) -> None:
    modality = slice_.instance.modality
    if modality and modality not in card.modalities:
        raise InputError(f"findings are looked for in {', '.join(card.modalities)}, found {modality}")
    if not modality and not card.accepts_raster:
        raise InputError(f"{card.id} needs Hounsfield units, found a picture file")
    if said := one_slice.header_reasons(slice_):
        raise InputError(said[0])


def _lungs(slice_: Slice, block: Block) -> np.ndarray:
    """bool (rows, columns). Raises InputError where there is no lung."""
    values, pixel = block.values[0], block.spacing_mm[1]
    if block.in_hu:
        if said := one_slice.reasons(values, pixel):
            raise InputError(said[0])
        return np.asarray(one_slice.lung_labels(values, pixel) > 0)
    return region.lungs_of_picture(to_grey(slice_, _WINDOW), values, pixel)
