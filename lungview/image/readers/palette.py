"""The palette of a PALETTE COLOR image (PS3.3 C.7.6.3.1.5, C.7.9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.image.readers.lut import Table, read_table
from lungview.image.readers.source import Source

COLOURS = ("Red", "Green", "Blue")


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """colours: (n, 3) uint8. first: the stored value of colours[0]; beyond either end its colour goes on."""

    colours: np.ndarray
    first: int


def palette(dataset: Dataset, signed: bool, source: Source) -> Palette:
    """The palette; raises DamagedFile when a colour is missing, short, or unlike the others."""
    little = dataset.original_encoding[1] is not False
    tables = [
        read_table(
            dataset,
            signed,
            little,
            f"{c}PaletteColorLookupTableDescriptor",
            f"{c}PaletteColorLookupTableData",
        )
        for c in COLOURS
    ]
    return _joined(tables, source)


def _joined(tables: list[Table | None], source: Source) -> Palette:
    found = [t for t in tables if t is not None]
    if len(found) != 3:
        raise DamagedFile("PALETTE COLOR without three complete colour tables", source.label)
    if len({(t.first, len(t.values)) for t in found}) != 1:
        raise DamagedFile(
            "the three colour tables of PALETTE COLOR differ in length or first value", source.label
        )
    colours = np.stack([_to_8_bit(t) for t in found], axis=-1)
    return Palette(colours, found[0].first)


def _to_8_bit(table: Table) -> np.ndarray:
    """The top eight bits; a table that says 16 bits and never uses the upper eight holds 8-bit entries."""
    wide = table.bits > 8 and int(table.values.max(initial=0)) > 0xFF
    return (table.values >> (table.bits - 8) if wide else table.values & 0xFF).astype(np.uint8)
