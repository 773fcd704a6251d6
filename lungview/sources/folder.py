"""A folder of received objects, under names of our own: nothing that a peer says becomes a path."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from lungview.errors import DamagedFile, ReportError, UnsupportedFormat
from lungview.files import write_atomically
from lungview.image.readers.data_set.container import Container, looks_like_dicom, parse
from lungview.image.readers.data_set.values import text
from lungview.image.readers.quick import quick_container
from lungview.image.readers.source import Source, opened

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_TAGS = [0x00080016, 0x00080018, 0x0020000D, 0x0020000E]


@dataclass(frozen=True, slots=True)
class Head:
    """Which object it is. syntax: how it is written."""

    study_uid: str
    series_uid: str
    sop_uid: str
    class_uid: str
    syntax: str


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
    return Head(study, series, sop, kind, str(container.syntax))


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

    def keep(self, data: bytes) -> tuple[Head, Path]:
        """Write an object; one that is there already stays. Raises DamagedFile; ReportError (no room)."""
        head = head_of(data)
        path = self.place(head)
        if not path.exists():
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


def _name(uid: str, digits: int) -> str:
    return hashlib.sha256(uid.encode("ascii", "replace")).hexdigest()[:digits]
