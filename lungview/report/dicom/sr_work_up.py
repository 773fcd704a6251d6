"""The work-up of a nodule in its group of a Structured Report: site, change, category, recommendation.

What SNOMED CT and DICOM have a code for is said by that; the rest by private codes.
"""

from __future__ import annotations

from collections.abc import Iterable

import highdicom
from highdicom.sr import CodedConcept
from pydicom.sr.codedict import codes

from lungview.nodules.growth.change import Change, Trend
from lungview.nodules.guidelines.advice import Recommendation
from lungview.nodules.lobe import Lobe
from lungview.nodules.risk.formula import Estimate
from lungview.nodules.work_up.exam import Exam
from lungview.nodules.work_up.values import WorkUp
from lungview.report.dicom.findings import concept

_UPPER = CodedConcept("45653009", "SCT", "Upper lobe of lung")
_LOWER = CodedConcept("90572001", "SCT", "Lower lobe of lung")
_RIGHT, _LEFT = CodedConcept("24028007", "SCT", "Right"), CodedConcept("7771000", "SCT", "Left")
_LUNG = CodedConcept("39607008", "SCT", "Lung")
_SITES = {
    Lobe.RUL: (_UPPER, _RIGHT),
    Lobe.RML: (CodedConcept("72481006", "SCT", "Middle lobe of right lung"), None),
    Lobe.RLL: (_LOWER, _RIGHT),
    Lobe.LUL: (CodedConcept("44714003", "SCT", "Upper lobe of left lung"), None),
    Lobe.LLL: (_LOWER, _LEFT),
}
_TRENDS = {
    Trend.GROWING: CodedConcept("15454001", "SCT", "Increase in size"),
    Trend.SHRINKING: CodedConcept("19776001", "SCT", "Decrease in size"),
}
_CATEGORY = CodedConcept("111005", "DCM", "Assessment Category")
_UNITLESS = CodedConcept("1", "UCUM", "no units")
_RULE = concept("rule", "Rule of the recommendation and its inputs")
# What is only typography needs no other character set than ASCII, which every archive shows.
_PLAIN = str.maketrans("“”‘’–−×≥≤²³", "\"\"''--x><23")
Evaluation = highdicom.sr.QualitativeEvaluation


def site_of(found: WorkUp | None) -> highdicom.sr.FindingSite:
    """The lobe that the reader named, or the lung: a lobe suggested by its place is no finding."""
    if found is None or found.lobe is None or not found.lobe_said:
        return highdicom.sr.FindingSite(_LUNG)
    lobe, side = _SITES[found.lobe]
    return highdicom.sr.FindingSite(lobe, laterality=side)


def measurements(found: WorkUp) -> list[highdicom.sr.Measurement]:
    """The change since the prior scan, and the risks that were computed."""
    risks = [risk for risk in found.risks if isinstance(risk, Estimate)]
    return [
        *(_changed(found.change) if found.change else ()),
        *(
            _number(f"risk-{k}", f"Risk of malignancy: {risk.formula}", risk.probability, _UNITLESS)
            for k, risk in enumerate(risks, start=1)
        ),
    ]


def _changed(change: Change) -> Iterable[highdicom.sr.Measurement]:
    millimetre, cubic, day = codes.UCUM.Millimeter, codes.UCUM.CubicMillimeter, codes.UCUM.Day
    volumes, means = change.volume_mm3, change.mean_mm
    rows = [
        ("days", "Time since the prior scan", change.days, day),
        ("prior-volume", "Volume in the prior scan", volumes[0] if volumes else None, cubic),
        ("volume-change", "Relative change of the volume", change.volume_change, _UNITLESS),
        ("prior-mean", "Average diameter in the prior scan", means[0] if means else None, millimetre),
        ("mean-change", "Change of the average diameter", change.diameter_change_mm, millimetre),
        ("doubling", "Volume doubling time", change.doubling_days, day),
    ]
    return [_number(code, meaning, value, unit) for code, meaning, value, unit in rows if value is not None]


def _number(code: str, meaning: str, value: float, unit: CodedConcept) -> highdicom.sr.Measurement:
    return highdicom.sr.Measurement(name=concept(code, meaning), value=round(float(value), 4), unit=unit)


def evaluations(found: WorkUp) -> list[Evaluation]:
    """What became of the nodule, and the category of a guideline."""
    said = [Evaluation(name=concept("change", "Change since the prior scan"), value=_trend(found.change))]
    return [*said, *_category(found.advice)]


def _trend(change: Change | None) -> CodedConcept:
    if change is None:
        return concept("V-no-prior", "no prior")
    if change.trend is None:
        return concept("V-not-told", "not told")
    return _TRENDS.get(change.trend) or concept(f"V-{change.trend.value}", change.trend.value)


def _category(advice: object) -> list[Evaluation]:
    if not isinstance(advice, Recommendation) or not advice.category:
        return []
    return [Evaluation(name=_CATEGORY, value=concept(f"V-{advice.title}", advice.title))]


def texts(found: WorkUp) -> list[highdicom.sr.TextContentItem]:
    """The recommendation and the rule it is from; nothing where the guideline still asks."""
    advice = found.advice
    if not isinstance(advice, Recommendation):
        return []
    inputs = ", ".join(f"{label} {value}" for label, value in advice.inputs)
    told = [(codes.DCM.Recommendation, advice.said), (_RULE, f"{advice.rule}. From: {inputs}.")]
    return [_text(name, value) for name, value in told if value]


def of_exam(exam: Exam) -> tuple[list[Evaluation], list[highdicom.sr.TextContentItem]]:
    """The category of the whole exam; its recommendation and the reader's impression."""
    overall = exam.overall
    told = [(codes.DCM.Recommendation, overall.said)] if isinstance(overall, Recommendation) else []
    told += [(codes.DCM.Impression, exam.impression)] if exam.impression else []
    return _category(overall), [_text(name, value) for name, value in told]


def _text(name: CodedConcept, value: str) -> highdicom.sr.TextContentItem:
    contains = highdicom.sr.RelationshipTypeValues.CONTAINS
    plain = value.translate(_PLAIN)
    return highdicom.sr.TextContentItem(name=name, value=plain, relationship_type=contains)


def with_texts(group: object, items: Iterable[highdicom.sr.TextContentItem]) -> None:
    """Put texts at the end of a group (TID 1501 has rows for them that highdicom does not write)."""
    container = group[0]  # type: ignore[index]
    container.ContentSequence.extend(items)
