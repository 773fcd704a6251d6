"""The answer as a DICOM Structured Report: TID 1500 Measurement Report, unverified."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import highdicom
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

from lungview.classify import words
from lungview.classify.case import Case, Prediction
from lungview.classify.error_rate import error_rate
from lungview.classify.verdict import malignancy
from lungview.errors import ReportError
from lungview.model.card import ModelCard
from lungview.report.content import RESEARCH_USE, CaseContent
from lungview.report.dicom.findings import Headers, concept
from lungview.report.dicom.header import SourceHeader, source_header
from lungview.report.dicom.marked.sources import Marked, with_sources
from lungview.report.dicom.source import (
    DEVICE_UID,
    MANUFACTURER,
    NewObject,
    copy_patient_and_study,
    describe,
    in_one_sentence,
    save,
)
from lungview.report.dicom.sr_findings import finding_groups, left_out
from lungview.report.dicom.sr_marks import Group, image_of, mark_groups
from lungview.version import program

_CHEST_CT = highdicom.sr.CodedConcept("169069000", "SCT", "Computed tomography of chest")
_UNITLESS = highdicom.sr.CodedConcept("1", "UCUM", "no units")
# What is only typography needs no other character set than ASCII, which every archive shows.
_PLAIN = str.maketrans("“”‘’–−×", "\"\"''--x")
_RATIO = highdicom.sr.CodedConcept("{ratio}", "UCUM", "ratio")


def write_sr(content: CaseContent, path: Path) -> tuple[str, ...]:
    """Write the Structured Report; sentences that name what was not carried over from the source.

    The model's answer, what the reader measured, and the key images. Raises ReportError: neither of them, no
    DICOM source or one that cannot be referred to, not writable.
    """
    label = content.slice.instance.path
    if content.case.prediction is None and not content.marked and content.findings is None:
        raise ReportError(
            "a Structured Report needs a prediction, findings, a measurement or a key image", label
        )
    source = source_header(content.slice.instance)
    if not source.referable:
        raise ReportError(
            "the source has no SOP Class or Instance UID; a Structured Report could not refer to it",
            label,
            "choose PDF",
        )
    headers = Headers.of_content(source, content)
    marked, notes = with_sources(content, headers)
    if content.case.prediction is None and content.findings is None and not marked:
        raise ReportError(f"a Structured Report would be empty; {notes[0]}", label, "choose PDF")
    with in_one_sentence("Structured Report", label):
        save(_document(content, headers, marked), path)
    return (*source.notes, *notes, *_not_named(source), *_without_place(content, headers))


def _not_named(source: SourceHeader) -> tuple[str, ...]:
    if source.is_image:
        return ()
    return ("the source is of no class of images; the answer names it as evidence only",)


def _without_place(content: CaseContent, headers: Headers) -> tuple[str, ...]:
    """A sentence on the findings that lie on slices nothing can refer to."""
    count = left_out(content.findings, headers) if content.findings is not None else 0
    return (
        (f"left out: findings ({count}) on slices of another study or without UIDs of their own",)
        if count
        else ()
    )


class _Document(highdicom.sr.ComprehensiveSR):
    """A Structured Report of any source: highdicom copies from the classes alone that it knows."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        copy_patient_and_study(dataset, self)


def _document(content: CaseContent, headers: Headers, marked: Marked) -> highdicom.sr.ComprehensiveSR:
    new = NewObject.of("sr", "LungView result")
    found = finding_groups(content.findings, headers) if content.findings is not None else []
    used = (headers.of_case, *(of for _, of in marked), *headers.used)
    sources = {str(each.dataset.SOPInstanceUID): each for each in used}
    report = _Document(
        evidence=[each.dataset for each in sources.values()],
        content=_report(content, headers.of_case, [*found, *mark_groups(marked)], sources.values()),
        series_instance_uid=new.series_instance_uid,
        series_number=new.series_number,
        sop_instance_uid=new.sop_instance_uid,
        instance_number=1,
        manufacturer=MANUFACTURER,
        is_complete=True,
        is_final=False,
        is_verified=False,
    )
    describe(report, new)
    return report


def _report(
    content: CaseContent, source: SourceHeader, groups: list[Group], sources: Iterable[SourceHeader]
) -> highdicom.sr.MeasurementReport:
    device = highdicom.sr.DeviceObserverIdentifyingAttributes(
        uid=DEVICE_UID, name="LungView", manufacturer_name=MANUFACTURER, model_name=program()
    )
    observer = highdicom.sr.ObserverContext(codes.DCM.Device, device)
    prediction, card = content.case.prediction, content.card
    answer = [_group(content, source, prediction, card)] if prediction and card else []
    return highdicom.sr.MeasurementReport(
        observation_context=highdicom.sr.ObservationContext(observer_device_context=observer),
        procedure_reported=_CHEST_CT,
        imaging_measurements=[*answer, *groups],
        title=codes.DCM.ImagingMeasurementReport,
        referenced_images=[each.dataset for each in sources if _in_library(each)] or None,
    )


