"""What a work-up is made from, and what it is. What a reader says goes before what the study tells."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lungview.image.slice import Patient, Study
from lungview.lung.quantify import Quantities
from lungview.nodules.finding import Finding
from lungview.nodules.growth.change import Change, cut_by_edge
from lungview.nodules.growth.over_time import OverTime
from lungview.nodules.growth.scans import Scan, thick
from lungview.nodules.guidelines import fleischner, lung_rads_nodule
from lungview.nodules.guidelines.advice import Advice
from lungview.nodules.lobe import Lobe
from lungview.nodules.over import over
from lungview.nodules.risk.formula import Estimate, Missing
from lungview.nodules.risk.inputs import Inputs


class Guide(enum.Enum):
    """Which guideline is asked."""

    LUNG_RADS = "Lung-RADS v2022"
    FLEISCHNER = "Fleischner Society 2017"


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader says of one nodule, or of the patient for all of them; None is not said.

    text, category: in the place of what the guideline recommends.
    """

    lobe: Lobe | None = None
    risk: Inputs = field(default_factory=Inputs)
    screening: lung_rads_nodule.Nodule = field(default_factory=lung_rads_nodule.Nodule)
    chance: fleischner.Nodule = field(default_factory=fleischner.Nodule)
    text: str = ""
    category: str = ""

    def over(self, other: Said) -> Said:
        """These, and what they do not say from another."""
        return Said(
            self.lobe or other.lobe,
            over(self.risk, other.risk),
            over(self.screening, other.screening),
            over(self.chance, other.chance),
            self.text or other.text,
            self.category or other.category,
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What the study tells of a nodule.

    suggested: its lobe, by its place. count: of the accepted findings and this one, once.

    prior: the same nodule in the prior scan; change: what became of it, None where there is no prior scan.
    scan: whose slices it was measured on; None where that is not known. over_time: through all earlier
    scans, None where there are none.
    """

    finding: Finding
    patient: Patient = field(default_factory=Patient, repr=False)
    study: Study = field(default_factory=Study, repr=False)
    suggested: Lobe | None = None
    count: int = 1
    lungs: Quantities | None = None
    prior: Finding | None = None
    change: Change | None = None
    scan: Scan | None = None
    over_time: OverTime | None = None

    @property
    def cut(self) -> bool:
        """Whether the nodule reaches the edge of the scan, so that its size is not known."""
        return self.finding.outline is not None and cut_by_edge(self.finding.outline)

    @property
    def thick(self) -> tuple[str, ...]:
        """Why there is no volumetry, a sentence; nothing where there is."""
        return thick(self.scan) if self.scan is not None else ()

    @property
    def sized(self) -> Finding:
        """The finding with the sizes that may be used: none where it is cut, no volume of thick slices."""
        if self.cut:
            return replace(
                self.finding,
                long_mm=None,
                short_mm=None,
                volume_mm3=None,
                solid_mm=None,
                solid_short_mm=None,
            )
        return replace(self.finding, volume_mm3=None) if self.thick else self.finding

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of its measures."""
        cut = ("cut by the edge of the scan: its size is not known",) if self.cut else ()
        return (*cut, *self.thick)


@dataclass(frozen=True, slots=True)
class Refused:
    """A formula or a guideline was not made for these inputs; why, in one sentence."""

    name: str
    reason: str

    def __str__(self) -> str:
        return self.reason


Risk = Estimate | Missing | Refused


@dataclass(frozen=True, slots=True)
class WorkUp:
    """One nodule. finding: with the sizes that may be used. lobe_said: by the reader, not suggested.

    filled: by the name of each risk input that the study tells, its value and where that is from, in words.
    notes: what a reader must know of its measures. over_time: through all earlier scans.
    """

    finding: Finding
    lobe: Lobe | None
    lobe_said: bool
    risks: tuple[Risk, ...]
    advice: Advice | Refused
    change: Change | None = None
    filled: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    over_time: OverTime | None = None
