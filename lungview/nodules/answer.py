"""Answer: what the second reader says of one series, of a picture, or of a place that a reader named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lungview.image.slice import Instance
from lungview.lung.quantify import Quantities
from lungview.nodules.finding import Finding
from lungview.nodules.layers import Layers

PixelBox = tuple[float, float, float, float]  # x0, y0, x1, y1; pixel c covers [c, c + 1)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding, and where a reader looks for it.

    finding: its `slices` are in the order of the answer's instances, its outline in voxels of the volume.
    index: of the slice that its place lies on, in the same order. box: around it there, px.
    called: whether its score reaches the model's operating point; None where the card has not measured it.
    extent_mm: of a candidate, on the detector's map; None of a place that a reader named. name: the reader's
    name for it in a report, "" for none.
    """

    finding: Finding
    index: int
    box: PixelBox
    called: bool | None = None
    extent_mm: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One series, or one picture.

    instances: in the order of the series. model: id and version; "" where only a place was judged.
    reasons: why there is no answer, a sentence each; empty where there is one. notes: what a reader must
    know.
    conclusion: what the model's call comes to, and how much it may be relied on; "" where that was never
    measured, and of a named place. findings: by falling score. slice_scores: index and highest score in
    [0, 1] of each slice looked at.
    seconds: by step. layers: what may be laid over the slices, of a series that was looked at.
    indices: of each slice of the volume that outlines are counted in, its place in the series' order.
    """

    instances: tuple[Instance, ...] = field(repr=False)
    model: str = ""
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lungs: Quantities | None = None
    conclusion: str = ""
    findings: tuple[Located, ...] = ()
    slice_scores: tuple[tuple[int, float], ...] = field(default=(), repr=False)
    seconds: Mapping[str, float] = field(default_factory=dict)
    layers: Layers | None = field(default=None, repr=False)
    indices: tuple[int, ...] = field(default=(), repr=False)

    @property
    def suitable(self) -> bool:
        return not self.reasons
