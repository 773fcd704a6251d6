"""DICOM Segmentation (PS3.3 A.51): a mask for each frame that is not empty, with its place in the patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from lungview.errors import DamagedFile, UnsupportedFormat
from lungview.image.readers.data_set.container import NATIVE, Container
from lungview.image.readers.data_set.geometry import FrameGroups, geometry
from lungview.image.readers.data_set.values import integer, items, number, numbers, text
from lungview.image.readers.frames.dicom_file import DicomFile, open_file
from lungview.image.readers.frames.pixels import decode
from lungview.image.readers.source import Source
from lungview.overlays.readers import objects
from lungview.overlays.values import Kind, Mask, Overlay, Part, Reference

CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")  # and the label map
MOST_SEGMENTS, MOST_FRAMES = 4096, 200_000
MOST_BYTES = 1 << 30  # of all masks, a byte a pixel, each cut to the box around it
_TYPES = ("BINARY", "FRACTIONAL", "LABELMAP")
Cancelled = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Segments:
    """kind: (0062,0001). threshold: of a FRACTIONAL mask. parts: by segment number, its place in the list."""

    kind: str
    threshold: float
    parts: dict[int, int]


def read(container: Container, source: Source, about: Overlay, check: Cancelled) -> Overlay:
    """The segments and masks. Raises ReadError; what `check` raises ends it, asked at every frame."""
    file = open_file(source, container)
    dataset = file.dataset
    kind = text(dataset, "SegmentationType").upper() or "BINARY"
    if kind not in _TYPES:
        raise UnsupportedFormat(f"SegmentationType is {kind[:32]}; expected one of {', '.join(_TYPES)}")
    listed = items(dataset, "SegmentSequence")
    if not listed or len(listed) > MOST_SEGMENTS:
        raise DamagedFile(f"the segmentation lists {len(listed)} segments; expected 1 to {MOST_SEGMENTS}")
    if file.module.frames > MOST_FRAMES:
        raise DamagedFile(f"the segmentation has {file.module.frames} frames; at most {MOST_FRAMES} are read")
    most = number(dataset, "MaximumFractionalValue") or 255.0
    segments = _Segments(kind, most / 2, _numbered(listed))
    masks, notes = _masks(file, segments, about.study, check)
    parts = tuple(_part(each) for each in listed)
    empty = [part for k, part in enumerate(parts) if not any(mask.part == k for mask in masks)]
    if empty:
        notes = (*notes, f"{len(empty)} of {len(parts)} segments are empty")
    if kind == "FRACTIONAL":
        notes = (*notes, "the segments are fractions; what is at least half is shown")
    named = objects.each_once(
        (*objects.of_series(dataset, about.study), *(r for mask in masks for r in mask.references))
    )
    return _filled(about, parts, masks, text(dataset, "FrameOfReferenceUID"), named, notes)


def _filled(
    about: Overlay,
    parts: tuple[Part, ...],
    masks: tuple[Mask, ...],
    frame_of_reference: str,
    named: tuple[Reference, ...],
    notes: tuple[str, ...],
) -> Overlay:
    return Overlay(
        Kind.SEGMENTATION,
        about.name,
        about.place,
        about.patient,
        about.study,
        parts,
        masks,
        frame_of_reference_uid=frame_of_reference,
        references=named,
        notes=notes,
    )


def _numbered(listed: tuple[Dataset, ...]) -> dict[int, int]:
    found: dict[int, int] = {}
    for place, segment in enumerate(listed):
        found.setdefault(integer(segment, "SegmentNumber") or 0, place)
    return found


def _part(segment: Dataset) -> Part:
    algorithm = text(segment, "SegmentAlgorithmType").upper()
    made = " ".join(filter(None, (algorithm.lower(), text(segment, "SegmentAlgorithmName"))))
    words = (objects.meaning(segment, "SegmentedPropertyTypeCodeSequence"), objects.short(made))
    number_ = integer(segment, "SegmentNumber")
    return Part(
        objects.short(text(segment, "SegmentLabel")) or f"Segment {number_}",
        objects.lab_colour(segment, "RecommendedDisplayCIELabValue"),
        tuple(filter(None, words)),
        algorithm == "AUTOMATIC",
    )


def _masks(
    file: DicomFile, segments: _Segments, study: str, check: Cancelled
) -> tuple[tuple[Mask, ...], tuple[str, ...]]:
    found: list[Mask] = []
    unknown: Counter[str] = Counter()
    room = MOST_BYTES
    for frame in range(file.module.frames):
        check()
        for part, pixels in _of_frame(file, segments, frame, unknown):
            mask = _cut(file, frame, part, pixels, study)
            if mask is None:
                continue
            room -= mask.mask.nbytes
            if room < 0:
                raise DamagedFile(f"the segments take more than {MOST_BYTES >> 20} MB of memory")
            found.append(mask)
    notes = tuple(f"{count} frames {what}; not shown" for what, count in unknown.items())
    return tuple(found), notes


def _of_frame(
    file: DicomFile, segments: _Segments, frame: int, unknown: Counter[str]
) -> Iterator[tuple[int, np.ndarray]]:
    """The part and the whole mask of each segment on a frame. unknown: counts what cannot be placed."""
    if segments.kind == "LABELMAP":
        pixels = _pixels(file, frame)
        for value in np.unique(pixels):
            if int(value) in segments.parts:
                yield segments.parts[int(value)], pixels == value
            elif value:
                unknown["hold a value that no segment has"] += 1
        return
    groups = file.groups(frame)
    part = segments.parts.get(
        integer(groups.find("SegmentIdentificationSequence"), "ReferencedSegmentNumber") or 0
    )
    if part is None:
        unknown["name no segment of the list"] += 1
        return
    pixels = _pixels(file, frame)
    yield part, pixels >= segments.threshold if segments.kind == "FRACTIONAL" else pixels != 0


def _pixels(file: DicomFile, frame: int) -> np.ndarray:
    module, pixels = file.module, file.container.pixels
    assert pixels is not None
    little = file.container.syntax in NATIVE and file.container.syntax != ExplicitVRBigEndian
    if module.bits_allocated != 1 or not little:
        return decode(file, frame).pixels
    # Frames follow each other bit by bit (PS3.5 8.1.1): several times faster than one at a time by pydicom.
    first, count = frame * module.frame_bits, module.frame_bits
    file.container.stream.seek(pixels.start + first // 8)
    content = file.container.stream.read(-(-(first % 8 + count) // 8))
    bits = np.unpackbits(np.frombuffer(content, np.uint8), bitorder="little")
    return bits[first % 8 : first % 8 + count].reshape(module.rows, module.columns)


def _cut(file: DicomFile, frame: int, part: int, pixels: np.ndarray, study: str) -> Mask | None:
    """The mask in the box around it, with its place; None where it is empty."""
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    cut = np.ascontiguousarray(pixels[top : rows[-1] + 1, left : columns[-1] + 1])
    cut.flags.writeable = False
    groups = file.groups(frame)
    place, _ = geometry(groups, file.source)
    spacing = numbers(groups.find("PixelMeasuresSequence"), "PixelSpacing")
    placed = place is not None and len(spacing) == 2 and all(v > 0 for v in spacing)
    return Mask(
        part,
        cut,
        (top, left),
        (file.module.rows, file.module.columns),
        place if placed else None,
        (spacing[0], spacing[1]) if placed else None,
        _sources(groups, study) if not placed else (),
    )


def _sources(groups: FrameGroups, study: str) -> tuple[Reference, ...]:
    """The pictures that a frame was made from, where it names them itself."""
    found = items(groups.find("DerivationImageSequence"), "SourceImageSequence")
    holder = groups.find("DerivationImageSequence") if found else None
    return () if holder is None else tuple(objects.instances(holder, "SourceImageSequence", study))
