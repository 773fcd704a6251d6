"""Outlines of findings as a DICOM Segmentation: a segment each, on the slices they lie on (PS3.3 A.51)."""

from __future__ import annotations

from pathlib import Path

import highdicom
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from lungview.errors import ReportError
from lungview.nodules.answer import Located
from lungview.nodules.finding import Source
from lungview.report.content import CaseContent, FindingsContent
from lungview.report.dicom.findings import Headers, covered, label, tracking_uid
from lungview.report.dicom.header import source_header
from lungview.report.dicom.source import (
    MANUFACTURER,
    NewObject,
    copy_patient_and_study,
    describe,
    in_one_sentence,
    save,
)
from lungview.version import build

Numbered = tuple[int, Located]


def write_seg(content: CaseContent, path: Path) -> tuple[str, ...]:
    """Write the Segmentation; sentences that name what was not carried over.

    Raises ReportError: no outlined finding, no DICOM source with a place in the patient, not writable.
    """
    source_path = content.slice.instance.path
    source = source_header(content.slice.instance)
    found = content.findings
    outlined = _outlined(found) if found is not None else []
    if found is None or not outlined:
        raise ReportError("a Segmentation needs an outlined finding", source_path, "choose PDF, CSV or JSON")
    headers = Headers.of_content(source, content)
    slices = {k: d for _, each in outlined for k in covered(found, each) if (d := _placed(found, headers, k))}
    inside = [(n, f) for n, f in outlined if any(k in slices for k in covered(found, f))]
    if not inside:
        raise ReportError(
            "no slice with an outline has its own UIDs and a place in the patient; a Segmentation needs both",
            source_path,
            "choose PDF",
        )
    of = {str(each.SeriesInstanceUID) for each in slices.values()}
    if len(of) > 1:
        raise ReportError(
            f"a Segmentation is of the slices of one series, found those of {len(of)}",
            source_path,
            "choose a Structured Report or PDF",
        )
    with in_one_sentence("Segmentation", source_path):
        save(_document(found, inside, dict(sorted(slices.items()))), path)
    missing = len(outlined) - len(inside)
    return (*source.notes, *((f"left out: the outlines of {missing} findings",) if missing else ()))


def _outlined(found: FindingsContent) -> list[Numbered]:
    return [(n, f) for n, f in found.shown if f.finding.outline is not None and found.answer.indices]


def _placed(found: FindingsContent, headers: Headers, index: int) -> Dataset | None:
    """The header of a slice whose place in the patient is known whole."""
    header = headers.of(found.answer.instances[index])
    if header is None or header.frames > 1 or "FrameOfReferenceUID" not in header.dataset:
        return None
    return header.dataset


class Segmentation(highdicom.seg.Segmentation):
    """highdicom copies from what it takes for an image; these headers are legal and whole already."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        copy_patient_and_study(dataset, self)


def _document(found: FindingsContent, inside: list[Numbered], slices: dict[int, Dataset]) -> Dataset:
    described = [_described(found, k, *each) for k, each in enumerate(inside, start=1)]
    return segments("findings", list(slices.values()), _pixels(found, inside, list(slices)), described)


def segments(
    of: str, images: list[Dataset], pixels: np.ndarray, described: list[highdicom.seg.SegmentDescription]
) -> Dataset:
    """A new segmentation. of: what its segments are. pixels: uint8 (images, rows, columns, segments)."""
    new = NewObject.of("seg", f"LungView {of}")
    made = Segmentation(
        source_images=images,
        pixel_array=pixels,
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=described,
        series_instance_uid=new.series_instance_uid,
        series_number=new.series_number,
        sop_instance_uid=new.sop_instance_uid,
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name="LungView",
        software_versions=str(build()),
        device_serial_number="1",
        content_label=of.upper(),
    )
    describe(made, new)
    return made


def _pixels(found: FindingsContent, inside: list[Numbered], indices: list[int]) -> np.ndarray:
    """uint8 (slices, rows, columns, segments)."""
    first = found.answer.instances[indices[0]]
    pixels = np.zeros((len(indices), first.rows, first.columns, len(inside)), np.uint8)
    for segment, (_, each) in enumerate(inside):
        outline = each.finding.outline
        assert outline is not None
        z0 = outline.start[0]
        for k, mask in enumerate(outline.mask):
            index = found.answer.indices[z0 + k]
            if index in indices:
                pixels[indices.index(index)][(*outline.place[1:], segment)] |= mask
    return pixels


def _described(
    found: FindingsContent, segment: int, number: int, each: Located
) -> highdicom.seg.SegmentDescription:
    own = each.finding.source is Source.READER
    kinds = highdicom.seg.SegmentAlgorithmTypeValues
    card = found.card
    return highdicom.seg.SegmentDescription(
        segment_number=segment,
        segment_label=label(number),
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Nodule,
        algorithm_type=kinds.SEMIAUTOMATIC if own else kinds.AUTOMATIC,
        algorithm_identification=highdicom.AlgorithmIdentificationSequence(
            name=card.name if card and not own else "LungView outline",
            family=codes.DCM.ArtificialIntelligence,
            version=card.version if card and not own else str(build()),
        ),
        tracking_uid=tracking_uid(found, each),
        tracking_id=label(number),
        anatomic_regions=[codes.SCT.Lung],
    )
