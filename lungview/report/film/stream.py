"""A file that is written frame by frame and appears whole, or not at all."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

from lungview.errors import ReportError
from lungview.files import replacing


class Stream:
    """Opened for writing at the first use. Raises ReportError in the place of OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stack = ExitStack()
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        try:
            self.file().write(data)
        except OSError as error:
            raise self._failed(error) from error

    def write_at(self, offset: int, data: bytes) -> None:
        """Put data in the place of what was written there before."""
        try:
            file = self.file()
            file.seek(offset)
            file.write(data)
            file.seek(0, 2)
        except OSError as error:
            raise self._failed(error) from error

    def file(self) -> BinaryIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            target = self._stack.enter_context(replacing(self.path))
            self._file = self._stack.enter_context(target.open("wb"))
        return self._file

    def close(self) -> Path:
        """Let the file appear under its name."""
        try:
            if self._file is not None:
                self._file.flush()
            self._stack.close()
        except OSError as error:
            raise self._failed(error) from error
        return self.path

    def abort(self) -> None:
        """Leave nothing of the file."""
        with suppress(OSError):  # what a full disk did not take is not wanted any more
            self._stack.__exit__(Abandoned, Abandoned(), None)

    def _failed(self, error: OSError) -> ReportError:
        return ReportError(f"the film cannot be written: {error.strerror}", self.path)


class Abandoned(Exception):
    """Tells `replacing` that the file is not wanted."""
