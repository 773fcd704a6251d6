"""Colours for grey pictures: two tables of PS3.6 annex B, and one that the colour-blind read, too."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from lungview.classify.heat.colormaps import TABLES


class Palette(StrEnum):
    GREY = "grey"
    HOT_IRON = "hot_iron"
    PET = "pet"
    CIVIDIS = "cividis"


_Knots = tuple[tuple[int, int], ...]  # entry, value; straight lines between


def coloured(pixels: np.ndarray, palette: Palette) -> np.ndarray:
    """uint8 (h, w) as (h, w, 3) RGB; as they are in grey, and of a picture that has colours already."""
    if palette is Palette.GREY or pixels.ndim == 3:
        return pixels
    return np.asarray(COLOURS[palette][pixels])


def _table(red: _Knots, green: _Knots, blue: _Knots) -> np.ndarray:
    entries = np.arange(256)
    columns = [np.rint(np.interp(entries, *np.array(knots).T)) for knots in (red, green, blue)]
    made = np.stack(columns, axis=1).astype(np.uint8)
    made.flags.writeable = False
    return made


_HOT_IRON = (
    ((0, 0), (127, 254), (128, 255), (255, 255)),
    ((0, 0), (128, 0), (254, 252), (255, 255)),
    ((0, 0), (191, 0), (254, 252), (255, 255)),
)
_PET = (
    ((0, 0), (63, 0), (64, 1), (106, 85), (107, 86), (149, 170), (150, 171), (192, 255), (255, 255)),
    ((0, 0), (31, 62), (32, 65), (62, 125), (63, 128), (95, 64), (96, 63), (127, 1), (128, 0), (254, 252),
     (255, 255)),
    ((0, 0), (1, 1), (128, 255), (129, 252), (192, 0), (212, 80), (213, 85), (233, 165), (234, 170),
     (254, 250), (255, 255)),
)  # fmt: skip
COLOURS = {
    Palette.HOT_IRON: _table(*_HOT_IRON),
    Palette.PET: _table(*_PET),
    Palette.CIVIDIS: TABLES["cividis"],
}
"""By palette: (256, 3) uint8 RGB, read-only, from black to white."""
