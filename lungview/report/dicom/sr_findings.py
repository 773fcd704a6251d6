"""Findings in a Structured Report: what the look came to, and a region with its measures for each.

TID 1411 (Volumetric ROI) where a finding is outlined on several slices, TID 1410 (Planar ROI) on one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highdicom
from highdicom.sr import CodedConcept
from pydicom.sr.codedict import codes

from lungview.model.card import ModelCard
from lungview.nodules.answer import Located
from lungview.nodules.finding import Density, Finding
from lungview.report.content import RESEARCH_USE, FindingsContent
from lungview.report.dicom import sr_work_up
from lungview.report.dicom.findings import Headers, concept, covered, label, tracking_uid
from lungview.report.dicom.source import MANUFACTURER
from lungview.report.dicom.sr_marks import Group, image_of, region_of
from lungview.report.findings.pictures import lines

_NODULE = CodedConcept("27925004", "SCT", "Nodule")
_DENSITIES = {
    Density.SOLID: "Solid",
    Density.PART_SOLID: "Part-solid",
    Density.GROUND_GLASS: "Ground-glass",
    Density.CALCIFIED: "Calcified",
    Density.FAT: "Fat",
}
_PLACES = [concept(f"place-{axis}", f"Place in the patient, {axis}") for axis in "xyz"]
_UNITLESS = CodedConcept("1", "UCUM", "no units")
_PLAIN = str.maketrans("“”‘’–−×≥", "\"\"''--x>")


def finding_groups(content: FindingsContent, headers: Headers) -> list[Group]:
    """The summary of the look, then the findings in their order; those nothing can refer to are left out."""
    groups: list[Group] = [_summary(content, headers)]
    for number, found in content.shown:
        group = _group(content, number, found, headers)
        groups += [] if group is None else [group]
    return groups


def left_out(content: FindingsContent, headers: Headers) -> int:
    """How many findings lie on slices that nothing can refer to."""
    return sum(not _regions(content, found, headers) for _, found in content.shown)


def _summary(content: FindingsContent, headers: Headers) -> Group:
    answer = content.answer
    highest = max((f.finding.score or 0.0 for f in answer.findings), default=0.0)
    numbers = [("called", "Findings called", sum(f.called is True for f in answer.findings))]
    numbers += [("slices", "Slices looked at", len(answer.slice_scores) or len(answer.instances))]
    measured = [_number(concept(code, meaning), value) for code, meaning, value in numbers]
    if answer.suitable:
        measured.append(_number(concept("highest-score", "Highest score of a finding"), highest))
    category, texts = sr_work_up.of_exam(content.exam) if content.exam else ([], [])
    source = headers.of_case
    frame = answer.instances[0].frame + 1 if len(answer.instances) == 1 else 1
    group = highdicom.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=highdicom.sr.TrackingIdentifier(identifier="LungView findings"),
        algorithm_id=_algorithm(content),
        measurements=measured,
        qualitative_evaluations=[_evaluation("answered", "Second reader", *_answered(content)), *category],
        source_images=[image_of(source, frame)] if source.is_image else None,
    )
    sr_work_up.with_texts(group, texts)
    return group


def _answered(content: FindingsContent) -> tuple[str, str]:
    return ("V-answered", "answered") if content.answer.suitable else ("V-not-answered", "not answered")


def _algorithm(content: FindingsContent) -> highdicom.sr.AlgorithmIdentification:
    answer, card = content.answer, content.card
    said = [answer.conclusion, *(f"Not answered: {r}" for r in answer.reasons), *answer.notes]
    return highdicom.sr.AlgorithmIdentification(
        name=card.name if card else "LungView outline and measures",
        version=card.version if card else "1",
        parameters=[RESEARCH_USE, *_of_card(card), *(s.translate(_PLAIN) for s in said if s)],
        manufacturer=MANUFACTURER,
    )


def _of_card(card: ModelCard | None) -> list[str]:
    if card is None:
        return []
    threshold = f"A finding is called from a score of {card.operating_point.words()}; not a probability"
    return [f"Model {card.id}, SHA-256 {card.sha256}", threshold]


def _group(content: FindingsContent, number: int, found: Located, headers: Headers) -> Group | None:
    regions = _regions(content, found, headers)
    if not regions:
        return None
    worked = content.worked_up(number)
    same: dict[str, Any] = {
        "tracking_identifier": highdicom.sr.TrackingIdentifier(tracking_uid(content, found), label(number)),
        "finding_type": _NODULE,
        "finding_sites": [sr_work_up.site_of(worked)],
        "measurements": _measurements(found.finding) + (sr_work_up.measurements(worked) if worked else []),
        "qualitative_evaluations": _evaluations(found) + (sr_work_up.evaluations(worked) if worked else []),
    }
    group = _around(regions, same)
    sr_work_up.with_texts(group, sr_work_up.texts(worked) if worked else ())
    return group


def _around(regions: Sequence[highdicom.sr.ImageRegion], same: dict[str, Any]) -> Group:
    if len(regions) == 1:
        return highdicom.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            referenced_region=regions[0], **same
        )
    return highdicom.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_regions=regions, **same)


def _regions(
    content: FindingsContent, found: Located, headers: Headers
) -> Sequence[highdicom.sr.ImageRegion]:
    """The largest line of the outline on each slice it lies on."""
    regions = []
    for index in covered(content, found):
        instance = content.answer.instances[index]
        source = headers.of(instance)
        drawn = lines(content.answer, found, index)
        if source is not None and source.is_image and drawn:
            regions.append(region_of(drawn[0], source, instance.frame + 1))
    return regions


def _measurements(found: Finding) -> list[highdicom.sr.Measurement]:
    millimetre, place = codes.UCUM.Millimeter, found.place_mm or (None, None, None)
    rows = [
        (CodedConcept("103339001", "SCT", "Long Axis"), found.long_mm, millimetre),
        (CodedConcept("103340004", "SCT", "Short Axis"), found.short_mm, millimetre),
        (codes.SCT.Diameter, found.mean_mm, millimetre),
        (codes.SCT.Volume, found.volume_mm3, codes.UCUM.CubicMillimeter),
        (concept("solid-part", "Long axis of the solid part"), found.solid_mm, millimetre),
        *((_PLACES[k], value, millimetre) for k, value in enumerate(place)),
        (concept("score", "Score of the detector"), found.score, _UNITLESS),
        (concept("P-malignant", "Probability: malignant"), found.probability, _UNITLESS),
    ]  # fmt: skip
    return [_number(name, value, unit) for name, value, unit in rows if value is not None]


def _number(name: CodedConcept, value: float, unit: CodedConcept = _UNITLESS) -> highdicom.sr.Measurement:
    return highdicom.sr.Measurement(name=name, value=round(float(value), 4), unit=unit)


def _evaluations(found: Located) -> list[highdicom.sr.QualitativeEvaluation]:
    finding = found.finding
    said = [_evaluation("status", "Reader's decision", f"V-{finding.status.value}", finding.status.value)]
    if finding.density is not None:
        said.append(
            _evaluation("density", "Density", f"V-{finding.density.value}", _DENSITIES[finding.density])
        )
    if found.called is not None:
        word = "called" if found.called else "not called"
        said.append(_evaluation("call", "Call of the detector", f"V-{word.replace(' ', '-')}", word))
    if finding.band is not None:
        said.append(_evaluation("malignancy-band", "Band of malignancy", f"V-{finding.band}", finding.band))
    return said


def _evaluation(
    code: str, meaning: str, value: str, value_meaning: str
) -> highdicom.sr.QualitativeEvaluation:
    return highdicom.sr.QualitativeEvaluation(
        name=concept(code, meaning), value=concept(value, value_meaning)
    )
