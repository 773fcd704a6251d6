"""Strips and tiles of a TIFF page before any is decoded: how many, how large, how far they grow."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np

from lungview.errors import DamagedFile
from lungview.image.readers.codecs import jpeg, jpeg_2000, jpeg_scans
from lungview.image.readers.codecs.codestream import SUSPECT_ABOVE, FrameHeader
from lungview.image.readers.source import MOST_UNPACKED

if TYPE_CHECKING:
    from tifffile import TiffPage

_LZW, _PACKBITS, _ZSTD = 5, 32773, 50000
_DEFLATE = (8, 32946)
_JPEG = 7
_JPEG_2000 = (33003, 33005, 34712)
_FAX = (2, 3, 4)  # their decoder is told the size
COMPRESSIONS = (1, *_FAX, _LZW, _JPEG, *_DEFLATE, _PACKBITS, _ZSTD, *_JPEG_2000)
# How many bytes one compressed byte can become at most.
_MOST_GROWTH = {_LZW: 2731, _PACKBITS: 64, _ZSTD: 1 << 17, **dict.fromkeys(_DEFLATE, 1032)}


def check(page: TiffPage, label: Path) -> None:
    """Raise DamagedFile unless every strip or tile is there and becomes what the page has room for."""
    shape = _shape(page)
    most = math.prod(shape) * int(np.dtype(page.dtype).itemsize)
    if max(most, math.prod(page.shaped) * int(np.dtype(page.dtype).itemsize)) > MOST_UNPACKED:
        raise DamagedFile(f"the page claims {math.prod(page.shaped):,} samples; this is not read", label)
    _all_there(page, shape, label)
    look = _LOOKS.get(int(page.compression))
    if look is None:
        return
    for data in _bytes(page):
        look(int(page.compression), data, (shape, most), label)
        _same_samples(page, data, label)
        _whole_scans(page, data)


def _shape(page: TiffPage) -> tuple[int, int, int]:
    """Rows, columns and contiguous samples of a strip or tile."""
    samples = int(page.samplesperpixel) if page.planarconfig == 1 else 1
    if page.is_tiled:
        return int(page.tilelength), int(page.tilewidth), samples
    return min(int(page.rowsperstrip), int(page.imagelength)), int(page.imagewidth), samples


def _all_there(page: TiffPage, shape: tuple[int, int, int], label: Path) -> None:
    if min(shape) < 1:
        raise DamagedFile(f"the page is cut into strips or tiles of {shape[0]} × {shape[1]}", label)
    planes = 1 if page.planarconfig == 1 else int(page.samplesperpixel)
    wanted = planes * -(-page.imagelength // shape[0]) * -(-page.imagewidth // shape[1])
    found = sum(1 for count in page.databytecounts if count > 0)
    contiguous = page.is_contiguous  # tifffile has joined the strips of an uncompressed page to one
    if min(found, len(page.dataoffsets)) < (1 if contiguous else wanted):
        raise DamagedFile(f"the page has {found} of its {wanted} strips or tiles", label)


def _bytes(page: TiffPage) -> list[bytes]:
    handle = page.parent.filehandle
    found = []
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        handle.seek(offset)
        found.append(handle.read(min(count, max(handle.size - offset, 0))))
    return found


_Room = tuple[tuple[int, int, int], int]  # (rows, columns, samples) and bytes of a decoded strip or tile
_Look = Callable[[int, bytes, _Room, Path], None]  # the first: its compression


def _grows(compression: int, data: bytes, room: _Room, label: Path) -> None:
    """What could become large is unpacked as far as it may go, before all of it is."""
    most = room[1]
    if len(data) * _MOST_GROWTH[compression] <= max(SUSPECT_ABOVE, 4 * most):
        return
    if _unpacked(compression, data, most + 65536) > most + 65535:
        raise DamagedFile(
            f"{len(data):,} compressed bytes become more than the {most:,} they stand for", label
        )


def _unpacked(compression: int, data: bytes, most: int) -> int:
    """Bytes that some data unpack to, at most `most` of them."""
    if compression in _DEFLATE:
        return len(zlib.decompressobj().decompress(data, most))
    unpack = {_LZW: imagecodecs.lzw_decode, _PACKBITS: imagecodecs.packbits_decode}.get(
        compression, imagecodecs.zstd_decode
    )
    try:
        return len(unpack(data, out=most))
    except Exception:  # its buffer is too small, or the data are damaged: either way not shown
        return most


def _same_size(frame_header: Callable[[bytes], FrameHeader]) -> _Look:
    def look(_: int, data: bytes, room: _Room, label: Path) -> None:
        found = frame_header(data)
        rows, columns, samples = room[0]
        if found.rows > rows or found.columns > columns or found.samples > max(samples, 4):
            raise DamagedFile(
                f"a strip or tile of {rows} × {columns} holds a picture of {found.rows} × {found.columns}",
                label,
            )

    return look


def _same_samples(page: TiffPage, data: bytes, label: Path) -> None:
    """Refuse a picture whose samples the page's own cannot hold: they would lose bits, or their sign."""
    frame_header = _HEADERS.get(int(page.compression))
    if frame_header is None or page.dtype is None:
        return
    found, kind = frame_header(data), page.dtype.kind
    if found.precision > 8 * page.dtype.itemsize or (found.signed and kind != "i"):
        said = f"{'int' if found.signed else 'uint'}{found.precision}"
        raise DamagedFile(
            f"a strip or tile holds samples of {said}, the page says {page.dtype}",
            label,
        )


def _whole_scans(page: TiffPage, data: bytes) -> None:
    """Raise CodestreamError where a JPEG lacks a part of its scans; its decoder would fill that with grey."""
    if int(page.compression) != _JPEG or jpeg.frame_marker(data) in jpeg_scans.LOSSLESS:
        return

    def decoded(codestream: bytes) -> np.ndarray:
        return imagecodecs.jpeg8_decode(codestream, tables=page.jpegtables)

    jpeg_scans.refuse_cut(data, decoded(data), decoded)


def lossy(page: TiffPage) -> str:
    """By which method the first strip or tile lost something; "" where it did not, or does not tell."""
    if int(page.compression) not in _HEADERS:
        return ""
    data = _bytes(page)[0]
    if int(page.compression) == _JPEG:
        return "" if jpeg.frame_marker(data) in jpeg_scans.LOSSLESS else "JPEG"
    return jpeg_2000.lossy(data)


_HEADERS: Mapping[int, Callable[[bytes], FrameHeader]] = {
    _JPEG: jpeg.frame_header,
    **dict.fromkeys(_JPEG_2000, jpeg_2000.frame_header),
}
_LOOKS: Mapping[int, _Look] = {
    **dict.fromkeys(_MOST_GROWTH, _grows),
    **{compression: _same_size(header) for compression, header in _HEADERS.items()},
}
