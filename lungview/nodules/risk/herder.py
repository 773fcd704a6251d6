"""Herder: the Mayo risk after a PET scan; Herder GJ et al., Chest 2005;128:2490–2496."""

from __future__ import annotations

from dataclasses import replace

from lungview.nodules.risk.formula import Estimate, Missing, estimate, logistic
from lungview.nodules.risk.inputs import LABELS, Inputs, Uptake
from lungview.nodules.risk.mayo import MAYO

NAME = "Herder, after PET"
SOURCE = "Herder GJ et al., Chest 2005;128:2490–2496"
MADE_FOR = "one indeterminate nodule of at most 30 mm referred for FDG-PET (106 patients)"
TEXT = (
    "log odds = −4.739 + 3.691 × Mayo probability + 2.322 × faint, 4.617 × moderate or 4.771 × intense uptake"
)
CONSTANT, OF_MAYO = -4.739, 3.691
UPTAKE = {Uptake.NONE: 0.0, Uptake.FAINT: 2.322, Uptake.MODERATE: 4.617, Uptake.INTENSE: 4.771}
_BEFORE = replace(MAYO, name=NAME)  # what it refuses, it refuses in its own name
ASKS = (*MAYO.asks, "uptake")
_PET_MM = 8.0  # smaller ones take up too little to be seen (BTS 2015)


def herder(inputs: Inputs) -> Estimate | Missing:
    """Risk after PET. Raises InputError outside of the range of the Mayo formula, on which it rests."""
    before = estimate(_BEFORE, inputs)
    if isinstance(before, Missing):
        late = ("uptake",) if inputs.uptake is None else ()
        return Missing(NAME, (*before.names, *late))
    if inputs.uptake is None:
        return Missing(NAME, ("uptake",))
    parts = (("Mayo probability", OF_MAYO * before.probability), ("FDG uptake", UPTAKE[inputs.uptake]))
    return replace(
        before,
        formula=NAME,
        source=SOURCE,
        made_for=MADE_FOR,
        text=TEXT,
        probability=logistic(CONSTANT + sum(part for _, part in parts)),
        inputs=(*before.inputs, (LABELS["uptake"], inputs.uptake.value)),
        notes=(*before.notes, *_notes(inputs)),
        parts=parts,
    )


def _notes(inputs: Inputs) -> tuple[str, ...]:
    if inputs.long_mm is not None and inputs.long_mm < _PET_MM:
        return (f"PET says little of nodules under {_PET_MM:.0f} mm",)
    return ()
