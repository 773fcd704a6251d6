"""From a DICOM object of others to an overlay; which of its readers by its SOP class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from pydicom.dataset import Dataset
from pydicom.uid import UID

from lungview.errors import LungViewError, ReadError, UnsupportedFormat
from lungview.image.readers.data_set.container import Container, looks_like_dicom, parse
from lungview.image.readers.data_set.values import text
from lungview.image.readers.header import patient
from lungview.image.readers.source import Source, opened
from lungview.overlays.readers import (
    key_objects,
    objects,
    presentation,
    segmentation,
    structure_set,
    structured_report,
)
from lungview.overlays.values import Kind, Overlay
from lungview.study.key import ObjectKey

MOST_BYTES = 1 << 30
_KINDS: tuple[tuple[ModuleType, Kind], ...] = (
    (segmentation, Kind.SEGMENTATION),
    (structure_set, Kind.STRUCTURES),
    (presentation, Kind.PRESENTATION),
    (structured_report, Kind.MEASUREMENTS),
    (key_objects, Kind.KEY_IMAGES),
)
READERS = {uid: (module, kind) for module, kind in _KINDS for uid in module.CLASSES}


def never() -> None:
    """A check that never ends anything."""


def is_overlay(sop_class_uid: str) -> bool:
    """Whether objects of a class are overlays that `read` reads."""
    return sop_class_uid in READERS


def class_of(path: Path, member: str = "") -> str:
    """The SOP Class UID of an object; "" where it has none or cannot be read."""
    try:
        with opened(path, member) as source:
            return text(parse(source, [0x00080016]).dataset, "SOPClassUID")
    except ReadError:
        return ""


def read(path: Path, member: str = "", check: Callable[[], None] = never) -> Overlay:
    """The overlay of a file. check: asked now and then; what it raises ends the reading.

    Raises ReadError: no such object, damaged, larger than is read.
    """
    with opened(path, member) as source:
        if not looks_like_dicom(source.start()):
            raise UnsupportedFormat("expected a DICOM object, found another file", source.label)
        if source.size > MOST_BYTES:
            raise UnsupportedFormat(
                f"the object has {source.size:,} bytes; at most {MOST_BYTES:,} are read", source.label
            )
        container = parse(source)
        sop_class = text(container.dataset, "SOPClassUID")
        if sop_class not in READERS:
            said = f"{UID(sop_class).name or 'it'} is nothing that is laid over pictures"
            raise UnsupportedFormat(said, source.label)
        try:
            return _read(container, source, sop_class, check)
        except ReadError as error:
            raise type(error)(error.message, source.label, error.hint) from error


def _read(container: Container, source: Source, sop_class: str, check: Callable[[], None]) -> Overlay:
    module, kind = READERS[sop_class]
    dataset = container.dataset
    key = ObjectKey("zip" if source.member else "file", str(source.path), source.member)
    study = text(dataset, "StudyInstanceUID")
    about = Overlay(kind, _name(dataset, kind), key, patient(dataset), study)
    found: Overlay = module.read(container, source, about, check)
    nameless = objects.without_uid(dataset)
    said = (f"{nameless} of the pictures that it names have no UID",) if nameless else ()
    return replace(found, notes=(*found.notes, *said))


def _name(dataset: Dataset, kind: Kind) -> str:
    """What it is called: its own label or title, else its series' description, else its kind."""
    own = key_objects.title(dataset) if kind is Kind.KEY_IMAGES else ""
    keywords = ("StructureSetLabel", "SeriesDescription", "ContentDescription", "ContentLabel")
    return own or objects.short(next(filter(None, (text(dataset, k) for k in keywords)), str(kind)))


def read_all(
    places: Iterable[tuple[Path, str]], check: Callable[[], None] = never
) -> tuple[tuple[Overlay, ...], tuple[LungViewError, ...]]:
    """Every overlay that can be read, and an error for each that cannot."""
    found: list[Overlay] = []
    failed: list[LungViewError] = []
    for path, member in places:
        try:
            found.append(read(path, member, check))
        except ReadError as error:
            failed.append(error)
    return tuple(found), tuple(failed)