def _in_library(source: SourceHeader) -> bool:
    """Whether it is an image, and there is a code for its modality; the image library asks for one."""
    if not source.is_image:
        return False
    try:
        highdicom.sr.ImageLibraryEntryDescriptors(source.dataset)
    except (KeyError, ValueError):
        return False
    return True


def _group(
    content: CaseContent, source: SourceHeader, prediction: Prediction, card: ModelCard
) -> highdicom.sr.MeasurementsAndQualitativeEvaluations:
    return highdicom.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=highdicom.sr.TrackingIdentifier(
            uid=generate_uid(prefix=None), identifier=f"LungView {card.id}"
        ),
        algorithm_id=_algorithm(content.case, prediction, card),
        measurements=_measurements(prediction, card),
        qualitative_evaluations=_evaluations(prediction, card),
        source_images=[image_of(source, content.slice.instance.frame + 1)] if source.is_image else None,
    )


def _algorithm(case: Case, prediction: Prediction, card: ModelCard) -> highdicom.sr.AlgorithmIdentification:
    point = card.operating_point
    return highdicom.sr.AlgorithmIdentification(
        name=card.name,
        version=card.version,
        parameters=[
            RESEARCH_USE,
            f"Model {card.id}, SHA-256 {prediction.sha256}",
            f"Threshold of malignancy {point.threshold:g}, uncertain from {point.uncertain[0]:g} "
            f"to {point.uncertain[1]:g}",
            *_calibration(prediction),
            error_rate(card, case).translate(_PLAIN),
            *(line.translate(_PLAIN) for line in words.gate_lines(prediction)),
        ],
        manufacturer=MANUFACTURER,
    )


def _calibration(prediction: Prediction) -> tuple[str, ...]:
    """What its numbers may be called, where it has any."""
    if prediction.refused:
        return ()
    return ("Probabilities are calibrated" if prediction.calibrated else "Scores are not calibrated",)


def _measurements(prediction: Prediction, card: ModelCard) -> list[highdicom.sr.Measurement]:
    distance = prediction.suitability.score
    found = [] if prediction.refused else _probabilities(prediction, card)
    if not math.isfinite(distance):  # a number of a report is finite; the verdict says the rest
        return found
    return [*found, _measurement("distance", "Distance from the training data", distance, _RATIO)]


def _probabilities(prediction: Prediction, card: ModelCard) -> list[highdicom.sr.Measurement]:
    word = words.number_word(prediction)
    texts = {c.key: c.text for c in card.classes}
    found = [
        _measurement(f"P-{key}", f"{word}: {texts[key]}", p, _UNITLESS)
        for key, p in zip(prediction.keys, prediction.probabilities, strict=True)
    ]
    total = malignancy(card, prediction.probabilities)
    if total is not None:
        found.append(_measurement("P-malignant", f"{word}: malignant, all classes", total, _UNITLESS))
    return found


def _measurement(
    code: str, meaning: str, value: float, unit: highdicom.sr.CodedConcept
) -> highdicom.sr.Measurement:
    return highdicom.sr.Measurement(name=concept(code, meaning), value=round(float(value), 6), unit=unit)


def _evaluations(prediction: Prediction, card: ModelCard) -> list[highdicom.sr.QualitativeEvaluation]:
    word = prediction.suitability
    said = [
        _evaluation("verdict", "Verdict", str(prediction.verdict).replace(" ", "-"), str(prediction.verdict)),
        _evaluation(
            "suitable",
            "Suitability for the model",
            "yes" if word.suitable else "no",
            "suitable" if word.suitable else "not suitable",
        ),
    ]
    if word.overridden:
        said.append(_evaluation("override", "Suitability check", "overridden", words.OVERRIDDEN))
    if not prediction.refused:
        text = next((c.text for c in card.classes if c.key == prediction.label), prediction.label)
        said.append(_evaluation("label", "Most probable class", f"C-{prediction.label}", text))
    return said


def _evaluation(
    code: str, meaning: str, value: str, value_meaning: str
) -> highdicom.sr.QualitativeEvaluation:
    return highdicom.sr.QualitativeEvaluation(
        name=concept(code, meaning), value=concept(f"V-{value}", value_meaning)
    )
