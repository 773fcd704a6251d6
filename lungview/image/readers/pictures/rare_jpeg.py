"""JPEG pictures that Pillow has no decoder for: lossless, and more than 8 bits a sample (ITU-T T.81)."""

from __future__ import annotations

import numpy as np

from lungview.errors import DamagedFile, UnsupportedFormat
from lungview.image.readers.codecs import jpeg, jpeg_ls, jpeg_scans
from lungview.image.readers.codecs.codestream import CodestreamError, FrameHeader, Wanted
from lungview.image.readers.header import Header, picture_instance
from lungview.image.readers.pictures.colour import MOST_PIXELS, grey_if_equal
from lungview.image.readers.source import Source
from lungview.image.slice import Slice
from lungview.image.stored import NO_VALUES, Stored

START = b"\xff\xd8\xff"
_JPEG_LS = 0xF7


def is_rare(content: bytes) -> bool:
    """Whether a file is a JPEG whose frame header says lossless or more than 8 bits, or a JPEG-LS."""
    if not content.startswith(START):
        return False
    try:
        header = jpeg.frame_header(content)
    except CodestreamError:
        return False
    return header.precision > 8 or _is_ls(content) or _lossless(content)


def read_header(source: Source) -> Header:
    """Size and colour, from the frame header. Raises DamagedFile, UnsupportedFormat."""
    found = _frame(source)
    instance = picture_instance(source, (found.rows, found.columns))
    return Header((instance,), format="JPEG", photometric="MONOCHROME2" if found.samples == 1 else "RGB")


def read(source: Source) -> Stored:
    """The picture, (rows, columns) or (rows, columns, 3) uint8 or uint16. Raises DamagedFile."""
    content, found = source.content(), _frame(source)
    wanted = Wanted(found.rows, found.columns, found.samples, 8 if found.precision <= 8 else 16)
    try:
        decoded = (jpeg_ls if _is_ls(content) else jpeg).decode(content, wanted)
    except CodestreamError as error:
        raise DamagedFile(str(error), source.label) from error
    pixels = grey_if_equal(decoded.pixels) if decoded.pixels.ndim == 3 else decoded.pixels
    instance = picture_instance(source, (found.rows, found.columns))
    about = Slice(instance=instance, values=NO_VALUES, lossy=_lossy(content), warnings=decoded.warnings)
    return Stored(np.asarray(pixels), about, bits=found.precision)


def _frame(source: Source) -> FrameHeader:
    try:
        found = jpeg.frame_header(source.content())
    except CodestreamError as error:
        raise DamagedFile(str(error), source.label) from error
    if found.rows * found.columns > MOST_PIXELS or found.samples not in (1, 3):
        raise UnsupportedFormat(
            f"a JPEG of {found.rows} × {found.columns} pixels and {found.samples} samples; "
            f"at most {MOST_PIXELS:,} pixels of 1 or 3 are read",
            source.label,
        )
    return found


def _is_ls(content: bytes) -> bool:
    return jpeg.frame_marker(content) == _JPEG_LS


def _lossy(content: bytes) -> str:
    """ "" for a lossless picture, else by which method it lost."""
    if _is_ls(content):
        return "JPEG-LS" if jpeg_ls.near(content) else ""
    return "" if _lossless(content) else "JPEG"


def _lossless(content: bytes) -> bool:
    return jpeg.frame_marker(content) in jpeg_scans.LOSSLESS
