"""The answer as a DICOM Structured Report: TID 1500 Measurement Report, unverified."""

from __future__ import annotations

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
from lungview.report.dicom_source import DEVICE_UID, MANUFACTURER, NewObject, describe, save, source_dataset
from lungview.version import program

SCHEME = "99LUNGVIEW"  # private coding scheme: there are no standard codes for these outputs
# The source's character set is kept, and may hold letters of one language only.
_PLAIN = str.maketrans({"“": '"', "”": '"', "–": "-", "−": "-", "×": "x"})
_CHEST_CT = highdicom.sr.CodedConcept("169069000", "SCT", "Computed tomography of chest")
_UNITLESS = highdicom.sr.CodedConcept("1", "UCUM", "no units")
_RATIO = highdicom.sr.CodedConcept("{ratio}", "UCUM", "ratio")


def write_sr(content: CaseContent, path: Path) -> None:
    """Write the Structured Report. Raises ReportError: no prediction, no DICOM source, not writable."""
    prediction, card = content.case.prediction, content.card
    if prediction is None or card is None:
        raise ReportError("a Structured Report needs a prediction", content.slice.instance.path)
    source = source_dataset(content.slice.instance)
    new = NewObject.of("sr", "LungView result")
    report = highdicom.sr.ComprehensiveSR(
        evidence=[source],
        content=_report(content, source, prediction, card),
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
    save(report, path)


def _report(
    content: CaseContent, source: Dataset, prediction: Prediction, card: ModelCard
) -> highdicom.sr.MeasurementReport:
    device = highdicom.sr.DeviceObserverIdentifyingAttributes(
        uid=DEVICE_UID, name="LungView", manufacturer_name=MANUFACTURER, model_name=program()
    )
    observer = highdicom.sr.ObserverContext(codes.DCM.Device, device)
    return highdicom.sr.MeasurementReport(
        observation_context=highdicom.sr.ObservationContext(observer_device_context=observer),
        procedure_reported=_CHEST_CT,
        imaging_measurements=[_group(content, source, prediction, card)],
        title=codes.DCM.ImagingMeasurementReport,
        referenced_images=[source],
    )


def _group(
    content: CaseContent, source: Dataset, prediction: Prediction, card: ModelCard
) -> highdicom.sr.MeasurementsAndQualitativeEvaluations:
    frame = content.slice.instance.frame + 1
    frames = [frame] if int(source.get("NumberOfFrames", 1) or 1) > 1 else None
    image = highdicom.sr.SourceImageForMeasurementGroup(source.SOPClassUID, source.SOPInstanceUID, frames)
    return highdicom.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=highdicom.sr.TrackingIdentifier(
            uid=generate_uid(prefix=None), identifier=f"LungView {card.id}"
        ),
        algorithm_id=_algorithm(content.case, prediction, card),
        measurements=_measurements(prediction, card),
        qualitative_evaluations=_evaluations(prediction, card),
        source_images=[image],
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
            "Probabilities are calibrated" if prediction.calibrated else "Scores are not calibrated",
            error_rate(card, case).translate(_PLAIN),
            *(line.translate(_PLAIN) for line in words.gate_lines(prediction)),
        ],
        manufacturer=MANUFACTURER,
    )


def _measurements(prediction: Prediction, card: ModelCard) -> list[highdicom.sr.Measurement]:
    distance = prediction.suitability.score
    found = [] if prediction.refused else _probabilities(prediction, card)
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
    return highdicom.sr.Measurement(name=_concept(code, meaning), value=round(float(value), 6), unit=unit)


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
        name=_concept(code, meaning), value=_concept(f"V-{value}", value_meaning)
    )


def _concept(code: str, meaning: str) -> highdicom.sr.CodedConcept:
    # SH holds 16 characters; a longer code goes to the Long Code Value (PS3.3 8.1), LO to 64.
    return highdicom.sr.CodedConcept(code, SCHEME, meaning[:64], scheme_version="1")
