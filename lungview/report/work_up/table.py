"""The work-up of an exam as a table: a row a nodule. No name of a patient is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lungview.nodules.growth.change import Change
from lungview.nodules.guidelines.advice import Recommendation
from lungview.nodules.risk import brock, herder, mayo
from lungview.nodules.risk.formula import Estimate
from lungview.nodules.work_up.exam import Exam, Row
from lungview.nodules.work_up.values import WorkUp
from lungview.report.files import replacing
from lungview.spreadsheet import ENCODING, Table

_FORMULAS = {
    brock.FULL.name: "brock_full",
    brock.PARSIMONIOUS.name: "brock_parsimonious",
    mayo.MAYO.name: "mayo",
    herder.NAME: "herder",
}
COLUMNS = (
    "label", "slice", "x_mm", "y_mm", "z_mm", "lobe", "lobe_by", "type", "long_mm", "short_mm", "mean_mm",
    "solid_mm", "volume_mm3", "change", "days", "volume_change", "doubling_days", "guideline", "category",
    "recommendation", "rule", "brock_full", "brock_parsimonious", "mayo", "herder",
    "model_probability", "model_band",
)  # fmt: skip


def rows(exam: Exam) -> list[dict[str, Any]]:
    """A row a nodule, with the columns of COLUMNS; None where nothing is known."""
    return [_row(row) for row in exam.rows]


def _row(row: Row) -> dict[str, Any]:
    found, finding = row.work_up, row.work_up.finding
    x, y, z = finding.place_mm or (None, None, None)
    values = {
        "label": row.label,
        "slice": row.slice_number,
        "x_mm": _rounded(x, 1),
        "y_mm": _rounded(y, 1),
        "z_mm": _rounded(z, 1),
        "lobe": found.lobe.value if found.lobe else None,
        "lobe_by": None if found.lobe is None else "reader" if found.lobe_said else "place",
        "type": finding.density.value if finding.density else None,
        "long_mm": _rounded(finding.long_mm, 1),
        "short_mm": _rounded(finding.short_mm, 1),
        "mean_mm": finding.mean_mm,
        "solid_mm": _rounded(finding.solid_mm, 1),
        "volume_mm3": _rounded(finding.volume_mm3, 0),
        "model_probability": _rounded(finding.probability, 4),
        "model_band": finding.band,
    }
    return {**dict.fromkeys(COLUMNS), **values, **_changed(found.change), **_advised(found), **_risks(found)}


def _changed(found: Change | None) -> dict[str, Any]:
    if found is None:
        return {"change": "no prior"}
    return {
        "change": found.trend.value if found.trend else "not told",
        "days": found.days,
        "volume_change": _rounded(found.volume_change, 3),
        "doubling_days": _rounded(found.doubling_days, 0),
    }


def _advised(found: WorkUp) -> dict[str, Any]:
    advice = found.advice
    if not isinstance(advice, Recommendation):
        return {"recommendation": str(advice)}
    return {
        "guideline": advice.guideline,
        "category": advice.category,
        "recommendation": advice.edited or advice.text,
        "rule": advice.rule,
    }


def _risks(found: WorkUp) -> dict[str, Any]:
    known = [risk for risk in found.risks if isinstance(risk, Estimate)]
    return {_FORMULAS[risk.formula]: round(risk.probability, 4) for risk in known}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def write_csv(exam: Exam, path: Path) -> None:
    """The table as CSV. Raises ReportError."""
    with replacing(path) as target, target.open("w", encoding=ENCODING, newline="") as file:
        table = Table(file, COLUMNS)
        for row in rows(exam):
            table.named({name: "" if value is None else value for name, value in row.items()})
