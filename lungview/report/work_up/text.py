"""The work-up of an exam as plain text for the RIS. No name of a patient is in it."""

from __future__ import annotations

from lungview.nodules.guidelines.advice import Recommendation
from lungview.nodules.risk.formula import Estimate
from lungview.nodules.work_up.exam import Exam, Row
from lungview.report.work_up.words import (
    change,
    comparison,
    description,
    lungs,
    opinion,
    over_time,
    technique,
)

RESEARCH = "LungView, for research use only"


def text(exam: Exam) -> str:
    """Paragraphs as a report has them: technique, comparison, lungs, nodules, impression."""
    lines = [f"Technique: {technique(exam)}", f"Comparison: {comparison(exam)}"]
    lines += [f"Lungs: {said}" for said in (lungs(exam),) if said]
    lines += [f"Note: {note}" for note in exam.notes]
    lines += ["", "Nodules:"] if exam.rows else ["", "Nodules: none accepted."]
    for number, row in enumerate(exam.rows, start=1):
        lines += _nodule(number, row)
    if exam.overall is not None:
        lines += ["", f"Exam: {exam.overall}"]
    lines += ["", f"Impression: {exam.impression}"] if exam.impression else []
    lines += ["", f"Read by: {exam.reader}"] if exam.reader else []
    return "\n".join([*lines, "", f"({RESEARCH})"])


def _nodule(number: int, row: Row) -> list[str]:
    found = row.work_up
    lines = [f"{number}. {row.label}, slice {row.slice_number}: {description(found)}."]
    lines.append(f"   Change: {change(found.change)}.")
    lines += [f"   Over time: {said}." for said in (over_time(found.over_time),) if said]
    lines.append(f"   {found.advice}")
    if isinstance(found.advice, Recommendation):
        lines.append(f"   Rule: {found.advice.rule}.{_edited(found.advice)}")
    estimates = [risk for risk in found.risks if isinstance(risk, Estimate)]
    lines += [f"   Risk: {risk.formula}, {risk.probability:.1%}." for risk in estimates]
    lines += [f"   Note: {note}." for note in found.notes]
    said = opinion(found)
    return [*lines, *([f"   Apart from it, the model's opinion: {said}."] if said else [])]


def _edited(advice: Recommendation) -> str:
    return f' The guideline\'s own text: "{advice.text}"' if advice.edited else ""
