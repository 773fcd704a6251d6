"""The words of a finding in the list beside the picture; sizes and kinds as in every report."""

from __future__ import annotations

from lungview.lung.quantify import Quantities
from lungview.nodules.answer import Located
from lungview.nodules.finding import Status
from lungview.report.findings.words import UNKNOWN, density, malignancy, score, size, volume
from lungview.report.lungs.words import cells

__all__ = ["UNKNOWN", "density", "lines", "malignancy", "score", "size", "spoken", "tooltip", "volume"]


def called(located: Located) -> str:
    """What the operating point says of the detector's score."""
    if located.finding.score is None:
        return UNKNOWN
    return {True: "called", False: "not called", None: "not measured"}[located.called]


def slices(located: Located) -> str:
    """The slice number as on screen, counted from 1."""
    return str(located.index + 1)


def lines(located: Located) -> str:
    """Where and how large, what it is like, how malignant it looks: a line each, without what is unknown."""
    finding = located.finding
    kind, _, part = density(finding).partition(", ")
    rows = [[f"slice {slices(located)}", size(finding)], [volume(finding), kind], [part]]
    if _judged(located) != UNKNOWN:
        rows.append([f"malignancy {_judged(located)}"])
    said = [[word for word in row if word not in ("", UNKNOWN)] for row in rows]
    return "\n".join(" · ".join(row) for row in said if row)


def _judged(located: Located) -> str:
    """Malignancy is told of what is a nodule by the call or by the reader: else a vessel would have one."""
    finding = located.finding
    told = located.called is not False or finding.status is Status.ACCEPTED
    return malignancy(finding) if told else UNKNOWN


def tooltip(located: Located) -> str:
    """All that is known, a line each, with what is not known."""
    finding = located.finding
    first, last = finding.slices
    rows = (
        ("Slice", f"{slices(located)} (seen on {first + 1} to {last + 1})"),
        ("Long × short axis", size(finding)),
        ("Volume", volume(finding)),
        ("Density", density(finding)),
        ("Malignancy, as radiologists rate it", _judged(located)),
        ("Detector's score, no probability", score(finding)),
        ("At the operating point", called(located)),
    )
    return "\n".join(f"{name}: {value}" for name, value in rows)


def spoken(located: Located, label: str) -> str:
    """For a screen reader."""
    said = f"{label}: {lines(located)}, score {score(located.finding)}, {called(located)}"
    return said.replace("\n", ", ").replace(" · ", ", ")


def lungs(found: Quantities) -> tuple[tuple[str, str], ...]:
    """Name and value of each quantity; what must be said beside them is `report.lungs.words.limits`."""
    _, laa950, perc15, mean = cells(found.both)
    names = ("Right lung, in the scan", "Left lung, in the scan", "Both, in the scan")
    right, left, together = names if found.coverage.of_scan else ("Right lung", "Left lung", "Both")
    return (
        (right, f"{found.right.volume_ml:,.0f} ml"),
        (left, f"{found.left.volume_ml:,.0f} ml"),
        (together, f"{found.both.volume_ml:,.0f} ml"),
        ("%LAA−950", laa950),
        ("Perc15", perc15),
        ("Mean density", mean),
    )
