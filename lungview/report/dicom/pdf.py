"""A case's PDF inside a DICOM object: Encapsulated PDF in the source's study (PS3.3 A.45.1)."""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, EncapsulatedPDFStorage, ExplicitVRLittleEndian

from lungview.report.content import CaseContent, Layout
from lungview.report.dicom.header import SourceHeader, source_header
from lungview.report.dicom.source import (
    NewObject,
    copy_patient_and_study,
    describe,
    in_one_sentence,
    now,
    save,
)
from lungview.report.pdf.case import case_pdf

TITLE = "LungView classification report (research use only)"


def write_encapsulated(content: CaseContent, path: Path, layout: Layout | None = None) -> tuple[str, ...]:
    """Write the report of a case as Encapsulated PDF; sentences that name what was not carried over.

    Raises ReportError: no DICOM source, not writable.
    """
    source = source_header(content.slice.instance)
    document = case_pdf(content, layout)
    with in_one_sentence("Encapsulated PDF", content.slice.instance.path):
        save(_encapsulated(document, source), path)
    return source.notes


def _encapsulated(document: bytes, source: SourceHeader) -> FileDataset:
    new = NewObject.of("pdf", "LungView report")
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = EncapsulatedPDFStorage
    meta.MediaStorageSOPInstanceUID = UID(new.sop_instance_uid)
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    copy_patient_and_study(source.dataset, dataset)
    now(dataset)
    dataset.SOPClassUID = EncapsulatedPDFStorage
    dataset.SOPInstanceUID = new.sop_instance_uid
    dataset.SeriesInstanceUID = new.series_instance_uid
    dataset.SeriesNumber = new.series_number
    dataset.InstanceNumber = 1
    dataset.Modality = "DOC"
    dataset.ConversionType = "WSD"  # from a workstation (C.8.6.1)
    dataset.BurnedInAnnotation = "YES"  # the pages show the patient block unless it was switched off
    dataset.AcquisitionDateTime = ""
    dataset.DocumentTitle = TITLE
    dataset.ConceptNameCodeSequence = []
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = document + b"\0" * (len(document) % 2)
    dataset.EncapsulatedDocumentLength = len(document)
    describe(dataset, new)
    if source.referable:
        dataset.SourceInstanceSequence = [_reference(source.dataset)]
    return dataset


def _reference(source: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = source.SOPClassUID
    item.ReferencedSOPInstanceUID = source.SOPInstanceUID
    return item
