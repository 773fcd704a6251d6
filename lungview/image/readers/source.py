"""Source: an open file, or a member of a zip, as a stream whose size is known."""

from __future__ import annotations

import errno
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lungview.errors import DamagedFile, LungViewError, ReadError, UnsupportedFormat
from lungview.image.readers.archives import archive
from lungview.image.slice import Version

# A zip member, or a deflated data set, may not grow beyond these once unpacked.
MOST_UNPACKED = 2 << 30
MOST_RATIO = 1100  # deflate's own limit is 1032 : 1; anything above it is a lie
BUFFER = 1 << 14  # bytes: most headers lie within, and come with one call to the system
READ_AT_ONCE = 1 << 16  # bytes a read may ask for unlooked at
UNEXPECTED = "the file does not parse"
SUSPECT_ABOVE = 64 << 20  # bytes from which a ratio is looked at
_NO_FILE = "expected a file, found a pipe or a device"
_LOCKED = (errno.EBUSY, errno.EAGAIN, errno.ETXTBSY)
_LOCKED_ON_WINDOWS = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: a PermissionError otherwise


@dataclass(frozen=True, slots=True)
class Source:
    """One file's bytes. path: of the file or its zip. member: name inside the zip, or "". size: in bytes.

    version: of the file, or its zip, when it was opened.
    """

    path: Path
    stream: BinaryIO
    size: int
    member: str = ""
    version: Version | None = None

    @property
    def label(self) -> Path:
        """What an error calls it: the path, with the member's name below its zip's."""
        return self.path / self.member if self.member else self.path

    def start(self, count: int = 132) -> bytes:
        """The first bytes; the stream is back at 0."""
        self.stream.seek(0)
        start = self.stream.read(count)
        self.stream.seek(0)
        return start

    def content(self) -> bytes:
        """All bytes; raises UnsupportedFormat when they are more than memory should hold."""
        if self.size > MOST_UNPACKED:
            raise UnsupportedFormat(
                f"the file has {self.size:,} bytes; at most {MOST_UNPACKED:,} are read as a picture",
                self.label,
            )
        self.stream.seek(0)
        return self.stream.read()


@contextmanager
def opened(path: Path, member: str = "") -> Iterator[Source]:
    """Open a file, or a member of a zip, for reading; says in one sentence when it cannot be.

    Raises ReadError (missing, no rights, a folder, the medium vanished), UnsupportedFormat (encrypted),
    DamagedFile (broken or bomb-like zip).
    """
    try:
        with _stream(path, member) as source:
            yield source
    except LungViewError:
        raise
    except FileNotFoundError:
        raise ReadError("there is no such file", path) from None
    except MemoryError:
        raise ReadError("the file needs more memory than there is", path) from None
    except OSError as error:
        if error.errno is None and getattr(error, "winerror", None) is None:
            # No word of the system's: a library's, of the bytes.
            raise DamagedFile(f"{UNEXPECTED} ({error})"[:160], path) from error
        raise _unreadable(error, path) from error
    except Exception as error:  # what a library raises on hostile bytes is about this file, not the program
        raise DamagedFile(f"{UNEXPECTED} ({type(error).__name__})", path) from error


def _unreadable(error: OSError, path: Path) -> ReadError:
    if error.errno in _LOCKED or getattr(error, "winerror", 0) in _LOCKED_ON_WINDOWS:
        return ReadError("another program has locked the file", path, "close it there, then open it again")
    if isinstance(error, PermissionError):
        return ReadError("the file may not be read: no permission", path)
    return ReadError(f"the file could not be read: {error.strerror or 'the medium failed'}", path)


@contextmanager
def _stream(path: Path, member: str) -> Iterator[Source]:
    if member:
        content, version = _member_bytes(path, member)
        yield Source(path, io.BytesIO(content), len(content), member, version)
        return
    try:
        raw = io.FileIO(path, opener=_without_waiting)
    except OSError as error:
        if path.is_dir():  # Windows calls that no permission
            raise ReadError("expected a file, found a folder", path) from None
        if error.errno == errno.ENXIO:  # a socket
            raise ReadError(_NO_FILE, path) from None
        raise
    with raw:
        status = os.fstat(raw.fileno())  # of what is open, not of what is at its path
        if not stat.S_ISREG(status.st_mode):
            raise ReadError(_NO_FILE, path)
        yield Source(path, _Clamped(raw, status.st_size), status.st_size, version=Version.of(status))


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe, which would be waited on for ever, opens at once."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


class _Clamped(io.BufferedReader):
    """A file that allocates no more than it holds, whatever length a hostile header asks it to read."""

    def __init__(self, raw: io.FileIO, size: int) -> None:
        super().__init__(raw, BUFFER)
        self._size = size

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > READ_AT_ONCE:
            size = min(size, max(self._size - self.tell(), 0))
        return super().read(size)


def version_at(path: Path) -> Version | None:
    """The version of what lies at a path now, None when nothing does or the medium is gone."""
    try:
        return Version.of(path.stat())
    except OSError:
        return None


def _member_bytes(path: Path, member: str) -> tuple[bytes, Version]:
    label = path / member
    try:
        opened_zip, version = archive(path)
        info = opened_zip.getinfo(member)
        _refuse_encrypted_or_bomb(info, label)
        with opened_zip.open(info) as stream:
            return stream.read(info.file_size), version
    except KeyError:
        raise ReadError("the zip has no such member", label) from None
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise DamagedFile(f"the zip is damaged: {error}", label) from error
    except Exception as error:  # zlib.error, lzma.LZMAError: no common base
        if isinstance(error, (LungViewError, OSError)):
            raise
        raise DamagedFile("the zip member does not unpack", label) from error


def _refuse_encrypted_or_bomb(info: zipfile.ZipInfo, label: Path) -> None:
    if info.flag_bits & 0x1:
        raise UnsupportedFormat(
            "the zip is encrypted; expected one without a password",
            label,
            "unpack it first, then open the folder",
        )
    refuse_growth(info.compress_size, info.file_size, label)


def refuse_growth(packed: int, unpacked: int, label: Path) -> None:
    """Refuse compressed data that would unpack beyond bounds. Raises DamagedFile."""
    too_much = unpacked > MOST_UNPACKED
    if too_much or (unpacked > SUSPECT_ABOVE and unpacked > MOST_RATIO * max(packed, 1)):
        raise DamagedFile(
            f"{packed:,} compressed bytes claim to unpack to {unpacked:,}; this is not read",
            label,
        )
