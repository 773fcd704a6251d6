"""Small TIFF files of any kind: by tifffile, changed in place, or of samples that it does not write."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import tifffile

from lungview.image import readers

RNG = np.random.default_rng(3)
GREY = RNG.integers(0, 65535, (16, 24), np.uint16)
RGB = RNG.integers(0, 255, (16, 24, 3), np.uint8)


def written(folder: Path, values: np.ndarray, **options: object) -> Path:
    """A page in `a.tif`. options: of tifffile."""
    path = folder / "a.tif"
    tifffile.imwrite(path, values, **{"metadata": None, **options})
    return path


def pixels_of(path: Path) -> np.ndarray:
    """The stored values of its first page."""
    return readers.read_stored(path).pixels


def set_tag(path: Path, code: int, change: Callable[[tuple[int, ...]], object]) -> None:
    """Overwrite a tag's value in place; one that is not there is left out."""
    with tifffile.TiffFile(path, mode="r+") as file:
        tag = file.pages[0].tags.get(code)
        if tag is not None:
            value = tag.value if isinstance(tag.value, tuple) else (tag.value,)
            tag.overwrite(change(value))


def _packed(values: np.ndarray, bits: int) -> bytes:
    """Samples end to end, the highest bit first, each row beginning a byte (TIFF 6.0, section 8)."""
    rows = [(row.ravel()[:, None] >> np.arange(bits)[::-1]) & 1 for row in values.astype(np.uint32)]
    return b"".join(np.packbits(row.astype(np.uint8)).tobytes() for row in rows)


def packed_page(folder: Path, values: np.ndarray, bits: int, photometric: int) -> Path:
    """A page of samples of so many bits: tifffile writes whole words alone."""
    data, count = _packed(values, bits), 1 if values.ndim == 2 else values.shape[2]
    tags = {
        256: values.shape[1],
        257: values.shape[0],
        259: 1,
        262: photometric,
        277: count,
        278: values.shape[0],
    }
    tags |= {273: 200, 279: len(data)}
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags.items() if tag < 258)
    entries += (
        struct.pack("<HHLHH", 258, 3, count, bits, 0) if count == 1 else struct.pack("<HHLL", 258, 3, 3, 180)
    )
    entries += b"".join(struct.pack("<HHLL", tag, 4, 1, tags[tag]) for tag in sorted(tags) if tag > 258)
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags) + 1) + entries + bytes(4)
    sizes = struct.pack("<3H", bits, bits, bits)
    path = folder / "a.tif"
    path.write_bytes(head.ljust(180, b"\0") + sizes.ljust(20, b"\0") + data)
    return path


def page(folder: Path, data: bytes, tags: Mapping[int, int | tuple[int, int]]) -> Path:
    """A page of 16 rows and 24 columns with one strip. A pair in tags: count and offset of rationals."""
    all_tags: dict[int, int | tuple[int, int]] = {256: 24, 257: 16, 259: 1, 262: 1, 277: 1, 278: 16, 273: 8}
    all_tags |= {279: len(data), **tags}
    entries = b"".join(
        struct.pack("<HHLL", tag, 5, *value)
        if isinstance(value, tuple)
        else struct.pack("<HHLL", tag, 4, 1, value)
        for tag, value in sorted(all_tags.items())
    )
    data += b"\0" * (len(data) % 2)
    path = folder / "a.tif"
    head = struct.pack("<L", 8 + len(data))
    path.write_bytes(b"II*\0" + head + data + struct.pack("<H", len(all_tags)) + entries + bytes(4))
    return path
