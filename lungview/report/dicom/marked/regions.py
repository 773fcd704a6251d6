"""Regions that a reader drew as a DICOM Segmentation: a segment each, on the slices they lie on."""

from __future__ import annotations

from pathlib import Path

import highdicom
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from lungview.errors import ReportError
from lungview.marks.annotation import Annotation
from lungview.marks.kinds import KINDS, Measures
from lungview.marks.measure import inside
from lungview.report.content import CaseContent
from lungview.report.dicom.findings import Headers
from lungview.report.dicom.header import source_header
from lungview.report.dicom.marked.sources import Marked, with_sources
from lungview.report.dicom.seg import segments
from lungview.report.dicom.source import in_one_sentence, save

_Region = tuple[Annotation, Dataset]  # with the header of its slice


def write_regions(content: CaseContent, path: Path) -> tuple[str, ...]:
    """Write the Segmentation; sentences that name what was not carried over.

    Raises ReportError: no region on a slice with a place in the patient, not writable.
    """
    label = content.slice.instance.path
    source = source_header(content.slice.instance)
    marked, notes = (
        with_sources(content, Headers.of_content(source, content)) if source.referable else ([], ())
    )
    drawn = _regions(marked)
    series = next((header.SeriesInstanceUID for _, header in drawn), "")
    inside_one = [(each, header) for each, header in drawn if header.SeriesInstanceUID == series]
    if not inside_one:
        raise ReportError(
            "a Segmentation of regions needs an ellipse, a rectangle or a polygon on a slice with a place in "
            "the patient",
            label,
            "choose a Structured Report",
        )
    with in_one_sentence("Segmentation", label):
        save(_document(inside_one), path)
    missing = len(drawn) - len(inside_one)
    said = (f"left out: {missing} regions on slices of another series",) if missing else ()
    return (*source.notes, *notes, *said)


def _regions(marked: Marked) -> list[_Region]:
    return [
        (each.annotation, header.dataset)
        for slice_, header in marked
        if header.frames == 1 and "FrameOfReferenceUID" in header.dataset
        for each in slice_.measured
        if KINDS[each.annotation.kind].measures is Measures.REGION
    ]


def _document(drawn: list[_Region]) -> Dataset:
    images = {str(header.SOPInstanceUID): header for _, header in drawn}
    described = [_described(k, each) for k, (each, _) in enumerate(drawn, start=1)]
    return segments("regions", list(images.values()), _pixels(drawn, list(images)), described)


def _pixels(drawn: list[_Region], images: list[str]) -> np.ndarray:
    """uint8 (slices, rows, columns, segments): the pixels whose centres lie inside."""
    rows, columns = drawn[0][1].Rows, drawn[0][1].Columns
    pixels = np.zeros((len(images), rows, columns, len(drawn)), np.uint8)
    for segment, (each, header) in enumerate(drawn):
        at = images.index(str(header.SOPInstanceUID))
        pixels[at, ..., segment] = inside(each, np.arange(rows), np.arange(columns))
    return pixels


def _described(number: int, drawn: Annotation) -> highdicom.seg.SegmentDescription:
    name = f"{KINDS[drawn.kind].word} {number}"
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=(drawn.text or name)[:64],
        segmented_property_category=codes.SCT.SpatialAndRelationalConcept,
        segmented_property_type=codes.DCM.SelectedRegion,
        algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
    )
