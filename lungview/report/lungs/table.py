"""Lungs in numbers as text to paste, and as a table for a spreadsheet: neither names the patient."""

from __future__ import annotations

import io
from collections.abc import Sequence

from lungview.image.values import dates
from lungview.lung.quantify import Density
from lungview.report.content import RESEARCH_USE
from lungview.report.lungs.words import (
    HEAD,
    Scan,
    beside,
    cells,
    head,
    how,
    limits,
    over_time,
    parts,
    technique,
)
from lungview.spreadsheet import ENCODING, Table

COLUMNS = (
    "date", "series", "lung", "part", "volume_ml", "airy_ml", "laa950", "perc15_hu", "mean_hu",
    "slice_mm", "kernel", "contrast", "kv", "coverage", "note",
)  # fmt: skip


def as_text(scans: Sequence[Scan]) -> str:
    """The last scan by lung and third, then all over time."""
    lines = [f"Lungs, {scans[-1].day}", *_of(scans[-1])]
    if steps := over_time(scans):
        lines += ["", "Over time:"]
        for step in steps:
            lines += [] if step.missing else [f"{step.day}: {_named(HEAD, step.cells)}"]
            lines += [f"   Change: {_named(HEAD, step.change)}"] if step.change else []
            lines += [f"{'' if step.missing else '   '}{said}" for said in (beside(step),) if said]
    return "\n".join([*lines, "", f"({RESEARCH_USE})"])


def _of(scan: Scan) -> list[str]:
    found, detail = scan.lungs, scan.detail
    if found is None or detail is None:
        return [_not_measured(scan)]
    names = head(found)
    rows = [
        f"{lung}, {part.lower()}: {_named(names, cells(each))}"
        if part
        else f"{lung}: {_named(names, cells(each))}"
        for lung, part, each in parts(found, detail)
    ]
    notes = (f"Note: {note}" for note in detail.notes)
    return [f"Technique: {technique(detail)}", *rows, *limits(found), *how(found), *notes]


def _not_measured(scan: Scan) -> str:
    return f"Not measured: {scan.missing}."


def _named(names: Sequence[str], values: Sequence[str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def as_csv(scans: Sequence[Scan]) -> bytes:
    """A row a lung and a third of each scan, in their order; of one without numbers a row with the reason."""
    file = io.StringIO(newline="")
    table = Table(file, COLUMNS)
    for scan in scans:
        for row in _rows(scan):
            table.named({"date": dates.date_text(scan.date), "series": scan.series, **row})
    return file.getvalue().encode(ENCODING)


def _rows(scan: Scan) -> list[dict[str, object]]:
    found, detail = scan.lungs, scan.detail
    if found is None or detail is None:
        return [{"note": _not_measured(scan)}]
    made = detail.technique
    same = {
        "slice_mm": f"{made.slice_mm:.3g}", "kernel": made.kernel, "contrast": made.contrast,
        "kv": made.kilovolts, "coverage": found.coverage.extent,
        "note": "; ".join((*(said.rstrip(".") for said in limits(found)), *detail.notes)),
    }  # fmt: skip
    return [
        {
            "lung": lung.lower(),
            "part": part.lower() or ("in the scan" if found.coverage.of_scan else "whole"),
            **_numbers(each),
            **same,
        }
        for lung, part, each in parts(found, detail)
    ]


def _numbers(found: Density) -> dict[str, object]:
    return {
        "volume_ml": f"{found.volume_ml:.1f}",
        "airy_ml": f"{found.airy_ml:.1f}",
        "laa950": "" if found.laa950 is None else f"{found.laa950:.4f}",
        "perc15_hu": "" if found.perc15_hu is None else f"{found.perc15_hu:.0f}",
        "mean_hu": "" if found.mean_hu is None else f"{found.mean_hu:.1f}",
    }
