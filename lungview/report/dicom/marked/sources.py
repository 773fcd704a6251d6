"""The slices that a reader marked, with their objects' headers: what a DICOM object can refer to."""

from __future__ import annotations

from pydicom.dataset import Dataset

from lungview.report.content import CaseContent
from lungview.report.dicom.findings import Headers
from lungview.report.dicom.header import SourceHeader
from lungview.report.measured import MarkedSlice, file_of, merged

Marked = list[tuple[MarkedSlice, SourceHeader]]


def with_sources(content: CaseContent, headers: Headers) -> tuple[Marked, tuple[str, ...]]:
    """Each marked slice with its object's header; those that are not of the source's study are named."""
    found: Marked = []
    wanted = merged(content.marked)
    for each in wanted:
        own = file_of(each.instance) == file_of(content.slice.instance)
        of_own = own and each.instance.sop_instance_uid not in headers.shared
        header = headers.of_case if of_own else headers.of(each.instance)
        if header is not None and header.is_image:
            found.append((each, header))
    missing = len(wanted) - len(found)
    said = f"left out: the marks on {missing} slices that are of another study or cannot be referred to"
    return found, (said,) if missing else ()


def image_item(source: SourceHeader, frame: int) -> Dataset:
    """A reference to an image, and of one with several frames to the frame, from 1."""
    made = Dataset()
    made.ReferencedSOPClassUID = source.dataset.SOPClassUID
    made.ReferencedSOPInstanceUID = source.dataset.SOPInstanceUID
    if source.frames > 1:
        made.ReferencedFrameNumber = frame
    return made
