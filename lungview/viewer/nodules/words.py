"""The words of a finding: as the list, the picture and its tooltip say them."""

from __future__ import annotations

from lungview.lung.quantify import Quantities
from lungview.nodules.answer import Located
from lungview.nodules.finding import Finding

UNKNOWN = "–"
_ML = 1000.0  # mm³


def size(finding: Finding) -> str:
    """Long × short axis."""
    if finding.long_mm is None or finding.short_mm is None:
        return UNKNOWN
    return f"{finding.long_mm:.0f} × {finding.short_mm:.0f} mm"


def volume(finding: Finding) -> str:
    if finding.volume_mm3 is None:
        return UNKNOWN
    if finding.volume_mm3 >= _ML:
        return f"{finding.volume_mm3 / _ML:.1f} ml"
    return f"{finding.volume_mm3:.0f} mm³"


def density(finding: Finding) -> str:
    if finding.density is None:
        return UNKNOWN
    if finding.solid_mm is not None:
        return f"{finding.density.value}, solid part {finding.solid_mm:.0f} mm"
    return finding.density.value


def malignancy(finding: Finding) -> str:
    """The probability, where the judge may tell it; else its band."""
    if finding.probability is not None:
        return f"{finding.probability:.0%}"
    return finding.band or UNKNOWN


def called(located: Located) -> str:
    """What the operating point says of the detector's score."""
    if located.finding.score is None:
        return UNKNOWN
    if located.called is None:
        return "not measured"
    return "called" if located.called else "not called"


def score(finding: Finding) -> str:
    return UNKNOWN if finding.score is None else f"{finding.score:.2f}"


def slices(located: Located) -> str:
    """The slice number as on screen, counted from 1."""
    return str(located.index + 1)


def lines(located: Located) -> str:
    """Two lines: where and how large, then what it is like and what the model thinks."""
    finding = located.finding
    first = [f"slice {slices(located)}", size(finding)]
    second = [volume(finding), density(finding)]
    if malignancy(finding) != UNKNOWN:
        second.append(f"malignancy {malignancy(finding)}")
    if finding.score is not None:
        first.append(f"score {score(finding)}")
    said = [[word for word in part if word != UNKNOWN] for part in (first, second)]
    return "\n".join(" · ".join(part) for part in said if part)


def tooltip(located: Located) -> str:
    """All that is known, a line each, with what is not known."""
    finding = located.finding
    first, last = finding.slices
    rows = (
        ("Slice", f"{slices(located)} (seen on {first + 1} to {last + 1})"),
        ("Long × short axis", size(finding)),
        ("Volume", volume(finding)),
        ("Density", density(finding)),
        ("Malignancy", malignancy(finding)),
        ("Detector's score", score(finding)),
        ("At the operating point", called(located)),
    )
    return "\n".join(f"{name}: {value}" for name, value in rows)


def spoken(located: Located, label: str) -> str:
    """For a screen reader."""
    return f"{label}: {lines(located)}".replace("\n", ", ").replace(" · ", ", ")


def lungs(found: Quantities) -> tuple[tuple[str, str], ...]:
    """Name and value of each quantity."""
    both = found.both
    return (
        ("Right lung", f"{found.right.volume_ml:,.0f} ml"),
        ("Left lung", f"{found.left.volume_ml:,.0f} ml"),
        ("Both", f"{both.volume_ml:,.0f} ml"),
        ("%LAA−950", UNKNOWN if both.laa950 is None else f"{both.laa950:.1%}"),
        ("Perc15", UNKNOWN if both.perc15_hu is None else f"{both.perc15_hu:.0f} HU"),
        ("Mean density", UNKNOWN if both.mean_hu is None else f"{both.mean_hu:.0f} HU"),
    )
