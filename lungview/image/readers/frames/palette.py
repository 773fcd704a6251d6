"""The palette of a PALETTE COLOR image (PS3.3 C.7.6.3.1.5, C.7.9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.image.readers.data_set.values import raw
from lungview.image.readers.frames.lut import Table, read_descriptor, read_table
from lungview.image.readers.frames.segments import SegmentError, expand
from lungview.image.readers.source import Source

COLOURS = ("Red", "Green", "Blue")


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """colours: (n, 3) uint8. first: the stored value of colours[0]; beyond either end its colour goes on."""

    colours: np.ndarray
    first: int


def palette(dataset: Dataset, signed: bool, source: Source) -> Palette:
    """The palette; raises DamagedFile when a colour is missing, short, or unlike the others."""
    return _joined([_table(dataset, f"{c}PaletteColorLookupTable", signed, source) for c in COLOURS], source)


def _table(dataset: Dataset, prefix: str, signed: bool, source: Source) -> Table | None:
    if f"Segmented{prefix}Data" not in dataset:
        return read_table(dataset, signed, f"{prefix}Descriptor", f"{prefix}Data")
    described = read_descriptor(dataset, f"{prefix}Descriptor", signed)
    content = raw(dataset, f"Segmented{prefix}Data")
    if described is None or not isinstance(content, bytes):
        return None
    word = np.dtype(np.uint8) if described.bits == 8 else np.dtype("<u2")
    words = np.frombuffer(content, word, len(content) // word.itemsize).tolist()
    try:
        values = expand(words, described.entries, word.itemsize)
    except (SegmentError, IndexError) as error:
        raise DamagedFile(str(error), source.label) from error
    return Table(described.first, values, described.bits)


def _joined(tables: list[Table | None], source: Source) -> Palette:
    found = [t for t in tables if t is not None]
    if len(found) != 3:
        raise DamagedFile("PALETTE COLOR without three complete colour tables", source.label)
    if len({(t.first, len(t.values)) for t in found}) != 1:
        raise DamagedFile(
            "the three colour tables of PALETTE COLOR differ in length or first value", source.label
        )
    # Tables of 16 bits that never use the upper eight hold 8-bit entries; one dark colour proves nothing.
    wide = any(int(t.values.max(initial=0)) > 0xFF for t in found)
    return Palette(np.stack([_to_8_bit(t, wide) for t in found], axis=-1), found[0].first)


def _to_8_bit(table: Table, wide: bool) -> np.ndarray:
    """The top eight bits of a wide entry, the only eight of another."""
    return (table.values >> (table.bits - 8) if wide else table.values & 0xFF).astype(np.uint8)
