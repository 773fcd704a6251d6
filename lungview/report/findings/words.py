"""The words of a finding in every report: size, volume, density, malignancy."""

from __future__ import annotations

import math

from lungview.nodules.answer import Located
from lungview.nodules.finding import Finding, Source

UNKNOWN = "–"
SCORES = (
    "Scores order findings; they are no probabilities. Malignancy is as radiologists rate it, not pathology."
)


def size(found: Finding) -> str:
    """Long × short axis."""
    if found.long_mm is None or found.short_mm is None:
        return UNKNOWN
    return f"{found.long_mm:.1f} × {found.short_mm:.1f} mm"


def volume(found: Finding) -> str:
    return UNKNOWN if found.volume_mm3 is None else f"{found.volume_mm3:,.0f} mm³"


def density(found: Finding) -> str:
    if found.density is None:
        return UNKNOWN
    if found.solid_mm is not None:
        return f"{found.density.value}, solid part {found.solid_mm:.1f} mm"
    return found.density.value


def score(found: Finding) -> str:
    """Cut, not rounded: 0.449 must not be told as 0.45 and "not called" at 0.45."""
    return UNKNOWN if found.score is None else f"{math.floor(100 * found.score) / 100:.2f}"


def malignancy(found: Finding) -> str:
    """The probability where it may be told, else its band."""
    if found.probability is not None:
        return f"{found.probability:.2f}"
    return UNKNOWN if found.band is None else f"{found.band} (band)"


def named(number: int, found: Located) -> str:
    """Its number, and the reader's name for it."""
    return f"{number}  {found.name}" if found.name else str(number)


def who(found: Located) -> str:
    """Who found it, and what the operating point says."""
    if found.finding.source is Source.READER:
        return "reader"
    return {True: "model, called", False: "model, not called", None: "model"}[found.called]
