"""A folder of pictures, numbered; each is whole, or not there."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np

from lungview.errors import ReportError
from lungview.files import write_atomically

JPEG_QUALITY = 95


class Pictures:
    """Into a folder of its own: one that is there already, with whatever is in it, is let be.

    folder: where the pictures go; with "-2" behind it where that is taken.
    """

    def __init__(self, folder: Path, suffix: str) -> None:
        self._suffix = suffix
        self._count = 0
        self.folder = folder
        self._made = False

    def add(self, pixels: np.ndarray) -> None:
        flags = (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY) if self._suffix == ".jpg" else ()
        done, code = cv2.imencode(self._suffix, pixels[..., ::-1], flags)
        if not done:
            raise ReportError(f"a picture cannot be written as {self._suffix}")
        try:
            self._make()
            write_atomically(self.folder / f"picture-{self._count + 1:04d}{self._suffix}", code.tobytes())
        except OSError as error:
            raise ReportError(f"the pictures cannot be written: {error.strerror}", self.folder) from error
        self._count += 1

    def _make(self) -> None:
        if self._made:
            return
        first = self.folder
        for number in itertools.count(2):
            try:
                self.folder.mkdir(parents=True)
                break
            except FileExistsError:
                self.folder = first.with_name(f"{first.name}-{number}")
        self._made = True

    def close(self) -> Path:
        if not self._count:
            raise ReportError("expected a picture at least, found none", self.folder)
        return self.folder

    def abort(self) -> None:
        """Pictures that were written stay: they are whole."""
