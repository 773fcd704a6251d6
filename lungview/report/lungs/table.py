"""Lungs in numbers as text to paste, and as a table for a spreadsheet: neither names the patient."""

from __future__ import annotations

import io
from collections.abc import Sequence

from lungview.image.values import dates
from lungview.lung.quantify import Density
from lungview.report.content import RESEARCH_USE
from lungview.report.lungs.words import HEAD, HOW, Scan, cells, over_time, parts, technique, unsure, why_not
from lungview.spreadsheet import ENCODING, Table

COLUMNS = (
    "date", "series", "lung", "part", "volume_ml", "airy_ml", "laa950", "perc15_hu", "mean_hu",
    "slice_mm", "kernel", "contrast", "kv", "note",
)  # fmt: skip


def as_text(scans: Sequence[Scan]) -> str:
    """The last scan by lung and third, then all over time."""
    lines = [f"Lungs, {scans[-1].day}", *_of(scans[-1])]
    if steps := over_time(scans):
        lines += ["", "Over time:"]
        for step in steps:
            lines.append(f"{step.day}: {_named(step.cells)}")
            lines += [f"   Change: {_named(step.change)}"] if step.change else []
            lines += [f"   {said}" for said in (unsure(step),) if said]
    return "\n".join([*lines, "", f"({RESEARCH_USE})"])


def _of(scan: Scan) -> list[str]:
    detail = scan.detail
    if detail is None:
        return [why_not(scan.lungs)]
    rows = [
        f"{lung}, {part.lower()}: {_named(cells(each))}" if part else f"{lung}: {_named(cells(each))}"
        for lung, part, each in parts(scan.lungs, detail)
    ]
    return [f"Technique: {technique(detail)}", *rows, *HOW, *(f"Note: {note}" for note in detail.notes)]


def _named(values: Sequence[str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(HEAD, values, strict=True))


def as_csv(scans: Sequence[Scan]) -> bytes:
    """A row a lung and a third of each scan, in their order; of one without numbers a row with the reason."""
    file = io.StringIO(newline="")
    table = Table(file, COLUMNS)
    for scan in scans:
        for row in _rows(scan):
            table.named({"date": dates.date_text(scan.date), "series": scan.series, **row})
    return file.getvalue().encode(ENCODING)


def _rows(scan: Scan) -> list[dict[str, object]]:
    detail = scan.detail
    if detail is None:
        return [{"note": why_not(scan.lungs)}]
    made = detail.technique
    same = {
        "slice_mm": f"{made.slice_mm:.3g}", "kernel": made.kernel, "contrast": made.contrast,
        "kv": made.kilovolts, "note": "; ".join(detail.notes),
    }  # fmt: skip
    return [
        {"lung": lung.lower(), "part": part.lower() or "whole", **_numbers(each), **same}
        for lung, part, each in parts(scan.lungs, detail)
    ]


def _numbers(found: Density) -> dict[str, object]:
    return {
        "volume_ml": f"{found.volume_ml:.1f}",
        "airy_ml": f"{found.airy_ml:.1f}",
        "laa950": "" if found.laa950 is None else f"{found.laa950:.4f}",
        "perc15_hu": "" if found.perc15_hu is None else f"{found.perc15_hu:.0f}",
        "mean_hu": "" if found.mean_hu is None else f"{found.mean_hu:.1f}",
    }
