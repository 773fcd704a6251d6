"""The work-up of an exam as plain text for the RIS, by a template. The one that ships names no patient."""

from __future__ import annotations

from dataclasses import replace

from lungview.image.values import dates
from lungview.nodules.guidelines.advice import Recommendation
from lungview.nodules.risk.formula import Estimate
from lungview.nodules.work_up.exam import Exam, Row
from lungview.report.content import PatientBlock, patient_rows
from lungview.report.work_up.template import Template, default, filled
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
_NAMES = ("Patient", "Patient ID", "Birth date", "Sex")


def text(exam: Exam, template: Template | None = None, patient: PatientBlock = PatientBlock.NONE) -> str:
    """Paragraphs as a report has them. patient: how much the field of that name tells."""
    return filled((template or default()).text, values(exam, patient))


def with_impression(exam: Exam, template: Template, patient: PatientBlock) -> Exam:
    """The exam with the impression that a template makes of it; the reader's own where it makes none."""
    if not template.impression:
        return exam
    return replace(exam, impression=filled(template.impression, values(exam, patient)))


def values(exam: Exam, patient: PatientBlock) -> dict[str, str]:
    """What each field of a template says of an exam."""
    rows = patient_rows(exam.series.patient, exam.series.study, patient)
    return {
        "patient": ", ".join(value for label, value in rows if label in _NAMES and value),
        "date": dates.date_text(exam.series.study.date),
        "technique": technique(exam),
        "comparison": comparison(exam),
        "lungs": lungs(exam),
        "notes": "\n".join(f"Note: {note}" for note in exam.notes),
        "findings": _findings(exam),
        "exam": "" if exam.overall is None else str(exam.overall),
        "category": _category(exam),
        "recommendation": _recommendation(exam),
        "impression": exam.impression,
        "reader": exam.reader,
        "program": RESEARCH,
    }


def _category(exam: Exam) -> str:
    """Of the exam; "" for a guideline that has none of exams."""
    if exam.overall is None:
        return ""
    return exam.overall.category if isinstance(exam.overall, Recommendation) else "not classed"


def _recommendation(exam: Exam) -> str:
    """Of the exam, else of each nodule."""
    if isinstance(exam.overall, Recommendation):
        return exam.overall.said
    if exam.overall is not None:
        return str(exam.overall)
    return "\n".join(f"{row.label}: {_said(row)}" for row in exam.rows)


def _said(row: Row) -> str:
    advice = row.work_up.advice
    return advice.said if isinstance(advice, Recommendation) else str(advice)


def _findings(exam: Exam) -> str:
    lines = ["Nodules:"] if exam.rows else ["Nodules: none accepted."]
    for number, row in enumerate(exam.rows, start=1):
        lines += _nodule(number, row)
    return "\n".join(lines)


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
