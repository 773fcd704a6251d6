"""The key images as a Key Object Selection Document (PS3.3 A.35.4, PS3.16 TID 2010)."""

from __future__ import annotations

from pathlib import Path

import highdicom
from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from lungview.errors import ReportError
from lungview.report.content import CaseContent
from lungview.report.dicom.findings import Headers
from lungview.report.dicom.header import source_header
from lungview.report.dicom.marked.sources import Marked, with_sources
from lungview.report.dicom.marked.titles import OF_INTEREST, TITLES
from lungview.report.dicom.source import (
    DEVICE_UID,
    MANUFACTURER,
    NewObject,
    copy_patient_and_study,
    describe,
    in_one_sentence,
    save,
)
from lungview.version import program


def write_kos(content: CaseContent, path: Path) -> tuple[str, ...]:
    """Write the selection; sentences that name what was not carried over from the source.

    Raises ReportError: no key image, none that can be referred to, a title that is not in the list, not
    writable.
    """
    label = content.slice.instance.path
    title = content.key_title or OF_INTEREST
    if title not in TITLES:
        raise ReportError(f"no title {title} of key images; there are {', '.join(TITLES)}", label)
    source = source_header(content.slice.instance)
    marked, notes = (
        with_sources(content, Headers.of_content(source, content)) if source.referable else ([], ())
    )
    keys = [(each, header) for each, header in marked if each.key]
    if not keys:
        raise ReportError(
            "a selection of key images needs a key image that can be referred to", label, "K marks one"
        )
    with in_one_sentence("Key Object Selection", label):
        save(_document(content, keys, title), path)
    return (*source.notes, *notes)


class _Selection(highdicom.ko.KeyObjectSelectionDocument):
    """highdicom copies from the classes alone that it knows; these headers are legal and whole already."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        copy_patient_and_study(dataset, self)


def _document(content: CaseContent, keys: Marked, title: str) -> Dataset:
    new = NewObject.of("ko", "LungView key images")
    device = highdicom.sr.DeviceObserverIdentifyingAttributes(
        uid=DEVICE_UID, name="LungView", manufacturer_name=MANUFACTURER, model_name=program()
    )
    impression = content.opinion.impression if content.opinion else ""
    objects = [header.dataset for _, header in keys]
    selection = highdicom.ko.KeyObjectSelection(
        document_title=CodedConcept(title, "DCM", TITLES[title]),
        referenced_objects=objects,
        observer_device_context=highdicom.sr.ObserverContext(codes.DCM.Device, device),
        description=impression or None,
    )
    made = _Selection(
        evidence=list({str(each.SOPInstanceUID): each for each in objects}.values()),
        content=selection,
        series_instance_uid=new.series_instance_uid,
        series_number=new.series_number,
        sop_instance_uid=new.sop_instance_uid,
        instance_number=1,
        manufacturer=MANUFACTURER,
    )
    describe(made, new)
    _name_frames(made, keys)
    return made


def _name_frames(made: Dataset, keys: Marked) -> None:
    """Which frame of an object with several is meant: highdicom names whole objects alone."""
    images = [item for item in made.ContentSequence if item.ValueType == "IMAGE"]
    for item, (slice_, header) in zip(images, keys, strict=True):
        if header.frames > 1:
            item.ReferencedSOPSequence[0].ReferencedFrameNumber = slice_.instance.frame + 1
