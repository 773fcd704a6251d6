"""Look-up tables of a data set: Modality LUT, VOI LUT, palette (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from lungview.image.readers.data_set.values import integer, numbers, raw

MOST_ENTRIES = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """first: the input value of values[0]. values: (n,) uint16, read-only. bits: of an entry, 8 to 16."""

    first: int
    values: np.ndarray
    bits: int


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A LUT descriptor's three values, as `Table` has them; `entries` is 1 to 65,536."""

    entries: int
    first: int
    bits: int


def used_bits(table: Table) -> int:
    """Bits that the table's entries need, at least 8: some say 16 and hold 12, which would be shown dark."""
    return max(int(table.values.max()).bit_length(), 8)


def read_descriptor(item: Dataset, keyword: str, signed: bool) -> Descriptor | None:
    """The descriptor, None when it is no three whole numbers or its entries are not of 8 to 16 bits.

    signed: whether the table's input values are; the second value then is too.
    """
    written = raw(item, keyword)
    if isinstance(written, bytes):  # of a wrong VR
        written = np.frombuffer(written, "<u2", len(written) // 2).tolist()
        header = tuple(map(float, written))
    else:
        header = numbers(item, keyword)
    if len(header) != 3 or not all(v.is_integer() for v in header):
        return None
    entries, first, bits = (int(v) for v in header)
    if signed and first >= 1 << 15:
        first -= 1 << 16
    # 0 entries mean 65,536
    return Descriptor(entries % MOST_ENTRIES or MOST_ENTRIES, first, bits) if 8 <= bits <= 16 else None


def read_table(
    item: Dataset, signed: bool, descriptor: str = "LUTDescriptor", data: str = "LUTData"
) -> Table | None:
    """The table of a LUT item, None when descriptor and data do not fit each other."""
    described = read_descriptor(item, descriptor, signed)
    values = _entries(item, data, described.entries) if described else None
    if described is None or values is None:
        return None
    values.flags.writeable = False
    return Table(described.first, values, described.bits)


def _entries(item: Dataset, data: str, entries: int) -> np.ndarray | None:
    """(entries,) uint16 of OW bytes or US values; None when there are too few."""
    value = raw(item, data)
    if isinstance(value, bytes | bytearray):
        return _from_bytes(bytes(value), entries)
    single = integer(item, data)
    listed = numbers(item, data) if single is None or entries > 1 else (float(single),)
    if len(listed) < entries or not all(v.is_integer() for v in listed[:entries]):
        return None
    return (np.asarray(listed[:entries]).astype(np.int64) & 0xFFFF).astype(np.uint16)


def _from_bytes(content: bytes, entries: int) -> np.ndarray | None:
    if len(content) >= 2 * entries:
        return np.frombuffer(content, "<u2", entries).astype(np.uint16)
    if len(content) in (entries, entries + 1):  # 8-bit entries written one a byte
        return np.frombuffer(content, np.uint8, entries).astype(np.uint16)
    return None
