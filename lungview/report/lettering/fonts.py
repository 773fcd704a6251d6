"""The fonts a report embeds, and which of them draws a character."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lungview import paths
from lungview.errors import ReportError

REGULAR, BOLD = "NotoSans", "NotoSans-Bold"
MISSING = "□"

_FILES = {
    REGULAR: "NotoSans-Regular.ttf",
    BOLD: "NotoSans-Bold.ttf",
    "Symbols": "DejaVuSans-Symbols.ttf",
    "Arabic": "NotoSansArabic-Regular.ttf",
    "Hebrew": "NotoSansHebrew-Regular.ttf",
    "Hangul": "NotoSansKR-Hangul.ttf",
    "Ideographs": "DroidSansFallback.ttf",
}
_FALLBACKS = ("Symbols", "Arabic", "Hebrew", "Hangul", "Ideographs")


@lru_cache(maxsize=len(_FILES))
def font(name: str) -> Any:
    """The registered reportlab font. Raises ReportError when its file is missing or damaged."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    path = paths.resources() / "fonts" / _FILES[name]
    try:
        loaded = TTFont(name, str(path))
    except (TTFError, OSError) as error:
        raise ReportError(f"the font {path.name} cannot be read ({error})", path) from error
    pdfmetrics.registerFont(loaded)
    if name == BOLD:
        font(REGULAR)
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return loaded


@lru_cache(maxsize=4096)
def font_for(character: str, bold: bool = False) -> str:
    """Name of the first font that has the character; the regular one when none has it."""
    main = BOLD if bold else REGULAR
    for name in (main, *_FALLBACKS):
        if ord(character) in font(name).face.charToGlyph:
            return name
    return main


def is_covered(character: str) -> bool:
    """Whether any bundled font draws the character."""
    return ord(character) in font(font_for(character)).face.charToGlyph


def printable(text: str) -> str:
    """The text with what no font can draw as □, so that nothing vanishes without a trace."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isspace() or is_covered(c) else MISSING for c in text)
