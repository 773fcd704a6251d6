"""What tests of Lung-RADS share: short names, and the category of a nodule."""

from __future__ import annotations

from lungview.nodules.guidelines.advice import Recommendation
from lungview.nodules.guidelines.lung_rads import of_nodule
from lungview.nodules.guidelines.lung_rads_nodule import Kind, Nodule, Seen
from lungview.nodules.guidelines.table import Measure

SOLID, PART, GLASS = Kind.SOLID, Kind.PART_SOLID, Kind.GROUND_GLASS
BASELINE, NEW, GROWING, STABLE = Seen.BASELINE, Seen.NEW, Seen.GROWING, Seen.STABLE


def category(nodule: Nodule, measure: Measure = Measure.DIAMETER) -> str:
    """That of a nodule whose every needed input is there."""
    found = of_nodule(nodule, measure)
    assert isinstance(found, Recommendation), found
    return found.category
