"""A form with files (multipart/form-data, RFC 7578), written to the visit's folder as it comes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from lungview.serve.limits import Limits, megabytes
from lungview.serve.problem import Problem
from lungview.serve.uploads.scratch import Upload

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_LONGEST_SUFFIX = 6
_BROKEN = "the form is damaged or incomplete"


@dataclass(slots=True)
class Form:
    """uploads: in the order they came. fields: name and text of the others."""

    uploads: list[Upload] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)


async def receive(content_type: str, body: AsyncIterator[bytes], folder: Path, limits: Limits) -> Form:
    """The form of a request. Raises Problem: no form, too many parts, too many bytes, no file."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Problem(415, "NoForm", "expected a form with files (multipart/form-data)")
    receiver = _Receiver(folder, limits)
    try:
        parser = MultipartParser(boundary, receiver.callbacks())
        async for chunk in body:
            receiver.count(len(chunk))
            parser.write(chunk)
        parser.finalize()
        receiver.check_end()
    except FormParserError:
        raise Problem(400, "NoForm", _BROKEN) from None
    finally:
        receiver.close()
    if not receiver.form.uploads:
        raise Problem(400, "NoFile", "expected at least one file in the field “file”, found none")
    return receiver.form


class _Receiver:
    """The parser's callbacks."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.form = Form()
        self._folder, self._limits = folder, limits
        self._bytes, self._whole = 0, False
        self._header, self._value = b"", b""
        self._disposition = b""
        self._name, self._text = "", bytearray()
        self._file: BinaryIO | None = None

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._part_begin,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_end": self._end,
        }

    def count(self, size: int) -> None:
        """A body is no longer than it said, whatever it said."""
        self._bytes += size
        if self._bytes > self._limits.upload:
            raise Problem(413, "TooLarge", f"at most {megabytes(self._limits.upload)} are taken at once")

    def check_end(self) -> None:
        """Raise Problem for a form that breaks off: its last file may be half of one."""
        if not self._whole:
            raise Problem(400, "NoForm", _BROKEN)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _end(self) -> None:
        self._whole = True

    def _part_begin(self) -> None:
        self._disposition = self._header = self._value = b""
        self._text = bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        if len(self._value) > self._limits.field:
            raise Problem(413, "TooLarge", "a part of the form has too long a head")

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self._begin_file(options[b"filename"].decode("utf-8", "replace"))
        elif len(self.form.fields) >= self._limits.fields:
            raise Problem(413, "TooLarge", f"at most {self._limits.fields} fields are taken")

    def _begin_file(self, label: str) -> None:
        if self._name != "file":
            raise Problem(422, "WrongField", f"expected files in the field “file”, found “{self._name[:40]}”")
        number = len(self.form.uploads)
        if number >= self._limits.files:
            raise Problem(413, "TooLarge", f"at most {self._limits.files} files are taken at once")
        # The visitor's name stays out of the file system: it may lead elsewhere, or name a patient.
        path = self._folder / f"{number:05d}{_suffix(label)}"
        self._file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self.form.uploads.append(Upload(path, label))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(memoryview(data)[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > self._limits.field:
            raise Problem(413, "TooLarge", "a field of the form is too long")

    def _part_end(self) -> None:
        if self._file is None:
            self.form.fields.append((self._name, self._text.decode("utf-8", "replace")))
            return
        self.close()
        upload = self.form.uploads[-1]
        if not upload.label and not upload.path.stat().st_size:  # what a form sends for no file chosen
            self.form.uploads.pop()
            upload.path.unlink()


def _suffix(label: str) -> str:
    suffix = os.path.splitext(label)[1].lower()  # noqa: PTH122 -- a label is no path
    return suffix if suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= _LONGEST_SUFFIX else ""
