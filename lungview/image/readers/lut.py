"""Look-up tables of a data set: Modality LUT, VOI LUT, palette (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from lungview.image.readers.values import integer, numbers, raw

MOST_ENTRIES = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """first: the input value of values[0]. values: (n,) uint16, read-only. bits: of an entry, 8 to 16."""

    first: int
    values: np.ndarray
    bits: int


def read_table(
    item: Dataset, signed: bool, little: bool, descriptor: str = "LUTDescriptor", data: str = "LUTData"
) -> Table | None:
    """The table of a LUT item, None when descriptor and data do not fit each other.

    signed: whether its input values are; the descriptor's second value then is too.
    """
    header = numbers(item, descriptor)
    if len(header) != 3 or not all(v.is_integer() for v in header):
        return None
    entries, first, bits = (int(v) for v in header)
    entries = entries % MOST_ENTRIES or MOST_ENTRIES  # 0 means 65,536
    if signed and first >= 1 << 15:
        first -= 1 << 16
    if not 8 <= bits <= 16:
        return None
    values = _entries(item, data, entries, little)
    if values is None:
        return None
    values.flags.writeable = False
    return Table(first, values, bits)


def _entries(item: Dataset, data: str, entries: int, little: bool) -> np.ndarray | None:
    """(entries,) uint16 of OW bytes or US values; None when there are too few."""
    value = raw(item, data)
    if isinstance(value, bytes | bytearray):
        return _from_bytes(bytes(value), entries, little)
    single = integer(item, data)
    listed = numbers(item, data) if single is None or entries > 1 else (float(single),)
    if len(listed) < entries or not all(v.is_integer() for v in listed[:entries]):
        return None
    return (np.asarray(listed[:entries]).astype(np.int64) & 0xFFFF).astype(np.uint16)


def _from_bytes(content: bytes, entries: int, little: bool) -> np.ndarray | None:
    if len(content) >= 2 * entries:
        return np.frombuffer(content, "<u2" if little else ">u2", entries).astype(np.uint16)
    if len(content) in (entries, entries + 1):  # 8-bit entries written one a byte
        return np.frombuffer(content, np.uint8, entries).astype(np.uint16)
    return None
