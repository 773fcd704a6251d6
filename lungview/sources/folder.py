"""A folder of received objects, under names of our own: nothing that a peer says becomes a path."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lungview.errors import DamagedFile, LungViewError, ReportError, UnsupportedFormat
from lungview.files import write_atomically
from lungview.image.readers.data_set.container import Container, looks_like_dicom, parse
from lungview.image.readers.data_set.values import text
from lungview.image.readers.quick import quick_container
from lungview.image.readers.source import Source, opened
from lungview.image.slice import Patient
from lungview.image.values.same_person import person_of

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_TAGS = [0x00080005, 0x00080016, 0x00080018, 0x00100010, 0x00100020, 0x00100030, 0x0020000D, 0x0020000E]


@dataclass(frozen=True, slots=True)
class Head:
    """Which object it is. syntax: how it is written. person: name, Patient ID, birth date as they compare."""

    study_uid: str
    series_uid: str
    sop_uid: str
    class_uid: str
    syntax: str
    person: tuple[str, ...] = field(default=(), repr=False)
    whole: bool = True  # its pixel data are as long as they say


Admit = Callable[[Head], None]


def anything(_head: Head) -> None:
    """Admits every object."""


def is_uid(said: str) -> bool:
    """Whether it is written as a UID (PS3.5 9.1); zeros that lead a part are let pass."""
    return len(said) <= 64 and _UID.fullmatch(said) is not None


def head_of(data: bytes) -> Head:
    """Of the bytes of a DICOM file. Raises DamagedFile: does not parse, or its UIDs are none."""
    source = Source(Path("received"), io.BytesIO(data), len(data))
    return _head(quick_container(source) or parse(source, _TAGS))


def head_of_file(path: Path) -> Head:
    """The same of a file on disk. Raises ReadError, UnsupportedFormat where it is no DICOM file."""
    with opened(path) as source:
        if not looks_like_dicom(source.start()):
            raise UnsupportedFormat("no DICOM file", path)
        return _head(quick_container(source) or parse(source, _TAGS))


def _head(container: Container) -> Head:
    keywords = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
    uids = [text(container.dataset, keyword) for keyword in keywords]
    if not all(map(is_uid, uids)):
        raise DamagedFile("the object lacks a UID of study, series, instance or class, or it is none")
    study, series, sop, kind = uids
    said = [text(container.dataset, keyword) for keyword in ("PatientName", "PatientID", "PatientBirthDate")]
    person = person_of(Patient(*said))
    pixels = container.pixels
    whole = pixels is None or pixels.length is None or pixels.length <= pixels.available
    return Head(study, series, sop, kind, str(container.syntax), person, whole)


class Folder:
    """Objects by study and series; readable by its owner alone."""

    def __init__(self, root: Path) -> None:
        """Make it where it is not there. Raises ReportError."""
        self.root = root
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ReportError(f"the folder could not be made ({error.strerror})", root) from error

    def series(self, study_uid: str, series_uid: str) -> Path:
        """The folder of a series, whether it is there or not."""
        return self.root / _name(study_uid, 16) / _name(series_uid, 16)

    def place(self, head: Head) -> Path:
        """The file of an object, whether it is there or not."""
        return self.object(head.study_uid, head.series_uid, head.sop_uid)

    def object(self, study_uid: str, series_uid: str, sop_uid: str) -> Path:
        """The same by its UIDs."""
        return self.series(study_uid, series_uid) / f"{_name(sop_uid, 32)}.dcm"

    def keep(self, data: bytes, admit: Admit = anything) -> tuple[Head, Path]:
        """Write an object; one that is there already stays. admit: may raise before anything is written.

        Raises DamagedFile: it is none, or has the UIDs of another patient's; ReportError: no room.
        """
        head = head_of(data)
        admit(head)
        path = self.place(head)
        if not _is_there(path, head):
            self._write(path, data)
        return head, path

    def _write(self, path: Path, data: bytes) -> None:
        try:
            for folder in (path.parent.parent, path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            write_atomically(path, data)
        except OSError as error:
            sentence = f"a received object could not be written ({error.strerror or error})"
            raise ReportError(sentence, self.root, "free some room or choose another folder") from error


def _is_there(path: Path, head: Head) -> bool:
    """Whether an object is on disk, and whole. Raises DamagedFile: another patient's is."""
    try:
        other = head_of_file(path).person if path.exists() else None
    except LungViewError:  # torn, by a power failure
        return False
    if other is not None and other != head.person:
        raise DamagedFile("an object of another patient has this UID already")
    return other is not None


def _name(uid: str, digits: int) -> str:
    return hashlib.sha256(uid.encode("ascii", "replace")).hexdigest()[:digits]
